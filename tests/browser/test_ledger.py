"""The ledger in a real browser: it verifies what a true node shows, and finds out one that lies."""

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, async_playwright

from node.ports import InlineExecutor, Ports, SystemClock, SystemEntropy
from node.readers import Reader
from protocol.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint
from protocol.wire.digests import sha256
from protocol.wire.encoding import JsonValue
from protocol.wire.text import b64_decode, b64_encode
from tests.browser.lying import Liar, listening
from tests.node.api.conftest import house_of
from tests.node.api.house import House
from tests.node.api.story import draft, open_vote, publish, take
from tests.pages.browse import Browser

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")


@dataclass
class Scene:
    """A village with a witness, its node behind a liar who is honest so far, and Ana's browser."""

    house: House
    neighbour: House
    liar: Liar
    url: str
    context: BrowserContext
    page: Page
    proposal: str
    index: int

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.url}{path}")

    async def verify(self, path: str | None = None) -> dict[str, str]:
        """What each line of a check says, by its name; the verdict among them."""
        await self.open(path or f"/ledger/{self.index}")
        return await self.press("section.verify > button")

    async def press(self, button: str) -> dict[str, str]:
        await self.page.click(button)
        found = self.page.locator(".found:not([hidden])")
        await found.wait_for()
        lines = await self.page.locator("[data-check]").evaluate_all(
            "lines => lines.map(line => [line.dataset.check, line.dataset.key])"
        )
        verdict = await found.get_attribute("data-verdict") or ""
        return {**dict(lines), "verdict": verdict}

    async def witnessed(self) -> None:
        """The neighbour takes our ledger in and cosigns it; we learn of that."""
        await self.neighbour.learn(self.house)
        own = self.house.village.community
        reader = Reader(community=own)
        bundle = self.neighbour.node.delivery.bundle_for(reader, {own: 0}, None)
        await self.house.node.mirror.take(bundle)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chrome() -> AsyncIterator[Callable[[], object]]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*_FLAGS, *_QUIET], chromium_sandbox=False
        )
        yield opened.new_context
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def scene(tmp_path: Path, chrome: Callable[..., object]) -> AsyncIterator[Scene]:
    ports = Ports(clock=SystemClock(), executor=InlineExecutor(), entropy=SystemEntropy())
    async with (
        house_of(tmp_path / "ceiba", ports, "La Ceiba") as house,
        house_of(tmp_path / "roble", ports, "El Roble") as neighbour,
    ):
        liar = Liar(house.app)
        async with listening(liar) as url:
            proposal = await draft(house, "Excedentes 2026")
            await open_vote(house, proposal)
            await take(house, 0, proposal)
            index = house.node.journal.head.size - 1
            context: BrowserContext = await chrome(locale="en")  # type: ignore[misc]
            ana = await Browser(house).sign_in(0)
            cookies = [
                {"name": one, "value": held, "url": url} for one, held in ana.cookies.items()
            ]
            await context.add_cookies(cookies)  # type: ignore[arg-type]
            page = await context.new_page()
            found = Scene(house, neighbour, liar, url, context, page, proposal, index)
            await house.learn(neighbour)
            await found.witnessed()
            yield found
            await context.close()


_ALL = {
    "signature": "signature-yes",
    "author": "author-founded",
    "chain": "chain-yes",
    "place": "place-yes",
    "head": "head-yes",
    "published": "published-yes",
    "before": "before-yes",
    "cosigned": "cosigned-yes",
    "verdict": "yes",
}


async def test_a_members_entry_is_verified_to_the_last_line(scene: Scene) -> None:
    first = await scene.verify()
    assert first == _ALL | {"before": "before-first", "verdict": "unsure"}
    await publish(scene.house, "Otra cosa")
    assert await scene.verify() == _ALL
    text = await scene.page.locator(".found").inner_text()
    assert "Everything matches" in text
    assert "took the position AGREE" in await scene.page.inner_text("main")
    # What the bytes say stands there too, and who vouches.
    assert '"choice": "agree"' in (await scene.page.locator(".found pre").text_content() or "")
    cosigned = scene.page.locator('[data-check="cosigned"]')
    assert "El Roble" in (await cosigned.text_content() or "")


