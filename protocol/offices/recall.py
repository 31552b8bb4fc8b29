"""Recall: members call for it, and the vote opens by itself. Spec: docs/spec/offices.md, "Recall".

The call that makes the charter's share opens the recall at once; the voice owes its draft and its
opening, and can neither word it otherwise nor withdraw it while the seat is held. What was decided
takes effect at the entry that closes it.

Invariants:
* one recall of a place at a time; its life is the table `LIFE`;
* each member calls once for it.
"""

from dataclasses import dataclass, field
from enum import Enum

from protocol.community.charter import Charter
from protocol.community.electorate import snapshot
from protocol.community.members import Membership
from protocol.decisions.office_subjects import RecallSubject
from protocol.decisions.proposal import Draft, Opening, Proposal
from protocol.decisions.terms import Terms, read_terms
from protocol.errors import Refused
from protocol.ledger.act import VOICE, Act
from protocol.offices.definition import Office
from protocol.offices.holding import Holdings, Moment, Place, PlaceState, end
from protocol.wire.bodies import Hex32, body
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.limits import RECALL_SLACK_S

RECALL = "recall"
"""The type of proposal by which a community recalls."""


@body
class Calling:
    """A member calls for a recall; `place` is the seat, `text` says why."""

    place: Hex32
    text: Hex32


class RecallState(Enum):
    """Where a recall is in its life."""

    GATHERING = "gathering"
    CALLED = "called"
    VOTING = "voting"
    RECALLED = "recalled"
    KEPT = "kept"
    MOOT = "moot"


