"""What members do from page to page, each the way a person would: choose, check, sign."""

import re
from collections.abc import Mapping

from tests.pages.browse import Browser, Page

TEXT = "Compramos una bomba nueva.\n\nLa paga el fondo común."


async def propose(browser: Browser, fields: Mapping[str, str] | None = None) -> str:
    """A draft of two languages; its id."""
    typed = {
        "title-es": "¿Compramos la bomba?",
        "text-es": TEXT,
        "title-en": "Shall we buy the pump?",
        "text-en": "We buy a new pump.\n\nThe common fund pays for it.",
        **(fields or {}),
    }
    checked = await browser.post("/propose", typed)
    assert checked.status == 200, checked.words
    return (await browser.sign(checked, 0))[1]


async def open_vote(browser: Browser, proposal: str, number: int = 0) -> Page:
    """With the first of the times that the form offers."""
    form = await browser.get(f"/p/{proposal}/open")
    times = re.findall(r'name="closes" value="(\d+)"', form.text)
    checked = await browser.post(f"/p/{proposal}/open", {"closes": times[0]})
    assert checked.status == 200, checked.words
    await browser.sign(checked, number)
    return checked


async def say(browser: Browser, proposal: str, number: int, choice: str, reason: str = "") -> str:
    """Choose, check, sign; the position's id."""
    fields = {"choice": choice, "reason": reason}
    checked = await browser.post(f"/p/{proposal}/check", fields)
    assert checked.status == 200, checked.words
    return (await browser.sign(checked, number))[-1]


async def ask(browser: Browser, proposal: str, number: int, words: str, to: str = "") -> str:
    """A question, or the answer to one."""
    checked = await browser.post(f"/p/{proposal}/comment", {"words": words, "to": to})
    assert checked.has(words), checked.words
    return (await browser.sign(checked, number))[0]


async def amend(browser: Browser, proposal: str, number: int, text: str, base: int = 1) -> str:
    """Another Spanish text; the amendment's id."""
    typed = {"base": str(base), "title-es": "¿Compramos la bomba?", "text-es": text}
    checked = await browser.post(f"/p/{proposal}/amend", typed)
    assert checked.status == 200, checked.words
    return (await browser.sign(checked, number))[1]


async def answer(browser: Browser, proposal: str, amendment: str, number: int, said: str) -> Page:
    """Accept, decline or withdraw."""
    path = f"/p/{proposal}/amendments/{amendment}"
    checked = await browser.post(path, {"answer": said})
    assert checked.status == 200, checked.words
    await browser.sign(checked, number)
    return checked
