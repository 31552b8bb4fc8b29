"""A browser without script: it keeps cookies, follows our forms, and can sign what it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx

from node.pages.signing_in import session_text
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import PrivateKey
from protocol.wire.text import b64url_encode
from tests.node.api.house import House

HOST = "ceiba.test"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    headers: httpx.Headers
    text: str
    raw: bytes

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def words(self) -> str:
        """What a reader sees, white space folded."""
        reader = _Reader()
        reader.feed(self.text)
        return " ".join(" ".join(reader.parts).split())

    @property
    def acts(self) -> list[dict[str, JsonValue]]:
        """What the only form to sign in the page would sign."""
        (held,) = acts_of(self.text)
        return held

    def has(self, *parts: str) -> bool:
        return all(part in self.words for part in parts)


def acts_of(html: str) -> list[list[dict[str, JsonValue]]]:
    """What each form of class `act` in a page would sign."""
    reader = _Reader()
    reader.feed(html)
    return reader.acts


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.acts: list[list[dict[str, JsonValue]]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        held = dict(attrs).get("data-acts")
        if held:
            self.acts.append(read_json(held.encode()))  # type: ignore[arg-type]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


@dataclass
class Browser:
    """One person's browser at one node."""

    house: House
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "192.0.2.9"

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        return await self.call("GET", path, headers=headers)

    async def post(
        self, path: str, fields: Mapping[str, str] | Sequence[tuple[str, str]] = ()
    ) -> Page:
        headers = {"content-type": FORM, "origin": f"http://{HOST}"}
        return await self.call("POST", path, urlencode(fields).encode(), headers)

    async def sign_in(self, number: int = 0) -> "Browser":
        """With the key of one of the village's founders."""
        return await self.show(self.house.village.keys[number])

    async def show(self, key: PrivateKey) -> "Browser":
        answer = await self.try_key(key)
        assert answer.status == 200, answer.text
        return self

    async def try_key(
        self,
        key: PrivateKey,
        *,
        origin: str = f"http://{HOST}",
        shared: bool = False,
        path: str = "/enter",
    ) -> Page:
        given = read_json((await self.post_json("/enter/challenge", {})).raw)
        assert isinstance(given, dict)
        text = session_text(self.house.village.community, origin, str(given["challenge"]))
        signature = b64url_encode(key.sign(text))
        shown: dict[str, JsonValue] = {"key": key.public.text, "signature": signature}
        shown |= {"challenge": given["challenge"], "shared": shared}
        return await self.post_json(path, shown)

    async def operate(self) -> "Browser":
        """Signed in as the operator."""
        page = await self.post("/enter/operator", {"token": self.house.operator.token or ""})
        assert page.status == 303
        return self

    async def post_json(self, path: str, value: dict[str, JsonValue]) -> Page:
        headers = {
            "content-type": "application/json",
            "origin": f"http://{HOST}",
            "accept": "*/*",
        }
        return await self.call("POST", path, write_json(value), headers)

    async def sign(self, page: Page, number: int = 0) -> list[str]:
        """Sign and hand in what the page's form holds, as its script would; the ids."""
        village, ids = self.house.village, list[str]()
        for act in page.acts:
            body = _filled(act["body"], ids)
            assert isinstance(body, dict)
            raw = village.says(number, str(act["kind"]), body, str(act["audience"]))
            ids.append((await self.house.node.journal.submit(raw)).id)
        return ids

    async def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        sent = {"accept": "text/html", "accept-language": self.language, **(headers or {})}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = httpx.Request(method, f"http://{HOST}{path}", content=body, headers=sent)
        transport = httpx.ASGITransport(self.house.app, client=(self.address, 40_000))
        response = await transport.handle_async_request(request)
        await response.aread()
        for cookie in response.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        raw = response.content
        return Page(response.status_code, response.headers, raw.decode("utf-8", "replace"), raw)


def _filled(value: JsonValue, ids: Sequence[str]) -> JsonValue:
    match value:
        case {"$": int(number)}:
            return ids[number]
        case dict():
            return {name: _filled(part, ids) for name, part in value.items()}
        case list():
            return [_filled(part, ids) for part in value]
        case _:
            return value
