"""Ledgers as others follow them: C2SP tiles, checkpoints, ranges, bundles, the witness."""

import pytest

from node.compression import compress, inflate
from node.settings import Settings
from protocol.ledger.checkpoint import open_checkpoint, origin_of, read_checkpoint
from protocol.ledger.cosignature import verify_cosignature
from protocol.ledger.entry import read_entry
from protocol.ledger.merkle import leaf_hash, root_of
from protocol.ledger.note import read_note
from protocol.ledger.tiles import Tile, read_entries, read_tile, tiles_between
from protocol.ledger.witnessing import write_add_checkpoint
from protocol.replication.bundle import Section, read_section, split_bundle
from protocol.wire.digests import sha256
from tests.node.api.house import Answer, House, JsonObject
from tests.node.api.story import draft, publish

BUNDLE = "application/vnd.acuerdo.bundle"


def prefix(house: House) -> str:
    return f"/v1/ledgers/{house.village.community}"


def section_of(raw: bytes) -> Section:
    (frame,) = split_bundle(raw)
    return read_section(frame)


async def test_a_log_is_followed_by_tiles_alone(house: House) -> None:
    """What any C2SP client does: the head, the tiles below it, the root recomputed."""
    for number in range(300):
        await publish(house, f"Texto {number}", "public")
    note = await house.anybody.get(f"{prefix(house)}/checkpoint")
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
    origin = origin_of(house.village.community)
    head = open_checkpoint(note.raw, house.node.keys.log.public, origin)
    assert head.size == house.node.journal.head.size > 256
    leaves: list[bytes] = []
    for tile in tiles_between(0, head.size):
        answer = await house.anybody.get(f"{prefix(house)}/{tile.path}")
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        if tile.level == 0:
            leaves += read_tile(answer.raw, tile.width)
    assert root_of(leaves) == head.root
    upper = await house.anybody.get(f"{prefix(house)}/{Tile(1, 0, 1).path}")
    assert upper.raw == root_of(leaves[:256])


async def test_entries_are_served_where_all_are_for_the_reader(open_house: House) -> None:
    width = open_house.node.journal.head.size
    path = f"{prefix(open_house)}/tile/entries/000.p/{width}"
    answer = await open_house.anybody.get(path)
    assert answer.status == 200
    entries = read_entries(answer.raw, width)
    assert [read_entry(raw).index for raw in entries] == list(range(width))
    assert answer.headers["cache-control"] == "no-store"
    await publish(open_house, "Entre nosotras")
    path = f"{prefix(open_house)}/tile/entries/000.p/{width + 1}"
    assert (await open_house.anybody.get(path)).status == 401
    inside = await open_house.member().get(path)
    assert leaf_hash(read_entries(inside.raw, width + 1)[-1]) == open_house.node.books.tree(
        open_house.village.community
    ).leaf(width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/x000/000",
        "tile/0/0",
        "tile/00/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/007",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000/",
        "tile/0//000",
        "tile/0/../../../etc/passwd",
        "tile/0/%2e%2e/000",
        "tile/0/..%2f..%2f000",
        "tile/0/000%00",
        "tile/0/000%0a",
        "tile/entries/x000/001",
        "tile/entries/%D9%A0%D9%A0%D9%A0",
        "tile/0/999",
        "tile/5/000.p/1",
        "tile/0/000.p/255",
        "tile/",
        "tile/entries",
        "tile/0/" + "x999/" * 60 + "000",
    ],
)
async def test_odd_tiles_are_not_here(house: House, path: str) -> None:
    answer = await house.anybody.get(f"{prefix(house)}/{path}")
    assert answer.status == 404
    assert answer.code in {"tile-path", "route-unknown"}


