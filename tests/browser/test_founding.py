"""A community is founded from nothing: an empty folder, `acuerdo serve`, and phones."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page

from node.first_run import DRAFT, TOKEN
from node.keys import recovery_words, seed_of_words
from protocol.identity.chain import commitment, open_chain
from protocol.wire.encoding import read_json
from protocol.wire.keys import PrivateKey
from protocol.wire.text import b64url_encode
from tests.browser.seeing import findings, too_small, too_wide
from tests.node.cli.served import START_S, free_port

pytestmark = pytest.mark.timeout(240)
_LINK = re.compile(r"http://\S+/found/\S+")


@dataclass
class Machine:
    """A machine with an empty folder."""

    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @contextmanager
    def serve(self) -> "Iterator[subprocess.Popen[bytes]]":
        """`acuerdo serve` in a process of its own; killed at the end if it still lives."""
        command = [sys.executable, "-m", "node.cli.main", "serve"]
        options = ["--data", str(self.data), "--port", str(self.port)]
        environment = {**os.environ, "ACUERDO_LOG_LEVEL": "warning"}
        with (self.folder / "serve.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, *options], env=environment, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(START_S)

    def said(self) -> str:
        """What it has printed so far."""
        return (self.folder / "serve.log").read_text("utf-8")

    async def link(self) -> str:
        """The one-time link, once it is printed and answers."""
        async with asyncio.timeout(START_S), httpx.AsyncClient() as client:
            while True:
                found = _LINK.search(self.said())
                if found is not None:
                    try:
                        await client.get(f"{self.url}/livez")
                    except httpx.TransportError:
                        found = None
                if found is not None:
                    return found.group()
                await asyncio.sleep(0.05)

    def on_disk(self) -> bytes:
        """Everything that the folder holds."""
        return b"".join(path.read_bytes() for path in self.data.rglob("*") if path.is_file())


@asynccontextmanager
async def phone(browser: Browser, **options: object) -> AsyncIterator[Page]:
    """A phone of somebody's own: nothing that another one keeps is in it."""
    context = await browser.new_context(
        locale="es-CO",
        viewport={"width": 360, "height": 740},
        **options,  # type: ignore[arg-type]
    )
    broken: list[str] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: broken.append(str(error)))
    try:
        yield page
    finally:
        await context.close()
    assert broken == []


async def go_on(page: Page) -> None:
    await page.locator("main form:not([hidden]) button.main").last.click()


async def write_down(page: Page) -> Sequence[str]:
    """Looks at the words as a person does, and shows that they are on paper."""
    await page.click(".make")
    await page.wait_for_selector(".words24 li")
    words = await page.locator(".words24 li").all_inner_texts()
    await page.click(".written")
    assert await page.locator(".words24 li").count() == 0
    return words


async def asked_for(page: Page) -> Sequence[int]:
    labels = await page.locator("[data-step=check] label").all_inner_texts()
    return [int(re.sub(r"\D", "", label)) for label in labels]


async def answer(page: Page, words: Sequence[str]) -> None:
    for at, number in enumerate(await asked_for(page)):
        await page.fill(f"#word-{at}", words[number - 1].upper())
    await page.click("[data-step=check] button.main")


async def make_key(page: Page) -> Sequence[str]:
    words = await write_down(page)
    await answer(page, words)
    return words


async def begin(page: Page, link: str, template: str = "households") -> None:
    """Name, rules and the founder's own name; what follows is her key."""
    await page.goto(link)
    await page.click("a.button.main")
    await page.fill("#name", "La Ceiba")
    await go_on(page)
    await page.check(f"input[value={template}]")
    await go_on(page)
    await go_on(page)
    await page.fill("#name", "Rosa")
    if template == "households":
        await page.fill("#household", "Los Olivos")
    await go_on(page)


async def found(page: Page) -> None:
    """From the check page to the front page of the community."""
    await page.click("form[action$=check] button.main")
    await page.wait_for_url(re.compile(r":\d+/$"))


