"""What a charter says of each office. Spec: docs/spec/offices.md, "What the charter says".

An executing body is an office like any other: its members hold it, mandates go to all of them
together, and `bars` says what they may not do while they serve.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import StringConstraints

from protocol.community.charter import Charter, TypeName
from protocol.decisions.office_subjects import Period, Term
from protocol.decisions.tally import Share
from protocol.decisions.terms import read_terms
from protocol.errors import Malformed
from protocol.wire.bodies import Hex32, Rows, body, read_body
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import MAX_OFFICES, MAX_SEATS, YEAR_S

Way = Literal["decision", "election"]
"""How an office is filled."""

OfficeAudience = Annotated[
    str, StringConstraints(pattern=r"^(community|public|federation:[0-9a-f]{64})\z")
]


@body
class Rotation:
    """After so many terms in a row she rests so long before she holds the office again."""

    terms: Annotated[int, Ge(1), Le(MAX_SEATS)]
    rest_s: Term


@body
class Bars:
    """What a holder may not do while she serves: propose, vote, hold one of these offices."""

    propose: bool
    vote: bool
    offices: Rows[TypeName]


@body
class RecallRule:
    """The share of the voices that opens a recall, and how it is decided.

    `terms` are terms as a type of proposal has them; None: those of the type `recall`.
    """

    share: Share
    terms: dict[str, JsonValue] | None = None


@body
class Suspension:
    """Who serves in which offices may suspend a mandate of this one, and for how long."""

    by: Rows[TypeName]
    for_s: Annotated[int, Ge(1), Le(YEAR_S)]


@body
class AccountRule:
    """How often holders report, and who else than a decision accepts: so many of these offices.

    Without `report_s` reports are owed on mandates alone that ask for them.
    """

    report_s: Period | None = None
    accepted_by: Rows[TypeName] = ()
    acceptances: Annotated[int, Ge(1), Le(MAX_SEATS)] = 1


@body
class ElectionRule:
    """How an office is elected: by approval, of which `least` is needed, or by ranking."""

    method: Literal["approval", "ranked"]
    least: Share = Share(num=0, den=1)
    unit: Literal["person", "household"]
    quorum: Share
    voting_s: Annotated[int, Ge(1), Le(YEAR_S)]


@body
class Office:
    """One office.

    Attributes:
        competence: What it is about, in tokens that other communities can compare.
        text: A text that says it in words.
        deputies: How many may stand by to step in.
        accept_s: How long whoever was chosen may take to accept.
        election: How it is elected, if it is.
        others: How many other offices a holder may hold; None: as many as she is given.
        recall: How members recall a holder; None: by no calls of theirs.
        suspension: Who suspends its mandates at once; None: nobody, only decisions end them.
        accounts: Which reports its holders owe; None: those of their mandates.
        body: Its holders work as one: mandates go to all of them.
        audience: Who is told who holds it, beside the readers of the structure.
    """

    competence: Rows[TypeName] = ()
    text: Hex32 | None = None
    seats: Annotated[int, Ge(1), Le(MAX_SEATS)]
    deputies: Annotated[int, Ge(0), Le(MAX_SEATS)] = 0
    term_s: Term
    accept_s: Annotated[int, Ge(1), Le(YEAR_S)]
    filled_by: Rows[Way] = ("decision",)
    election: ElectionRule | None = None
    rotation: Rotation | None = None
    others: Annotated[int, Ge(0), Le(MAX_OFFICES)] | None = None
    bars: Bars | None = None
    recall: RecallRule | None = None
    suspension: Suspension | None = None
    accounts: AccountRule | None = None
    body: bool = False
    audience: OfficeAudience = "community"


def read_offices(charter: Charter) -> dict[str, Office]:
    """Every office that a charter defines, by name.

    Raises:
        Malformed: One of them cannot be read, or names another that is not there.
        Refused: A rule's method is not known.
    """
    written = charter.offices or {}
    if len(written) > MAX_OFFICES:
        raise Malformed("charter-offices", f"a charter defines at most {MAX_OFFICES} offices")
    offices = {name: read_body(Office, value) for name, value in written.items()}
    for name, office in offices.items():
        _check_office(name, office, offices)
    return offices


def _check_office(name: str, office: Office, offices: Mapping[str, Office]) -> None:
    if not office.filled_by or len(set(office.filled_by)) != len(office.filled_by):
        raise Malformed(
            "charter-offices", "an office is filled in one way at least, each named once"
        )
    if ("election" in office.filled_by) != (office.election is not None):
        raise Malformed("charter-offices", "an office that is elected says how, and no other")
    barred = set() if office.bars is None else set(office.bars.offices)
    named = barred | (set() if office.suspension is None else set(office.suspension.by))
    named |= set() if office.accounts is None else set(office.accounts.accepted_by)
    if office.recall is not None and office.recall.terms is not None:
        read_terms(office.recall.terms)
    if name in barred or not named <= offices.keys():
        raise Malformed("charter-offices", "an office names others that this charter defines")
