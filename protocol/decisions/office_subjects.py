"""What a decision about offices would bring about. Spec: docs/spec/offices.md."""

from typing import Annotated, Literal

from annotated_types import Ge, Le, Len
from pydantic import Strict

from protocol.community.charter import TypeName
from protocol.wire.bodies import Count, Hex32, body
from protocol.wire.limits import MAX_LIMITS, MAX_SEATS, MAX_TERM_S, MIN_PERIOD_S

Named = Annotated[tuple[Hex32, ...], Strict(strict=False), Len(0, MAX_SEATS)]


@body
class AppointSubject:
    """The proposal is to offer an office to these members, and to be their deputies to those."""

    kind: Literal["office/appoint"]
    office: TypeName
    members: Named
    deputies: Named


@body
class RecallSubject:
    """The proposal is to recall whoever holds this seat; the voice says it, after calls."""

    kind: Literal["recall"]
    place: Hex32


Term = Annotated[int, Ge(1), Le(MAX_TERM_S)]
Period = Annotated[int, Ge(MIN_PERIOD_S), Le(MAX_TERM_S)]


@body
class Limit:
    """At most so much of something, in the unit that its name says: `days`, `cents`, `visits`."""

    what: TypeName
    most: Count


@body
class MandateSubject:
    """The proposal's text is to be a mandate of this office, or of this holder alone.

    `imperative` binds to the words; `free` leaves the holder to judge. `report_s` is how often
    she reports on it; None: never.
    """

    kind: Literal["mandate/issue"]
    office: TypeName
    member: Hex32 | None
    term_s: Term
    binding: Literal["free", "imperative"]
    limits: Annotated[tuple[Limit, ...], Strict(strict=False), Len(0, MAX_LIMITS)]
    report_s: Period | None


@body
class MandateEndSubject:
    """The proposal is to end a mandate before its time."""

    kind: Literal["mandate/end"]
    mandate: Hex32


@body
class AccountSubject:
    """The proposal is to accept a report; rejected, the report is sent back."""

    kind: Literal["account"]
    report: Hex32
