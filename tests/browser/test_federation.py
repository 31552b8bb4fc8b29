"""Two communities find each other, federate and decide together, by pages alone, in real browsers.

What they tell each other goes over real sockets, in a file, or as pictures that are pasted.
"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Page, expect

from node.api.auth import operator_asker
from node.api.communities import known_communities
from protocol.federation.acts import find_compact
from protocol.wire.digests import MessageId
from tests.browser.conftest import Meet, OpenPlace
from tests.browser.person import Person
from tests.browser.place import Place

_WAIT_S = 30.0
_PART = re.compile(r"ACUERDO-B1:[A-Z2-7:0-9]+")


async def until(what: str, holds: Callable[[], bool]) -> None:
    end = asyncio.get_running_loop().time() + _WAIT_S
    while not holds():
        assert asyncio.get_running_loop().time() < end, f"it never came to be that {what}"
        await asyncio.sleep(0.02)


async def add_peer(operator: Person, other: Place) -> None:
    page = await operator.go("/admin/peers")
    await page.fill("#url", other.url)
    await page.check("input[name=private]")
    await page.click("button[value=add]")
    await expect(page.locator(".notice[role=status]")).to_contain_text("Anotado en la entrada")


async def sign(page: Page) -> None:
    """Press the button that signs, and wait until the page went on."""
    before = page.url
    await page.click("form.act button.main")
    await page.wait_for_url(lambda url: url != before)


async def write(page: Page, title: str, text: str) -> None:
    await page.fill("#title-es", title)
    await page.fill("#text-es", text)


async def vote(place: Place, person: Meet, proposal: str) -> None:
    """Everybody agrees, each in a browser of her own."""
    for number in range(len(place.village.keys)):
        voter = await (await person(place)).sign_in(number)
        page = await voter.go(f"/p/{proposal}/vote")
        await page.check("input[value=agree]")
        await page.click("main button.main")
        await sign(page)
        await voter.context.close()


async def join(place: Place, person: Meet, federation: str) -> None:
    """A member proposes to join; the assembly adopts it; the node joins by itself."""
    member = await (await person(place)).sign_in(0)
    page = await member.go(f"/federations/{federation}")
    await page.get_by_role("link", name="Proponer que entremos").click()
    await write(page, "¿Entramos?", "Porque el río es de todas.")
    await page.click("main button.main")
    await sign(page)
    proposal = page.url.rpartition("/")[2]
    await page.goto(f"{place.url}/p/{proposal}/open")
    await page.locator("input[name=closes]").first.check()
    await page.click("main button.main")
    await sign(page)
    await vote(place, person, proposal)
    standing = place.node.books.own.federation.standing
    await until("it is in", lambda: MessageId(federation) in standing)


async def found(ana: Person, ceiba: Place) -> str:
    """The map shows the neighbour; a compact is written, checked and signed."""
    page = await ana.go("/map")
    await expect(page.locator("svg.map")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="El Roble")
    await expect(row).to_contain_text("Responde")
    assert await ana.overflow() == 0
    await page.goto(f"{ceiba.url}/federations/new")
    await write(page, "Pacto del río", "El agua se reparte entre todas.")
    await page.get_by_label("El Roble").check()
    await page.get_by_label("Todas están en la red casi siempre").check()
    await page.click("main button.main")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Revisa el pacto")
    await sign(page)
    return page.url.rpartition("/")[2]


async def ask_all(page: Page) -> str:
    """A proposal to all is written, checked and signed."""
    await page.reload()
    await expect(page.locator(".tag.good").first).to_contain_text("En vigor")
    await page.get_by_role("link", name="Proponer algo a todas").click()
    await write(page, "¿Un turno de riego?", "Un turno para cada barrio.")
    await page.click("main button.main")
    await sign(page)
    await expect(page.locator("main")).to_contain_text("todavía están decidiendo")
    return page.url.rpartition("/")[2]


async def see_there(bento: Person, roble: Place, asked: str) -> None:
    """The other community's members find it, and the way to their own decision on it."""
    await until("it is known there", lambda: _is_asked(roble, asked))
    page = await bento.go(f"/federated/{asked}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("¿Un turno de riego?")
    await until("our own decision is open", lambda: _own(roble, asked) is not None)
    await page.reload()
    await page.get_by_role("link", name="Nuestra propia decisión sobre esto").click()
    await expect(page.locator("main")).to_contain_text("¿Un turno de riego?")


async def test_two_communities_decide_together(served: OpenPlace, person: Meet) -> None:
    places = ceiba, roble = [
        await served(name=name, members=2) for name in ("La Ceiba", "El Roble")
    ]
    for place, other in ((ceiba, roble), (roble, ceiba)):
        await add_peer(await (await person(place)).operate(), other)
    await until("they know each other", lambda: _acquainted(ceiba, roble))

    ana = await (await person(ceiba)).sign_in(0)
    federation = await found(ana, ceiba)
    facts = roble.node.books.facts
    compact = MessageId(federation)
    await until("it is known there", lambda: find_compact(facts(), compact) is not None)
    for place in places:
        await join(place, person, federation)
    await until("each knows that the other is in", lambda: _both_in(ceiba, roble, federation))

    asked = await ask_all(ana.page)
    await see_there(await (await person(roble)).sign_in(1), roble, asked)
    await until("our own decision is open", lambda: _own(ceiba, asked) is not None)
    for place in places:
        await vote(place, person, str(_own(place, asked)))
    outcomes = ceiba.node.books.own.federation.outcomes
    await until("the outcome is final", lambda: MessageId(asked) in outcomes)
    await ana.page.reload()
    await expect(ana.page.locator("main > .lead")).to_contain_text("2 de 2 comunidades")
    await ana.page.get_by_text("Cómo se cierra, paso a paso").click()
    await expect(ana.page.get_by_text("Es definitiva")).to_be_visible()


def _acquainted(one: Place, other: Place) -> bool:
    """Each holds the other's ledger, and has heard from it."""
    return all(
        str(there) in here.node.books.known()
        and any(peer.last_heard_ms for peer in here.node.publishing.all_peers())
        for here, there in ((one, other), (other, one))
    )


def _both_in(one: Place, other: Place, federation: str) -> bool:
    facts = one.node.books.facts()
    return all(
        MessageId(federation) in facts[place.village.community].acts.standing
        for place in (one, other)
        if place.village.community in facts
    )


def _is_asked(place: Place, asked: str) -> bool:
    return any(
        MessageId(asked) in ledger.acts.proposals for ledger in place.node.books.facts().values()
    )


def _own(place: Place, asked: str) -> str | None:
    for one in place.node.books.own.decisions.proposals.values():
        if getattr(one.subject, "proposal", None) == asked and one.frozen is not None:
            return one.id
    return None


async def test_a_ledger_is_carried_in_a_file(
    served: OpenPlace, person: Meet, tmp_path: Path
) -> None:
    ceiba, roble = await served(name="La Ceiba"), await served(name="El Roble")
    there = await (await person(ceiba)).operate()
    page = await there.go("/bundles")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Descargar el archivo").click()
    file = tmp_path / "stick.bundle"
    await (await waiting.value).save_as(file)

    here = await (await person(roble, script=False)).operate()
    page = await here.go("/bundles")
    await page.set_input_files("#file", file)
    await page.locator("form[enctype] button").click()
    await expect(page.locator("#came ~ ul")).to_contain_text("La Ceiba")
    await expect(page.locator("#came ~ ul")).to_contain_text("entradas nuevas")
    await here.go("/map")
    await expect(page.get_by_role("listitem").filter(has_text="La Ceiba")).to_contain_text(
        "Nos llega por otras comunidades"
    )
    assert ceiba.node.publishing.all_peers() == roble.node.publishing.all_peers() == ()


async def show_pictures(there: Person, reader: Place) -> list[str]:
    """What the codes hold, read off one page after the other."""
    page = await there.go("/bundles/pictures")
    await page.fill("#url", reader.url)
    await page.click("main button.main")
    texts: list[str] = []
    while True:
        await expect(page.locator("svg.qr")).to_be_visible()
        texts.append(await page.locator("#part").input_value())
        following = page.locator("a[rel=next]")
        if not await following.count():
            return texts
        await following.click()
        await page.wait_for_url(re.compile(rf"/{len(texts) + 1}$"))


async def paste(page: Page, text: str) -> None:
    await page.fill("#pasted", text)
    await page.click("button.add")


def damaged(text: str) -> str:
    """The part in a link, its last letter read wrongly."""
    found = _PART.search(text)
    assert found is not None
    return found.group()[:-1] + ("A" if found.group()[-1] != "A" else "B")


async def test_a_ledger_is_carried_in_pictures(served: OpenPlace, person: Meet) -> None:
    ceiba, roble = await served(name="La Ceiba"), await served(name="El Roble")
    texts = await show_pictures(await (await person(ceiba)).operate(), roble)
    assert len(texts) > 2
    here = await (await person(roble)).operate()
    # As a camera application does it: a link for each picture, every time a page anew.
    page = here.page
    for number, text in enumerate((texts[-1], texts[0]), 1):
        await page.goto(text)
        await expect(page.locator(".count")).to_have_text(f"Tienes {number} de {len(texts)}.")
        assert "#" not in page.url, "the part does not stay in the address"
        await page.goto(f"{roble.url}/safety")
    await page.goto(f"{roble.url}/bundles/part")
    await paste(page, "nada de eso")
    await expect(page.locator(".problem")).to_contain_text("no hay ninguna parte")
    await paste(page, damaged(texts[1]))
    await expect(page.locator(".problem")).to_contain_text("Una parte se leyó mal")
    await paste(page, "Mira:\n" + "\n".join(texts[1:]) + "\nhasta luego")
    await page.click("form.complete button")
    await expect(page.locator("#came ~ ul")).to_contain_text("La Ceiba")
    rows = await known_communities(roble.node, operator_asker(roble.node))
    assert {row["name"] for row in rows} == {"El Roble", "La Ceiba"}
    await here.go("/bundles/part")
    await expect(page.locator(".count")).to_have_text("Todavía no tienes ninguna.")


async def test_a_connection_is_checked_while_one_looks_on(served: OpenPlace, person: Meet) -> None:
    ceiba, roble = await served(name="La Ceiba"), await served(name="El Roble")
    operator = await (await person(ceiba, language="en")).operate()
    page = await operator.go("/admin/peers")
    await page.fill("#url", roble.url)
    await page.check("input[name=private]")
    await page.click("button[value=add]")
    await page.goto(f"{ceiba.url}/connections")
    await page.get_by_role("button", name="Check all of them").click()
    # The page comes again by itself, without script, until the node has looked.
    await expect(page.locator(".card .tag")).to_be_visible(timeout=20_000)
    await expect(page.locator(".card")).to_contain_text("An Acuerdo node answers")
    await expect(page.locator(".card .notice")).to_contain_text("add our address")
    assert not await page.locator("meta[http-equiv=refresh]").count()
