"""Coming in, further devices, lost keys: what pages show, and what they ask members to sign."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from node.pages.people.joining import invited_text
from node.pages.people.naming import check_number
from node.pages.people.waiting import (
    claims_on,
    movers_waiting,
    newcomers_waiting,
    replacements_waiting,
)
from node.ports import Ports
from protocol.community.devices import device_text
from protocol.community.members import Standing, invitation_text
from protocol.wire.digests import MemberId
from protocol.wire.encoding import JsonValue, read_json
from protocol.wire.keys import PrivateKey
from protocol.wire.message import write_message
from protocol.wire.text import b64url_encode
from tests.node.api.conftest import house_of
from tests.node.api.house import House
from tests.node.journal.village import village_charter
from tests.pages.browse import Browser, Page, acts_of
from tests.pages.hostile import HOSTILE

Build = Callable[..., Awaitable[House]]
INVITATION, NEWCOMER, PHONE = (PrivateKey.from_seed(bytes([n]) * 31 + b"k") for n in (1, 2, 3))
PATH = f"/join/{INVITATION.public.text}"


@pytest.fixture
async def build(tmp_path: Path, ports: Ports) -> AsyncIterator[Build]:
    """A house under another charter, or with households."""
    async with AsyncExitStack() as stack:

        async def made(**options: object) -> House:
            opening = house_of(tmp_path / "built", ports, "La Ceiba", **options)  # type: ignore[arg-type]
            return await stack.enter_async_context(opening)

        yield made


async def says(
    house: House, key: PrivateKey, kind: str, body: dict[str, JsonValue], to: str = ""
) -> str:
    village = house.village
    raw = write_message(
        key,
        ledger=village.community,
        kind=kind,
        audience=to or village.audience,
        nonce=house.node.entropy.bytes(16),
        body=body,
    )
    return (await house.node.journal.submit(raw)).id


async def invite(house: House, *, by: int = 0, lasts_s: int = 600) -> None:
    body: dict[str, JsonValue] = {
        "invitation": INVITATION.public.text,
        "household": None,
        "until": house.node.clock.now() + lasts_s,
    }
    await house.node.journal.submit(house.village.says(by, "member/invite", body))


async def join(house: House) -> str:
    proof = INVITATION.sign(invitation_text(house.village.community, NEWCOMER.public))
    body: dict[str, JsonValue] = {
        "invitation": INVITATION.public.text,
        "proof": b64url_encode(proof),
    }
    return await says(house, NEWCOMER, "member/join", body)


async def named(house: House, number: int, name: str) -> None:
    raw = house.village.says(number, "member/profile", {"name": name}, "community")
    await house.node.journal.submit(raw)


def number_in(page: Page) -> str:
    found = re.search(r"\d{4}( \d{4}){4}", page.words)
    assert found, page.words
    return found[0]


# --- coming in ------------------------------------------------------------------------------------


async def test_an_invitation_can_be_read_without_script(house: House, visitor: Browser) -> None:
    await named(house, 0, "Ana")
    assert (await visitor.get(PATH)).has("There is no such invitation here")
    await invite(house)
    page = await visitor.get(PATH)
    assert page.has("Ana invites you", "The rules in five lines", "It serves once", "JavaScript")
    assert page.text.count("<li>") >= 5
    visitor.language = "es"
    assert (await visitor.get(PATH)).has("Te invita Ana", "Las reglas, en cinco líneas")


async def test_what_became_of_an_invitation_is_said_plainly(house: House, visitor: Browser) -> None:
    await invite(house, lasts_s=-1)
    assert (await visitor.get(PATH)).has("The time of this invitation is over")


async def test_a_used_one_and_one_whose_giver_left(house: House, visitor: Browser) -> None:
    await invite(house)
    await join(house)
    assert (await visitor.get(PATH)).has("was used already")


async def test_one_whose_giver_left(house: House, visitor: Browser) -> None:
    await invite(house, by=1)
    await house.node.journal.submit(house.village.says(1, "member/leave", {}))
    assert (await visitor.get(PATH)).has("no longer a member")


async def test_where_strangers_find_invitations_they_find_no_names(build: Build) -> None:
    house = await build(audience="public")
    await named(house, 0, "Ana")
    await invite(house)
    visitor, member = Browser(house), await Browser(house).sign_in(1)
    assert not (await visitor.get(PATH)).has("Ana")
    assert (await member.get(PATH)).has("Ana")
    for key, status in ((INVITATION, 200), (PHONE, 403)):
        challenge = read_json((await visitor.post_json("/enter/challenge", {})).raw)
        assert isinstance(challenge, dict)
        given = str(challenge["challenge"])
        signature = b64url_encode(key.sign(invited_text(house.village.community, given)))
        shown: dict[str, JsonValue] = {"challenge": given, "signature": signature}
        told = await visitor.post_json(f"{PATH}/inviter", shown)
        assert told.status == status
        assert (read_json(told.raw) == {"name": "Ana"}) is (status == 200)
        assert (await visitor.post_json(f"{PATH}/inviter", shown)).status == 403, "only once"


async def test_an_invitation_is_checked_before_it_is_signed(house: House, ana: Browser) -> None:
    asked = await ana.get("/invite")
    assert asked.has("Invite somebody", "7 days")
    page = await ana.post("/invite", {"days": "3"})
    assert page.has("You invite one person")
    (act,) = page.acts
    assert act["kind"] == "member/invite"
    body = act["body"]
    assert isinstance(body, dict)
    assert body["until"] == house.node.clock.now() + 3 * 86_400
    assert body["invitation"] == "", "the browser makes it"
    assert (await ana.post("/invite", {"days": "0"})).status == 400


async def test_a_household_is_given_away_only_by_who_may(build: Build) -> None:
    house = await build(households=("los-olivos", "las-lomas", None))
    ana = await Browser(house).sign_in(0)
    assert (await ana.get("/invite")).has("Mine: los-olivos")
    for choice, token, household in (
        ("none", "", None),
        ("own", "", "los-olivos"),
        ("new", "el-alto", "el-alto"),
    ):
        page = await ana.post("/invite", {"days": "7", "household": choice, "token": token})
        (act,) = page.acts
        assert isinstance(act["body"], dict)
        assert act["body"]["household"] == household
    for wrong in ("las-lomas", "El Alto", ""):
        page = await ana.post("/invite", {"days": "7", "household": "new", "token": wrong})
        assert (page.status, acts_of(page.text)) == (422, [])
        assert f'value="{wrong}"' in page.text, "what was typed is there again"
        assert 'aria-describedby="token-wrong"' in page.text


@pytest.fixture
async def waiting(build: Build) -> tuple[House, str]:
    """A house in which two must vouch, and a newcomer who waits."""
    rules = replace(village_charter(), admission=replace(village_charter().admission, sponsors=2))
    house = await build(charter=rules)
    await invite(house)
    return house, await join(house)


async def test_who_waits_can_show_how_far_she_has_come(waiting: tuple[House, str]) -> None:
    house, member = waiting
    visitor, bento = Browser(house), await Browser(house).sign_in(1)
    assert (await visitor.get(f"/newcomers/{member}")).has("1 more person", "vouch for you")
    refused = await visitor.try_key(NEWCOMER)
    assert (refused.status, "member-waiting" in refused.text) == (403, True)
    assert (await bento.get("/members")).has("Waiting for somebody to vouch", member[:8])
    shown = await bento.get(f"/members/{member}")
    assert shown.has("Waits to be admitted", "Vouch for this person")
    check = await bento.post(f"/members/{member}/sponsor")
    assert check.has("With your signature she is a member")
    assert number_in(check) == check_number(NEWCOMER.public)
    await bento.sign(check, 1)
    assert house.node.books.own.membership.members[MemberId(member)].standing is Standing.ACTIVE
    assert (await visitor.get(f"/newcomers/{member}")).has("You are in")
    assert (await bento.post(f"/members/{member}/sponsor")).status == 409


async def test_who_has_vouched_is_not_asked_again(waiting: tuple[House, str]) -> None:
    house, member = waiting
    book, (ana, bento, _) = house.node.books.own, house.village.members
    assert newcomers_waiting(book, ana) == []
    (found,) = newcomers_waiting(book, bento)
    assert (found.member.id, found.given, found.needed, found.missing) == (member, 1, 2, 1)
    page = await (await Browser(house).sign_in(0)).get(f"/members/{member}")
    assert page.has("You have vouched")
    assert "Vouch for this person" not in page.words


# --- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_only_a_name(house: House, ana: Browser, name: str) -> None:
    line = "".join(part for part in name if part.isprintable())[:80]
    await named(house, 1, line)
    member = house.village.members[1]
    for path in ("/members", f"/members/{member}", f"/members/replace?member={member}"):
        page = await ana.get(path)
        assert page.text.count("<script") <= 2
        assert line in page.words or "&" in line or path.startswith("/members/replace")
        assert "<img" not in page.text


async def test_many_members_come_by_page_and_are_found_by_name(house: House, ana: Browser) -> None:
    await named(house, 2, "Carla Ñáñez")
    page = await ana.get("/members?q=%C3%91%C3%A1%C3%B1")
    assert page.text.count('<a href="/members/') == 2, "she, and a lost key's page"
    assert (await ana.get("/members?q=nobody-of-that-name")).has("Nobody was found")
    assert (await ana.get("/members?page=99")).status == 200


async def test_a_wish_and_a_welcome(build: Build) -> None:
    house = await build(households=("los-olivos", "las-lomas", None))
    ana, carla = await Browser(house).sign_in(0), await Browser(house).sign_in(2)
    for wrong in ("", "Los Olivos"):
        page = await carla.post("/me/household", {"household": wrong})
        assert (page.status, "household-wrong" in page.text) == (422, True)
    await carla.sign(await carla.post("/me/household", {"household": "los-olivos"}), 2)
    assert (await carla.get("/me")).has("You asked to belong to los-olivos")
    member = house.village.members[2]
    (mover,) = movers_waiting(house.node.books.own, house.village.members[0])
    assert (mover.member.id, mover.household) == (member, "los-olivos")
    assert movers_waiting(house.node.books.own, member) == []
    assert (await ana.get("/members")).has("wishes to live in los-olivos")
    await ana.sign(await ana.post(f"/members/{member}/welcome"), 0)
    assert house.node.books.own.membership.members[member].household == "los-olivos"
    await carla.sign(await carla.post("/me/household", {"out": "yes"}), 2)
    assert house.node.books.own.membership.members[member].household is None


# --- a lost key -----------------------------------------------------------------------------------


async def test_a_replacement_is_checked_and_waits_for_others(house: House, ana: Browser) -> None:
    bento = house.village.members[1]
    carla = await Browser(house).sign_in(2)
    old = await Browser(house).sign_in(1)
    link = f"http://ceiba.test/members/replace#{PHONE.public.text}.Qm8"
    page = await ana.post("/members/replace", {"member": bento, "key": link})
    assert page.has("in person", "0 of 2")
    assert number_in(page) == check_number(PHONE.public)
    await ana.sign(page, 0)
    book = house.node.books.own
    assert replacements_waiting(book, house.village.members[0]) == []
    assert replacements_waiting(book, bento) == []
    (claim,) = replacements_waiting(book, house.village.members[2])
    assert (claim.member.id, claim.key, claim.missing) == (bento, PHONE.public.text, 1)
    assert (await old.get(f"/members/{bento}")).has("You did not lose your key?")
    assert (await carla.get("/members")).has("They lost their key")
    assert (await carla.get(f"/members/{bento}")).has(check_number(PHONE.public), "1 of 2")
    fields = {"member": bento, "key": PHONE.public.text}
    await carla.sign(await carla.post("/members/replace", fields), 2)
    assert claims_on(book, bento) == []
    assert 'data-member=""' in (await old.get("/")).text
    refused = await old.try_key(house.village.keys[1])
    assert (refused.status, "key-retired" in refused.text) == (403, True)
    assert (await Browser(house).show(PHONE)).cookies


async def test_a_wrong_replacement_says_what_is_wrong(house: House, ana: Browser) -> None:
    ids, key = house.village.members, PHONE.public.text
    for member, shown, wrong in (
        ("", key, "member"),
        (ids[0], key, "member"),
        (ids[1], "x", "key"),
        (ids[1], house.village.keys[2].public.text, "key"),
    ):
        page = await ana.post("/members/replace", {"member": member, "key": shown})
        assert (page.status, f'id="{wrong}-wrong"' in page.text) == (422, True), (member, shown)
    await ana.sign(await ana.post("/members/replace", {"member": ids[1], "key": key}), 0)
    again = await ana.post("/members/replace", {"member": ids[1], "key": key})
    assert (again.status, again.has("You have confirmed this key already")) == (422, True)


# --- devices --------------------------------------------------------------------------------------


async def test_a_second_device_is_added_and_ended(house: House, ana: Browser) -> None:
    member, tablet = house.village.members[0], Browser(house)
    assert (await tablet.get("/me/device")).has("On the device that you always use")
    assert f"/me/device/{member}" in (await ana.get("/me/device")).text
    assert (await tablet.get(f"/me/device/{member}")).status == 200
    proof = b64url_encode(PHONE.sign(device_text(house.village.community, member, PHONE.public)))
    fields = {"key": PHONE.public.text, "proof": proof}
    bento = await Browser(house).sign_in(1)
    for browser, wrong in ((bento, fields), (ana, fields | {"proof": "AA"}), (ana, {"key": "x"})):
        page = await browser.post("/me/device/add", wrong)
        assert (page.status, page.has("not whole, or it is not for you")) == (422, True)
    page = await ana.post("/me/device/add", fields)
    assert number_in(page) == check_number(PHONE.public)
    await ana.sign(page)
    again = await ana.post("/me/device/add", fields)
    assert (again.status, again.has("was somebody's already")) == (422, True)
    await tablet.show(PHONE)
    assert f'data-member="{member}"' in (await tablet.get("/")).text
    assert (await tablet.get("/me")).text.count('action="/me/drop-key"') == 2
    await ana.sign(await ana.post("/me/drop-key", {"key": PHONE.public.text}))
    assert 'data-member=""' in (await tablet.get("/")).text
    last = await ana.post("/me/drop-key", {"key": house.village.keys[0].public.text})
    assert (last.status, "key-last" in last.words) == (409, True)


async def test_a_shared_device_is_said_to_be_one_and_forgets(house: House) -> None:
    tablet = Browser(house)
    shown = await tablet.try_key(house.village.keys[0], shared=True)
    assert "max-age" not in shown.headers["set-cookie"].lower()
    assert (await tablet.get("/more")).has("Shared device", "Forget me now")
    await tablet.post("/leave")
    assert not (await tablet.get("/more")).has("Shared device")
    alone = await Browser(house).sign_in(0)
    assert not (await alone.get("/more")).has("Shared device")


async def test_whose_a_key_is_is_told_to_its_holder_alone(house: House, visitor: Browser) -> None:
    await invite(house)
    member = await join(house)
    for key, standing in ((NEWCOMER, "active"), (PHONE, "unknown")):
        told = await _standing(visitor, key)
        assert isinstance(told, dict)
        assert (told["standing"], told["member"] == member) == (standing, key is NEWCOMER)
    await says(house, NEWCOMER, "member/leave", {})
    assert await _standing(visitor, NEWCOMER) == {
        "standing": "retired",
        "member": None,
        "missing": 0,
    }
    forged: dict[str, JsonValue] = {"key": PHONE.public.text, "challenge": "x", "signature": "x"}
    assert (await visitor.post_json("/enter/standing", forged | {"shared": False})).status == 403


async def _standing(browser: Browser, key: PrivateKey) -> JsonValue:
    return read_json((await browser.try_key(key, path="/enter/standing")).raw)


# --- herself --------------------------------------------------------------------------------------


async def test_a_name_is_signed_and_a_wrong_one_is_typed_again(house: House, ana: Browser) -> None:
    await ana.sign(await ana.post("/me/name", {"name": "  Ana   María "}))
    assert (await ana.get("/me")).has("Ana María")
    wrong = await ana.post("/me/name", {"name": "x" * 81})
    assert (wrong.status, f'value="{"x" * 81}"' in wrong.text) == (422, True)
    assert house.node.books.own.membership.members[house.village.members[0]].name == "Ana María"


async def test_leaving_takes_two_steps(ana: Browser) -> None:
    assert acts_of((await ana.get("/me/leave")).text) == []
    assert (await ana.post("/me/leave", {})).status == 422
    await ana.sign(await ana.post("/me/leave", {"sure": "yes"}))
    assert 'data-member=""' in (await ana.get("/")).text


async def test_what_she_wrote_can_be_erased_and_what_others_wrote_cannot(
    house: House, ana: Browser
) -> None:
    text: dict[str, JsonValue] = {"title": {"es": "Pozo"}, "texts": {"es": "Agua"}}
    for number in (0, 1):
        raw = house.village.says(number, "text/publish", text, "community")
        await house.node.journal.submit(raw)
    hers, others = house.node.books.own.size - 2, house.node.books.own.size - 1
    assert (await ana.get("/me/data")).has("Pozo", f"Entry {hers}")
    assert not (await ana.get("/me/data")).has(f"Entry {others}")
    assert (await ana.post("/me/data/erase", {"index": str(others)})).status == 422
    await ana.sign(await ana.post("/me/data/erase", {"index": str(hers)}))
    assert hers in house.node.books.own.erased


async def test_whoever_is_signed_out_comes_back_to_the_form(visitor: Browser) -> None:
    page = await visitor.post("/me/name", {"name": "Ana"})
    assert (page.status, page.location) == (303, "/enter?to=/")


async def test_the_number_is_the_same_in_pages_and_browsers() -> None:
    """tests/web/keys.test.mjs holds the same pair."""
    key = PrivateKey.from_seed(bytes(range(32))).public
    assert key.text == "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
    assert check_number(key) == "0172 5496 5454 5533 7612"
