"""The facilitator's screen follows the ledger, few screens at once, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from starlette.types import Message

from node.api.problems import Problem
from node.pages.assembly.streams import MOST, MOST_EACH, Streams
from tests.node.api.house import House
from tests.node.api.story import convene, draft, open_vote, take
from tests.pages.browse import HOST, Browser


@dataclass
class Stream:
    """What came over one connection that stays open."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    text: str = ""
    came: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.text += message.get("body", b"").decode()
            self.came.set()

    async def until(self, *parts: str) -> None:
        """Wait for the words to come, after whatever was waited for before."""
        async with asyncio.timeout(10):
            while not all(part in self.text for part in parts):
                self.came.clear()
                await self.came.wait()


@asynccontextmanager
async def following(browser: Browser, path: str) -> AsyncIterator[Stream]:
    stream = Stream()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", HOST.encode()), (b"cookie", cookie.encode())],
        "client": (browser.address, 40_000),
        "server": (HOST, 80),
    }
    serving = asyncio.create_task(browser.house.app(scope, stream.receive, stream.send))
    try:
        yield stream
    finally:
        stream.gone.set()
        await asyncio.wait_for(serving, 10)


async def test_a_vote_on_a_phone_is_on_the_screen_at_once(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    call = await convene(house, proposal)
    page = await ana.get(f"/assemblies/{call}/live")
    assert page.has("0 of 3 voices have spoken", "2 more must take part (2 are needed)")
    assert '<noscript><meta http-equiv="refresh"' in page.text
    async with following(ana, f"/assemblies/{call}/live/events") as stream:
        await stream.until("event: tallies", "0 of 3 voices")
        assert stream.status == 200
        assert stream.headers[b"content-type"].startswith(b"text/event-stream")
        assert stream.headers[b"cache-control"] == b"no-store"
        await take(house, 1, proposal)
        await stream.until("1 of 3 voices", "1 more must take part")
        assert house.app.state.streams.total == 1
        # What changes nothing on the screen is not sent.
        before = stream.text
        await draft(house, "Otra cosa")
        await asyncio.sleep(0.5)
        assert stream.text == before
        await take(house, 2, proposal)
        await stream.until("2 of 3 voices", "enough take part (2 are needed)")
    assert house.app.state.streams.total == 0


async def test_so_many_screens_and_no_more(house: House, ana: Browser) -> None:
    call = await convene(house)
    path = f"/assemblies/{call}/live/events"
    async with following(ana, path) as one, following(ana, path) as two:
        await one.until("event: tallies")
        await two.until("event: tallies")
        third = await ana.get(path)
        assert (third.status, third.headers["retry-after"]) == (503, "20")
        assert third.has("Too many screens follow at once.", "streams-many")
    async with following(ana, path) as again:
        await again.until("event: tallies")


def test_the_room_for_all_is_bounded_too() -> None:
    streams = Streams()
    with ExitStack() as stack:
        for number in range(MOST):
            streams.require_room(bytes([number]))
            stack.enter_context(streams.one_more(bytes([number])))
        with pytest.raises(Problem, match="streams-many"):
            streams.require_room(b"one more")
        assert streams.total == MOST > MOST_EACH
    streams.require_room(b"one more")


async def test_a_stream_is_for_members(house: House, visitor: Browser) -> None:
    call = await convene(house)
    page = await visitor.get(f"/assemblies/{call}/live/events")
    assert page.location == f"/enter?to=/assemblies/{call}/live/events"
