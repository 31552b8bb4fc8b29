"""Positions: what each voice says to an open proposal. Spec: docs/spec/position.md.

The last position of a voice before closing stands. Where households have the voice, any
of its members may speak for it, and the last word of the household stands. A reason is a
comment of its own, cited by id, so that it can be erased while the position remains.
A position that minutes record for a voice gives way to its own (recorded.py).
"""

from typing import Literal

from protocol.decisions.proposal import Position, Proposal, State
from protocol.decisions.rules import eligible
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.bodies import Hex32, body
from protocol.wire.digests import MemberId


@body
class Taking:
    """A member's position; may be changed by a later one until closing."""

    proposal: Hex32
    choice: Literal["agree", "reservations", "aside", "disagree", "block", "abstain"]
    reason: Hex32 | None


def check_taking(proposal: Proposal, act: Act[Taking]) -> None:
    """The vote is open, she was in the electorate when it opened, and the rule offers this.

    Raises:
        Refused: One of these does not hold.
    """
    frozen = proposal.frozen
    if proposal.state is not State.OPEN or frozen is None:
        raise Refused("voting-not-open", f"voting is not open: it is {proposal.state.value}")
    if act.received >= frozen.closes_at:
        raise Refused("voting-closed", "the time for positions is over")
    if act.speaker not in frozen.electorate.voice_of:
        raise Refused("no-voice", "you were not in the electorate when voting opened")
    voice = frozen.electorate.voice_of[MemberId(act.speaker)]
    if any(voice in one.covered for one in proposal.recorded.values()):
        raise Refused(
            "counted-in-room", "minutes count you already: contest them if they are wrong"
        )
    eligible(frozen.terms.rule, act.body.choice, act.body.reason is not None)


def apply_taking(proposal: Proposal, act: Act[Taking]) -> None:
    """It stands until the same voice speaks again."""
    if proposal.frozen is None:  # check_taking came first; a fold never gets here
        raise AssertionError("a position on a proposal that never opened")
    voice = proposal.frozen.electorate.voice_of[MemberId(act.speaker)]
    proposal.positions[voice] = Position(
        voice=voice,
        member=MemberId(act.speaker),
        choice=act.body.choice,
        reason=act.body.reason,
        index=act.index,
        leaf=act.leaf,
        message=act.id,
    )


def voices_missing(proposal: Proposal) -> int:
    """How many voices of the electorate have not spoken, neither by themselves nor in a room."""
    if proposal.frozen is None:
        return 0
    spoken = len(proposal.positions) + proposal.voices_recorded
    return len(proposal.frozen.electorate) - spoken
