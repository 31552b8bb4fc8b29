"""An assembly in a room, in real browsers: followed live, recorded, contested, corrected."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from node.pages.moments import Moments
from node.pages.wording import Language
from protocol.decisions.proposal import State
from protocol.wire.digests import MessageId
from tests.browser.conftest import Meet, OpenPlace
from tests.browser.hand import Hand
from tests.browser.person import Person
from tests.browser.place import MovedClock, Place
from tests.browser.seeing import findings, too_small, too_wide
from tests.browser.speech import Plain

ANA, BENTO, CARLA, DORA = range(4)
NAMES = ("Ana", "Bento", "Carla", "Dora")
HOUSEHOLDS = ("los-olivos", "los-olivos", "la-loma", None)
TALL = 4_000
"""Of a window in which the bar at the bottom covers nothing."""
_MINUTES = re.compile(r"/minutes/[0-9a-f]{64}")
OTHER: dict[Language, Language] = {"es": "en", "en": "es"}


@dataclass
class Assembly:
    """Called for a moment ago; on its agenda a vote that opened an hour before, and a draft."""

    place: Place
    vote: MessageId
    call: MessageId

    def moment(self, ago_s: int) -> str:
        now = self.place.node.clock.now()
        return Moments("en", self.place.node.settings.timezone, now).field(now - ago_s)


async def called(served: OpenPlace) -> Assembly:
    ids: dict[str, MessageId] = {}

    async def before(place: Place) -> None:
        clock, hand = place.node.clock, Hand(place, Plain())
        assert isinstance(clock, MovedClock)
        for number, name in enumerate(NAMES):
            await hand.say(number, "member/profile", {"name": name}, "community")
        ids["vote"] = await hand.vote("vote", "----")
        ids["call"] = await hand.say(
            ANA,
            "assembly/convene",
            {
                "text": await hand.publish("talk"),
                "starts_at": clock.now() + 1_800,
                "agenda": [ids["vote"], await hand.draft("debate")],
                "replaces": None,
            },
        )
        clock.behind_s = 0

    place = await served(
        members=len(NAMES), households=HOUSEHOLDS, clock=MovedClock(3_600), before=before
    )
    return Assembly(place, ids["vote"], ids["call"])


async def sign(page: Page) -> str:
    """Press the button and come to minutes; their id."""
    await page.click("form.act button.main")
    await page.wait_for_url(lambda url: _MINUTES.fullmatch(urlsplit(url).path) is not None)
    return urlsplit(page.url).path.removeprefix("/minutes/")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - a whole node works meanwhile
            await asyncio.sleep(0.02)


async def looked_at(page: Page) -> None:
    """Readable and usable, once it is whole."""
    await page.wait_for_load_state("load")
    found = await findings(page) + await too_small(page) + await too_wide(page)
    assert found == []


async def fill_record(page: Page, assembly: Assembly) -> None:
    """The secretary types everything but the counts."""
    await page.fill("#held-at", assembly.moment(1_200))
    await page.fill("#ended-at", assembly.moment(0))
    for name in ("Bento", "Carla"):
        await page.locator(".people-list label", has_text=name).locator("input").check()
    await expect(page.locator(".tally .people")).to_have_text("3")
    await expect(page.locator(".tally .households")).to_have_text("2")
    await page.fill("#who-0-0", "Carla")
    await page.select_option("#says-0-0", "disagree")
    await page.fill("#help-0-0", "Bento")
    await page.fill("#why-0-0", "Falta el agua.")
    await page.fill("textarea[name^='text-']:visible >> nth=0", "Hablamos del agua.")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["es", "en"])
async def test_from_the_room_to_the_decision(
    language: Language, served: OpenPlace, person: Meet
) -> None:
    assembly = await called(served)
    place = assembly.place
    ana = await (await person(place, language=language, width=1280, height=TALL)).sign_in(ANA)
    bento = await (await person(place, language=OTHER[language], height=TALL)).sign_in(BENTO)
    dora = await (await person(place, language=language, dark=True, height=TALL)).sign_in(DORA)
    await follow(ana, assembly)
    await draft(ana, assembly)
    minutes = await record(ana, assembly)
    await sign_too(bento, minutes)
    await contest(dora, minutes)
    corrected = await correct(ana, minutes)
    await sign_too(bento, corrected)
    await ana.go(f"/minutes/{minutes}")
    await expect(ana.page.locator(f"a[href='/minutes/{corrected}']").first).to_be_visible()
    await closes(assembly)
    await looked_at(await ana.go(f"/minutes/{corrected}"))
    await on_paper(ana, corrected)


async def follow(ana: Person, assembly: Assembly) -> None:
    """The screen follows a vote on a phone by itself; what is counted goes into the draft."""
    place = assembly.place
    page = await ana.go(f"/assemblies/{assembly.call}/live")
    spoken = page.locator(".live-tally .big").first
    await expect(spoken).to_contain_text("0")
    await until(lambda: place.app.state.streams.total == 1)
    await place.node.journal.submit(place.village.position(DORA, assembly.vote))
    await expect(spoken).to_contain_text("1", timeout=3_000)
    await page.fill("#hand", "Carla")
    await page.click(".raise button")
    await expect(page.locator(".hands .name")).to_have_text("Carla")
    await page.click(".run")
    await expect(page.locator(".clock")).to_have_text("0:01", timeout=4_000)
    await page.locator("form.count:visible input[name=agree]").fill("2")
    await page.click("form.count:visible button")
    await expect(page.locator("form.count:visible .noted")).to_be_visible()
    await looked_at(page)


async def draft(ana: Person, assembly: Assembly) -> None:
    """What the secretary typed survives a reload and a lost connection."""
    page = await ana.go(f"/assemblies/{assembly.call}/record")
    await until(lambda: assembly.place.app.state.streams.total == 0)
    await expect(page.locator("#count-0-agree")).to_have_value("2")
    await fill_record(page, assembly)
    await page.click(".names .add >> nth=0")
    await expect(page.locator("#who-0-1")).to_be_focused()
    await expect(page.locator(".kept")).to_be_visible()
    await asyncio.sleep(0.5)  # typing has come to rest
    await page.reload()
    await expect(page.locator(".restored")).to_be_visible()
    await expect(page.locator("#why-0-0")).to_have_value("Falta el agua.")
    await expect(page.locator(".tally .people")).to_have_text("3")
    await looked_at(page)
    await ana.context.set_offline(True)
    await page.click("form.record button.main")
    await expect(page.locator(".offline")).to_be_visible()
    await ana.context.set_offline(False)


async def record(ana: Person, assembly: Assembly) -> str:
    """It is checked and signed, and the draft has done its work."""
    page = ana.page
    await page.click("form.record button.main")
    await expect(page.locator("form.act")).to_be_visible()
    await looked_at(page)
    minutes = await sign(page)
    await expect(page.locator("[data-recorded]")).to_be_visible()
    await ana.go(f"/assemblies/{assembly.call}/record")
    await expect(page.locator(".restored")).to_be_hidden()
    await expect(page.locator("#count-0-agree")).to_have_value("")
    return minutes


async def sign_too(bento: Person, minutes: str) -> None:
    """Somebody else who was there, on a phone."""
    await bento.go(f"/minutes/{minutes}")
    await bento.page.click("a[href$='/countersign']")
    await bento.page.wait_for_url("**/countersign")
    await looked_at(bento.page)
    assert await sign(bento.page) == minutes


async def contest(dora: Person, minutes: str) -> None:
    """A member who was not there says why it was not so, in time."""
    page = await dora.go(f"/minutes/{minutes}/contest")
    await looked_at(page)
    await page.fill("#reason", "Carla no dijo eso.")
    await page.click("form[action$='/contest'] button.main")
    await expect(page.locator("form.act")).to_be_visible()
    await looked_at(page)
    await sign(page)
    await expect(page.get_by_text("Carla no dijo eso.")).to_be_visible()
    await looked_at(page)


async def correct(ana: Person, minutes: str) -> str:
    """New minutes that begin with the old ones."""
    page = await ana.go(f"/minutes/{minutes}/correct")
    await expect(page.locator("#count-0-agree")).to_have_value("2")
    await page.fill("#count-0-agree", "1")
    await page.fill("#count-0-abstain", "1")
    await page.click("form.record button.main")
    return await sign(page)


async def closes(assembly: Assembly) -> None:
    """The time to contest is over: the decision closes, with the voices of the room in it."""
    place = assembly.place
    clock = place.node.clock
    proposal = place.node.books.own.decisions.proposal(assembly.vote)
    assert isinstance(clock, MovedClock)
    assert proposal.state is State.OPEN
    clock.behind_s -= 700
    await place.node.journal.submit(place.village.text(DORA, "Ya pasó el tiempo"))
    await until(lambda: proposal.state is State.ADOPTED)
    assert proposal.outcome is not None
    tally = proposal.outcome.tally
    assert (tally.agree, tally.disagree, tally.abstain) == (2, 1, 1)


async def on_paper(ana: Person, minutes: str) -> None:
    """There is nothing to press, and a line for each signature."""
    page = await ana.go(f"/minutes/{minutes}/print")
    await looked_at(page)
    await page.emulate_media(media="print")
    for gone in ("nav.bottom", ".back", ".no-print"):
        await expect(page.locator(gone).first).to_be_hidden()
    await expect(page.locator(".attendance .signed").first).to_be_visible()


async def test_without_script_everything_goes_back_and_forth(
    served: OpenPlace, person: Meet
) -> None:
    assembly = await called(served)
    ana = await (await person(assembly.place, language="es")).sign_in(ANA)
    cookies = await ana.context.cookies()
    plain = await person(assembly.place, language="es", script=False)
    await plain.context.add_cookies(cookies)  # type: ignore[arg-type]
    plain.forgive(r"status 422: /assemblies/")
    plain.forgive(r"request failed: \S+\.js: csp$")  # scripts are switched off
    page = await plain.go(f"/assemblies/{assembly.call}/record")
    await page.check("#what-0 input[value=voices]")
    await page.fill("#held-at", assembly.moment(1_200))
    await page.fill("#ended-at", assembly.moment(0))
    await page.fill("#who-0-0", "Nadie")
    await page.click(".names .add >> nth=0")
    await expect(page.locator("#who-0-0")).to_have_value("Nadie")
    await expect(page.locator("#who-0-1")).to_be_visible()
    await page.click("form.record button.main")
    await expect(page.locator("#who-0-0-wrong")).to_be_visible()
    await expect(page.locator("#who-0-0")).to_have_value("Nadie")
    page = await plain.go(f"/assemblies/{assembly.call}/live")
    assert await page.locator("noscript meta, meta[http-equiv=refresh]").count() == 1
