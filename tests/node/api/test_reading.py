"""What the village reads: members, proposals, words, explanations, receipts."""

import asyncio
from collections.abc import Mapping

import pytest

from node.readers import Reader
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.ledger.merkle import root_of
from protocol.ledger.receipt import open_receipt
from protocol.wire.encoding import JsonValue
from protocol.wire.text import b64_decode
from tests.node.api.house import House, JsonObject
from tests.node.api.story import close, comment, draft, open_vote, publish, take

BAD_IDS = [
    "0",
    "0" * 63,
    "0" * 65,
    "A" * 64,
    "g" * 64,
    "..",
    "%2e%2e%2f",
    "0" * 62 + "%00",
    "' or 1=1 --",
    "٣" * 64,
]


def part(value: Mapping[str, JsonValue], name: str) -> JsonObject:
    found = value[name]
    assert isinstance(found, dict)
    return found


def rows(value: Mapping[str, JsonValue], name: str) -> list[JsonObject]:
    found = value[name]
    assert isinstance(found, list)
    return [row for row in found if isinstance(row, dict)]


async def test_a_proposal_from_draft_to_outcome(house: House) -> None:
    ana = house.member(0)
    proposal = await draft(house)
    shown = (await ana.get(f"/v1/proposals/{proposal}")).json
    assert (shown["state"], shown["tally"], shown["explain"]) == ("draft", None, None)
    assert part(shown, "text")["title"] == {"es": "Reparar la bomba de agua"}
    frozen = (await ana.get(f"/v1/proposals/{proposal}/snapshot")).json
    assert (frozen["version"], frozen["charter"], frozen["electorate"]) == (1, 1, 3)
    await open_vote(house, proposal)
    await take(house, 0, proposal)
    said = await comment(house, 1, proposal, "¿Quién la paga?")
    await take(house, 1, proposal, "disagree")
    shown = (await ana.get(f"/v1/proposals/{proposal}")).json
    assert (shown["state"], shown["spoken"], shown["voices"]) == ("open", 2, 3)
    assert [row["choice"] for row in rows(shown, "positions")] == ["agree", "disagree"]
    assert rows(shown, "comments")[0]["id"] == said
    assert rows(shown, "comments")[0]["speaker"] == house.village.members[1]
    leaves = [bytes.fromhex(str(row["leaf"])) for row in rows(shown, "positions")]
    assert shown["positions_root"] == root_of(leaves).hex()
    assert set(part(shown, "explain")) == {"es", "en"}
    assert shown["needed"] == {"support": {"number": 2, "of": "cast"}, "present": 2}
    await take(house, 2, proposal)
    await close(house, proposal)
    shown = (await ana.get(f"/v1/proposals/{proposal}")).json
    assert (shown["state"], shown["verdict"]) == ("adopted", "adopted")
    assert part(shown, "outcome")["positions_root"] == shown["positions_root"]
    assert str(part(shown, "explain")["es"]).startswith("Adoptada")
    assert str(part(shown, "explain")["en"]).startswith("Adopted")
    assert (await ana.get("/v1/status")).json["open_proposals"] == 0


async def test_proposals_are_listed_newest_first_and_by_state(house: House) -> None:
    ana = house.member(0)
    first, second = await draft(house, "Uno"), await draft(house, "Dos")
    await open_vote(house, first)
    listed = (await ana.get("/v1/proposals")).json
    assert [row["id"] for row in rows(listed, "proposals")] == [second, first]
    assert listed["total"] == 2
    opened = (await ana.get("/v1/proposals?state=open")).json
    assert [row["id"] for row in rows(opened, "proposals")] == [first]
    answer = await ana.get("/v1/proposals?state=lost")
    assert (answer.status, answer.code) == (400, "parameter-invalid")


async def test_a_new_version_shows_who_wrote_it(house: House) -> None:
    proposal = await draft(house)
    text = await publish(house, "Bomba y depósito")
    body: dict[str, JsonValue] = {"proposal": proposal, "base": 1, "text": text}
    raw = house.village.says(2, "amendment/propose", body)
    amendment = (await house.node.journal.submit(raw)).id
    answer: dict[str, JsonValue] = {"amendment": amendment}
    await house.node.journal.submit(house.village.says(0, "amendment/accept", answer))
    shown = (await house.member(1).get(f"/v1/proposals/{proposal}")).json
    assert [row["number"] for row in rows(shown, "versions")] == [1, 2]
    assert rows(shown, "versions")[1]["id"] == text
    (only,) = rows(shown, "amendments")
    assert (only["author"], only["state"]) == (house.village.members[2], "accepted")


async def test_erased_words_are_shown_as_erased(house: House) -> None:
    ana, proposal = house.member(0), await draft(house, "Un texto con el nombre de alguien")
    said = await comment(house, 1, proposal, "Algo que no debí decir")
    text = house.node.books.own.decisions.proposal(proposal).text
    for member, gone in ((0, text), (1, said)):
        index = house.node.books.own.ids[gone]
        body: dict[str, JsonValue] = {"index": index}
        raw = house.village.says(member, "entry/erase", body, "community")
        await house.node.journal.submit(raw)
        place = (await ana.get(f"/v1/messages/{gone}")).json
        assert (place["index"], place["entry"], place["missing"]) == (index, None, "erased")
        assert place["receipt"]
    answer = await ana.get(f"/v1/proposals/{proposal}")
    assert part(answer.json, "text") == {"id": text, "missing": "erased"}
    assert rows(answer.json, "versions") == [{"number": 1, "id": text, "missing": "erased"}]
    assert b"nombre de alguien" not in answer.raw
    assert "no debí" not in answer.raw.decode()


