"""A village in which a vote opened an hour ago, and its secretary's form."""

from dataclasses import dataclass

from node.pages.assembly.common import ref_of
from node.pages.moments import Moments
from node.ports import SystemClock
from protocol.wire.digests import MessageId
from tests.node.api.house import House
from tests.node.api.story import draft, open_vote
from tests.pages.browse import Browser

HOUR_S = 3_600
Fields = list[tuple[str, str]]


class LateClock(SystemClock):
    """The machine's clock, an hour behind until people meet."""

    behind_s = HOUR_S

    def now(self) -> int:
        return super().now() - self.behind_s


@dataclass
class Room:
    """Where people met just now; `vote` has been open for an hour, `talk` is only a draft."""

    house: House
    vote: MessageId
    talk: MessageId

    def member(self, number: int) -> str:
        return self.house.village.members[number]

    def field(self, ago_s: int = 0) -> str:
        now = self.house.node.clock.now()
        return Moments("en", self.house.node.settings.timezone, now).field(now - ago_s)

    def form(self, *items: Fields, present: tuple[int, ...] = (0, 1, 2), **more: str) -> Fields:
        """What the secretary types; an item is the fields of one proposal."""
        fields = [
            ("held-at", self.field(1_800)),
            ("ended-at", self.field()),
            ("guests", "2"),
            ("title-en", "We met under the ceiba"),
            ("text-en", "Water, and who mends the pump."),
            *(("present", ref_of(self.member(number))) for number in present),
            *(pair for item in items for pair in item),
        ]
        changed = {name.replace("_", "-"): value for name, value in more.items()}
        kept = [pair for pair in fields if pair[0] not in changed]
        return kept + [(name, value) for name, value in changed.items() if value]

    def item(self, number: int, what: str, proposal: str = "", **counts: str) -> Fields:
        return [
            (f"item-{number}", proposal or self.vote),
            (f"what-{number}", what),
            *((f"count-{number}-{choice}", hands) for choice, hands in counts.items()),
        ]

    def named(
        self, item: int, row: int, who: int, says: str, *, why: str = "", help_by: int | None = None
    ) -> Fields:
        helper = "" if help_by is None else self.member(help_by)
        place = f"{item}-{row}"
        return [
            (f"who-{place}", self.member(who)),
            (f"says-{place}", says),
            (f"why-{place}", why),
            (f"help-{place}", helper),
        ]


async def open_room(house: House) -> Room:
    """An hour ago voting opened on one proposal, and another was drafted."""
    clock = house.node.clock
    assert isinstance(clock, LateClock)
    vote = await draft(house, "Reparar la bomba de agua")
    await open_vote(house, vote)
    talk = await draft(house, "Una escuela nueva")
    clock.behind_s = 0
    return Room(house, vote, talk)


async def recorded(browser: Browser, fields: list[tuple[str, str]]) -> MessageId:
    """What the secretary's form leads to, signed."""
    page = await browser.post("/assemblies/record", fields)
    assert page.status == 200, page.words
    return MessageId((await browser.sign(page))[-1])
