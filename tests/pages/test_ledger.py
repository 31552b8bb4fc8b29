"""The ledger's pages: what each visitor reads of it, and the files that are taken home from it."""

import base64
import json
import re
from html import unescape

import pytest

from node.pages.ledger.entries import PAGE
from protocol.audit import audit
from protocol.community.devices import device_text
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import write_message
from protocol.wire.text import b64url_encode
from tests.node.api.house import House
from tests.node.api.story import adopt, comment, draft, federate, open_vote, publish, take
from tests.pages.browse import Browser, Page


def asked_of(page: Page) -> dict[str, JsonValue]:
    """What the script is handed."""
    (held,) = re.findall(r'data-asked="([^"]*)"', page.text)
    found: dict[str, JsonValue] = json.loads(unescape(held))
    return found


def says(page: Page, *parts: str) -> bool:
    """Whether a reader finds these words, whatever is marked up between them."""
    text = " ".join(unescape(re.sub(r"<[^>]*>", "", page.text)).split())
    return all(part in text for part in parts)


async def test_members_read_sentences_and_strangers_places(
    house: House, ana: Browser, bento: Browser, visitor: Browser
) -> None:
    proposal = await draft(house, "Excedentes 2026")
    await open_vote(house, proposal)
    await take(house, 1, proposal, "disagree")
    mine, his, theirs = [await one.get("/ledger") for one in (ana, bento, visitor)]
    assert says(mine, "took the position DISAGREE on “Excedentes 2026”.", "opened the vote on")
    assert says(his, "tomó posición EN DESACUERDO en «Excedentes 2026».")
    assert "Excedentes" not in theirs.text
    index = house.node.journal.head.size - 1
    assert says(theirs, f"Entry {index}, for members only")
    # Newest first.
    assert mine.text.index("took the position") < mine.text.index("opened the vote")
    # What is for everybody is told to everybody.
    assert says(theirs, "The community came to be: these are its first keys.")


async def test_names_are_for_members(house: House, ana: Browser, visitor: Browser) -> None:
    body: dict[str, JsonValue] = {"name": "Ana Quispe"}
    profile = house.village.says(0, "member/profile", body, "community")
    await house.node.journal.submit(profile)
    await publish(house, "Para todo el mundo", "public")
    assert says((await ana.get("/ledger")), "Ana Quispe published the text “Para todo el mundo”.")
    theirs = await visitor.get("/ledger")
    assert says(theirs, "A member published the text “Para todo el mundo”.")
    assert "Quispe" not in theirs.text
    assert house.village.members[0][:8] not in theirs.text


async def test_long_ledgers_are_paged(house: House, ana: Browser) -> None:
    for number in range(PAGE + 5):
        await publish(house, f"Texto {number}")
    first = await ana.get("/ledger")
    assert says(first, f"Texto {PAGE + 4}")
    assert not says(first, "Texto 4”")
    older = re.findall(r'href="(/ledger\?before=\d+)"', first.text)
    second = await ana.get(older[0])
    assert says(second, "Texto 4”", "The newest")
    assert not says(second, f"Texto {PAGE + 4}")
    assert not re.findall(r"before=\d+", second.text)
    assert len((await ana.get("/ledger", {"accept-encoding": "gzip"})).raw) < 14_000
    for wrong in ("x", "-1", "007", "9" * 16):
        assert (await ana.get(f"/ledger?before={wrong}")).status in (200, 404)
    assert (await ana.get("/ledger?before=0")).status == 200


async def test_a_group_of_kinds_alone(house: House, ana: Browser, visitor: Browser) -> None:
    await draft(house, "Un pozo")
    for number in range(PAGE + 1):
        await publish(house, f"Texto {number}")
    decisions = await ana.get("/ledger?of=decisions")
    older = re.findall(r'href="(/ledger\?before=\d+&amp;of=decisions)"', decisions.text)
    assert says((await ana.get(unescape(older[0]))), "put forward the proposal “Un pozo”")
    members = await ana.get("/ledger?of=members")
    assert says(members, "began with")
    assert not says(members, "Texto 3")
    assert says((await ana.get("/ledger?of=node")), "these are its first keys")
    assert says((await visitor.get("/ledger?of=members")), "None of the entries on this page")
    assert says((await ana.get("/ledger?of=nonsense")), "Texto 3")


async def test_an_entry_with_its_bytes(house: House, ana: Browser, visitor: Browser) -> None:
    proposal = await draft(house, "Excedentes 2026")
    index = house.node.books.own.ids[proposal]
    page = await ana.get(f"/ledger/{index}")
    assert says(
        page, "put forward the proposal “Excedentes 2026”", "for members only", "What it refers"
    )
    asked = asked_of(page)
    raw = base64.b64decode(str(asked["entry"]))
    assert read_entry(raw).message.id == proposal
    assert leaf_hash(raw).hex() == asked["leaf"]
    author = read_entry(base64.b64decode(str(asked["author"])))
    assert str(author.message.id) == str(house.village.members[0])
    assert (await ana.get(f"/ledger/{index}/entry")).raw == raw
    # The text's entry is cited by its place.
    assert f'href="/ledger/{index - 1}"' in page.text
    theirs = await visitor.get(f"/ledger/{index}")
    assert says(theirs, "for members only")
    assert "Excedentes" not in theirs.text
    hidden = asked_of(theirs)
    assert (hidden["entry"], hidden["author"], hidden["leaf"]) == ("", "", asked["leaf"])
    for path in ("entry", "receipt"):
        assert (await visitor.get(f"/ledger/{index}/{path}")).status == 401
    for wrong in (index + 10, "x", "-1", "01"):
        assert (await ana.get(f"/ledger/{wrong}")).status == 404


