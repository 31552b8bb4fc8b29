"""What a ballot weighs on a first visit: the page and all that it links to, as it is sent."""

import re

from tests.node.api.house import House
from tests.node.api.story import comment, draft, open_vote, take
from tests.pages.browse import Browser, Page

_MOST = 30_000
_FILES = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_GZIP = {"accept-encoding": "gzip"}


async def weight(browser: Browser, page: Page) -> int:
    files = set(_FILES.findall(page.text))
    assert any(file.endswith(".css") for file in files)
    loaded = [await browser.get(file, _GZIP) for file in sorted(files)]
    assert all(one.headers["content-encoding"] == "gzip" for one in loaded)
    return sent(page) + sum(map(sent, loaded))


def sent(page: Page) -> int:
    """Bytes on the wire: the length that was announced."""
    return int(page.headers["content-length"])


async def test_a_ballot_is_light(house: House, ana: Browser) -> None:
    words = "Cada familia aporta dos jornadas y la asamblea pone los materiales. "
    proposal = await draft(house, words * 40)
    await open_vote(house, proposal)
    for number in range(30):
        await comment(house, number % 3, proposal, f"¿Y si falta agua el día {number}?")
    await take(house, 1, proposal)
    ballot = await ana.get(f"/p/{proposal}/vote", _GZIP)
    assert await weight(ana, ballot) < _MOST
    fields = {"choice": "agree", "reason": "Porque hace falta. " * 20}
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": "http://ceiba.test"}
    body = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in fields.items()).encode()
    check = await ana.call("POST", f"/p/{proposal}/check", body, {**headers, **_GZIP})
    assert check.has("You will sign:")
    assert await weight(ana, check) < _MOST


async def test_a_page_with_many_voices_stays_small(house: House, ana: Browser) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    for number in range(60):
        await comment(house, number % 3, proposal, f"¿Y si falta agua el día {number}?")
    for _ in range(30):
        await draft(house, "Otra propuesta más")
    for path in (f"/p/{proposal}", "/proposals", f"/p/{proposal}/positions", "/"):
        assert int((await ana.get(path, _GZIP)).headers["content-length"]) < 14_000, path
