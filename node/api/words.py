"""Texts, comments and other entries by message id, as far as their audience allows.

Read from the store's own bytes, in whichever ledger they stand. Three things can be missing:
the entry is for others (`withheld`), it was erased, or it never came (`unknown`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from node.api.views import JsonObject
from node.readers import Reader, may_read
from node.runtime import Node
from node.store.engine import Connection
from node.store.entries import is_erased, places_of, read_entries
from protocol.ledger.entry import read_entry
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.message import Message

Missing = Literal["withheld", "erased", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry with its message, at its place."""

    ledger: CommunityId
    index: int
    raw: bytes
    message: Message


Shelf = Mapping[MessageId, Found | Missing]


async def look_up(node: Node, reader: Reader, ids: Iterable[MessageId]) -> Shelf:
    """Each of these messages, or why this reader does not get it."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    ledgers = {node.books.number(community): community for community in node.books.known()}
    shelf: Shelf = await node.executor.run(_look_up, node, reader, wanted, ledgers)
    return shelf


def _look_up(
    node: Node,
    reader: Reader,
    wanted: tuple[MessageId, ...],
    ledgers: Mapping[int, CommunityId],
) -> dict[MessageId, Found | Missing]:
    with node.store.read() as connection:
        return {one: _find(connection, reader, one, ledgers) for one in wanted}


def _find(
    connection: Connection,
    reader: Reader,
    wanted: MessageId,
    ledgers: Mapping[int, CommunityId],
) -> Found | Missing:
    missing: Missing = "unknown"
    for place in places_of(connection, bytes.fromhex(wanted)):
        ledger = ledgers.get(place.ledger)
        held = read_entries(connection, place.ledger, place.index, place.index + 1)
        if ledger is None or not held:
            continue
        if held[0].raw is None:
            gone = is_erased(connection, place.ledger, place.index)
            missing = "erased" if gone else "withheld"
            continue
        entry = read_entry(held[0].raw)
        if may_read(reader, ledger, entry.message.audience):
            return Found(ledger=ledger, index=place.index, raw=entry.raw, message=entry.message)
        missing = "withheld"
    return missing


def _words(shelf: Shelf, wanted: MessageId) -> JsonObject:
    """What somebody wrote, with its id; or the id and why the words are not here.

    Bodies are shown as they were signed: a reader renders them as text, never as markup.
    """
    found = shelf.get(wanted, "unknown")
    if isinstance(found, str):
        return {"id": wanted, "missing": found}
    body = found.message.body
    shown: JsonObject = {"id": wanted, "index": found.index, "ledger": found.ledger}
    for name in ("title", "texts", "text", "replies_to"):
        if name in body:
            shown[name] = body[name]
    return {**shown, "audience": found.message.audience}


async def words_of(
    node: Node, reader: Reader, ids: Sequence[MessageId]
) -> dict[MessageId, JsonObject]:
    """What was written under these ids, as far as it is for this reader."""
    shelf = await look_up(node, reader, ids)
    return {one: _words(shelf, one) for one in ids}
