"""A proposal's life: draft, amendments, open, closed. Spec: docs/spec/proposal.md.

Invariants:
* while it is a draft, its author may take amendments into it; each makes a new version;
* opening freezes text, charter version, electorate and closing time for good;
* a life is the table `LIFE`; there is no other way from state to state.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Literal

from pydantic import Field

from protocol.community.charter import TypeName
from protocol.community.electorate import Electorate
from protocol.decisions.office_subjects import (
    AccountSubject,
    AppointSubject,
    MandateEndSubject,
    MandateSubject,
    RecallSubject,
)
from protocol.decisions.recorded import Recorded, RecordedPosition, counting, in_force
from protocol.decisions.rules import Ground, Verdict
from protocol.decisions.tally import Choice, Tally
from protocol.decisions.terms import Terms
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.bodies import Count, Hex32, Seconds, body
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.encoding import JsonValue


@body
class CharterSubject:
    """The proposal is to put this charter in force."""

    kind: Literal["charter"]
    charter: dict[str, JsonValue]


@body
class JoinSubject:
    """The proposal is to ratify a compact and join its federation."""

    kind: Literal["federation/join"]
    founder: Hex32
    federation: Hex32


@body
class LeaveSubject:
    """The proposal is to leave a federation."""

    kind: Literal["federation/leave"]
    federation: Hex32


@body
class FederatedSubject:
    """The community answers a federated proposal."""

    kind: Literal["federated"]
    ledger: Hex32
    proposal: Hex32


Subject = Annotated[
    CharterSubject
    | JoinSubject
    | LeaveSubject
    | FederatedSubject
    | AppointSubject
    | RecallSubject
    | MandateSubject
    | MandateEndSubject
    | AccountSubject,
    Field(discriminator="kind"),
]
TYPE_OF_SUBJECT = {
    "charter": "charter",
    "federation/join": "federation",
    "federation/leave": "federation",
    "federated": "federated",
    "office/appoint": "office",
    "recall": "recall",
    "mandate/issue": "mandate",
    "mandate/end": "mandate",
    "account": "account",
}


@body
class Draft:
    """A proposal comes into the world, open to questions and amendments."""

    type: TypeName
    text: Hex32
    subject: Subject | None


@body
class Opening:
    """Voting opens on one version; everything that decides is frozen here."""

    proposal: Hex32
    version: Annotated[int, Field(ge=1, le=100_000)]
    text: Hex32
    charter: Annotated[int, Field(ge=1, le=100_000)]
    closes_at: Seconds
    electorate: Count
    electorate_root: Hex32


@body
class Withdrawal:
    """Its author takes the proposal back."""

    proposal: Hex32


class State(Enum):
    """Where a proposal is in its life."""

    DRAFT = "draft"
    OPEN = "open"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


LIFE: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.OPEN, State.WITHDRAWN}),
    State.OPEN: frozenset({State.ADOPTED, State.REJECTED, State.LAPSED, State.WITHDRAWN}),
    State.ADOPTED: frozenset(),
    State.REJECTED: frozenset(),
    State.LAPSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
CLOSED: dict[Verdict, State] = {
    "adopted": State.ADOPTED,
    "rejected": State.REJECTED,
    "lapsed": State.LAPSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The position of one voice that stands now."""

    voice: str
    member: MemberId
    choice: Choice
    reason: str | None
    index: int
    leaf: bytes
    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What opening froze."""

    index: int
    version: int
    text: MessageId
    charter: int
    closes_at: int
    opened_at: int
    electorate: Electorate
    terms: Terms


@body
class Outcome:
    """What a decision came to; every reader recomputes each member of it."""

    verdict: Literal["adopted", "rejected", "lapsed"]
    ground: Ground
    tally: Tally
    electorate_root: Hex32
    positions_root: Hex32
    charter: Count
    early: bool


@dataclass(slots=True, kw_only=True)
class Proposal:
    """One proposal; changed only by the fold.

    `positions` are those that voices signed themselves, `recorded` is what minutes of
    assemblies brought, in the order in which they took effect.
    """

    id: MessageId
    author: str
    type: str
    subject: Subject | None
    drafted_at: int
    index: int
    texts: list[MessageId]
    state: State = State.DRAFT
    amendments: list[MessageId] = field(default_factory=list)
    comments: list[MessageId] = field(default_factory=list)
    frozen: Frozen | None = None
    positions: dict[str, Position] = field(default_factory=dict)
    recorded: dict[MessageId, Recorded] = field(default_factory=dict)
    closed_index: int | None = None
    outcome: Outcome | None = None

    @property
    def version(self) -> int:
        """The number of the newest version, counted from 1."""
        return len(self.texts)

    @property
    def text(self) -> MessageId:
        """The newest version's text."""
        return self.texts[-1]

    @property
    def room(self) -> dict[str, RecordedPosition]:
        """The position recorded in a room that stands for each voice."""
        return in_force(self.recorded, self.positions)

    @property
    def counting(self) -> list[Recorded]:
        """The minutes of which at least one voice counts."""
        return counting(self.recorded, self.positions)

    @property
    def voices_recorded(self) -> int:
        """How many voices count because minutes say so."""
        return len(self.room) + sum(one.counted for one in self.recorded.values())


