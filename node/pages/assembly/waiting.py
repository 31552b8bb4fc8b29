"""Minutes that wait for somebody: to be countersigned, or to be contested while there is time.

Pure; what the front page shows a member as hers to do.
"""

from dataclasses import dataclass
from typing import Literal

from protocol.book import Book
from protocol.decisions.minutes import LIFE, Minutes, MinutesState
from protocol.wire.digests import MemberId

Why = Literal["countersign", "named", "present"]
"""What a member can do: sign too, or look at what is said of her, or of a meeting she was at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMinutes:
    """Minutes, why they concern her, and until when she can do something about it.

    `until` is none where there is no end yet: nobody has countersigned.
    """

    minutes: Minutes
    why: Why
    until: int | None


def waiting_minutes(book: Book, member: MemberId, now: int) -> list[WaitingMinutes]:
    """What this member was at or is named in, and can still sign or contest; the newest first."""
    found = []
    for minutes in reversed(book.assemblies.minutes.values()):
        why = _why(minutes, member, now)
        if why is not None:
            until = minutes.contest_until
            found.append(WaitingMinutes(minutes=minutes, why=why, until=until))
    return found


def may_countersign(minutes: Minutes, member: MemberId) -> bool:
    """Whether her countersignature would be taken in."""
    return (
        minutes.state in (MinutesState.RECORDED, MinutesState.STANDING)
        and member != minutes.author
        and member in minutes.body.attendance
        and member not in minutes.countersigned
    )


def may_contest(minutes: Minutes, member: MemberId, now: int) -> bool:
    """Whether her contest would be taken in now."""
    until = minutes.contest_until
    return (
        MinutesState.CONTESTED in LIFE[minutes.state]
        and member not in minutes.contests
        and (until is None or now < until)
    )


def may_correct(minutes: Minutes, member: MemberId) -> bool:
    """Whether she may record them anew."""
    return minutes.author == member and minutes.state is not MinutesState.CORRECTED


def _why(minutes: Minutes, member: MemberId, now: int) -> Why | None:
    if minutes.state is MinutesState.RECORDED and may_countersign(minutes, member):
        return "countersign"
    is_open = may_contest(minutes, member, now)
    if not is_open or member == minutes.author or member in minutes.countersigned:
        return None
    if any(one.member == member for item in minutes.body.items for one in item.positions):
        return "named"
    return "present" if member in minutes.body.attendance else None
