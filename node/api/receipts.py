"""The best receipt for an entry of our ledger: under a head that witnesses cosigned, if any did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from node.runtime import Node
from node.store.entries import (
    cosignatures_of,
    find_message,
    head_at,
    newest_cosigned,
)
from node.store.values import Head, StoredCosignature
from protocol.ledger.cosignature import add_cosignatures
from protocol.ledger.receipt import write_receipt
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import write_json
from protocol.wire.text import b64_encode

_KEPT_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A message's place, the receipt for it, and how many witnesses stand behind that."""

    index: int
    receipt: bytes
    witnesses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the store holds of it."""

    index: int
    head: Head | None
    lines: tuple[StoredCosignature, ...]


def kept_receipt(
    community: CommunityId, message: MessageId, proof: Proof, entry: bytes, chain: Sequence[bytes]
) -> bytes:
    """A receipt as members keep it in a file: everything that it takes to check it is in it."""
    return write_json(
        {
            "version": _KEPT_VERSION,
            "community": community,
            "message": message,
            "index": proof.index,
            "entry": b64_encode(entry),
            "receipt": proof.receipt.decode("utf-8"),
            "chain": [event.decode("utf-8") for event in chain],
        }
    )


async def receipt_of(node: Node, message: MessageId) -> Proof | None:
    """The proof for a message; None if it does not stand in our ledger."""
    own = node.books.own_id
    known = node.books.own.ids.get(message)
    kept = await node.executor.run(_read, node, node.books.number(own), message, known)
    if kept is None or kept.index >= node.journal.head.size:
        return None
    if kept.head is None:
        receipt = node.journal.receipt(kept.index)
        return Proof(index=kept.index, receipt=receipt, witnesses=0)
    note = add_cosignatures(kept.head.note, [one.line for one in kept.lines])
    path = node.books.tree(own).inclusion(kept.index, kept.head.size)
    return Proof(
        index=kept.index,
        receipt=write_receipt(kept.index, path, note),
        witnesses=len(kept.lines),
    )


def _read(node: Node, number: int, message: MessageId, known: int | None) -> _Kept | None:
    with node.store.read() as connection:
        # The book forgets what was erased; the store keeps its place.
        index = find_message(connection, number, bytes.fromhex(message)) if known is None else known
        if index is None:
            return None
        size = newest_cosigned(connection, number)
        head = head_at(connection, number, size) if size > index else None
        return _Kept(index=index, head=head, lines=cosignatures_of(connection, number, size))