LIFE: dict[RecallState, frozenset[RecallState]] = {
    RecallState.GATHERING: frozenset({RecallState.CALLED}),
    RecallState.CALLED: frozenset({RecallState.VOTING}),
    RecallState.VOTING: frozenset({RecallState.RECALLED, RecallState.KEPT, RecallState.MOOT}),
    RecallState.RECALLED: frozenset(),
    RecallState.KEPT: frozenset(),
    RecallState.MOOT: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One member's signature under a recall, and the text that says why."""

    member: MemberId
    index: int
    text: MessageId


@dataclass(slots=True, kw_only=True)
class Recall:
    """One recall; its id is the first call. Changed only by the fold."""

    id: MessageId
    place: MessageId
    calls: dict[MemberId, Call] = field(default_factory=dict)
    state: RecallState = RecallState.GATHERING
    called: Moment | None = None
    proposal: MessageId | None = None

    @property
    def text(self) -> MessageId:
        """What the first who called has to say; the proposal's text."""
        return next(iter(self.calls.values())).text


@dataclass(slots=True, kw_only=True)
class Recalls:
    """Every recall of one ledger, in the order in which they began."""

    by_id: dict[MessageId, Recall] = field(default_factory=dict)
    of_place: dict[MessageId, list[MessageId]] = field(default_factory=dict)

    def newest(self, place: str) -> Recall | None:
        """The last recall of a place."""
        found = self.of_place.get(MessageId(place))
        return self.by_id[found[-1]] if found else None

    def running(self, place: str) -> Recall | None:
        """The recall of a place that is not over."""
        found = self.newest(place)
        return found if found is not None and LIFE[found.state] else None


def move(recall: Recall, to: RecallState) -> None:
    """Take a recall along its life.

    Raises:
        Refused: The table has no such step.
    """
    if to not in LIFE[recall.state]:
        raise Refused("recall-state", f"this recall is {recall.state.value}")
    recall.state = to


def recall_terms(charter: Charter, office: Office | None) -> Terms:
    """The terms by which a holder is recalled: the office's own, or those of the type."""
    own = None if office is None or office.recall is None else office.recall.terms
    return read_terms(charter.terms(RECALL) if own is None else own)


def calls_needed(membership: Membership, office: Office, terms: Terms) -> int:
    """How many voices open the recall: somebody in any case.

    Raises:
        Refused: The charter knows no recall from this office by calls.
    """
    if office.recall is None:
        raise Refused("recall-none", "the charter lets nobody call for a recall from this office")
    return max(1, office.recall.share.least(len(snapshot(membership, terms.unit))))


def voices_calling(membership: Membership, recall: Recall, terms: Terms) -> int:
    """How many voices call for it: people or households, as the terms count."""
    voice_of = snapshot(membership, terms.unit).voice_of
    return len({voice_of[member] for member in recall.calls if member in voice_of})


def served_place(holdings: Holdings, place: str, at: Moment) -> Place:
    """A seat that is held then.

    Raises:
        Refused: There is none of that id, or nobody serves in it.
    """
    found = holdings.places.get(MessageId(place))
    if found is None:
        raise Refused("place-unknown", "nobody accepted an office in a message of that id")
    if not found.serves(at):
        raise Refused("office-not-held", "this member does not hold that office now")
    return found


def check_calling(recalls: Recalls, holdings: Holdings, act: Act[Calling], at: Moment) -> None:
    """Somebody holds it, the charter knows a recall, and she has not called for it yet.

    Raises:
        Refused: One of these does not hold, or the vote was called for already.
    """
    place = served_place(holdings, act.body.place, at)
    if holdings.office(place.office).recall is None:
        raise Refused("recall-none", "the charter lets nobody call for a recall from this office")
    running = recalls.running(act.body.place)
    if running is None:
        return
    if running.state is not RecallState.GATHERING:
        raise Refused("recall-state", f"this recall is {running.state.value}")
    if act.speaker in running.calls:
        raise Refused("called-twice", "you have called for this recall already")


def apply_calling(
    recalls: Recalls,
    holdings: Holdings,
    membership: Membership,
    charter: Charter,
    act: Act[Calling],
    at: Moment,
) -> None:
    """One signature more; the one that makes the share opens the recall."""
    place = holdings.places[MessageId(act.body.place)]
    recall = recalls.running(place.id)
    if recall is None:
        recall = Recall(id=act.id, place=place.id)
        recalls.by_id[act.id] = recall
        recalls.of_place.setdefault(place.id, []).append(act.id)
    member = MemberId(act.speaker)
    text = MessageId(act.body.text)
    recall.calls[member] = Call(member=member, index=act.index, text=text)
    office = holdings.office(place.office)
    terms = recall_terms(charter, office)
    if voices_calling(membership, recall, terms) >= calls_needed(membership, office, terms):
        move(recall, RecallState.CALLED)
        recall.called = at


def check_draft(
    recalls: Recalls, holdings: Holdings, act: Act[Draft], subject: RecallSubject, at: Moment
) -> None:
    """The voice proposes what was called for, in the words of whoever called first.

    Raises:
        Refused: Somebody else does, it was not called for, or the words are others.
    """
    if act.speaker != VOICE:
        raise Refused("recall-by-calls", "a recall opens by calls alone: recall/call")
    served_place(holdings, subject.place, at)
    recall = recalls.running(subject.place)
    if recall is None or recall.state is not RecallState.CALLED:
        raise Refused("recall-state", "not enough members have called for it, or it is open")
    if act.body.text != recall.text:
        raise Refused("recall-differs", "a recall has the text of whoever called first")


def apply_draft(recalls: Recalls, proposal: MessageId, subject: RecallSubject) -> None:
    """The recall has its proposal."""
    recall = recalls.running(subject.place)
    if recall is not None:
        move(recall, RecallState.VOTING)
        recall.proposal = proposal


def check_opening(proposal: Proposal, act: Act[Opening], terms: Terms) -> None:
    """A recall is voted on for as long as its terms say, not for years.

    Raises:
        Refused: The voice gives it more time.
    """
    if not isinstance(proposal.subject, RecallSubject):
        return
    if act.body.closes_at > act.received + terms.voting_s + RECALL_SLACK_S:
        raise Refused("voting-long", "a recall is decided as soon as its terms allow")


def check_withdrawal(holdings: Holdings, proposal: Proposal, at: Moment) -> None:
    """The voice takes a recall back only when there is nothing left to recall.

    Raises:
        Refused: The seat is still held.
    """
    if not isinstance(proposal.subject, RecallSubject):
        return
    place = holdings.places.get(MessageId(proposal.subject.place))
    if place is not None and place.serves(at):
        raise Refused("recall-stands", "nobody withdraws a recall while the seat is held")


def apply_withdrawal(recalls: Recalls, proposal: Proposal) -> None:
    """There was nothing left to recall."""
    if isinstance(proposal.subject, RecallSubject):
        recall = recalls.running(proposal.subject.place)
        if recall is not None:
            move(recall, RecallState.MOOT)


def apply_decided(recalls: Recalls, holdings: Holdings, decided: Proposal, at: Moment) -> bool:
    """What the vote came to takes effect where it closes; whether it was one about a recall."""
    subject = decided.subject
    recall = None if not isinstance(subject, RecallSubject) else recalls.running(subject.place)
    if recall is None or decided.outcome is None:
        return False
    place = holdings.places[recall.place]
    if decided.outcome.verdict != "adopted":
        move(recall, RecallState.KEPT)
    elif place.serves(at):
        move(recall, RecallState.RECALLED)
        end(holdings, place, PlaceState.RECALLED, at)
    else:
        move(recall, RecallState.MOOT)
    return decided.outcome.verdict == "adopted"
