"""A federated proposal and the communities' positions on it. Spec: docs/spec/federation.md.

A proposal cites the entries by which each community of its electorate joined, and the
entries by which the others left, so that its roster can be checked by anybody. A
community's position is a statement in its own name, with the counts behind it.
"""

from typing import Literal

from protocol.decisions.proposal import FederatedSubject, Proposal, State
from protocol.decisions.rules import Ground
from protocol.decisions.tally import Choice, Tally
from protocol.errors import Malformed, Refused
from protocol.wire.bodies import Count, Hex32, Rows, Seconds, body


@body
class Seat:
    """A community of the electorate, and the entry by which it joined."""

    community: Hex32
    join: Hex32


@body
class Absence:
    """A community of the compact that has left, and the entry by which it did."""

    community: Hex32
    leave: Hex32


@body
class Proposing:
    """A text put to all; positions are timely until `closes_at`."""

    federation: Hex32
    text: Hex32
    seats: Rows[Seat]
    left: Rows[Absence]
    closes_at: Seconds


@body
class Counts:
    """The voices behind a position; none where that unit did not decide."""

    people: Tally | None
    households: Tally | None


@body
class Stating:
    """A community's position; `root` is over its members' counted positions."""

    proposal: Hex32
    choice: Literal["agree", "reservations", "aside", "disagree", "block", "abstain"]
    final: bool
    counts: Counts
    root: Hex32
    decision: Hex32


@body
class FinalOutcome:
    """A community records the final outcome that it computed from the certificate."""

    proposal: Hex32
    list: Hex32
    round: Count
    verdict: Literal["adopted", "rejected", "lapsed"]
    ground: Ground
    tally: Tally


BLOCKED = frozenset({"blocked", "objections"})
_CHOICE: dict[State, Choice] = {
    State.ADOPTED: "agree",
    State.REJECTED: "disagree",
    State.LAPSED: "abstain",
}


def position_of(decision: Proposal) -> Stating:
    """What a community says to a federated proposal by its own closed decision.

    Adopted is agreement, rejected is disagreement, rejected because somebody blocked is a
    block, and a decision that lapsed is an abstention.

    Raises:
        Refused: The decision is not about a federated proposal, or is not closed.
    """
    outcome, subject, frozen = decision.outcome, decision.subject, decision.frozen
    if outcome is None or frozen is None or not isinstance(subject, FederatedSubject):
        raise Refused("decision-missing", "no closed decision on that federated proposal")
    choice = "block" if outcome.ground in BLOCKED else _CHOICE[decision.state]
    by_people = frozen.electorate.unit == "person"
    return Stating(
        proposal=subject.proposal,
        choice=choice,
        final=True,
        root=outcome.positions_root,
        counts=Counts(
            people=outcome.tally if by_people else None,
            households=None if by_people else outcome.tally,
        ),
        decision=decision.id,
    )


def check_proposing(proposing: Proposing) -> None:
    """The roster names nobody twice.

    Raises:
        Malformed: It does, or nobody is seated.
    """
    named = [seat.community for seat in proposing.seats]
    named += [absence.community for absence in proposing.left]
    if not proposing.seats or len(set(named)) != len(named):
        raise Malformed("roster-repeats", "a roster names each community once")
