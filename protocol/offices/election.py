"""Elections: whoever stands for an office when one is called is on the ballot.

Spec: docs/spec/offices.md, "Elections". The call freezes candidates, electorate and closing time;
the last ballot of a voice counts; the entry that closes it carries the result, which every reader
counts again, and is an offer to those who were elected.

Invariants:
* one election of an office at a time;
* nobody casts a ballot without a voice where it was called, and no voice is counted twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from protocol.community.charter import TypeName
from protocol.community.electorate import Electorate, snapshot
from protocol.community.members import Membership
from protocol.decisions.ballots import approval, ranked
from protocol.decisions.ballots.approval import Approval
from protocol.decisions.ballots.options import Chosen
from protocol.decisions.ballots.options import Election as Choice
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.ledger.merkle import root_of
from protocol.offices.definition import ElectionRule, Office
from protocol.offices.holding import Holdings, Moment, Offer, barred_voters
from protocol.wire.bodies import Count, Hex32, Rows, body
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.limits import MAX_SEATS


@body
class Calling:
    """A member calls the election of an office; `text` invites to it."""

    office: TypeName
    text: Hex32


@body
class Casting:
    """A ballot: candidates that are approved, or in order of preference, as the rule says."""

    election: Hex32
    choices: Rows[Hex32]


@body
class Result:
    """What an election came to; every reader recomputes each member of it."""

    ballots: Count
    quorum: bool
    elected: Rows[Hex32]
    by_lot: Rows[Hex32]
    ballots_root: Hex32


@body
class Closing:
    """The community closes an election."""

    election: Hex32
    result: Result


class ElectionState(Enum):
    """Where an election is in its life."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The ballot of one voice that stands now."""

    voice: str
    member: MemberId
    choices: tuple[str, ...]
    index: int
    leaf: bytes


@dataclass(slots=True, kw_only=True)
class Election:
    """One election; changed only by the fold."""

    id: MessageId
    office: str
    text: MessageId
    called: Moment
    closes_at: int
    candidates: tuple[MemberId, ...]
    seats: int
    deputies: int
    rule: ElectionRule
    electorate: Electorate
    ballots: dict[str, Cast] = field(default_factory=dict)
    state: ElectionState = ElectionState.OPEN
    result: Result | None = None

    @property
    def choice(self) -> Choice:
        """What is chosen among what; deputies follow the holders in the same order."""
        return Choice(
            seed=self.id,
            options=self.candidates,
            seats=min(self.seats + self.deputies, MAX_SEATS),
        )


@dataclass(slots=True, kw_only=True)
class Elections:
    """Every election of one ledger."""

    by_id: dict[MessageId, Election] = field(default_factory=dict)

    def election(self, election_id: str) -> Election:
        """An election by id.

        Raises:
            Refused: There is none of that id.
        """
        found = self.by_id.get(MessageId(election_id))
        if found is None:
            raise Refused("election-unknown", "no such election was called in this ledger")
        return found

    def running(self, office: str) -> Iterator[Election]:
        """Elections of an office that are not closed."""
        return (
            one
            for one in self.by_id.values()
            if one.office == office and one.state is ElectionState.OPEN
        )


def candidates_of(holdings: Holdings, office: str) -> tuple[MemberId, ...]:
    """Who stands for an office, in the order of the ledger."""
    return tuple(one.member for one in holdings.candidates.values() if one.office == office)


def rule_of(office: Office) -> ElectionRule:
    """How an office is elected.

    Raises:
        Refused: The charter fills it in another way.
    """
    if "election" not in office.filled_by or office.election is None:
        raise Refused("office-filled-otherwise", "the charter fills this office in another way")
    return office.election


def check_calling(elections: Elections, holdings: Holdings, act: Act[Calling]) -> None:
    """An office that is elected, somebody who stands, and no other election of it.

    Raises:
        Refused: One of these does not hold.
    """
    rule_of(holdings.office(act.body.office))
    if any(elections.running(act.body.office)):
        raise Refused("election-running", "this office is being elected already")
    standing = candidates_of(holdings, act.body.office)
    if not 1 <= len(standing) <= MAX_SEATS:
        raise Refused("election-candidates", f"1 to {MAX_SEATS} members stand for the office")