async def test_a_range_is_a_bundle_and_travels_compressed(house: House) -> None:
    secret = await publish(house, "Solo para la casa")
    plain = await house.anybody.get(f"{prefix(house)}/range?start=0")
    assert plain.headers["content-type"] == BUNDLE
    assert plain.headers["vary"] == "accept-encoding"
    section = section_of(plain.raw)
    assert section.end == house.node.journal.head.size
    index = house.node.books.own.ids[secret]
    assert section.items[index].raw is None
    small = await house.anybody.get(
        f"{prefix(house)}/range?start=0", {"accept-encoding": "gzip, zstd;q=0.5"}
    )
    assert small.headers["content-encoding"] == "zstd"
    assert inflate(small.raw, 1_000_000) == plain.raw
    inside = section_of((await house.member().get(f"{prefix(house)}/range")).raw)
    assert inside.items[index].raw is not None


async def test_a_range_starts_and_ends_where_it_is_asked_to(house: House) -> None:
    section = section_of((await house.anybody.get(f"{prefix(house)}/range?start=2&limit=2")).raw)
    assert (section.start, section.end) == (2, 4)
    beyond = section_of((await house.anybody.get(f"{prefix(house)}/range?start=999")).raw)
    assert not beyond.items


@pytest.mark.parametrize("query", ["start=-1", "start=01", "start=1.0", "start=", "start=%EF%BC%91",
                                   "start=0&limit=x", "start=9007199254740992"])  # fmt: skip
async def test_an_odd_range_is_refused(house: House, query: str) -> None:
    answer = await house.anybody.get(f"{prefix(house)}/range?{query}")
    assert (answer.status, answer.code) == (400, "decimal-invalid")


async def test_no_cache_hands_on_what_was_said_to_one(house: House) -> None:
    """A home witness sees heads that others do not see yet."""
    for path in ("checkpoint", "tile/0/000.p/1"):
        anybodys = await house.anybody.get(f"{prefix(house)}/{path}")
        members = await house.member().get(f"{prefix(house)}/{path}")
        assert anybodys.headers["cache-control"].startswith("public")
        assert members.headers["cache-control"] == "no-store"


async def test_heads_name_every_ledger_held(house: House, neighbour: House) -> None:
    await house.learn(neighbour)
    heads = (await house.anybody.get("/v1/heads")).json["heads"]
    assert isinstance(heads, list)
    sizes = {str(row["ledger"]): row["size"] for row in heads if isinstance(row, dict)}
    assert sizes == {
        house.village.community: house.node.journal.head.size,
        neighbour.village.community: neighbour.node.journal.head.size,
    }


# --- bundles ------------------------------------------------------------------------------


async def push(house: House, raw: bytes, encoding: str | None = None) -> Answer:
    headers = {"content-type": BUNDLE}
    if encoding is not None:
        headers["content-encoding"] = encoding
    return await house.anybody.call("POST", "/v1/bundles", raw, headers)


def verdict_of(answer: Answer) -> JsonObject:
    verdicts = answer.json["ledgers"]
    assert isinstance(verdicts, list)
    (verdict,) = verdicts
    assert isinstance(verdict, dict)
    return verdict


async def test_a_bundle_is_taken_with_a_verdict_for_each_ledger(
    house: House, neighbour: House
) -> None:
    await house.learn(neighbour)
    await publish(neighbour, "Una noticia", "public")
    answer = await push(house, compress(await neighbour.bundle()), "zstd")
    assert answer.status == 200
    verdict = verdict_of(answer)
    size = neighbour.node.journal.head.size
    assert (verdict["ledger"], verdict["size"]) == (neighbour.village.community, size)
    assert verdict["error"] is None
    witness = house.node.keys.witness.public
    verify_cosignature(
        str(verdict["cosignature"]).encode(),
        neighbour.node.journal.head,
        house.village.community,
        witness,
    )


async def test_of_strangers_nothing_is_stored(house: House, outsider: House) -> None:
    answer = await push(house, await outsider.bundle())
    verdict = verdict_of(answer)
    assert isinstance(verdict["error"], dict)
    assert verdict["error"]["code"] == "ledger-unknown"
    assert house.node.books.known() == (house.village.community,)


