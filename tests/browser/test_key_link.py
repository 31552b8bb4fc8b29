"""A link that carries a key, as a kept demo prints it: who opens it decides, and votes at once."""

from playwright.async_api import expect

from protocol.wire.text import b64url_encode
from tests.browser.conftest import Meet
from tests.browser.hand import Hand
from tests.browser.place import Place
from tests.browser.speech import Plain


def link_of(place: Place, member: int) -> str:
    return f"{place.url}/me/key#key={b64url_encode(place.seed(member))}"


async def test_a_newcomer_votes_at_once_with_a_key_from_a_link(place: Place, person: Meet) -> None:
    proposal = await Hand(place, Plain()).vote("vote", "-a-")
    guest = await person(place, language="en")
    page = guest.page
    await page.goto(link_of(place, 2))
    await expect(page.locator(".carried")).to_be_visible()
    assert "#" not in page.url, "the key is out of the address bar"
    assert await page.get_attribute("body", "data-member") == ""
    await page.click("form.restore button.main")
    await page.wait_for_url(f"{place.url}/me")
    await page.click("a.who")
    await page.click(f"main a[href^='/p/{proposal}']")
    await page.check("[name=choice][value=agree]")
    await page.click("main form button.main")
    await page.click("form.act button.main:enabled")
    await page.wait_for_url("**/receipt/*")
    held = place.node.books.own.decisions.proposal(proposal).positions
    assert held[place.village.members[2]].choice == "agree"


async def test_a_link_never_takes_the_place_of_a_key_that_is_here(
    place: Place, person: Meet
) -> None:
    ana = await (await person(place)).sign_in(0)
    page = ana.page
    await page.goto(link_of(place, 1))
    await expect(page.locator(".carried")).to_be_visible()
    await expect(page.locator("[name=shared][value=no]")).to_be_disabled()
    await ana.go("/")
    assert await page.get_attribute("body", "data-member") == place.village.members[0]


async def test_a_link_with_rubbish_in_it_is_the_page_without_it(place: Place, person: Meet) -> None:
    guest = await person(place)
    for rubbish in ("key=", "key=AAAA", "key=" + "~" * 43, "seed"):
        await guest.go("/safety")
        await guest.page.goto(f"{place.url}/me/key#{rubbish}")
        await expect(guest.page.locator("form.restore button.main")).to_be_enabled()
        await expect(guest.page.locator(".carried")).to_be_hidden()
        assert await guest.page.input_value("#words") == ""
