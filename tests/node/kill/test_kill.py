"""SIGKILL in the middle of a burst, again and again: what a member was told stays true.

`ACUERDO_KILLS=1000` makes a night of it.
"""

import asyncio
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from node.keys import read_keys
from node.store.engine import open_store
from protocol.book import Book
from protocol.decisions.closing import positions_root
from protocol.fold import advance
from protocol.ledger.checkpoint import origin_of
from protocol.ledger.merkle import Tree, leaf_hash, verify_consistency
from protocol.ledger.receipt import Receipt, open_receipt
from protocol.wire.text import b64_decode
from tests.bench.load import Flood
from tests.bench.prepared import Prepared, prepare
from tests.bench.served import Served
from tests.bench.wire import Client, request

KILLS = int(os.environ.get("ACUERDO_KILLS", "15"))
_CLIENTS = 16
_BURST = 2_000


@dataclass(frozen=True)
class Told:
    """What a member keeps of an answer: her entry and the receipt for it."""

    entry: bytes
    receipt: Receipt


def _told(village: Prepared, answer: bytes) -> Told:
    said = json.loads(answer)
    entry = b64_decode(said["entry"])
    key = read_keys(village.folder).log.public
    receipt = open_receipt(
        said["receipt"].encode(),
        leaf_hash(entry),
        key,
        origin=origin_of(village.village.community),
    )
    return Told(entry, receipt)


async def _burst(node: Served, messages: list[bytes], chance: random.Random) -> Flood:
    """Sixteen members at once, and the end of the process at any moment of it."""
    flood = Flood([request("POST", "/v1/messages", raw) for raw in messages])
    working = asyncio.create_task(flood.run(node.port, _CLIENTS))
    await asyncio.sleep(chance.uniform(0.02, 0.3))
    node.kill()
    await asyncio.wait_for(working, 10)
    return flood


async def _check(node: Served, village: Prepared, told: list[Told]) -> int:
    """The restarted node's head, tree and book against every answer so far; the ledger's size."""
    client = Client(node.port)
    status = await client.get("/v1/status")
    proposal = await client.get(f"/v1/proposals/{village.proposal}")
    accepted = _told(
        village, (await client.ask("POST", "/v1/messages", village.positions(1)[0]))[1]
    )
    client.close()
    entries = _entries(village)
    size, tree, head = status["size"], Tree(map(leaf_hash, entries)), accepted.receipt.checkpoint
    assert bytes.fromhex(status["root"]) == tree.root(size)
    assert (head.size, head.root) == (len(entries), tree.root()) == (size + 1, tree.root())
    for one in (*told, accepted):
        assert entries[one.receipt.index] == one.entry
    for seen in {one.receipt.checkpoint for one in told}:
        proof = tree.consistency(seen.size, head.size)
        verify_consistency(seen.size, head.size, seen.root, head.root, proof)
    _check_state(village, entries[:size], proposal)
    told.append(accepted)
    return head.size


def _entries(village: Prepared) -> list[bytes]:
    store = open_store(village.village.settings.store_url)
    with store.read() as connection:
        rows = connection.exec_driver_sql('SELECT raw FROM entry ORDER BY "index"')
        entries = [bytes(raw) for raw in rows.scalars()]
    store.close()
    return entries


def _check_state(village: Prepared, entries: list[bytes], shown: Any) -> None:
    """What the node shows, from its snapshot or not, is what its entries say."""
    book = Book(ledger=village.village.community)
    for raw in entries:
        assert advance(book, raw, leaf_hash(raw)) is None
    assert len(book.ids) == len(entries)
    decided = book.decisions.proposal(village.proposal)
    assert shown["positions_root"] == positions_root(decided)
    assert shown["spoken"] == len(decided.positions)


@pytest.mark.timeout(60 + 6 * KILLS)
async def test_what_was_answered_survives_every_kill(tmp_path: Path) -> None:
    village = await prepare(tmp_path / "village", members=40, entries=0, name="Corte")
    # Short intervals, so that kills meet snapshots and checkpoints of the log as well.
    node = Served(village.folder, ACUERDO_SNAPSHOT_EVERY="150")
    told: list[Told] = []
    cut = 0
    try:
        for number in range(KILLS):
            node.start()
            await _check(node, village, told)
            messages = village.positions(_BURST)
            flood = await _burst(node, messages, random.Random(number))  # noqa: S311 - repeatable
            assert set(flood.statuses) <= {201}
            told += [_told(village, answer) for answer in flood.answers]
            cut += flood.broken
        node.start()
        size = await _check(node, village, told)
        assert size >= len(told)
        await _goes_on(node, village)
    finally:
        node.stop()
    assert cut >= KILLS // 2
    assert len(told) >= 10 * KILLS


async def _goes_on(node: Served, village: Prepared) -> None:
    """After all that, it takes what is new, and knows it when it comes again."""
    client = Client(node.port)
    raw = village.positions(1)[0]
    statuses = [(await client.ask("POST", "/v1/messages", raw))[0] for _ in range(2)]
    client.close()
    assert statuses == [201, 200]
