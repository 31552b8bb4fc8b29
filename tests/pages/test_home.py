"""What needs whom, and that it needs her no more once it is done."""

from markupsafe import escape

from node.pages.home import PROVIDERS
from node.pages.turns import Turn, in_turn
from protocol.community.members import invitation_text
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import write_message
from protocol.wire.text import b64url_encode
from tests.node.api.house import House
from tests.node.api.story import amend, draft, open_vote, take
from tests.node.journal.village import seed
from tests.pages.browse import Browser


async def say(house: House, member: int, kind: str, body: dict[str, JsonValue]) -> str:
    return (await house.node.journal.submit(house.village.says(member, kind, body))).id


async def name(house: House, *names: str) -> None:
    for number, one in enumerate(names):
        raw = house.village.says(number, "member/profile", {"name": one}, "community")
        await house.node.journal.submit(raw)


async def test_nothing_needs_whoever_has_done_everything(house: House, ana: Browser) -> None:
    assert (await ana.get("/")).has("My turn", "Nothing needs you now.", "Nothing was decided")
    proposal = await draft(house)
    await open_vote(house, proposal)
    page = await ana.get("/")
    assert page.has("My turn (1)", "Vote: Reparar la bomba de agua", "until")
    assert f'href="/p/{proposal}/vote"' in page.text
    await take(house, 0, proposal)
    assert (await ana.get("/")).has("Nothing needs you now.")


async def test_an_amendment_waits_for_the_author_and_for_readers(
    house: House, ana: Browser, bento: Browser
) -> None:
    await name(house, "Ana", "Bento", "Carla")
    proposal = await draft(house)
    await amend(house, 2, proposal, "Otra bomba")
    assert (await ana.get("/")).has("Carla offers a change to your proposal", "Waits for your")
    assert (await bento.get("/")).has("Carla propone un cambio:", "Para leer")
    carla = await Browser(house).sign_in(2)
    assert "offers a change" not in (await carla.get("/")).words


async def test_people_who_wait_are_seen(house: House, ana: Browser, bento: Browser) -> None:
    await name(house, "Ana", "Bento", "Carla")
    lost = house.village.members[2]
    new = PrivateKey.from_seed(seed("otro teléfono", 1)).public.text
    await say(house, 1, "member/replace", {"member": lost, "key": new})
    await say(house, 2, "household/move", {"household": "la-loma"})
    page = await ana.get("/")
    assert page.has("Lost the key and waits for confirmation: Carla")
    assert page.has("Carla wants to join the household la-loma")
    assert page.text.count(f'href="/members/{lost}"') == 2
    # Who confirmed it is not asked again, and Carla not at all.
    assert "Perdió su llave" not in (await bento.get("/")).words
    carla = await Browser(house).sign_in(2)
    assert "household" not in (await carla.get("/")).words
    await say(house, 0, "household/welcome", {"member": lost, "household": "la-loma"})
    assert "la-loma" not in (await ana.get("/")).words


async def test_a_newcomer_waits_for_sponsors(strict: House) -> None:
    newcomer = await joined(strict)
    # Ana invited, so she vouched already.
    ana, bento = [await Browser(strict).sign_in(number) for number in (0, 1)]
    assert "vouched" not in (await ana.get("/")).words
    page = await bento.get("/")
    assert page.has(f"Somebody new waits to be vouched for: Member {newcomer[:8]}")
    assert f'href="/members/{newcomer}"' in page.text
    await say(strict, 1, "member/sponsor", {"member": newcomer})
    assert "vouched" not in (await bento.get("/")).words


async def joined(house: House) -> str:
    """Somebody came with Ana's invitation and waits."""
    invitation, key = (PrivateKey.from_seed(seed("nueva", number)) for number in (1, 2))
    village = house.village
    given: dict[str, JsonValue] = {
        "invitation": invitation.public.text,
        "household": None,
        "until": house.node.clock.now() + 1_000,
    }
    await say(house, 0, "member/invite", given)
    proof = b64url_encode(invitation.sign(invitation_text(village.community, key.public)))
    raw = write_message(
        key,
        ledger=village.community,
        kind="member/join",
        audience=village.audience,
        nonce=b"0" * 16,
        body={"invitation": invitation.public.text, "proof": proof},
    )
    return (await house.node.journal.submit(raw)).id


async def test_strangers_and_the_operator_see_the_front_page(
    house: House, visitor: Browser, operator: Browser
) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    for number in range(3):
        await take(house, number, proposal)
    await house.node.duties.act()
    assert (await operator.get("/")).has("This is a community's own node", "Reparar la bomba")
    page = await visitor.get("/")
    assert page.has("This is a community's own node")
    assert "Reparar la bomba" not in page.text


def test_what_ends_first_comes_first() -> None:
    turns = [
        Turn(kind="vote", line=escape(one), link="/", due=due)
        for one, due in (("a", None), ("b", 20), ("c", 10), ("d", None))
    ]
    assert [turn.line for turn in in_turn(turns)] == ["c", "b", "a", "d"]
    assert len(PROVIDERS) >= 4
