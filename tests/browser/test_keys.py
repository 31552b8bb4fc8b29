"""Keys in real browsers: coming in, further devices, lost ones, words on paper, shared ones."""

import re
from dataclasses import replace

from playwright.async_api import Page, expect

from protocol.community.members import Standing
from protocol.wire.digests import MemberId
from tests.browser.conftest import Meet, OpenPlace
from tests.browser.person import Person
from tests.browser.place import Place
from tests.node.journal.village import village_charter

_SIGNED = "form.act button.main"


async def sign(page: Page) -> None:
    """The button of a check page, which carries the act; and wait until it leads elsewhere."""
    before = page.url
    await page.click(_SIGNED)
    await page.wait_for_url(lambda url: url != before)


async def link_of(page: Page) -> str:
    """The link that a page hands over; a picture of it stands beside it."""
    await page.locator(".handing .qr svg").wait_for()
    return await page.input_value(".handing .link")


async def invited(inviter: Person) -> str:
    """Somebody invites, by hand."""
    await inviter.go("/invite")
    await inviter.page.click("main form button.main")
    await sign(inviter.page)
    return await link_of(inviter.page)


async def write_down(page: Page) -> list[str]:
    """The words, copied from the screen; then three of them are typed, without accents."""
    await page.locator("[data-step=words] .words24 li").nth(23).wait_for()
    words = await page.locator("[data-step=words] .words24 li").all_inner_texts()
    await page.click(".written")
    for n in range(3):
        label = await page.inner_text(f"label[for=word-{n}]")
        found = re.search(r"\d+", label)
        assert found
        await page.fill(f"#word-{n}", words[int(found[0]) - 1])
    await page.click("form[data-step=check] button.main")
    return words


async def made_key(page: Page, link: str, name: str, *, shared: bool = False) -> list[str]:
    """Follow an invitation up to the last step; the recovery words."""
    await page.goto(link)
    await page.fill("#name", name)
    if shared:
        await page.check("[name=shared][value=yes]")
    await page.click("form[data-step=begin] button.main")
    return await write_down(page)


async def joined(newcomer: Person, link: str, name: str, *, shared: bool = False) -> list[str]:
    """All of it, up to the page that says how far she has come."""
    words = await made_key(newcomer.page, link, name, shared=shared)
    await newcomer.page.click("form[data-step=join] button.main")
    await newcomer.page.wait_for_url("**/newcomers/*")
    return words


def standing(place: Place, member: str) -> Standing:
    return place.node.books.own.membership.members[MemberId(member)].standing


