"""Whoever looks after the node: what the pages let her do, and what the members can read of it."""

import csv
import io
import re
import sqlite3

import pytest

from node.api.backups import FOLDER
from node.api.tables import TABLES
from node.checking import Look, Step
from node.journal import Unavailable
from node.store.peers import all_peers, failed, heard, put_peer
from protocol.wire.encoding import JsonValue, read_json
from tests.node.api.house import House
from tests.node.api.story import draft, open_vote, take
from tests.pages.browse import Browser, Page
from tests.pages.hostile import HOSTILE
from tests.pages.test_hostile_texts import line_of, tags

URL = "http://roble.example"


async def follow(browser: Browser, page: Page) -> Page:
    assert page.status == 303, page.words
    return await browser.get(page.location)


def acts(house: House) -> list[str]:
    return [one.act for one in house.node.books.own.operations.values()]


async def test_a_healthy_node_is_said_to_be_well(operator: Browser) -> None:
    page = await operator.get("/admin")
    assert page.has("Everything is in order.", "members invite", "Version", "Nothing yet.")
    assert "/invite" in page.text


async def test_what_is_wrong_is_said_with_what_to_do(house: House, operator: Browser) -> None:
    with house.node.store.write() as connection:
        put_peer(connection, URL, allow_private=False)
        failed(connection, URL, "peer-unreached")
    house.node.journal.read_only = Unavailable("storage-failed", "no room left")
    operator.language = "es"
    page = await operator.get("/admin")
    assert page.has("Hay 3 cosas que mirar.", f"{URL} no respondió (1 veces seguidas).")
    assert page.has("El disco no guardó lo que debía.", "Qué hacer: Elige en «Direcciones»")
    assert page.has("no room left"), "and the node's own words"


async def test_peers_come_and_go_by_page(house: House, operator: Browser) -> None:
    added = await follow(
        operator, await operator.post("/admin/peers", {"do": "add", "url": URL, "private": "yes"})
    )
    assert added.has("Address added", "Written down at entry", URL, "private network allowed")
    with house.node.store.read() as connection:
        (peer,) = all_peers(connection)
    assert (peer.url, peer.allow_private) == (URL, True)
    gone = await follow(operator, await operator.post("/admin/peers", {"do": "remove", "url": URL}))
    assert gone.has("Address removed", "calls no other community")
    assert acts(house) == ["peer-added", "peer-removed"]
    records = await operator.get("/admin")
    assert records.has("Address removed", "Address added", URL)


async def test_an_odd_address_stays_in_its_field(house: House, operator: Browser) -> None:
    page = await operator.post("/admin/peers", {"do": "add", "url": "roble.example"})
    assert page.status == 422
    assert page.has("Type the whole address")
    assert 'value="roble.example"' in page.text
    assert 'aria-describedby="url-hint url-wrong"' in page.text
    assert acts(house) == []


async def test_what_is_not_written_down_is_said(house: House, operator: Browser) -> None:
    house.node.journal.read_only = Unavailable("storage-failed", "no room left")
    page = await follow(operator, await operator.post("/admin/peers", {"do": "add", "url": URL}))
    assert page.has("Address added", "It could not be written into the ledger", "storage-failed")


async def test_nobody_is_told_what_was_not_done(operator: Browser) -> None:
    for query in (
        "done=nothing&entry=1",
        "done=x%3Cscript%3E&entry=1",
        "done=peer-added&entry=%3C",
    ):
        page = await operator.get(f"/admin/peers?{query}")
        assert "✓" not in page.words


async def test_a_home_witness_is_chosen(house: House, neighbour: House, operator: Browser) -> None:
    await house.learn(neighbour)
    community = neighbour.village.community
    form = await operator.get("/admin/peers")
    assert form.has("El Roble")
    await follow(operator, await operator.post("/admin/witness", {"home": community}))
    assert house.node.books.own.presence.home == community
    again = await operator.get("/admin/peers")
    assert f'value="{community}" selected' in again.text
    odd = await operator.post("/admin/witness", {"home": "0" * 64})
    assert odd.status == 400
    await follow(operator, await operator.post("/admin/witness", {"home": ""}))
    assert (await operator.get("/admin/peers")).text.count(" selected") == 0
    assert acts(house) == [], "an entry by itself is not written down twice"


