"""A decision in real browsers: words, questions, changes, votes, the receipt, the outcome.

Ana speaks Spanish and Bento English; what they do is signed by the page's own script.
"""

import re

import pytest
from playwright.async_api import expect

from protocol.decisions.proposal import State
from tests.browser.conftest import Meet
from tests.browser.person import Person
from tests.browser.place import Place

TEXT = "Compramos una bomba nueva.\n\nLa paga el fondo común."
ENGLISH = "We buy a new pump.\n\nThe common fund pays for it."


async def check(person: Person) -> None:
    """On from a form to its check page."""
    await person.page.click("main form:not(.act) button.main")
    await expect(person.page.locator("form.act")).to_be_visible()


async def sign(person: Person, onwards: str) -> str:
    """Press the button that signs, and come to where it leads."""
    await person.page.locator("form.act button.main:enabled").click()
    await person.page.wait_for_url(re.compile(onwards))
    return person.page.url


async def sees(person: Person, *words: str) -> None:
    for one in words:
        await expect(person.page.locator("main")).to_contain_text(one)


async def proposes(ana: Person) -> str:
    """A draft in two languages; its path."""
    page = await ana.go("/propose")
    await page.fill("#title-es", "¿Compramos la bomba?")
    await page.fill("#text-es", TEXT)
    await page.click("summary:has-text('inglés')")
    await page.fill("#title-en", "Shall we buy the pump?")
    await page.fill("#text-en", ENGLISH)
    await check(ana)
    await sees(ana, "Vas a firmar y publicar esta propuesta:", "Shall we buy the pump?")
    # Back to the form, with everything still there, and on again.
    await page.click("text=Cambiar algo")
    await expect(page.locator("#text-es")).to_have_value(TEXT)
    await check(ana)
    return (await sign(ana, r"/p/[0-9a-f]{64}$")).removeprefix(ana.base)


async def talk(ana: Person, bento: Person, proposal: str) -> None:
    """A question with its answer."""
    await bento.go(proposal)
    await sees(bento, "Shall we buy the pump?", "We buy a new pump.", "Compramos una bomba nueva.")
    await bento.page.click("main a:has-text('Ask or comment')")
    await bento.page.fill("#words", "Of which make?")
    await check(bento)
    await sign(bento, r"/p/[0-9a-f]{64}#c-")
    await ana.go(proposal)
    await ana.page.click(".comment a:has-text('Responder')")
    await sees(ana, "Of which make?")
    await ana.page.fill("#words", "De cualquiera.")
    await check(ana)
    await sign(ana, r"/p/[0-9a-f]{64}#c-")
    await expect(ana.page.locator(".answers")).to_contain_text("De cualquiera.")


async def amends(ana: Person, bento: Person, proposal: str) -> None:
    """Bento offers a change; Ana reads what differs and takes it in."""
    await bento.go(f"{proposal}/amend")
    await bento.page.fill("#text-en", ENGLISH.replace("new", "used"))
    await check(bento)
    await expect(bento.page.locator("main ins")).to_contain_text(["this comes", "used"])
    await sign(bento, "/amendments/[0-9a-f]{64}$")
    page = await ana.go("/")
    await page.click("main a:has-text('propone un cambio a tu propuesta')")
    await expect(page.locator(".difference del")).to_have_text(["new"])
    await page.click("button:has-text('Aceptar el cambio')")
    await sees(ana, "Vas a firmar: ACEPTAR el cambio")
    await sign(ana, r"/p/[0-9a-f]{64}$")
    await page.click("main a:has-text('Versión 2')")
    await sees(ana, "We buy a used pump.", "la más nueva")


async def opens(ana: Person, proposal: str) -> None:
    page = await ana.go("/")
    await page.click("main a:has-text('Abrir la votación cuando')")
    await page.click("main a:has-text('Abrir la votación')")
    await page.locator("input[name=closes]").nth(1).check()
    await check(ana)
    await sees(ana, "Vas a firmar: ABRIR LA VOTACIÓN", "3 personas", "nadie puede cambiar el texto")
    await sign(ana, f"{proposal}$")
    await sees(ana, "Este texto ya no puede cambiar.", "Hablaron 0 de 3 voces.")