@pytest.mark.parametrize(
    ("raw", "encoding", "status", "code"),
    [
        (b"", None, 400, "bundle-malformed"),
        (b"PK\x03\x04 a zip", None, 400, "bundle-malformed"),
        (b"acuerdo/bundle/1\n\x00\x01", None, 400, "bundle-cut"),
        (b"not zstd", "zstd", 400, "zstd-invalid"),
        (compress(b"x" * 50_000_000), "zstd", 413, "zstd-too-long"),
        (compress(b"x" * 50_000_000), None, 400, "bundle-malformed"),
        (b"x", "gzip", 415, "encoding-unknown"),
        (b"x" * 2_097_153, None, 413, "body-too-large"),
    ],
    ids=["empty", "zip", "cut", "not zstd", "bomb", "hidden bomb", "gzip", "long"],
)
async def test_what_is_no_bundle_is_refused_whole(
    house: House, raw: bytes, encoding: str | None, status: int, code: str
) -> None:
    answer = await push(house, raw, encoding)
    assert (answer.status, answer.code) == (status, code)


async def test_a_strangers_bundles_count_as_many_questions(house: House) -> None:
    answers = [await push(house, b"x") for _ in range(40)]
    codes = [answer.status for answer in answers]
    share = Settings().requests_per_minute
    assert 20 <= codes.count(400) <= share // 20
    assert codes[-1] == 429


# --- the witness --------------------------------------------------------------------------


async def ask(house: House, raw: bytes) -> Answer:
    return await house.anybody.call("POST", "/v1/witness/add-checkpoint", raw)


async def test_the_witness_answers_as_c2sp_says(house: House, neighbour: House) -> None:
    """A log's whole life with our witness: learning the size, growing, being refused."""
    await house.learn(neighbour)
    journal, ledger = neighbour.node.journal, neighbour.village.community
    tree, first = neighbour.node.books.tree(ledger), journal.head.size
    old_note = journal.bare_note()
    await draft(neighbour)
    new = journal.head
    proof = tree.consistency(first, new.size)
    wrong = await ask(house, write_add_checkpoint(0, (), journal.bare_note()))
    assert wrong.status == 409
    assert wrong.headers["content-type"].startswith("text/x.tlog.size")
    assert wrong.raw == b"%d\n" % first
    unproven = await ask(house, write_add_checkpoint(first, proof[:-1], journal.bare_note()))
    assert (unproven.status, unproven.code) == (422, "witness-unproven")
    beyond = await ask(house, write_add_checkpoint(new.size + 1, (), journal.bare_note()))
    assert (beyond.status, beyond.code) == (400, "witness-old-size")
    good = await ask(house, write_add_checkpoint(first, proof, journal.bare_note()))
    assert good.status == 200
    verify_cosignature(good.raw, new, house.village.community, house.node.keys.witness.public)
    stale = await ask(house, write_add_checkpoint(first, (), old_note))
    assert (stale.status, stale.raw) == (409, b"%d\n" % new.size)
    hashed = sha256(origin_of(ledger).encode()).hex()
    latest = await house.anybody.get(f"/v1/witness/{hashed}/checkpoint")
    assert read_checkpoint(read_note(latest.raw).text) == new
    assert good.raw in latest.raw


async def test_the_witness_knows_only_ledgers_held_here(house: House, outsider: House) -> None:
    raw = write_add_checkpoint(0, (), outsider.node.journal.bare_note())
    answer = await ask(house, raw)
    assert (answer.status, answer.code) == (404, "witness-origin")


async def test_the_witness_wants_the_ledgers_own_signature(house: House, neighbour: House) -> None:
    await house.learn(neighbour)
    note = neighbour.node.journal.bare_note()
    signature = note.rfind(b" ") + 9
    altered = note[:signature] + (b"A" if note[signature : signature + 1] != b"A" else b"B")
    altered += note[signature + 1 :]
    answer = await ask(house, write_add_checkpoint(0, (), altered))
    assert (answer.status, answer.code) == (403, "witness-untrusted")


@pytest.mark.parametrize("raw", [b"", b"old 0\n", b"old 00\n\nx", b"{}", b"\xff" * 50])
async def test_the_witness_reads_strictly(house: House, raw: bytes) -> None:
    answer = await ask(house, raw)
    assert answer.status == 400
    assert answer.code
    long = await ask(house, b"old 0\n\n" + b"x" * 16_384)
    assert (long.status, long.code) == (413, "body-too-large")
