"""A person with a phone: a browser of her own, and a record of everything that went wrong in it."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
    Route,
)

from node.pages.wording import Language
from protocol.wire.text import b64url_encode
from tests.browser.place import Place

KEYRING: Final = "/static/keyring-of-a-test.js"
"""Where the page's own keyring is found whole; bundles hide it behind names of one letter."""
_KEEP: Final = """async ([module, community, seed, member, shared]) => {
  const { keep } = await import(module);
  const raw = atob(seed.replaceAll('-', '+').replaceAll('_', '/'));
  await keep(community, Uint8Array.from(raw, (c) => c.charCodeAt(0)), { member, shared });
}"""
_WATCH: Final = """addEventListener('securitypolicyviolation', (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});"""
_STATUS: Final = re.compile(r"Failed to load resource: the server responded with a status")

_LOCALES: Final = {"es": "es-CO", "en": "en-GB"}


@dataclass
class Person:
    """Somebody at one node; `page` is what she has before her."""

    place: Place
    context: BrowserContext
    base: str
    keyring: str
    page: Page = field(init=False)
    has_key: bool = False
    troubles: list[str] = field(default_factory=list)
    forgiven: list[re.Pattern[str]] = field(default_factory=list)

    async def go(self, path: str) -> Page:
        """Open a page of the node, by its path, and wait until its scripts have run."""
        await self.page.goto(self.base + path, wait_until="load")
        return self.page

    async def keep_key(self, member: int = 0, *, shared: bool = False) -> "Person":
        """A founder's key lies in this browser from now on, put there by the page's own code."""
        place = self.place
        await self.go("/safety")
        given = [
            KEYRING,
            place.village.community,
            b64url_encode(place.seed(member)),
            place.village.members[member],
            shared,
        ]

        async def give(route: Route) -> None:
            await route.fulfill(body=self.keyring, content_type="text/javascript; charset=utf-8")

        # Only for now: while anything is given so, the browser caches nothing.
        await self.context.route(f"**{KEYRING}", give)
        await self.page.evaluate(_KEEP, given)
        await self.context.unroute(f"**{KEYRING}", give)
        self.has_key = True
        return self

    async def sign_in(self, member: int = 0) -> "Person":
        """As a founder: her key is in this browser, and the node knows that she has it."""
        await self.keep_key(member)
        await self.page.goto(f"{self.base}/enter?to=/safety")
        await self.page.wait_for_url(f"{self.base}/safety")
        held = await self.page.get_attribute("body", "data-member")
        assert held == self.place.village.members[member]
        return self

    async def operate(self) -> "Person":
        """As the operator."""
        await self.go("/enter/operator")
        await self.page.fill("#token", self.place.token)
        forgiven = self.forgive(r"/admin")  # where the operator lands is not what is tested here
        await self.page.click("main button.main")
        await self.page.wait_for_url(f"{self.base}/admin")
        self.forgiven.remove(forgiven)
        return self

    def forgive(self, pattern: str) -> re.Pattern[str]:
        """A trouble that this test causes on purpose."""
        found = re.compile(pattern)
        self.forgiven.append(found)
        return found

    async def overflow(self) -> int:
        """By how many CSS pixels the page is wider than the window."""
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(await self.page.evaluate(wide))

    # --- listening -------------------------------------------------------------------------

    def listen(self, page: Page) -> None:
        """Note what goes wrong in a page, the first one or one that opens."""
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.note(f"error: {error}"))
        page.on("crash", lambda _: self.note("the page crashed"))
        page.on("requestfailed", self.on_failed)
        page.on("dialog", self.on_dialog)

    def note(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self.forgiven):
            self.troubles.append(f"{urlsplit(self.page.url).path}: {text}")

    async def on_dialog(self, dialog: Dialog) -> None:
        self.note(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def on_console(self, message: ConsoleMessage) -> None:
        # A status is judged where the answer comes in, by its path.
        if message.type in ("error", "warning") and not _STATUS.search(message.text):
            self.note(f"console: {message.text}")

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.base + "/", "data:", "blob:", "about:")):
            self.note(f"foreign request: {request.url}")

    def on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.note(f"status {response.status}: {urlsplit(response.url).path}")

    def on_failed(self, request: Request) -> None:
        # What a page asked for and left behind when it was left is nobody's fault.
        if request.failure != "net::ERR_ABORTED":
            self.note(f"request failed: {request.url}: {request.failure}")


async def meet(
    browser: Browser,
    place: Place,
    keyring: str,
    *,
    language: Language = "es",
    width: int = 360,
    height: int = 740,
    scale: float = 1,
    dark: bool = False,
    lan: bool = False,
    script: bool = True,
    touch: bool = False,
) -> Person:
    """A person with a fresh browser; `keyring` is the text of the page's module of that name."""
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale=_LOCALES[language],
        timezone_id="America/Bogota",
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        java_script_enabled=script,
        has_touch=touch,
        service_workers="block",
    )
    context.set_default_timeout(15_000)

    await context.add_init_script(_WATCH)
    person = Person(place, context, place.lan_url if lan else place.url, keyring)
    context.on("page", person.listen)
    context.on("request", person.on_request)
    context.on("response", person.on_response)
    person.page = await context.new_page()
    return person
