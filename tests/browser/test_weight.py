"""What a ballot weighs on the wire, and that it is cast over a network as slow as 2G.

Counted by the browser itself: all bytes that come in for a page, its headers with it.
"""

import time
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import CDPSession

from tests.browser.conftest import Measured, Meet
from tests.browser.hand import DAY_S, Hand
from tests.browser.person import Person
from tests.browser.place import Place
from tests.browser.speech import Plain

FIRST_VISIT: Final = 30_000
LATER_VISIT: Final = 8_000
WHOLE_VOTE: Final = 50_000
"""With the receipt and the code that checks it, in a browser that never saw this node's pages."""
_SLOW: Final = {
    "offline": False,
    "latency": 800,
    "downloadThroughput": 50_000 / 8,
    "uploadThroughput": 50_000 / 8,
    "connectionType": "cellular2g",
}
_PATIENCE_S: Final = 60


class Wire:
    """What comes in, as the browser's own tools count it."""

    def __init__(self, tools: CDPSession) -> None:
        self.tools = tools
        self.bytes = 0
        self.requests = 0
        tools.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])
        self.requests += 1

    def reset(self) -> None:
        self.bytes = self.requests = 0


async def wire_of(person: Person) -> Wire:
    tools = await person.context.new_cdp_session(person.page)
    await tools.send("Network.enable")
    return Wire(tools)


@pytest_asyncio.fixture(loop_scope="session")
async def ballot(place: Place) -> str:
    """The path of an open proposal with what proposals usually hold."""
    hand = Hand(place, Plain())
    for number, name in enumerate(("Ana", "Bento", "Carla")):
        await hand.say(number, "member/profile", {"name": name}, "community")
    proposal = await hand.vote("vote", "-ad", lasts_s=DAY_S)
    await hand.comment(proposal, "question", 1)
    return f"/p/{proposal}"


async def test_a_ballot_is_light(
    place: Place, ballot: str, person: Meet, record_property: Measured
) -> None:
    ana = await (await person(place)).sign_in(0)
    wire = await wire_of(ana)
    for path in (f"{ballot}/vote", ballot):
        await wire.tools.send("Network.clearBrowserCache")
        wire.reset()
        await ana.page.goto(ana.base + path, wait_until="networkidle")
        first, requests = wire.bytes, wire.requests
        assert 0 < first < FIRST_VISIT, path
        wire.reset()
        await ana.page.goto(ana.base + path, wait_until="networkidle")
        assert 0 < wire.bytes < LATER_VISIT, path
        name = "ballot" if path.endswith("vote") else "proposal"
        told = f"{name}: {first} bytes in {requests} answers, on a later visit {wire.bytes}"
        record_property("measured", told)


@pytest.mark.timeout(180)
async def test_a_vote_is_cast_over_a_very_slow_network(
    place: Place, ballot: str, person: Meet, record_property: Measured
) -> None:
    ana = await (await person(place)).sign_in(0)
    ana.context.set_default_timeout(_PATIENCE_S * 1_000)
    wire = await wire_of(ana)
    await wire.tools.send("Network.clearBrowserCache")
    await wire.tools.send("Network.emulateNetworkConditions", _SLOW)
    wire.reset()
    began = time.monotonic()
    await ana.page.goto(f"{ana.base}{ballot}/vote", wait_until="commit")
    await ana.page.locator("form [name=choice]").first.wait_for()
    readable = time.monotonic() - began
    choosing = wire.bytes
    await ana.page.check("[name=choice][value=agree]")
    await ana.page.click("main form button.main")
    await ana.page.locator("form.act button.main:enabled").wait_for()
    checking = wire.bytes - choosing
    await ana.page.click("form.act button.main")
    await ana.page.wait_for_url("**/receipt/*", wait_until="commit")
    whole = time.monotonic() - began
    told = f"at 50 kbit/s and 800 ms: readable in {readable:.1f} s, acknowledged in {whole:.1f} s"
    weight = f"{choosing} bytes to choose, {checking} to check and sign, {wire.bytes} in all"
    record_property("measured", f"{told}; {weight}")
    assert choosing < FIRST_VISIT
    assert checking < FIRST_VISIT
    assert wire.bytes < WHOLE_VOTE
    assert whole < _PATIENCE_S
    (proposal,) = place.node.books.own.decisions.proposals.values()
    assert len(proposal.positions) == 3