async def test_backups_are_made_tried_out_and_taken_away(house: House, operator: Browser) -> None:
    assert (await operator.get("/admin/backups")).has("There is no backup on this machine yet.")
    made = await follow(operator, await operator.post("/admin/backups"))
    assert made.has("Backup made", "Written down at entry", "KiB")
    (path,) = (house.node.settings.data_dir / FOLDER).iterdir()
    assert path.stat().st_mode & 0o077 == 0
    tried = await operator.post("/admin/backups/drill", {"name": path.name})
    assert tried.has("The backup is good", "Replaying it gives 3 members and 0 proposals.")
    assert tried.has("The ledger has 1 entry more by now.", "Restore tried out")
    fetched = await operator.post("/admin/backups/fetch", {"name": path.name})
    assert fetched.raw == path.read_bytes()
    assert path.name in fetched.headers["content-disposition"]
    assert acts(house) == ["backup-made", "restore-drilled", "backup-fetched"]
    path.write_bytes(path.read_bytes()[:5_000])
    torn = await operator.post("/admin/backups/drill", {"name": path.name})
    assert torn.has("The backup is not good", "Do not start again from this backup.")
    for name in ("../keys.json", "/etc/passwd", "..", "keys.json"):
        assert (await operator.post("/admin/backups/fetch", {"name": name})).status == 404


async def test_two_backups_in_one_second_are_two(house: House, operator: Browser) -> None:
    for _ in range(3):
        await operator.post("/admin/backups")
    names = [path.name for path in (house.node.settings.data_dir / FOLDER).iterdir()]
    assert len(set(names)) == 3
    with sqlite3.connect(house.node.settings.data_dir / FOLDER / names[0]) as copy:
        assert copy.execute("PRAGMA quick_check").fetchone() == ("ok",)
    copy.close()


# --- tables ----------------------------------------------------------------------------------

FORMULA = '=HYPERLINK("http://evil.example";"x")'


async def exported(operator: Browser, table: str, form: str) -> Page:
    page = await operator.post("/admin/exports", {"table": table, "form": form})
    assert page.status == 200, page.words
    assert f'filename="{table}.{form}"' in page.headers["content-disposition"]
    return page


def rows(page: Page) -> list[dict[str, str]]:
    assert page.raw.startswith(b"\xef\xbb\xbf"), "by this mark spreadsheets know UTF-8"
    return list(csv.DictReader(io.StringIO(page.raw.decode("utf-8-sig"), newline="")))


async def named(house: House, name: str) -> None:
    said = house.village.says(1, "member/profile", {"name": name}, "community")
    await house.node.journal.submit(said)


async def test_tables_hold_what_the_operator_may_read(house: House, operator: Browser) -> None:
    await named(house, "Bento de la Ñapa")
    proposal = await draft(house, "¿Bomba, sí?")
    await open_vote(house, proposal)
    await take(house, 1, proposal, "disagree")
    members = rows(await exported(operator, "members", "csv"))
    assert [row["name"] for row in members] == ["", "Bento de la Ñapa", ""]
    assert members[0]["since"].endswith("+00:00")
    (asked,) = rows(await exported(operator, "proposals", "csv"))
    assert (asked["title"], asked["state"], asked["spoken"]) == ("¿Bomba, sí?", "open", "1")
    (said,) = rows(await exported(operator, "positions", "csv"))
    assert (said["choice"], said["name"], said["proposal"]) == (
        "disagree",
        "Bento de la Ñapa",
        proposal,
    )
    for table in TABLES:
        found = read_json((await exported(operator, table, "json")).raw.strip())
        assert isinstance(found, list)
        assert found
    assert acts(house) == ["export-made"] * 6


@pytest.mark.parametrize(
    "name", [FORMULA, "+1", "-1+1", "@SUM(A1)", " =1+1", "\uff1d1+1", "=cmd|' /C calc'!A0"]
)
async def test_no_cell_is_a_formula(house: House, operator: Browser, name: str) -> None:
    await named(house, name)
    await draft(house, name)
    for table, column in (("members", "name"), ("proposals", "title")):
        cells = [row[column] for row in rows(await exported(operator, table, "csv"))]
        assert f"'{name}" in cells
        assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@"))]
    found = read_json((await exported(operator, "members", "json")).raw.strip())
    assert name in [row["name"] for row in found if isinstance(row, dict)]  # type: ignore[union-attr]


