"""Every page, for people who see little, hold a small phone, or have no pointer: WCAG 2.2 AA."""

from dataclasses import dataclass
from typing import Literal

import pytest

from node.pages.wording import Language
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.browser.prepared import ANA, Prepared
from tests.browser.seeing import findings, focused, too_small, too_wide
from tests.browser.walk import look_at_all

Who = Literal["stranger", "member", "operator"]


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at every page, and how."""

    who: Who
    language: Language = "es"
    dark: bool = False
    width: int = 360
    scale: float = 1
    wcag: bool = True

    def __str__(self) -> str:
        scheme = "dark" if self.dark else "light"
        return f"{self.who}-{self.language}-{scheme}-{self.width}"

    async def come(self, person: Meet, prepared: Prepared) -> Person:
        came = await person(
            prepared.place,
            language=self.language,
            dark=self.dark,
            width=self.width,
            scale=self.scale,
        )
        match self.who:
            case "member":
                await came.sign_in(ANA)
            case "operator":
                await came.operate()
            case "stranger":
                pass
        return came


VISITORS = (
    Visitor("member", "es"),
    Visitor("member", "en", dark=True),
    Visitor("operator", "en"),
    Visitor("operator", "es", dark=True),
    Visitor("stranger", "es", dark=True),
    Visitor("stranger", "en"),
    # At twice the size, on a window of 640 pixels.
    Visitor("member", "es", width=320, scale=2, wcag=False),
    Visitor("member", "en", width=1280, wcag=False),
    Visitor("operator", "es", width=320, scale=2, wcag=False),
)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("visitor", VISITORS, ids=str)
async def test_every_page_can_be_read_and_used(
    visitor: Visitor, prepared: Prepared, person: Meet
) -> None:
    came = await visitor.come(person, prepared)
    found: list[str] = []
    async for address, page in look_at_all(came, prepared):
        held = await too_wide(page) + await too_small(page)
        if visitor.wcag:
            held += await findings(page)
        found += [f"{address.path}: {one}" for one in held]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


async def test_the_way_past_the_bar_is_the_first_stop(prepared: Prepared, person: Meet) -> None:
    ana = await (await person(prepared.place, language="en")).sign_in(ANA)
    page = await ana.go("/")
    await page.keyboard.press("Tab")
    first = await focused(page)
    assert first is not None
    assert "#content" in first["html"]
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"
