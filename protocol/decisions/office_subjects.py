"""What a decision about offices would bring about. Spec: docs/spec/offices.md."""

from typing import Annotated, Literal

from annotated_types import Len
from pydantic import Strict

from protocol.community.charter import TypeName
from protocol.wire.bodies import Hex32, body
from protocol.wire.limits import MAX_SEATS

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