async def test_what_is_erased_or_void_is_said_to_be(house: House, ana: Browser) -> None:
    text = await publish(house, "Me arrepiento")
    index = house.node.books.own.ids[text]
    erase = house.village.says(0, "entry/erase", {"index": index}, "community")
    await house.node.journal.submit(erase)
    page = await ana.get(f"/ledger/{index}")
    assert says(page, "erased on request")
    assert "arrepiento" not in page.text
    assert says((await ana.get("/ledger")), f"Entry {index}, erased on request", "erased the text")
    assert (await ana.get(f"/ledger/{index}/entry")).status == 404
    house.node.books.own.void[index + 1] = "entry-lasting"
    assert says((await ana.get("/ledger")), "✕ Does not count.", "entry-lasting")
    assert says((await ana.get(f"/ledger/{index + 1}")), "✕ Does not count.", "entry-lasting")


async def test_ledgers_of_other_communities(
    house: House, neighbour: House, ana: Browser, visitor: Browser
) -> None:
    await publish(neighbour, "Vecinas", "public")
    await publish(neighbour, "Solo nuestro", "community")
    await house.learn(neighbour)
    base = f"/ledgers/{neighbour}"
    assert says((await visitor.get("/ledgers")), "El Roble")
    page = await ana.get(base)
    assert says(page, "The ledger of El Roble", "“Vecinas”", "only for those it is addressed to")
    assert "Solo nuestro" not in page.text
    index = neighbour.node.journal.head.size - 2
    entry = await visitor.get(f"{base}/{index}")
    assert asked_of(entry)["own"] == ""
    assert asked_of(entry)["ledger"] == str(neighbour)
    kept = await visitor.get(f"{base}/{index}/receipt")
    assert json.loads(kept.raw)["community"] == str(neighbour)
    assert (await ana.get(f"/ledgers/{'0' * 64}")).status == 404
    assert (await ana.get(f"/ledgers/{'0' * 64}/0")).status == 404


async def test_the_whole_ledger_as_a_file(house: House, ana: Browser, visitor: Browser) -> None:
    proposal = await adopt(
        house, {"kind": "federation/leave", "federation": "ab" * 32}, "federation"
    )
    page = await ana.get("/ledger/bundle")
    report = audit(page.raw)
    assert report.right
    assert [one.proposal for one in report.decisions] == [proposal]
    assert (await visitor.get("/ledger/bundle")).status == 303
    assert f"/v1/ledgers/{house}/range" in (await visitor.get("/ledger")).text


@pytest.mark.parametrize("language", ["es", "en"])
async def test_federations_and_comments_are_told(
    house: House, neighbour: House, language: str
) -> None:
    await house.learn(neighbour)
    await federate(house, neighbour.village.community)
    proposal = await draft(house, "Un pozo")
    await comment(house, 1, proposal, "De acuerdo")
    ana = await Browser(house, language=language).sign_in(0)
    page = await ana.get("/ledger?of=federation")
    assert says(page, "Compartimos el agua", "Un turno de riego")
    page = await ana.get("/ledger")
    assert says(page, "3 de 3 a favor" if language == "es" else "adopted, 3 of 3 in favour")


async def test_pages_that_check_in_the_browser(visitor: Browser) -> None:
    for path in ("/verify", "/me/receipts"):
        page = await visitor.get(path)
        assert page.status == 200
        words = asked_of(page)["words"]
        assert isinstance(words, dict)
        assert words["verdict-no-title"] == "Something does not match"
    assert says((await visitor.get("/verify")), "acuerdo verify FILE")


async def test_what_a_dropped_key_said_stays_hers(house: House, ana: Browser) -> None:
    """Ana votes with a second device and cancels its key."""
    village, journal = house.village, house.node.journal
    key = PrivateKey.from_seed(bytes(range(32)))
    proof = b64url_encode(key.sign(device_text(village.community, village.members[0], key.public)))
    added: dict[str, JsonValue] = {"key": key.public.text, "proof": proof}
    await journal.submit(village.says(0, "member/add-key", added))
    proposal = await draft(house, "Un pozo")
    await open_vote(house, proposal)
    body: dict[str, JsonValue] = {"proposal": proposal, "choice": "agree", "reason": None}
    raw = write_message(
        key,
        ledger=village.community,
        kind="position/take",
        audience=village.audience,
        nonce=bytes(16),
        body=body,
    )
    await journal.submit(raw)
    await journal.submit(village.says(0, "member/drop-key", {"key": key.public.text}))
    page = await ana.get("/ledger")
    who = f"Member {village.members[0][:8]}"
    assert says(page, f"{who} took the position AGREE on “Un pozo”.")
    assert says(page, f"{who} speaks with one more device", f"{who} cancelled the key")