def newcomer_id(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


async def test_an_invitation_by_link_and_a_second_sponsor(served: OpenPlace, person: Meet) -> None:
    """On plain http under the village's own name, where browsers have no WebCrypto."""
    rules = replace(village_charter(), admission=replace(village_charter().admission, sponsors=2))
    place = await served(charter=rules)
    ana = await (await person(place, lan=True)).sign_in(0)
    link = await invited(ana)
    assert link.startswith(f"{place.lan_url}/join/")
    dora = await person(place, lan=True)
    await made_key(dora.page, link, "Dora Ñáñez")
    assert "#" not in dora.page.url, "the secret is out of the address bar"
    # The tab is closed and opened again: nothing is lost, and nothing is made twice.
    await dora.page.goto(dora.page.url)
    await dora.page.click("form[data-step=join] button.main")
    await dora.page.wait_for_url("**/newcomers/*")
    member = newcomer_id(dora.page)
    assert standing(place, member) is Standing.WAITING
    theirs = await link_of(dora.page)
    bento = await (await person(place, lan=True, language="en")).sign_in(1)
    await bento.page.goto(theirs)
    await bento.page.click("main form button.main")
    await sign(bento.page)
    assert standing(place, member) is Standing.ACTIVE
    # Her page notices by itself, signs her in and says her name.
    await dora.page.locator("main a.button.main").wait_for(timeout=30_000)
    assert await dora.page.get_attribute("body", "data-member") == member
    assert place.node.books.own.membership.members[MemberId(member)].name == "Dora Ñáñez"
    await bento.go(f"/members/{member}")
    await expect(bento.page.locator("h1")).to_have_text("Dora Ñáñez")


async def test_who_invites_is_told_to_whoever_was_invited(served: OpenPlace, person: Meet) -> None:
    """Where strangers read the structure they find the invitation, and learn no name from it."""
    place = await served(audience="public")
    raw = place.village.says(0, "member/profile", {"name": "Ana <b>"}, "community")
    await place.node.journal.submit(raw)
    link = await invited(await (await person(place)).sign_in(0))
    dora, nosy = await person(place), await person(place, script=False)
    await dora.page.goto(link)
    await expect(dora.page.locator(".inviter")).to_have_text("Te invita Ana <b>.")
    nosy.forgive("request failed: .*csp")  # scripts, which this browser does not take
    await nosy.page.goto(link.partition("#")[0])
    assert "Ana" not in await nosy.page.inner_text("main")
    assert await nosy.page.locator(".five li").count() == 5
    await joined(dora, link, "Dora")
    assert standing(place, newcomer_id(dora.page)) is Standing.ACTIVE
    await nosy.page.goto(link.partition("#")[0])
    await expect(nosy.page.locator(".state")).to_contain_text("ya se usó")


async def test_a_broken_network_between_signing_and_the_answer(place: Place, person: Meet) -> None:
    link = await invited(await (await person(place)).sign_in(0))
    dora = await person(place)
    dora.forgive("ERR_FAILED|network|Failed to load|/v1/messages")
    await made_key(dora.page, link, "Dora")

    # It reaches the node, and its answer is lost: what was signed is sent again, byte by byte.
    async def swallow(route: object) -> None:
        await route.fetch()  # type: ignore[attr-defined]
        await route.abort()  # type: ignore[attr-defined]

    await dora.context.route("**/v1/messages", swallow)
    size = place.node.books.own.size
    await dora.page.click("form[data-step=join] button.main")
    await dora.page.locator(".join .failed").wait_for()
    await dora.context.unroute("**/v1/messages")
    await dora.page.goto(dora.page.url)
    await dora.page.wait_for_url("**/newcomers/*")
    member = newcomer_id(dora.page)
    assert standing(place, member) is Standing.ACTIVE
    assert place.node.books.own.size == size + 2, "a join and a profile, each once"


async def test_a_second_device_has_a_key_of_its_own(place: Place, person: Meet) -> None:
    ana = await (await person(place)).sign_in(0)
    tablet = await person(place, language="en", width=1280)
    await ana.go("/me/device")
    await tablet.page.goto(await link_of(ana.page))
    await tablet.page.click("form.begin button.main")
    link = await link_of(tablet.page)
    number = await tablet.page.inner_text(".shown .number")
    await ana.page.goto(link)
    assert "#" not in ana.page.url
    await expect(ana.page.locator(".compare .number")).to_have_text(number)
    await ana.page.click("main form button.main")
    assert number in await ana.page.inner_text("main")
    await sign(ana.page)
    await tablet.page.wait_for_url("**/me", timeout=30_000)
    assert await tablet.page.get_attribute("body", "data-member") == place.village.members[0]
    assert len(place.node.books.own.membership.members[place.village.members[0]].keys) == 2
    # The tablet speaks for her: it ends the telephone, which can do nothing any more.
    telephone = tablet.page.locator(".keys li", has=tablet.page.locator(".here[hidden]"))
    await telephone.locator("button").click()
    await sign(tablet.page)
    assert len(place.node.books.own.membership.members[place.village.members[0]].keys) == 1
    await ana.go("/")
    assert await ana.page.get_attribute("body", "data-member") == ""


async def test_another_members_device_is_not_mine(place: Place, person: Meet) -> None:
    """Carla is sent the link of a device that wants to be Ana's."""
    tablet, carla = await person(place), await (await person(place)).sign_in(2)
    await tablet.go(f"/me/device/{place.village.members[0]}")
    await tablet.page.click("form.begin button.main")
    carla.forgive("422")
    await carla.page.goto(await link_of(tablet.page))
    await carla.page.click("main form button.main")
    await expect(carla.page.locator("#link-wrong")).to_be_visible()


async def test_a_lost_key_is_replaced_and_the_old_browser_is_out(
    place: Place, person: Meet
) -> None:
    old = await (await person(place)).sign_in(0)
    await old.go("/me")
    phone = await person(place, language="en")
    await phone.go("/me/lost")
    await phone.page.fill("#name", "Ana")
    await phone.page.click("form.begin button.main")
    words = await write_down(phone.page)
    link, number = await link_of(phone.page), await phone.page.inner_text(".shown .number")
    for helper in (1, 2):
        confirming = await (await person(place)).sign_in(helper)
        await confirming.page.goto(link)
        await expect(confirming.page.locator(".said")).to_contain_text("Ana")
        await confirming.page.select_option("#member", place.village.members[0])
        await confirming.page.click("main form button.main")
        assert number in await confirming.page.inner_text("main")
        await sign(confirming.page)
    await phone.page.wait_for_url("**/me", timeout=30_000)
    assert await phone.page.get_attribute("body", "data-member") == place.village.members[0]
    # The thief has a page open in which a name can still be signed.
    old.forgive("403|key-retired")
    size = place.node.books.own.size
    await old.page.fill("#name", "Mallory")
    await old.page.click("form[action='/me/name'] button")
    await old.page.wait_for_url("**/enter**")
    await old.page.locator(".enter .failed .code", has_text="key-retired").wait_for()
    assert place.node.books.own.size == size
    await restored(await person(place), words)


async def restored(reader: Person, words: list[str], *, shared: bool = False) -> None:
    """Somebody types her words, without accents and with too much space."""
    await reader.go("/me/key")
    await reader.page.fill("#words", "  ".join(words).upper())
    if shared:
        await reader.page.check("[name=shared][value=yes]")
    await reader.page.click("form.restore button.main")
    await reader.page.wait_for_url("**/me")


async def test_words_on_paper_bring_a_key_back(place: Place, person: Meet) -> None:
    link = await invited(await (await person(place)).sign_in(0))
    dora = await person(place)
    words = await joined(dora, link, "Dora")
    member = newcomer_id(dora.page)
    # The browser keeps the key so that nobody can read it, and says so.
    await dora.go("/me/key")
    await dora.page.locator(".unreadable").wait_for()
    again = await person(place, lan=True, language="en")
    await again.go("/me/key")
    await again.page.fill("#words", " ".join(reversed(words)))
    await again.page.click("form.restore button.main")
    await again.page.locator("#words-wrong").wait_for()
    await restored(again, words)
    assert await again.page.get_attribute("body", "data-member") == member
    # On plain http it lies there to be read: the words can be seen again, in the page's language.
    await again.go("/me/key")
    await again.page.click(".show-words")
    await again.page.locator(".sheet .words24 li").nth(23).wait_for()
    shown = await again.page.locator(".sheet .words24 li").all_inner_texts()
    assert len(shown) == 24
    assert shown != words
    await restored(await person(place), shown)


async def test_a_shared_tablet_forgets(place: Place, person: Meet) -> None:
    link = await invited(await (await person(place)).sign_in(0))
    tablet = await person(place)
    words = await joined(tablet, link, "Dora", shared=True)
    await tablet.go("/me")
    await tablet.page.locator(".shared-device").wait_for()
    assert await kept_secrets(tablet.page) == [], "neither a key nor the invitation's secret"
    await tablet.page.click(".forget-now button")
    await tablet.page.wait_for_url(f"{place.url}/")
    assert await tablet.page.get_attribute("body", "data-member") == ""
    assert await tablet.page.evaluate("sessionStorage.length") == 0
    assert await tablet.context.cookies() == []
    # She closes the tab and forgets to say that she is done: who comes next is a stranger.
    await restored(tablet, words, shared=True)
    another = await tablet.context.new_page()
    await tablet.page.close()
    await another.goto(f"{place.url}/me")
    await another.wait_for_url(f"{place.url}/")
    assert await another.get_attribute("body", "data-member") == ""
    await another.goto(f"{place.url}/enter")
    await another.locator(".enter .no-key").wait_for()


async def kept_secrets(page: Page) -> list[str]:
    """What lies in the browser for good, but for what is public: key chains that it verified."""
    found: list[str] = await page.evaluate("""() => new Promise((resolve) => {
      const request = indexedDB.open('acuerdo');
      request.onsuccess = async () => {
        const all = [...Object.keys(localStorage)];
        for (const shelf of ['keys', 'notes']) {
          const asked = request.result.transaction(shelf).objectStore(shelf).getAllKeys();
          await new Promise((done) => { asked.onsuccess = done; });
          const held = asked.result.filter((key) => !key.startsWith('chain/'));
          all.push(...held.map((key) => `${shelf}/${key}`));
        }
        resolve(all);
      };
    })""")
    return found


async def test_a_key_of_somebody_else_in_the_browser_is_not_written_over(
    place: Place, person: Meet
) -> None:
    family = await (await person(place)).sign_in(0)
    link = await invited(family)
    await family.page.goto(link)
    await family.page.locator(".occupied").wait_for()
    assert await family.page.is_disabled("[name=shared][value=no]")
    await joined(family, link, "Dora")
    assert await family.page.get_attribute("body", "data-member") == newcomer_id(family.page)
    await family.go("/me")
    await family.page.click(".forget-now button")
    await family.page.wait_for_url(f"{place.url}/")
    await family.page.goto(f"{place.url}/enter?to=/me")
    await family.page.wait_for_url(f"{place.url}/me")
    assert await family.page.get_attribute("body", "data-member") == place.village.members[0]


async def test_the_key_is_forgotten_only_when_she_is_sure(place: Place, person: Meet) -> None:
    ana = await (await person(place)).sign_in(0)
    await ana.go("/me")
    await ana.page.locator(".keys .here:not([hidden])").wait_for()
    await ana.page.click(".forget button")
    await ana.page.locator(".forget .sure").wait_for()
    await ana.page.click(".forget button")
    await ana.page.wait_for_url(f"{place.url}/")
    await ana.page.goto(f"{place.url}/enter")
    await ana.page.locator(".enter .no-key").wait_for()


async def test_leaving_is_signed_twice_over(place: Place, person: Meet) -> None:
    carla = await (await person(place)).sign_in(2)
    carla.forgive("422")
    await carla.go("/me/leave")
    await carla.page.click("main button.danger")
    await carla.page.locator("#sure-wrong").wait_for()
    await carla.page.check("[name=sure]")
    await carla.page.click("main button.danger")
    await sign(carla.page)
    assert standing(place, place.village.members[2]) is Standing.LEFT
    assert await carla.page.get_attribute("body", "data-member") == ""
