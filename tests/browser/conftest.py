"""Real pages in a real browser: Debian's Chromium, driven by Playwright, on nodes that answer here.

All of a run shares one browser process and one event loop; every person has a context of her own.
At the end of a test nothing may have gone wrong in anybody's browser that the test did not expect:
no error in the console, no broken policy, no request to somebody else, no status of 400 or more.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import chromium, keyring_module
from tests.browser.person import Person, meet
from tests.browser.place import Place, free_folder, open_place
from tests.browser.prepared import Prepared, prepare
from tests.browser.speech import Hostile, Plain

HERE = Path(__file__).parent
OpenPlace = Callable[..., Awaitable[Place]]
Meet = Callable[..., Awaitable[Person]]
Measured = Callable[[str, object], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A browser lives in one event loop, so all its tests do.
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was measured: `record_property("measured", "...")`."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, told in report.user_properties:
            if name == "measured" and report.when == "call":
                terminalreporter.write_line(f"measured: {told}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The one browser process of this run."""
    async with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def keyring() -> str:
    """The text of the page's own keyring, for whoever is to have a key."""
    return keyring_module()


@pytest_asyncio.fixture(loop_scope="session")
async def served(tmp_path: Path) -> AsyncIterator[OpenPlace]:
    """Found a community and serve it: `await served(name=..., members=3, charter=...)`."""
    async with AsyncExitStack() as stack:

        async def serve(**options: object) -> Place:
            opening = open_place(free_folder(tmp_path), **options)  # type: ignore[arg-type]
            return await stack.enter_async_context(opening)

        yield serve


@pytest_asyncio.fixture(loop_scope="session")
async def place(served: OpenPlace) -> Place:
    """A village of three with a node of its own, for this test alone."""
    return await served()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prepared]:
    """A community in which everything has happened once; nobody may change it."""
    async with prepare(tmp_path_factory.mktemp("prepared"), Plain()) as everything:
        yield everything


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def beset(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prepared]:
    """The same, in the words of somebody who wants to break in."""
    async with prepare(tmp_path_factory.mktemp("beset"), Hostile()) as everything:
        yield everything


@pytest_asyncio.fixture(loop_scope="session")
async def person(browser: Browser, keyring: str) -> AsyncIterator[Meet]:
    """Somebody with a browser: `await person(place, language="es", width=360, dark=False)`."""
    met: list[Person] = []

    async def introduce(place: Place, **profile: object) -> Person:
        met.append(await meet(browser, place, keyring, **profile))  # type: ignore[arg-type]
        return met[-1]

    yield introduce
    for one in met:
        await one.context.close()
    assert not [trouble for one in met for trouble in one.troubles]
