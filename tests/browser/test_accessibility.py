"""Every page, for people who see little, hold a small phone, or have no pointer: WCAG 2.2 AA."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Literal

import pytest

from node.pages.wording import Language
from tests.browser.conftest import Meet
from tests.browser.hand import Hand
from tests.browser.person import Person
from tests.browser.place import Place
from tests.browser.prepared import ANA, Prepared
from tests.browser.seeing import findings, focused, tab_to, too_small, too_wide
from tests.browser.speech import Plain
from tests.browser.walk import look_at_all

Who = Literal["stranger", "member", "operator"]


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at every page; not everybody has to look at everything."""

    who: Who
    language: Language
    wcag: bool = True

    def __str__(self) -> str:
        return f"{self.who} ({self.language})"

    async def come(self, person: Meet, prepared: Prepared) -> Person:
        # So high that the bar at the bottom lies over nothing: what has the focus is scrolled out
        # from under it, and that is tested with keys.
        came = await person(prepared.place, language=self.language, height=_HIGH)
        match self.who:
            case "member":
                await came.sign_in(ANA)
            case "operator":
                await came.operate()
            case "stranger":
                pass
        return came


_HIGH: Final = 6_000
_WIDTHS: Final = (320, 1_280, 360)
"""A window of 640 pixels at twice the size, a desk, a phone."""
VISITORS: Final = (
    Visitor("member", "es"),
    Visitor("operator", "en"),
    Visitor("stranger", "es"),
    Visitor("member", "en", wcag=False),
)


@pytest.mark.timeout(900)
async def test_every_page_can_be_read_and_used(prepared: Prepared, person: Meet) -> None:
    at_once = asyncio.Semaphore(2)

    async def look(visitor: Visitor) -> list[str]:
        async with at_once:
            came = await visitor.come(person, prepared)
            return [one async for one in _faults(visitor, came, prepared)]

    found = await asyncio.gather(*(look(visitor) for visitor in VISITORS))
    if any(found):
        pytest.fail("\n".join(one for many in found for one in many), pytrace=False)


async def _faults(visitor: Visitor, came: Person, prepared: Prepared) -> AsyncIterator[str]:
    async for address, page in look_at_all(came, prepared):
        held = await too_small(page)
        if visitor.wcag:
            held += await findings(page)
            # What is not a matter of colour is the same by night as by day.
            await page.emulate_media(color_scheme="dark")
            held += [f"by night: {one}" for one in await findings(page, colours=True)]
            await page.emulate_media(color_scheme="light")
        for width in _WIDTHS:
            await page.set_viewport_size({"width": width, "height": _HIGH})
            held += [f"at {width} pixels: {one}" for one in await too_wide(page)]
        for one in held:
            yield f"{visitor} {address.path}: {one}"


async def test_the_way_past_the_bar_is_the_first_stop(prepared: Prepared, person: Meet) -> None:
    ana = await (await person(prepared.place, language="en")).sign_in(ANA)
    page = await ana.go("/")
    await page.keyboard.press("Tab")
    first = await focused(page)
    assert first is not None
    assert "#content" in first["html"]
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"


async def test_a_vote_by_keys_alone(place: Place, person: Meet) -> None:
    hand = Hand(place, Plain())
    proposal = await hand.vote("vote", "-a-")
    ana = await (await person(place, language="en")).sign_in(ANA)
    page = await ana.go("/")
    await tab_to(page, f"main a[href^='/p/{proposal}']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/p/{proposal}/vote")
    await tab_to(page, "[name=choice]")
    await page.keyboard.press("Space")
    assert await page.locator("[name=choice][value=agree]").is_checked()
    await page.keyboard.press("ArrowDown")
    assert await page.locator("[name=choice][value=disagree]").is_checked()
    await tab_to(page, "main form button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/p/{proposal}/check")
    await page.locator("form.act button.main:enabled").wait_for()
    await tab_to(page, "form.act button.main")
    await page.keyboard.press("Space")
    await page.wait_for_url("**/receipt/*")
    held = place.node.books.own.decisions.proposal(proposal).positions
    assert held[place.village.members[ANA]].choice == "disagree"