async def test_what_is_not_for_strangers_is_verified_by_its_hash(scene: Scene) -> None:
    await scene.context.clear_cookies()
    found = await scene.verify()
    assert "Excedentes" not in await scene.page.content()
    assert (found["place"], found["signature"]) == ("place-yes", "signature-hidden")
    assert found["verdict"] == "unsure"


async def test_a_ledger_of_another_community(scene: Scene) -> None:
    await publish(scene.neighbour, "Vecinas", "public")
    await scene.house.learn(scene.neighbour)
    index = scene.neighbour.node.journal.head.size - 1
    found = await scene.verify(f"/ledgers/{scene.neighbour}/{index}")
    assert found["place"] == "place-yes"
    assert found["cosigned"] == "cosigned-yes"


def in_page(change: Callable[[dict[str, JsonValue]], None]) -> Callable[[bytes], bytes]:
    """A lie in what the page hands to its own script."""

    def lie(body: bytes) -> bytes:
        text = body.decode()
        held = re.findall(r'data-asked="([^"]*)"', text)
        if not held:
            return body
        asked = json.loads(unescape(held[0]))
        change(asked)
        told = json.dumps(asked).replace("&", "&amp;").replace('"', "&#34;")
        return text.replace(held[0], told).encode()

    return lie


def in_json(change: Callable[[dict[str, JsonValue]], None]) -> Callable[[bytes], bytes]:
    def lie(body: bytes) -> bytes:
        value = json.loads(body)
        change(value)
        return json.dumps(value).encode()

    return lie


def _other_words(asked: dict[str, JsonValue]) -> None:
    raw = b64_decode(str(asked["entry"]))
    asked["entry"] = b64_encode(raw.replace(b'\\"agree\\"', b'\\"abstain\\"'))


def _other_leaf(asked: dict[str, JsonValue]) -> None:
    asked["leaf"] = "00" * 32


def _other_receipt(scene: Scene) -> Callable[[dict[str, JsonValue]], None]:
    def change(value: dict[str, JsonValue]) -> None:
        value["receipt"] = scene.house.node.journal.receipt(2).decode()

    return change


def _stripped(value: dict[str, JsonValue]) -> None:
    lines = str(value["receipt"]).splitlines(keepends=True)
    value["receipt"] = "".join(one for one in lines if "acuerdo/w/" not in one)


def _stripped_and_silent(value: dict[str, JsonValue]) -> None:
    _stripped(value)
    value["witnessed_by"] = 0


def _forged(value: dict[str, JsonValue]) -> None:
    def other(found: re.Match[str]) -> str:
        line = found.group(0)
        return line[:-9] + ("A" if line[-9] != "A" else "B") + line[-8:]

    value["receipt"] = re.sub(r"— acuerdo/w/\S+ \S+", other, str(value["receipt"]))


def _head(scene: Scene, size: int, root: bytes) -> bytes:
    checkpoint = Checkpoint(origin_of(scene.house.village.community), size, root)
    return sign_checkpoint(scene.house.node.keys.log, checkpoint)


def _forked(scene: Scene) -> Callable[[bytes], bytes]:
    size = scene.house.node.journal.head.size
    return lambda _: _head(scene, size, sha256(b"another history"))


def _older(scene: Scene) -> Callable[[bytes], bytes]:
    tree = scene.house.node.books.tree(scene.house.village.community)
    size = scene.house.node.journal.head.size - 1
    return lambda _: _head(scene, size, tree.root(size))


def _of_nobody(scene: Scene) -> Callable[[bytes], bytes]:
    """Our neighbour signs a head of our ledger, which is not hers to sign."""
    head = scene.house.node.journal.head
    return lambda _: sign_checkpoint(scene.neighbour.node.keys.log, head)


_CHECKPOINT, _PLACE, _ENTRY = r"/checkpoint$", r"/v1/messages/", r"^/ledger/\d+$"