async def votes(person: Person, proposal: str, choice: str, reason: str = "") -> str:
    """From what needs her to the receipt; the receipt's path."""
    page = await person.go(f"{proposal}/vote")
    await page.check(f"[name=choice][value={choice}]")
    await page.fill("#reason", reason)
    await check(person)
    return (await sign(person, r"/receipt/[0-9a-f]{64}$")).removeprefix(person.base)


async def votes_twice(bento: Person, proposal: str) -> str:
    """He votes, keeps the receipt, and thinks better of it; the second receipt's path."""
    page = await bento.go("/")
    await page.click("main a:has-text('Vote: Shall we buy the pump?')")
    await sees(bento, "Your vote is not secret.")
    await page.check("[name=choice][value=disagree]")
    await page.fill("#reason", "It breaks too soon.")
    await check(bento)
    await sees(bento, "You will sign: ✕ DISAGREE", "It breaks too soon.", "You can change it until")
    await sign(bento, "/receipt/")
    first = bento.page.url.removeprefix(bento.base)
    await sees(
        bento, "Received by the community's node.", "In the ledger: entry", "Change it until"
    )
    await expect(page.locator("button.print")).to_be_visible()
    async with page.expect_download() as saving:
        await page.click("a:has-text('Save')")
    assert (await saving.value).suggested_filename == f"acuerdo-{first[-64:-56]}.json"
    await page.click("main a:has-text('Change my vote')")
    await expect(page.locator("[value=disagree]")).to_be_checked()
    second = await votes(bento, proposal, "agree")
    await bento.go(first)
    await sees(bento, "It does not count any more")
    return second


@pytest.mark.timeout(120)
async def test_a_decision_from_the_first_words_to_the_outcome(place: Place, person: Meet) -> None:
    ana = await (await person(place, language="es")).sign_in(0)
    bento = await (await person(place, language="en", dark=True)).sign_in(1)
    carla = await (await person(place, language="es", width=1280)).sign_in(2)
    proposal = await proposes(ana)
    await talk(ana, bento, proposal)
    await amends(ana, bento, proposal)
    await opens(ana, proposal)

    second = await votes_twice(bento, proposal)
    await votes(carla, proposal, "disagree", "Prefiero la vieja")
    receipt = await votes(ana, proposal, "agree")
    await sees(ana, "De acuerdo", "En el libro: entrada")
    await place.node.duties.act()
    book = place.node.books.own
    assert book.decisions.proposal(proposal.removeprefix("/p/")).state is State.ADOPTED
    await ana.go(receipt)
    await sees(ana, "Se contó en el resultado.")
    await bento.go(second)
    await sees(bento, "It was counted in the result.")
    await carla.go(proposal)
    sentence = "Adoptada: 2 de 3 personas que votan a favor o en contra apoyan la propuesta"
    await sees(carla, sentence, "Quién dijo qué")
    await expect(carla.page.locator("svg.bars")).to_be_visible()
    await bento.go("/")
    await sees(bento, "Decided this week", "Adopted: 2 of 3 people")


async def test_without_script_pages_can_be_read_and_nothing_is_signed(
    place: Place, person: Meet
) -> None:
    ana = await (await person(place, language="es")).sign_in(0)
    proposal = await proposes(ana)
    cookies = await ana.context.cookies()
    assert ana.context.browser is not None
    plain = await ana.context.browser.new_context(java_script_enabled=False, locale="es-CO")
    await plain.add_cookies(cookies)  # type: ignore[arg-type]
    page = await plain.new_page()
    await page.goto(ana.base + proposal)
    await expect(page.locator("main")).to_contain_text("Compramos una bomba nueva.")
    await page.goto(f"{ana.base}{proposal}/comment")
    await page.fill("#words", "¿Cuándo?")
    await page.click("main form button.main")
    await expect(page.locator("main")).to_contain_text("Vas a firmar y publicar esto:")
    # Nothing is signed without a key, so the button does nothing.
    await expect(page.locator("form.act button.main")).to_be_disabled()
    await plain.close()
