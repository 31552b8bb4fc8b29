"""The browser: Debian's Chromium, without a window, that knows one name and this machine."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright

from tests.browser.place import LAN_HOST

WEB: Final = Path(__file__).parents[2] / "node" / "pages" / "web"
_NAMES: Final = f"MAP {LAN_HOST} 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost"
"""The village's name leads here, and all others nowhere."""
_FLAGS: Final = (
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


class NoBrowser(Exception):  # noqa: N818 - what is the case, not whose mistake it is
    """There is none, and tests do not pass for want of one."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser process, which ends with whoever asked for it.

    Raises:
        NoBrowser: None is installed.
    """
    path = _path()
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=path, args=list(_FLAGS), chromium_sandbox=False
        )
        try:
            yield opened
        finally:
            await opened.close()


def _path() -> str:
    named = os.environ.get("ACUERDO_CHROMIUM")
    found = shutil.which(named or "chromium")
    if found is None:
        raise NoBrowser("there is no Chromium: `make browser`, or apt install chromium")
    return found


def keyring_module() -> str:
    """device/keyring.js with all that it needs, under its own names: bundles shorten them."""
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