async def test_a_members_own_entry_proves_itself(house: House) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    await take(house, 2, proposal)
    (position,) = rows((await house.member(2).get(f"/v1/proposals/{proposal}")).json, "positions")
    place = (await house.member(2).get(f"/v1/messages/{position['message']}")).json
    raw = b64_decode(str(place["entry"]))
    assert read_entry(raw).message.body["choice"] == "agree"
    assert leaf_hash(raw).hex() == position["leaf"]
    receipt = str(place["receipt"]).encode()
    opened = open_receipt(receipt, leaf_hash(raw), house.node.keys.log.public)
    assert (opened.index, place["witnessed_by"]) == (position["index"], 0)


async def test_a_receipt_names_the_witnesses_that_came(house: House, neighbour: House) -> None:
    """Our neighbour takes our ledger in and cosigns it; we learn of that by her bundle."""
    said = await publish(house, "Ante testigos", "public")
    await neighbour.learn(house)
    await house.learn(neighbour)
    own = house.village.community
    raw = neighbour.node.delivery.bundle_for(Reader(community=own), {own: 0}, None)
    await house.node.mirror.take(raw)
    place = (await house.anybody.get(f"/v1/messages/{said}")).json
    assert place["witnessed_by"] == 1
    opened = open_receipt(
        str(place["receipt"]).encode(),
        leaf_hash(b64_decode(str(place["entry"]))),
        house.node.keys.log.public,
        witnesses={neighbour.village.community: neighbour.node.keys.witness.public},
    )
    assert [one.witness for one in opened.cosignatures] == [neighbour.village.community]
    status = (await house.anybody.get("/v1/status")).json
    assert status["witnessed_size"] == opened.checkpoint.size


async def test_members_with_households_and_names(house: House) -> None:
    say = house.village.says
    name: dict[str, JsonValue] = {"name": "Ana <b>María</b>"}
    await house.node.journal.submit(say(0, "member/profile", name, "community"))
    await house.node.journal.submit(say(0, "household/move", {"household": "los-olivos"}))
    waiting = rows((await house.member(1).get("/v1/members")).json, "members")[0]
    assert (waiting["household"], waiting["wish"]) == (None, "los-olivos")
    wished: dict[str, JsonValue] = {"member": waiting["id"], "household": "los-olivos"}
    await house.node.journal.submit(say(1, "household/welcome", wished))
    shown = (await house.member(1).get("/v1/members")).json
    assert (shown["active"], shown["households"]) == (3, 1)
    ana = rows(shown, "members")[0]
    assert (ana["name"], ana["household"]) == ("Ana <b>María</b>", "los-olivos")
    assert ana["wish"] is None
    people = part(part(shown, "electorates"), "person")
    assert people["count"] == 3
    book, proposal = house.node.books.own, await draft(house)
    assert people["root"] == book.electorate(book.decisions.proposal(proposal)).root


@pytest.mark.parametrize("bad", BAD_IDS)
async def test_what_is_no_id_is_read_nowhere(house: House, bad: str) -> None:
    for path in (
        f"/v1/proposals/{bad}",
        f"/v1/messages/{bad}",
        f"/v1/federations/{bad}",
        f"/v1/federated/{bad}",
        f"/v1/communities/{bad}/chain",
        f"/v1/ledgers/{bad}/checkpoint",
        f"/v1/ledgers/{bad}/range",
    ):
        answer = await house.member().get(path)
        assert answer.status in {400, 404}
        assert answer.code in {"hex-invalid", "parameter-invalid", "route-unknown"}


async def test_ids_of_nothing_are_not_here(house: House) -> None:
    nothing = "0" * 64
    codes = {
        f"/v1/proposals/{nothing}": "proposal-unknown",
        f"/v1/proposals/{nothing}/snapshot": "proposal-unknown",
        f"/v1/messages/{nothing}": "message-unknown",
        f"/v1/federations/{nothing}": "federation-unknown",
        f"/v1/federated/{nothing}": "federated-unknown",
        f"/v1/communities/{nothing}/chain": "ledger-unknown",
        f"/v1/ledgers/{nothing}/checkpoint": "ledger-unknown",
        f"/v1/ledgers/{nothing}/range": "ledger-unknown",
        f"/v1/ledgers/{nothing}/tile/0/000": "ledger-unknown",
        f"/v1/witness/{nothing}/checkpoint": "head-unknown",
    }
    for path, code in codes.items():
        answer = await house.member().get(path)
        assert (answer.status, answer.code) == (404, code)


async def test_reading_goes_on_while_the_village_writes(house: House) -> None:
    proposal = await draft(house)
    writes = [house.anybody.submit(house.village.text(0, f"Texto {n}")) for n in range(30)]
    reads = [house.member(1).get(f"/v1/proposals/{proposal}") for _ in range(30)]
    answers = await asyncio.gather(*writes, *reads)
    assert {one.status for one in answers} == {200, 201}
