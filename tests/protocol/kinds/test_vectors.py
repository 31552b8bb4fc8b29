"""The files that other implementations read, read by this one."""

import json
from functools import cache
from typing import Any

from protocol.errors import ProtocolError
from protocol.fold import admit, advance, read_act
from protocol.ledger.entry import leaf_hash, write_entry
from protocol.wire.digests import CommunityId
from protocol.wire.message import open_message
from tests.protocol.ledgers import fold
from tests.protocol.wire.vector_files import ROOT, vectors


@cache
def history(name: str) -> tuple[CommunityId, tuple[bytes, ...]]:
    path = ROOT / "kinds/history" / f"{name}.json"
    given = json.loads(path.read_text(encoding="utf-8"))["given"]
    return CommunityId(given["ledger"]), tuple(raw.encode() for raw in given["entries"])


@vectors("kinds/history")
def test_histories_are_whole(vector: dict[str, Any]) -> None:
    entries = [raw.encode() for raw in vector["given"]["entries"]]
    book = fold(CommunityId(vector["given"]["ledger"]), entries)
    assert book.void == {}
    assert book.size == len(entries)


@vectors("kinds/case")
def test_what_is_said_next(vector: dict[str, Any]) -> None:
    given = vector["given"]
    ledger, entries = history(given["history"])
    book = fold(ledger, entries)
    entry = write_entry(
        index=book.size,
        received=given["received"],
        salt=bytes(16),
        message_raw=given["message"].encode(),
    )
    try:
        message = open_message(given["message"].encode())
        received, leaf = given["received"], leaf_hash(entry)
        admit(book, read_act(book, message, index=book.size, received=received, leaf=leaf))
        door = "ok"
    except ProtocolError as problem:
        door = problem.code
    assert door == given["door"], vector["why"]
    assert (advance(book, entry, leaf_hash(entry)) or "ok") == vector["expect"], vector["why"]
