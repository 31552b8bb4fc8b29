"""Real pages in a real browser: Debian's Chromium, driven by Playwright, on nodes that answer here.

All of a run shares one browser process and one event loop; every person has a context of her own.
At the end of a test nothing may have gone wrong in anybody's browser that the test did not expect:
no error in the console, no broken policy, no request to somebody else, no status of 400 or more.
"""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.person import Person, meet
from tests.browser.place import LAN_HOST, Place, free_folder, open_place
from tests.browser.prepared import Prepared, prepare
from tests.browser.speech import Hostile, Plain

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "node" / "pages" / "web"
_NAMES = f"MAP {LAN_HOST} 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost"
"""The village's name leads here, and all others nowhere."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    f"--host-resolver-rules={_NAMES}",
)

OpenPlace = Callable[..., Awaitable[Place]]
Meet = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A browser lives in one event loop, so all its tests do.
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def chromium_path() -> str:
    """The browser that is there; a test without one has failed, not been skipped."""
    named = os.environ.get("ACUERDO_CHROMIUM", "")
    found = named if os.access(named, os.X_OK) else shutil.which("chromium")
    if found is None:
        pytest.fail("there is no Chromium: `make browser`, or apt install chromium", pytrace=False)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The one browser process of this run."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=chromium_path(), args=list(FLAGS), chromium_sandbox=False
        )
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
def keyring() -> str:
    """The text of device/keyring.js and what it needs, with its own names."""
    script = (
        "import('./build.mjs').then(({ bundle }) => bundle(['device/keyring.js']))"
        ".then((files) => process.stdout.write([...files.values()][0].text))"
    )
    node = shutil.which("node")
    assert node, "Node.js is needed (deploy/web says how to get it)"
    done = subprocess.run(  # noqa: S603 - our own script
        [node, "-e", script, "-"], cwd=WEB, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


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
