"""Positions recorded in a room, as they weigh on one proposal. Spec: docs/spec/assembly.md.

Minutes that took effect leave one `Recorded` on each proposal that they are about. A
position signed by a voice itself always outranks a recorded one; of several minutes that
name the same voice, the last to take effect says what stands.

Invariants, for the minutes on one proposal:
* no voice is covered by the counts of two, nor covered by one and named by another;
* a covered voice has no position of its own, so that nobody is counted twice.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from protocol.decisions.tally import CHOICES, Choice
from protocol.wire.bodies import Count, body
from protocol.wire.digests import MemberId, MessageId


@body
class Counts:
    """Raised hands: how many voices of those present took each choice, without names."""

    agree: Count = 0
    reservations: Count = 0
    aside: Count = 0
    disagree: Count = 0
    block: Count = 0
    abstain: Count = 0

    def choices(self) -> Iterator[tuple[Choice, int]]:
        """Each choice that somebody took, with how many."""
        for choice in CHOICES:
            number: int = getattr(self, choice)
            if number:
                yield choice, number

    @property
    def total(self) -> int:
        """How many voices are counted."""
        return sum(number for _, number in self.choices())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPosition:
    """What minutes say that one voice said; `helper` helped her to say it."""

    minutes: MessageId
    voice: str
    member: MemberId
    choice: Choice
    reason: str | None
    helper: MemberId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What minutes brought to one proposal.

    Attributes:
        contest_until: Seconds; members can contest before.
        counts: None where nobody was counted without a name.
        covered: The voices among whom the counted ones are; they speak through the counts.
    """

    minutes: MessageId
    index: int
    leaf: bytes
    contest_until: int
    named: tuple[RecordedPosition, ...]
    counts: Counts | None
    covered: frozenset[str]

    @property
    def counted(self) -> int:
        """How many voices the counts hold."""
        return 0 if self.counts is None else self.counts.total

    @property
    def empty(self) -> bool:
        """Whether nothing is left that could count."""
        return not self.named and self.counts is None


Room = Mapping[MessageId, Recorded]
"""Everything recorded on one proposal, by minutes, in the order in which they took effect."""


def in_force(room: Room, own: Collection[str]) -> dict[str, RecordedPosition]:
    """The recorded position that stands for each voice; `own` are voices that spoke themselves."""
    return {
        one.voice: one
        for recorded in room.values()
        for one in recorded.named
        if one.voice not in own
    }


def counting(room: Room, own: Collection[str]) -> list[Recorded]:
    """The minutes of which at least one voice counts."""
    named = {one.minutes for one in in_force(room, own).values()}
    return [one for one in room.values() if one.minutes in named or one.counts is not None]


def covered(room: Room) -> frozenset[str]:
    """Every voice that speaks through counts."""
    return frozenset[str]().union(*(one.covered for one in room.values()))