async def test_what_was_erased_is_in_no_table(house: House, operator: Browser) -> None:
    await named(house, "Un nombre de más")
    index = house.node.books.own.size - 1
    body: dict[str, JsonValue] = {"index": index}
    await house.node.journal.speak("entry/erase", "community", body)
    assert "de más" not in (await exported(operator, "members", "csv")).text


# --- the token -------------------------------------------------------------------------------


async def test_a_new_token_signs_every_operator_out(house: House, operator: Browser) -> None:
    other = await Browser(house).operate()
    token = house.operator.token or ""
    page = await operator.post("/admin/token")
    assert page.location == "/enter/operator"
    assert token not in page.text
    for browser in (operator, other):
        assert (await browser.get("/admin")).location.startswith("/enter")
    assert (await other.post("/enter/operator", {"token": token})).status == 401
    assert (await (await Browser(house).operate()).get("/admin")).has("Operator's key changed")


# --- connections -----------------------------------------------------------------------------


def looked(house: House, *steps: Step, **found: object) -> None:
    look = Look(url=URL, at=house.node.clock.now(), steps=steps, **found)  # type: ignore[arg-type]
    house.node.checking.looks[URL] = look


@pytest.fixture
def known(house: House) -> House:
    with house.node.store.write() as connection:
        put_peer(connection, URL, allow_private=False)
    return house


async def test_a_look_is_asked_for_and_shown(known: House, ana: Browser, operator: Browser) -> None:
    assert (await ana.get("/connections")).has("Not checked since the node started", "Check now")
    mark = re.findall(r'name="peer" value="([0-9a-f]{16})"', (await ana.get("/connections")).text)
    waiting = await follow(ana, await ana.post("/connections", {"peer": mark[0]}))
    assert waiting.has("The node is looking.", "Looking…")
    assert '<meta http-equiv="refresh" content="3">' in waiting.text
    await known.node.duties.start_due()
    await known.node.duties.settle()
    done = await operator.get("/connections")
    assert "refresh" not in done.text
    assert done.has("Something is wrong", URL)
    assert URL not in (await ana.get("/connections")).words
    assert (await ana.post("/connections", {"peer": "0" * 16})).status == 404


@pytest.mark.parametrize(
    ("step", "code", "told"),
    [
        ("name", "address-unknown", "That name does not exist on the network"),
        ("name", "address-private", "private network address"),
        ("connection", "peer-unreached", "Their machine may be off"),
        ("connection", "peer-slow", "took too long"),
        ("answer", "http-502", "it is no Acuerdo node"),
        ("identity", "peer-other", "Another community answers"),
        ("clock", "clock-apart", "Theirs is 70 seconds ahead."),
        ("signature", "not-known-there", "add our address"),
        ("signature", "request-stale", "Most often a clock is wrong"),
        ("ledger", "ledger-not-held", "does not keep our ledger yet"),
    ],
)
async def test_what_is_wrong_with_a_connection_is_said(
    known: House, ana: Browser, step: str, code: str, told: str
) -> None:
    looked(known, Step(step=step, ok=False, code=code), ahead_s=70)  # type: ignore[arg-type]
    page = await ana.get("/connections")
    assert page.has("Something is wrong", told)
    assert code not in page.words, "codes are for the operator"


async def test_members_do_not_make_the_node_knock_again_and_again(
    known: House, ana: Browser
) -> None:
    looked(known, Step(step="name", ok=True))
    await ana.post("/connections", {})
    assert known.node.checking.waited_s(URL) is None, "it has just been looked at"


# --- hostile names ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE[::3])
async def test_hostile_names_stay_names_for_the_operator(
    house: House, neighbour: House, operator: Browser, text: str
) -> None:
    await house.learn(neighbour)
    community = neighbour.village.community
    with house.node.store.write() as connection:
        put_peer(connection, URL, community=community)
        heard(connection, URL, 1, community)
    paths = ("/admin", "/admin/peers", "/connections", "/map", "/bundles", "/admin/duties")
    plain = {path: tags(await operator.get(path)) for path in paths}
    name = line_of(text)[:80] or "x"
    body: dict[str, JsonValue] = {"name": name, "languages": ["es"]}
    await neighbour.node.journal.speak("community/describe", "public", body)
    await house.learn(neighbour)
    looked(house, Step(step="name", ok=True), name=text[:80], community=community)
    house.node.journal.read_only = None
    for path in paths:
        assert tags(await operator.get(path)) == plain[path], path