def apply_calling(
    elections: Elections, holdings: Holdings, membership: Membership, act: Act[Calling], at: Moment
) -> None:
    """From here on candidates, electorate and closing time are frozen."""
    office = holdings.office(act.body.office)
    rule = rule_of(office)
    elections.by_id[act.id] = Election(
        id=act.id,
        office=act.body.office,
        text=MessageId(act.body.text),
        called=at,
        closes_at=at.received + rule.voting_s,
        candidates=candidates_of(holdings, act.body.office),
        seats=office.seats,
        deputies=office.deputies,
        rule=rule,
        electorate=snapshot(membership, rule.unit, barred_voters(holdings, at)),
    )


def check_casting(elections: Elections, act: Act[Casting], at: Moment) -> None:
    """It is open, she had a voice when it was called, and the ballot names its candidates.

    Raises:
        Refused: One of these does not hold.
    """
    election = elections.election(act.body.election)
    if election.state is not ElectionState.OPEN or at.received >= election.closes_at:
        raise Refused("election-closed", "the time for ballots is over")
    if act.speaker not in election.electorate.voice_of:
        raise Refused("no-voice", "you were not in the electorate when voting opened")
    if election.rule.method == "approval":
        approval.eligible(election.choice, act.body.choices)
    else:
        ranked.eligible(election.choice, act.body.choices)


def apply_casting(elections: Elections, act: Act[Casting]) -> None:
    """It stands until the same voice casts another."""
    election = elections.election(act.body.election)
    voice = election.electorate.voice_of[MemberId(act.speaker)]
    election.ballots[voice] = Cast(
        voice=voice,
        member=MemberId(act.speaker),
        choices=act.body.choices,
        index=act.index,
        leaf=act.leaf,
    )


def result_of(election: Election, at: Moment) -> Result:
    """What closing now would come to.

    Raises:
        Refused: It is too early, or closed.
    """
    if election.state is not ElectionState.OPEN:
        raise Refused("election-closed", "this election is closed")
    if at.received < election.closes_at:
        raise Refused("too-early", "voting is still open")
    cast = [one.choices for one in election.ballots.values()]
    enough = len(cast) >= max(1, election.rule.quorum.least(len(election.electorate)))
    chosen = _chosen(election, cast) if enough else Chosen(elected=(), by_lot=())
    leaves = sorted((one.index, one.leaf) for one in election.ballots.values())
    return Result(
        ballots=len(cast),
        quorum=enough,
        elected=chosen.elected,
        by_lot=chosen.by_lot,
        ballots_root=root_of([leaf for _, leaf in leaves]).hex(),
    )


def _chosen(election: Election, cast: list[tuple[str, ...]]) -> Chosen:
    if election.rule.method == "approval":
        return approval.decide(Approval(least=election.rule.least), election.choice, cast)
    return ranked.decide(ranked.Ranked(), election.choice, cast)


def check_closing(elections: Elections, act: Act[Closing], at: Moment) -> None:
    """The result is the one that everybody computes.

    Raises:
        Refused: It is too early, or a figure differs.
    """
    if act.body.result != result_of(elections.election(act.body.election), at):
        raise Refused("outcome-differs", "the result is not what the ballots come to")


def apply_closing(elections: Elections, holdings: Holdings, act: Act[Closing], at: Moment) -> None:
    """Whoever was elected is offered the office; deputies are those who come next."""
    election = elections.election(act.body.election)
    election.state, election.result = ElectionState.CLOSED, act.body.result
    office = holdings.definitions.get(election.office)
    elected = tuple(map(MemberId, act.body.result.elected))
    if office is None or not elected:
        return
    holdings.offers[election.id] = Offer(
        decision=election.id,
        office=election.office,
        members=elected[: election.seats],
        deputies=elected[election.seats :],
        made=at,
        until=at.received + office.accept_s,
    )