# Where somebody lies, how, and which line says so.
LIES: dict[str, tuple[str, Callable[[Scene], Callable[[bytes], bytes]], str, str]] = {
    "an altered entry": (_ENTRY, lambda _: in_page(_other_words), "signature", "signature-no"),
    "another leaf hash": (_ENTRY, lambda _: in_page(_other_leaf), "place", "place-no"),
    "a wrong receipt": (_PLACE, lambda scene: in_json(_other_receipt(scene)), "place", "place-no"),
    "a forked head": (_CHECKPOINT, _forked, "before", "before-forked"),
    "an older head": (_CHECKPOINT, _older, "before", "before-older"),
    "a head of nobody": (_CHECKPOINT, _of_nobody, "head", "head-no"),
    "false hashes": (r"/tile/", lambda _: lambda body: bytes(len(body)), "before", "before-broken"),
    "false keys": (
        r"/chain$",
        lambda _: lambda body: body.replace(b"created", b"creatid"),
        "chain",
        "chain-no",
    ),
    "a cosignature stripped": (
        _PLACE,
        lambda _: in_json(_stripped),
        "cosigned",
        "cosigned-missing",
    ),
    "a cosignature forged": (_PLACE, lambda _: in_json(_forged), "cosigned", "cosigned-no"),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_found_out(scene: Scene, lie: str) -> None:
    path, tell, line, expected = LIES[lie]
    await scene.verify()
    await publish(scene.house, "Otra cosa")
    await scene.verify()
    if lie == "false hashes":
        await publish(scene.house, "Y otra")
    kept = await scene.page.evaluate(_KEPT_HEAD, str(scene.house))
    scene.liar.lie(path, tell(scene))
    found = await scene.verify()
    assert found[line] == expected, found
    assert found["verdict"] == "no"
    red = scene.page.locator(".found")
    text = await red.inner_text()
    for words in ("Something does not match", "What it may mean", "What to do", "Whom to tell"):
        assert words in text
    assert await scene.page.locator(".verdict[role=alert]").count() == 1
    # What was seen before is kept, and the evidence goes with whoever wants to show it.
    assert await scene.page.evaluate(_KEPT_HEAD, str(scene.house)) == kept
    async with scene.page.expect_download() as download:
        await scene.page.click("button.save")
    saved = json.loads(_read(await (await download.value).path()))
    (looked,) = saved["looked"]
    assert {one["name"]: one["key"] for one in looked["checks"]}[line] == expected
    assert ("fork" in looked) == (lie == "a forked head")


def _read(path: Path | str) -> str:
    return Path(path).read_text("utf-8")


_KEPT_HEAD = """async (ledger) => {
  const open = indexedDB.open('acuerdo');
  const database = await new Promise((resolve) => {
    open.onsuccess = () => resolve(open.result);
  });
  const ask = database.transaction('heads').objectStore('heads').get(ledger);
  const kept = await new Promise((resolve) => { ask.onsuccess = () => resolve(ask.result); });
  database.close();
  return [kept.size, kept.note];
}"""


async def test_cosignatures_that_were_taken_away_without_a_trace_are_not_called_fine(
    scene: Scene,
) -> None:
    await scene.verify()
    scene.liar.lie(_PLACE, in_json(_stripped_and_silent))
    found = await scene.verify()
    assert (found["cosigned"], found["verdict"]) == ("cosigned-nobody", "unsure")


async def test_without_a_network_nothing_is_called_right(scene: Scene) -> None:
    await scene.open(f"/ledger/{scene.index}")
    await scene.page.route("**/v1/**", lambda route: route.abort())
    found = await scene.press("section.verify > button")
    assert found["verdict"] == "unsure"
    assert found["chain"] == "unreached"
    assert found["place"] == "needs-keys"


_GIVE_KEY = """async ({ community, member, key, seed }) => {
  const open = indexedDB.open('acuerdo', 1);
  open.onupgradeneeded = () => {
    const shelves = {
      keys: 'community', heads: 'ledger', receipts: 'id', outbox: 'id', notes: 'id',
    };
    for (const [shelf, keyPath] of Object.entries(shelves)) {
      open.result.createObjectStore(shelf, { keyPath });
    }
  };
  const database = await new Promise((resolve) => {
    open.onsuccess = () => resolve(open.result);
  });
  const writing = database.transaction('keys', 'readwrite');
  const kept = { community, member, key, secret: null, seed: Uint8Array.from(seed) };
  writing.objectStore('keys').put(kept);
  await new Promise((resolve) => { writing.oncomplete = resolve; });
  database.close();
}"""

_ACT = """<form class="act" data-acts="{acts}" data-then="/me/receipts">
<p class="wait" hidden></p><div class="failed" tabindex="-1" hidden><span class="advice"></span>
<code class="code"></code><span class="detail"></span></div>
<p class="no-key" tabindex="-1" hidden></p><button class="sign" disabled>sign</button></form>"""


async def _with_an_act(scene: Scene) -> None:
    """Ana's key in her browser, and a page with something to sign: as other areas have them."""
    village = scene.house.village
    given = {
        "community": village.community,
        "member": village.members[0],
        "key": village.keys[0].public.text,
        "seed": list(village.keys[0]._secret[:32]),
    }
    await scene.open("/safety")
    await scene.page.evaluate(_GIVE_KEY, given)
    script = scene.house.app.state.shelf.built["act.js"].file
    texts: JsonValue = {"es": "Firmado aquí"}
    act = {
        "kind": "text/publish",
        "audience": "community",
        "body": {"title": texts, "texts": texts},
    }
    acts = json.dumps([act], ensure_ascii=False).replace('"', "&#34;")
    form = _ACT.replace("{acts}", acts) + f'<script type="module" src="/static/{script}"></script>'
    scene.liar.lie("^/safety$", lambda body: body.replace(b"</main>", form.encode() + b"</main>"))
    await scene.open("/safety")


async def test_a_receipt_is_checked_kept_and_checked_again(scene: Scene) -> None:
    await _with_an_act(scene)
    await scene.page.click("button.sign")
    await scene.page.wait_for_url("**/me/receipts")
    row = scene.page.locator('.kept [data-state="true"]')
    await row.wait_for()
    index = scene.house.node.journal.head.size - 1
    assert f"Entry {index}" in await row.inner_text()
    found = await scene.press("button.again")
    assert (found["place"], found["published"]) == ("place-yes", "published-yes")
    async with scene.page.expect_download() as download:
        await row.locator("button").click()
    kept = await (await download.value).path()
    assert json.loads(_read(kept))["index"] == index
    # The same file is checked by the page for files, in words pasted or opened.
    await scene.open("/verify")
    await scene.page.set_input_files("#file", str(kept))
    found = await scene.press(".check button.main")
    assert (found["place"], found["author"], found["verdict"]) == (
        "place-yes",
        "author-word",
        "unsure",
    )
    await scene.open("/verify")
    await scene.page.fill("#text", _read(kept).replace('"index":', '"index" :'))
    assert (await scene.press(".check button.main"))["signature"] == "signature-yes"


async def test_a_false_receipt_is_shown_and_kept_as_evidence(scene: Scene) -> None:
    await _with_an_act(scene)
    scene.liar.lie("^/v1/messages$", in_json(_other_receipt(scene)))
    await scene.page.click("button.sign")
    failed = scene.page.locator(".failed:not([hidden])")
    await failed.wait_for()
    await scene.page.wait_for_function("document.querySelector('.advice').textContent !== ''")
    text = await failed.inner_text()
    assert "receipt-false" in text
    assert "receipt that does not hold" in text
    # The act stands all the same; once the node says so truly, the same bytes go through.
    size = scene.house.node.journal.head.size
    scene.liar.lies.pop()
    await scene.page.click("button.sign")
    await scene.page.wait_for_url("**/me/receipts")
    await scene.page.locator('.kept [data-state="true"]').wait_for()
    assert await scene.page.locator('.kept [data-state="false"]').count() == 1
    assert scene.house.node.journal.head.size == size


async def test_a_downloaded_ledger_is_verified(scene: Scene, tmp_path: Path) -> None:
    ana = await Browser(scene.house).sign_in(0)
    bundle = tmp_path / "ceiba.bundle"
    bundle.write_bytes((await ana.get("/ledger/bundle")).raw)
    await scene.open("/verify")
    await scene.page.set_input_files("#file", str(bundle))
    found = await scene.press(".check button.main")
    assert found["place"] == "tree-yes"
    assert (found["entries"], found["head"], found["chain"]) == (
        "entries-yes",
        "head-yes",
        "chain-yes",
    )
    raw = bundle.read_bytes()
    bundle.write_bytes(raw.replace(b'\\"agree\\"', b'\\"block\\"'))
    await scene.open("/verify")
    await scene.page.set_input_files("#file", str(bundle))
    assert (await scene.press(".check button.main"))["verdict"] == "no"
    bundle.write_bytes(b"PK\x03\x04")
    await scene.open("/verify")
    await scene.page.set_input_files("#file", str(bundle))
    await scene.page.click(".check button.main")
    await scene.page.locator(".failed:not([hidden])").wait_for()
    await scene.page.click(".check button.main")
    assert "file-malformed" in await scene.page.inner_text(".failed")
