"""The roster of a federated proposal, checked from the entries that it cites.

Spec: docs/spec/federation.md. A roster is right if every community of the compact is either
seated by an entry with which it joined, or named as gone by an entry with which it left.
Nothing else enters: no clock, no order of arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.errors import Refused
from protocol.federation.acts import LedgerFacts, find_compact
from protocol.federation.agreement import Agreement
from protocol.federation.closers import Closers, draw_closers
from protocol.federation.compact import Compact
from protocol.federation.proposal import Proposing
from protocol.ledger.act import Act
from protocol.wire.digests import CommunityId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who is asked, under which compact, and the agreement that its closers work on."""

    proposal: Act[Proposing]
    compact: Act[Compact]
    agreement: Agreement


class RosterUnknown(Refused):
    """A cited entry is not held here yet: nothing can be said about the roster."""


def open_roster(facts: Mapping[CommunityId, LedgerFacts], proposal: Act[Proposing]) -> Roster:
    """Check a proposal's roster.

    Raises:
        RosterUnknown: An entry that it cites has not come yet.
        Refused: The roster is wrong.
    """
    body = proposal.body
    compact = find_compact(facts, MessageId(body.federation))
    if compact is None:
        raise RosterUnknown("compact-unknown", "the compact of this federation is not here yet")
    for seat in body.seats:
        join = _ledger(facts, seat.community).acts.joins.get(MessageId(seat.join))
        if join is None:
            raise RosterUnknown("join-unknown", "the entry of a join has not come yet")
        if join.body.federation != body.federation:
            raise Refused("roster-wrong", "a community is seated by joining another federation")
    for absence in body.left:
        leave = _ledger(facts, absence.community).acts.leaves.get(MessageId(absence.leave))
        if leave is None:
            raise RosterUnknown("leave-unknown", "the entry of a leave has not come yet")
        if leave.body.federation != body.federation:
            raise Refused("roster-wrong", "a community is said to have left by another leave")
    seated = {seat.community for seat in body.seats}
    gone = {absence.community for absence in body.left}
    if seated | gone != set(compact.body.communities) or proposal.ledger not in seated:
        raise Refused("roster-wrong", "the roster is not the communities of the compact")
    return Roster(proposal=proposal, compact=compact, agreement=_agreement(proposal, compact))


def _agreement(proposal: Act[Proposing], compact: Act[Compact]) -> Agreement:
    seated = tuple(
        one
        for one in compact.body.communities
        if any(seat.community == one for seat in proposal.body.seats)
    )
    named = tuple(one for one in compact.body.closers or () if one in seated)
    closers = Closers(named) if named else draw_closers(proposal.id, seated)[0]
    return Agreement(
        proposal=proposal.id,
        electorate=seated,
        closers=closers,
        deadline_s=proposal.body.closes_at,
    )


def _ledger(facts: Mapping[CommunityId, LedgerFacts], community: str) -> LedgerFacts:
    found = facts.get(CommunityId(community))
    if found is None:
        raise RosterUnknown("ledger-unknown", "a ledger that the roster cites is not here yet")
    return found


def members_of(
    facts: Mapping[CommunityId, LedgerFacts], federation: MessageId
) -> dict[CommunityId, MessageId | None]:
    """Each community of the compact, with the entry by which it is in, if it is."""
    compact = find_compact(facts, federation)
    if compact is None:
        return {}
    found: dict[CommunityId, MessageId | None] = {}
    for name in compact.body.communities:
        community = CommunityId(name)
        ledger = facts.get(community)
        found[community] = None if ledger is None else ledger.acts.standing.get(federation)
    return found


def in_force(facts: Mapping[CommunityId, LedgerFacts], federation: MessageId) -> bool:
    """Whether every community of the compact has joined at some time."""
    compact = find_compact(facts, federation)
    if compact is None:
        return False
    return all(
        (ledger := facts.get(CommunityId(name))) is not None
        and any(join.body.federation == federation for join in ledger.acts.joins.values())
        for name in compact.body.communities
    )
