"""Minutes of an assembly that met in a room. Spec: docs/spec/assembly.md.

Who records states who was there, and what voices without a device said: by name, or counted
by raised hands. Other members who were there countersign; with the last one that the charter
asks for the minutes take effect (weighing.py), and from then on the charter's time runs in
which members contest.

Invariants:
* whoever records and whoever countersigns was there, and nobody countersigns what she records;
* a life is the table `LIFE`; minutes are never changed, only contested or corrected by others.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

from annotated_types import Len
from pydantic import Strict

from protocol.community.charter import AssemblyRule
from protocol.decisions.recorded import Counts
from protocol.decisions.tally import Choice
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.bodies import Count, Hex32, Rows, Seconds, body
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.limits import MAX_AGENDA, MAX_ATTENDANCE


@body
class Named:
    """What one member said in the room; `helper` is who helped her, if anybody did."""

    member: Hex32
    choice: Choice
    reason: Hex32 | None
    helper: Hex32 | None


@body
class Item:
    """What the assembly said to one proposal; neither counts nor names: it talked about it."""

    proposal: Hex32
    counts: Counts | None
    positions: Rows[Named]

    @property
    def speaks(self) -> bool:
        """Whether any voice is recorded here."""
        return bool(self.positions) or (self.counts is not None and self.counts.total > 0)


@body
class Recording:
    """A member records an assembly; `text` are the minutes in words, `guests` are no members."""

    assembly: Hex32 | None
    text: Hex32
    held_at: Seconds
    ended_at: Seconds
    attendance: Rows[Hex32]
    guests: Count
    items: Annotated[tuple[Item, ...], Strict(strict=False), Len(0, MAX_AGENDA)]
    corrects: Hex32 | None


@body
class Countersigning:
    """Another member who was there: so it was."""

    minutes: Hex32


@body
class Contesting:
    """A member: so it was not. `reason` is a text or comment of hers."""

    minutes: Hex32
    reason: Hex32 | None


class MinutesState(Enum):
    """Where minutes are in their life; they are final when their time to be contested is over."""

    RECORDED = "recorded"
    STANDING = "standing"
    CONTESTED = "contested"
    CORRECTED = "corrected"


LIFE: dict[MinutesState, frozenset[MinutesState]] = {
    MinutesState.RECORDED: frozenset(
        {MinutesState.STANDING, MinutesState.CONTESTED, MinutesState.CORRECTED}
    ),
    MinutesState.STANDING: frozenset({MinutesState.CONTESTED, MinutesState.CORRECTED}),
    MinutesState.CONTESTED: frozenset({MinutesState.CORRECTED}),
    MinutesState.CORRECTED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One member's objection to minutes."""

    member: MemberId
    index: int
    received: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What became of one item where the minutes took effect.

    `code` says why the whole item counts for nothing, `dropped` why some of its names do.
    """

    code: str | None
    dropped: tuple[tuple[MemberId, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Minutes:
    """Minutes at their place; changed only by the fold.

    Attributes:
        rule: What the charter in force asked for when they were recorded.
        countersigned: Who countersigned, and the index of the entry.
        stands_since: Seconds; when they took effect.
        effects: By proposal, for every item that records a voice.
    """

    id: MessageId
    author: MemberId
    index: int
    leaf: bytes
    received: int
    body: Recording
    rule: AssemblyRule
    state: MinutesState = MinutesState.RECORDED
    countersigned: dict[MemberId, int] = field(default_factory=dict)
    contests: dict[MemberId, Contest] = field(default_factory=dict)
    stands_since: int | None = None
    effects: dict[MessageId, Effect] = field(default_factory=dict)
    corrected_by: MessageId | None = None

    @property
    def contest_until(self) -> int | None:
        """Seconds; when the time to contest is over. None before they take effect."""
        return None if self.stands_since is None else self.stands_since + self.rule.contest_s

    def is_final(self, now: int) -> bool:
        """Whether they stand, and nobody can contest them any more."""
        until = self.contest_until
        return self.state is MinutesState.STANDING and until is not None and until <= now


def minutes_of(act: Act[Recording], rule: AssemblyRule) -> Minutes:
    """What an entry records, before anybody has countersigned it."""
    return Minutes(
        id=act.id,
        author=MemberId(act.speaker),
        index=act.index,
        leaf=act.leaf,
        received=act.received,
        body=act.body,
        rule=rule,
    )


def require_minutes(minutes: Minutes, to: MinutesState) -> None:
    """The table allows this step now.

    Raises:
        Refused: It does not.
    """
    if to not in LIFE[minutes.state]:
        raise Refused("minutes-state", f"these minutes are {minutes.state.value}")


def check_recording(minutes: Minutes) -> None:
    """Times in order, everybody once, whoever records among them, each proposal once.

    Raises:
        Refused: One of these does not hold; the code says which.
    """
    recording = minutes.body
    if not recording.held_at <= recording.ended_at <= minutes.received:
        raise Refused("minutes-times", "an assembly starts, ends, and is recorded, in this order")
    if len(recording.attendance) > MAX_ATTENDANCE:
        most = f"at most {MAX_ATTENDANCE} members stand in one entry: record the others in another"
        raise Refused("attendance-long", most)
    if len(set(recording.attendance)) != len(recording.attendance):
        raise Refused("attendance-twice", "each member stands in the attendance once")
    _require_present(minutes, minutes.author)
    if len({item.proposal for item in recording.items}) != len(recording.items):
        raise Refused("item-twice", "a proposal stands in the minutes once")
    for item in recording.items:
        _check_names(minutes, item)


def _check_names(minutes: Minutes, item: Item) -> None:
    present = frozenset(minutes.body.attendance)
    for named in item.positions:
        if not present.issuperset({named.member, named.helper or named.member}):
            raise Refused("not-present", "who is named, and who helped her, stands in attendance")
        if named.helper == named.member:
            raise Refused("helper-herself", "the helper is somebody else")
    if len({named.member for named in item.positions}) != len(item.positions):
        raise Refused("voice-twice", "a voice is recorded once for each proposal")
    counted = 0 if item.counts is None else item.counts.total
    if counted + len(item.positions) > len(present):
        raise Refused("counts-over", "more voices are recorded than members were there")


def _require_present(minutes: Minutes, member: str) -> None:
    if member not in minutes.body.attendance:
        raise Refused("not-present", "only who was there records or countersigns")


def check_countersigning(minutes: Minutes, speaker: str) -> None:
    """Somebody else who was there, once, while the minutes are neither contested nor corrected.

    Raises:
        Refused: One of these does not hold.
    """
    if minutes.state is not MinutesState.STANDING:
        require_minutes(minutes, MinutesState.STANDING)
    if speaker == minutes.author:
        raise Refused("countersigns-herself", "another member countersigns")
    _require_present(minutes, speaker)
    if speaker in minutes.countersigned:
        raise Refused("countersigned-twice", "you have countersigned these minutes already")


def completes(minutes: Minutes) -> bool:
    """Whether the next countersignature is the last one needed."""
    missing = minutes.rule.witnesses - len(minutes.countersigned)
    return minutes.state is MinutesState.RECORDED and missing <= 1


def check_contesting(minutes: Minutes, act: Act[Contesting]) -> None:
    """Minutes that may still count, once by each member, and in time.

    Raises:
        Refused: One of these does not hold.
    """
    require_minutes(minutes, MinutesState.CONTESTED)
    if act.speaker in minutes.contests:
        raise Refused("contested-twice", "you have contested these minutes already")
    until = minutes.contest_until
    if until is not None and act.received >= until:
        raise Refused("contest-late", "the charter's time to contest these minutes is over")
