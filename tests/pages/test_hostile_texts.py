"""Whatever members write as title, text, comment, reason or name shows as text, on every page."""

import html
import re

import pytest

from tests.node.api.house import House
from tests.node.api.story import amend, draft, open_vote
from tests.pages.acts import ask, propose, say
from tests.pages.browse import Browser, Page
from tests.pages.hostile import HOSTILE

_GROUPS = 8
_TAGS = re.compile(r"<(script|img|svg|iframe|object|embed|form|style|link|meta|base|video)\b")


def line_of(text: str) -> str:
    """As much of it as may stand in a title."""
    return "".join(part for part in text if part >= " " and part != "\x7f").strip()


def tags(page: Page) -> list[str]:
    return sorted(_TAGS.findall(page.text))


async def looked_at(browser: Browser, proposal: str, *paths: str) -> list[Page]:
    return [await browser.get(f"/p/{proposal}{path}") for path in paths]


async def story(house: House, ana: Browser, bento: Browser, text: str) -> list[Page]:
    """The same things happen, in these words; every page that shows them."""
    title = line_of(text)
    fields = {"title-es": "", "text-es": "", "title-en": title, "text-en": text}
    name = house.village.says(1, "member/profile", {"name": title[:80]}, "community")
    await house.node.journal.submit(name)
    proposal = await propose(ana, fields)
    question = await ask_any(bento, proposal, text)
    typed = {"base": "1", "title-en": f"{title}!"[:200], "text-en": f"{text}\n{text}"}
    checked = await bento.post(f"/p/{proposal}/amend", typed)
    (_, amendment) = await bento.sign(checked, 1)
    paths = (
        "/versions/1",
        f"/amendments/{amendment}",
        f"/comment?to={question}",
        "/open",
        "/amend",
    )
    drafts = [await ana.get("/"), *await looked_at(ana, proposal, "", *paths)]
    await open_vote(house, proposal)  # type: ignore[arg-type]
    ballot = await bento.post(f"/p/{proposal}/check", {"choice": "agree", "reason": text})
    position = (await bento.sign(ballot, 1))[-1]
    paths = ("", "/vote", "/positions", "/withdraw", f"/receipt/{position}")
    opened = [await ana.get("/proposals"), *await looked_at(ana, proposal, *paths)]
    return [checked, ballot, *drafts, *opened]


async def ask_any(browser: Browser, proposal: str, text: str) -> str:
    checked = await browser.post(f"/p/{proposal}/comment", {"words": text})
    return (await browser.sign(checked, 1))[0]


@pytest.mark.parametrize("group", range(_GROUPS))
async def test_hostile_words_show_as_text(
    house: House, ana: Browser, bento: Browser, group: int
) -> None:
    plain = await story(house, ana, bento, "Una bomba de agua")
    for text in HOSTILE[group::_GROUPS]:
        hostile = await story(house, ana, bento, text)
        for harmless, page in zip(plain, hostile, strict=True):
            assert page.status == 200
            assert tags(page) == tags(harmless), text
            assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', page.text))
        shown = " ".join(html.unescape(hostile[0].text).split())
        assert " ".join(line_of(text).split())[:40] in shown


async def test_a_hostile_link_in_a_text_stays_plain(house: House, ana: Browser) -> None:
    proposal = await draft(house, "[x](javascript:alert(1)) <a href=javascript:alert(1)>y</a>")
    amendment = await amend(house, 1, proposal, "[z](data:text/html,x)")
    for path in ("", f"/amendments/{amendment}", "/versions/1"):
        page = await ana.get(f"/p/{proposal}{path}")
        assert 'href="javascript' not in page.text
        assert 'href="data' not in page.text


async def test_a_reason_is_no_markup_on_the_receipt(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    position = await say(ana, proposal, 0, "agree", "<b onclick=alert(1)>**Sí**</b>")
    page = await ana.get(f"/p/{proposal}/receipt/{position}")
    assert "&lt;b onclick=alert(1)&gt;<strong>Sí</strong>" in page.text
    assert await ask(ana, proposal, 0, "Sí")
