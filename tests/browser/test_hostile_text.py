"""Names, titles and texts of members and of other communities stay text on every page."""

from typing import Final, Literal

import pytest
from playwright.async_api import Page

from node.pages.wording import Language
from tests.browser.conftest import Meet
from tests.browser.prepared import ANA, Prepared
from tests.browser.speech import Hostile
from tests.browser.walk import look_at_all, routes

_ONLY_AT: Final = {
    "/assemblies": {"met", "coming", "cancelled", "minutes", "recorded"},
    "/federations/{message}": {"compact", "second"},
}
"""Words that are read at certain pages alone; what neighbours decide at home is read nowhere."""
_STRANGE: Final = """() => {
  const ours = (path) => path !== null && path.startsWith('/') && !path.startsWith('//');
  const found = [];
  for (const one of document.querySelectorAll('*')) {
    const said = (why) => found.push(`${why}: ${one.outerHTML.slice(0, 160)}`);
    for (const { name, value } of one.attributes) {
      if (name.startsWith('on') || name === 'style' || name === 'srcdoc') said('attribute');
      if (/^\\s*(javascript|data|vbscript|file):/i.test(value)) said('address');
    }
    if (one.matches('iframe, object, embed, base, frame, portal, meta[http-equiv], style')) {
      said('element');
    }
    if (one.matches('script') && !(one.getAttribute('src') ?? '').startsWith('/static/')) {
      said('script');
    }
    if (one.matches('link') && !(one.getAttribute('href') ?? '').startsWith('/static/')) {
      said('link');
    }
    if (one.matches('form[action]') && !ours(one.getAttribute('action'))) said('form');
    if (one.matches('video, audio, source, use, image')) said('picture');
    if (one.matches('img') && !ours(one.getAttribute('src'))) said('picture');
    if (one.matches('a[target], a[href^=http]:not([rel~=noopener])')) said('way out');
  }
  return found;
}"""


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("who", "language"), [("member", "es"), ("operator", "en")])
async def test_nothing_that_people_wrote_is_more_than_text(
    who: Literal["member", "operator"], language: Language, beset: Prepared, person: Meet
) -> None:
    came = await person(beset.place, language=language)
    await (came.sign_in(ANA) if who == "member" else came.operate())
    strange: list[str] = []
    async for address, page in look_at_all(came, beset):
        strange += [f"{address.path}: {one}" for one in await page.evaluate(_STRANGE)]
        assert await page.locator("main h1").count() == 1, address.path
    assert strange == []


async def test_what_they_wrote_is_there_to_be_read(beset: Prepared, person: Meet) -> None:
    came = await (await person(beset.place)).sign_in(ANA)
    read = ""
    async for _, page in look_at_all(came, beset):
        read += _folded(await _words(page))
    speech = beset.home.speech
    assert isinstance(speech, Hostile)
    unread = {key: line for line, key in speech.lines.items() if _folded(line) not in read}
    there = set(routes())
    elsewhere = [keys for route, keys in _ONLY_AT.items() if route not in there]
    assert unread.keys() - {"out of sight"}.union(*elsewhere) == set()


async def _words(page: Page) -> str:
    """All text of the page, what is folded away too."""
    found: str = await page.evaluate("document.body.textContent")
    return found


def _folded(text: str) -> str:
    return " ".join(text.split())