async def test_households_found_a_community_on_two_phones(browser: Browser, tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    async with phone(browser) as rosa, phone(browser) as mateo, phone(browser) as eva:
        with machine.serve() as process:
            link = await machine.link()
            assert "█" in machine.said()
            await begin(rosa, link)
            hers = await make_key(rosa)
            await rosa.wait_for_url("**/words")
            words = await write_down_with_mistakes(rosa, machine)
            process.send_signal(signal.SIGKILL)
            process.wait(START_S)
        # The machine stopped, and whoever had the link goes on.
        with machine.serve() as process:
            assert await machine.link() == link
            await rosa.goto(f"{link}/me/key")
            await rosa.wait_for_selector("[data-step=done]:visible")
            await rosa.goto(f"{link}/people")
            await rosa.click("button[name=add]")
            await join(mateo, eva, await rosa.inner_text("code.long"))
            await rosa.click("a.button:has-text('Mirar otra vez')")
            assert "Mateo" in await rosa.inner_text("main")
            await rosa.click("a.button.main")
            await found(rosa)
            assert process.poll() is None
            await mateo.click("a.button.main")
            await mateo.wait_for_url(f"{machine.url}/")
            for page in (rosa, mateo):
                assert await page.is_visible("a.me[href='/me']")
                assert "La Ceiba" in await page.inner_text("header")
            await has_done_its_work(eva, link)
            await founded_rightly(rosa, words)
            process.send_signal(signal.SIGTERM)
            assert process.wait(START_S) == 0
    nothing_of(machine, words)
    nothing_of(machine, hers)
    assert not {path.name for path in machine.data.iterdir()} & {TOKEN, DRAFT}


async def write_down_with_mistakes(page: Page, machine: Machine) -> Sequence[str]:
    """The community's words: wrong ones are refused, and the sheet can be looked at again."""
    words = await write_down(page)
    for at in range(3):
        await page.fill(f"#word-{at}", "nada")
    await page.click("[data-step=check] button.main")
    assert await page.is_visible("#word-wrong")
    assert (await state(machine))["next_root"] is None
    await page.click(".again")
    await page.wait_for_selector(".words24 li")
    assert await page.locator(".words24 li").all_inner_texts() == words
    await page.click(".written")
    await answer(page, words)
    await page.wait_for_url("**/people")
    return words


async def join(page: Page, other: Page, link: str) -> None:
    """Another founder, on her own phone; whoever comes after her finds the link used."""
    await page.goto(link)
    await page.fill("#name", "Mateo")
    await page.fill("#household", "La Loma")
    await go_on(page)
    await make_key(page)
    await page.wait_for_url(link)
    await other.goto(link)
    assert await other.locator("main form").count() == 0
    await other.goto(f"{link}/key")
    assert other.url == link


async def has_done_its_work(page: Page, link: str) -> None:
    """The founding's link opens nothing any more."""
    for path in (link, f"{link}/check"):
        answered = await page.goto(path)
        assert answered is not None
        assert answered.status == 410
        await page.wait_for_selector(".no-key:visible")


async def state(machine: Machine) -> dict[str, object]:
    value = read_json((machine.data / DRAFT).read_bytes())
    assert isinstance(value, dict)
    return dict(value)


async def founded_rightly(page: Page, words: Sequence[str]) -> None:
    """The ledger has both households and names, and promises the key that is on paper."""
    asked = "path => fetch(path).then((answer) => answer.json())"
    community = await page.get_attribute("body", "data-community")
    held = await page.evaluate(asked, f"/v1/communities/{community}/chain")
    chain = open_chain(tuple(raw.encode() for raw in held["messages"]))
    root = PrivateKey.from_seed(seed_of_words(" ".join(words))).public
    assert chain.current.next == commitment(root)
    status = await page.evaluate(asked, "/v1/status")
    # Inception, charter, name, two founders, and what each of them says she is called.
    assert status["size"] == 7
    await page.goto(f"{page.url}charter")
    assert "Cada hogar tiene una voz" in await page.inner_text("main")


def nothing_of(machine: Machine, words: Sequence[str]) -> None:
    """Neither the words nor the seed in them, however it is written, lies on the machine."""
    seed = seed_of_words(" ".join(words))
    disk = machine.on_disk()
    for written in (
        seed,
        seed.hex().encode(),
        b64url_encode(seed).encode(),
        " ".join(words).encode(),
        recovery_words(seed, "en").encode(),
    ):
        assert written not in disk


async def test_one_person_founds_over_plain_http_without_losing_what_she_typed(
    browser: Browser, tmp_path: Path
) -> None:
    """A name of the village's network: no WebCrypto, and no key that hides its seed."""
    machine = Machine(tmp_path)
    async with phone(browser) as rosa:
        with machine.serve() as process:
            link = (await machine.link()).replace("127.0.0.1", "cooperativa.lan")
            await begin(rosa, link, "consensus")
            assert not await rosa.evaluate("isSecureContext")
            words = await write_down(rosa)
            await rosa.reload()  # before it is confirmed, the key is nobody's
            again = await write_down(rosa)
            assert words != again
            await answer(rosa, again)
            await rosa.wait_for_url("**/words")
            await make_key(rosa)
            await rosa.wait_for_url("**/people")
            await rosa.click("a.button.main")
            await found(rosa)
            assert await rosa.is_visible("a.me[href='/me']")
            process.send_signal(signal.SIGTERM)
            assert process.wait(START_S) == 0


@pytest.mark.parametrize("dark", [False, True])
async def test_every_page_of_a_founding_can_be_read_and_used(
    browser: Browser, tmp_path: Path, dark: bool
) -> None:
    machine = Machine(tmp_path)
    scheme = "dark" if dark else "light"
    async with phone(browser, color_scheme=scheme) as rosa:
        with machine.serve():
            link = await machine.link()
            await begin(rosa, link)
            await fits(rosa)
            await write_down(rosa)
            await fits(rosa)
            await rosa.goto(f"{link}/people")
            await rosa.click("button[name=add]")
            handed = await rosa.inner_text("code.long")
            steps = ("", "/name", "/charter", "/rules", "/rules/change", "/me", "/words", "/check")
            for path in (*(f"{link}{step}" for step in steps), handed, f"{machine.url}/founded"):
                await rosa.goto(path)
                await fits(rosa)
            await rosa.goto(f"{link}/people")
            await fits(rosa)
            await rosa.goto(f"{link}/rules/change")
            await rosa.fill("#sponsors", "muchos")
            await go_on(rosa)
            await fits(rosa)


async def fits(page: Page) -> None:
    """A page on a small phone, by WCAG's own rules and a thumb's."""
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    faults = await too_wide(page) + await too_small(page) + await findings(page)
    assert faults == [], page.url
