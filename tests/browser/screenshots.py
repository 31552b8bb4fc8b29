"""`make screenshots`: every page as people see it, in a folder with an index to leaf through.

On a phone and on a desk, by day and by night, in Spanish and in English; as a member, and where a
member is not let in, as the operator.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page

from node.logs import set_up_logs
from node.pages.wording import LANGUAGES, Language
from tests.browser.chromium import chromium, keyring_module
from tests.browser.person import Person, meet
from tests.browser.prepared import ANA, Prepared, prepare
from tests.browser.speech import Plain
from tests.browser.walk import Address, addresses, steps, take, visit

FOLDER: Final = Path("screenshots")
_HEIGHTS: Final = {360: 740, 1280: 800}
_FOR_STRANGERS: Final = ("/", "/enter", "/join", "/found")
_STYLE: Final = (
    "body{font:1rem system-ui;margin:1rem}section{border-top:1px solid #999;padding:.5rem 0}"
    "figure{display:inline-block;margin:.25rem;vertical-align:top}figcaption{font-size:.8rem}"
    "img{border:1px solid #999;height:22rem;width:auto;max-width:30rem;object-fit:cover;"
    "object-position:top}"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at the pages."""

    language: Language
    width: int
    dark: bool

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{'dark' if self.dark else 'light'}"


LOOKS: Final = tuple(
    Look(language, width, dark)
    for language, width, dark in product(LANGUAGES, _HEIGHTS, (False, True))
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One picture."""

    address: Address
    look: Look
    who: str
    file: str


async def take_all(folder: Path) -> list[Taken]:
    """All pictures of all pages."""
    keyring = keyring_module()
    with tempfile.TemporaryDirectory(prefix="acuerdo-screenshots-") as name:
        async with prepare(Path(name), Plain()) as prepared, chromium() as browser:
            return [
                taken
                for look in LOOKS
                for taken in await _take(browser, keyring, prepared, look, folder)
            ]


async def _take(
    browser: Browser, keyring: str, prepared: Prepared, look: Look, folder: Path
) -> list[Taken]:
    people: dict[str, Person] = {}
    for role in ("stranger", "member", "operator"):
        people[role] = await meet(
            browser,
            prepared.place,
            keyring,
            language=look.language,
            width=look.width,
            height=_HEIGHTS[look.width],
            dark=look.dark,
        )
    await people["member"].sign_in(ANA)
    await people["operator"].operate()
    taken: list[Taken] = []

    async def shoot(who: str, address: Address, more: str = "") -> None:
        file = f"{address.slug}{more}.{look}.png"
        await _shoot(people[who].page, folder / file, _HEIGHTS[look.width], look.width)
        taken.append(Taken(address, look, who, file))

    for address in addresses(prepared):
        who = await _whoever_is_shown(people, address)
        if who is not None:
            await shoot(who, address)
        if who == "stranger" and await visit(people["member"], address):
            await shoot("member", address, "-member")
    for number, step in enumerate(steps(prepared)):
        await take(people["member"], step)
        await shoot("member", step.address, f"-step-{number}")
    for person in people.values():
        await person.context.close()
    return taken


async def _shoot(page: Page, file: Path, height: int, width: int) -> None:
    """The whole page: the window grows with it, so that the bar at the bottom stays there."""
    whole = await page.evaluate("document.documentElement.scrollHeight")
    await page.set_viewport_size({"width": width, "height": max(height, min(int(whole), 8_000))})
    await page.screenshot(path=file)
    await page.set_viewport_size({"width": width, "height": height})


async def _whoever_is_shown(people: dict[str, Person], address: Address) -> str | None:
    """Who sees the page and not another one, or a text for scripts."""
    order = ("member", "operator", "stranger")
    for who in reversed(order) if address.path in _FOR_STRANGERS else order:
        if who == "member" and address.path == "/enter":
            continue
        page = await visit(people[who], address)
        if page is None:
            return None
        if urlsplit(page.url).path == address.path:
            return who
    return None


def index(taken: Sequence[Taken]) -> str:
    """A page to leaf through them."""
    parts = [
        f"<!doctype html><meta charset=utf-8><title>Acuerdo</title><style>{_STYLE}</style>",
        f"<h1>{len({one.address for one in taken})} pages, {len(taken)} pictures</h1>",
    ]
    for address in dict.fromkeys(one.address for one in taken):
        parts.append(f"<section><h2>{escape(address.path)}</h2><p>{escape(address.route)}</p>")
        parts += [
            f'<figure><a href="{one.file}"><img loading=lazy src="{one.file}" alt=""></a>'
            f"<figcaption>{one.look} ({one.who})</figcaption></figure>"
            for one in taken
            if one.address == address
        ]
        parts.append("</section>")
    return "\n".join(parts)


def main() -> int:
    """Take them."""
    set_up_logs("error", "console")
    began = time.monotonic()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    taken = asyncio.run(take_all(FOLDER))
    (FOLDER / "index.html").write_text(index(taken), "utf-8")
    sys.stdout.write(f"{len(taken)} pictures in {time.monotonic() - began:.0f} s: {FOLDER}/\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
