"""Closing a community's own decision. Spec: docs/spec/outcome.md.

The entry that closes carries the outcome in full; every reader recomputes it from the
entries before, and an outcome that differs in one figure closes nothing.
"""

from protocol.decisions.position import voices_missing
from protocol.decisions.proposal import (
    CLOSED,
    Outcome,
    Proposal,
    State,
    move,
    require_step,
)
from protocol.decisions.quorum import resolve
from protocol.decisions.tally import Tally, count
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.ledger.merkle import root_of
from protocol.wire.bodies import Hex32, body


@body
class Closing:
    """The community closes one of its decisions."""

    proposal: Hex32
    outcome: Outcome


def may_close(proposal: Proposal, now: int) -> bool:
    """Whether the time is over, or every voice has spoken and the charter lets that suffice.

    Minutes that count and can still be contested hold it open.
    """
    return _is_time(proposal, now) and contest_until(proposal) <= now


def _is_time(proposal: Proposal, now: int) -> bool:
    if proposal.state is not State.OPEN or proposal.frozen is None:
        return False
    if now >= proposal.frozen.closes_at:
        return True
    return proposal.frozen.terms.early and voices_missing(proposal) == 0


def contest_until(proposal: Proposal) -> int:
    """Until when minutes that count on it can be contested; 0 if there are none."""
    return max((one.contest_until for one in proposal.counting), default=0)


def tally_of(proposal: Proposal) -> Tally:
    """The count of the positions that stand, those recorded in a room among them."""
    electorate = 0 if proposal.frozen is None else len(proposal.frozen.electorate)
    own = [position.choice for position in proposal.positions.values()]
    named = [position.choice for position in proposal.room.values()]
    tally = count([*own, *named], electorate)
    for recorded in proposal.recorded.values():
        if recorded.counts is not None:
            tally = tally.with_more(dict(recorded.counts.choices()))
    return tally


def positions_root(proposal: Proposal) -> str:
    """The RFC 9162 root over the leaf hashes of what was counted, in ledger order.

    These are the entries of positions that voices signed themselves, and of minutes of
    which at least one voice counts.
    """
    leaves = [(position.index, position.leaf) for position in proposal.positions.values()]
    leaves += [(recorded.index, recorded.leaf) for recorded in proposal.counting]
    return root_of([leaf for _, leaf in sorted(leaves)]).hex()


def outcome_of(proposal: Proposal, now: int) -> Outcome:
    """What closing now would come to.

    Raises:
        Refused: It cannot close yet.
    """
    require_step(proposal, State.ADOPTED)
    frozen = proposal.frozen
    if frozen is None or not _is_time(proposal, now):
        raise Refused("too-early", "voting is still open, and not everyone has spoken")
    if not may_close(proposal, now):
        until = contest_until(proposal)
        raise Refused("minutes-open", f"minutes that count can be contested until {until}")
    tally = tally_of(proposal)
    decision = resolve(frozen.terms.rule, frozen.terms.quorum, tally)
    return Outcome(
        verdict=decision.verdict,
        ground=decision.ground,
        charter=frozen.charter,
        tally=tally,
        electorate_root=frozen.electorate.root,
        positions_root=positions_root(proposal),
        early=now < frozen.closes_at,
    )


def check_closing(proposal: Proposal, act: Act[Closing]) -> None:
    """The outcome is the one that everybody computes.

    Raises:
        Refused: It is too early, or a figure differs.
    """
    if act.body.outcome != outcome_of(proposal, act.received):
        raise Refused("outcome-differs", "the outcome is not what the entries before come to")


def apply_closing(proposal: Proposal, act: Act[Closing]) -> None:
    """It is decided."""
    move(proposal, CLOSED[act.body.outcome.verdict])
    proposal.outcome = act.body.outcome
    proposal.closed_index = act.index