@dataclass(slots=True, kw_only=True)
class Decisions:
    """Every proposal of one ledger; `carried_out` are adopted ones whose act was done."""

    proposals: dict[MessageId, Proposal] = field(default_factory=dict)
    carried_out: set[MessageId] = field(default_factory=set)

    def proposal(self, proposal_id: str) -> Proposal:
        """A proposal by id.

        Raises:
            Refused: There is none of that id in this ledger.
        """
        found = self.proposals.get(MessageId(proposal_id))
        if found is None:
            raise Refused("proposal-unknown", "there is no such proposal in this ledger")
        return found


def move(proposal: Proposal, to: State) -> None:
    """Take a proposal along its life.

    Raises:
        Refused: The table has no such step.
    """
    require_step(proposal, to)
    proposal.state = to


def require_step(proposal: Proposal, to: State) -> None:
    """The table allows this step now.

    Raises:
        Refused: It does not.
    """
    if to not in LIFE[proposal.state]:
        raise Refused(
            "proposal-state", f"the proposal is {proposal.state.value}; it cannot become {to.value}"
        )


def require_author(author: str, speaker: str) -> None:
    """Only who wrote it may do this.

    Raises:
        Refused: Somebody else tries.
    """
    if author != speaker:
        raise Refused("not-the-author", "only the author of it may do this")


def check_draft(act: Act[Draft]) -> None:
    """A subject belongs to its own type of proposal.

    Raises:
        Refused: The type and the subject do not go together.
    """
    subject = act.body.subject
    needed = None if subject is None else TYPE_OF_SUBJECT[subject.kind]
    if (needed or act.body.type) != act.body.type:
        raise Refused("proposal-type", f"a proposal of this subject has the type {needed}")
    if needed is None and act.body.type in TYPE_OF_SUBJECT.values():
        raise Refused("proposal-type", f"a proposal of type {act.body.type} names its subject")


def apply_draft(decisions: Decisions, act: Act[Draft]) -> None:
    """It can be discussed and amended from now on."""
    decisions.proposals[act.id] = Proposal(
        id=act.id,
        author=act.speaker,
        type=act.body.type,
        subject=act.body.subject,
        drafted_at=act.received,
        index=act.index,
        texts=[MessageId(act.body.text)],
    )


def check_opening(
    proposal: Proposal,
    act: Act[Opening],
    *,
    version: int,
    terms: Terms,
    electorate: Electorate,
) -> None:
    """The author opens the newest version under the charter in force, with the times it asks.

    Raises:
        Refused: One of these does not hold; the code says which.
    """
    opening = act.body
    require_author(proposal.author, act.speaker)
    require_step(proposal, State.OPEN)
    if (opening.version, opening.text) != (proposal.version, proposal.text):
        raise Refused("opening-version", f"the newest version is {proposal.version}")
    if opening.charter != version:
        raise Refused("opening-charter", f"the charter in force is version {version}")
    if (opening.electorate, opening.electorate_root) != (len(electorate), electorate.root):
        raise Refused("opening-electorate", "the electorate has changed: read it again and sign")
    if len(electorate) == 0:
        raise Refused("electorate-empty", "nobody has a voice in this decision")
    if act.received < proposal.drafted_at + terms.discussion_s:
        raise Refused("discussion-short", f"discussion lasts at least {terms.discussion_s} s")
    if opening.closes_at < act.received + terms.voting_s:
        raise Refused("voting-short", f"voting lasts at least {terms.voting_s} s")


def apply_opening(
    proposal: Proposal, act: Act[Opening], *, terms: Terms, electorate: Electorate
) -> None:
    """From here on nothing that decides can change."""
    move(proposal, State.OPEN)
    proposal.frozen = Frozen(
        index=act.index,
        version=act.body.version,
        text=MessageId(act.body.text),
        charter=act.body.charter,
        closes_at=act.body.closes_at,
        opened_at=act.received,
        electorate=electorate,
        terms=terms,
    )


def check_withdrawal(proposal: Proposal, act: Act[Withdrawal]) -> None:
    """Only its author, and only before it is closed.

    Raises:
        Refused: Otherwise.
    """
    require_author(proposal.author, act.speaker)
    require_step(proposal, State.WITHDRAWN)
