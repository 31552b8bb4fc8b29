"""A key in a browser opens the door, on safe ground and over plain http on a village's network."""

from tests.browser.conftest import Meet
from tests.browser.place import Place


async def test_a_member_signs_in_with_the_key_of_her_browser(place: Place, person: Meet) -> None:
    ana = await (await person(place)).sign_in(0)
    assert await ana.page.evaluate("isSecureContext")
    assert not await ana.page.locator("body > .notice").count()


async def test_so_she_does_on_plain_http_without_webcrypto(place: Place, person: Meet) -> None:
    bento = await (await person(place, language="en", lan=True)).sign_in(1)
    assert not await bento.page.evaluate("isSecureContext || 'subtle' in crypto")
    assert await bento.page.locator("body > .notice a[href='/safety']").count() == 1


async def test_on_a_shared_phone_the_key_is_gone_with_the_tab(place: Place, person: Meet) -> None:
    carla = await person(place)
    await carla.keep_key(2, shared=True)
    another = await carla.context.new_page()
    await another.goto(f"{place.url}/enter")
    await another.locator(".enter .no-key").wait_for()
    await carla.go("/enter?to=/safety")
    await carla.page.wait_for_url(f"{place.url}/safety")


async def test_a_member_at_the_operators_door_is_not_sent_in_circles(
    place: Place, person: Meet
) -> None:
    ana = await (await person(place)).sign_in(0)
    await ana.go("/admin")
    assert ana.page.url == f"{place.url}/enter/operator"
