"""Checking what a node answers to an act: our message, in its ledger, under its signed head.

The member's folder remembers each community's key chain and the newest head seen, so that a
node that later shows another history of the same size is caught.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from node.cli.answers import JsonObject, part_or_none, text, text_or_none, texts
from node.cli.client import NodeClient
from node.cli.keyring import Keyring
from node.cli.trouble import UNVERIFIED, Trouble, unverified
from protocol.errors import ProtocolError
from protocol.identity.chain import Chain, open_chain, same_or_longer
from protocol.ledger.checkpoint import Checkpoint, origin_of, read_checkpoint
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.ledger.note import read_note
from protocol.ledger.receipt import open_receipt
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from protocol.wire.text import b64_decode, b64_encode

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A message that stands in a ledger, and the head that proves it."""

    message: str
    index: int
    received: int
    checkpoint: Checkpoint


class Notary:
    """Keeps and compares what one member knows of one community's ledger."""

    def __init__(self, node: NodeClient, keyring: Keyring, community: CommunityId) -> None:
        self._node = node
        self._keyring = keyring
        self._community = community

    def prove(self, message: bytes, entry: bytes, receipt: bytes) -> Proven:
        """Check a receipt for our own message.

        Raises:
            Trouble: It does not hold, or contradicts a head seen before.
        """
        try:
            proven = self._prove(message, entry, receipt, self._chain())
        except ProtocolError:
            # The keys may have been rotated since: ask for the chain once more.
            try:
                proven = self._prove(message, entry, receipt, self._fetch_chain())
            except ProtocolError as problem:
                raise unverified(problem) from None
        self._remember(proven.checkpoint, receipt)
        return proven

    def _prove(self, message: bytes, entry: bytes, receipt: bytes, chain: Chain) -> Proven:
        read = read_entry(entry)
        if read.message.raw != message:
            raise Trouble("receipt-other", "the entry holds another message", UNVERIFIED)
        size = _size_of(receipt)
        opened = open_receipt(
            receipt,
            leaf_hash(entry),
            chain.log_key(size),
            origin=origin_of(self._community),
        )
        if opened.index != read.index:
            raise Trouble("receipt-other", "the receipt is for another place", UNVERIFIED)
        return Proven(
            message=read.message.id,
            index=read.index,
            received=read.received,
            checkpoint=opened.checkpoint,
        )

    def _chain(self) -> Chain:
        known = self._keyring.known_chain(self._community)
        if known is None:
            return self._fetch_chain()
        return open_chain(tuple(one.encode() for one in texts(known, "messages")))

    def _fetch_chain(self) -> Chain:
        answer = self._node.get(f"/v1/communities/{self._community}/chain", signed=False)
        offered = open_chain(tuple(one.encode() for one in texts(answer, "messages")))
        if offered.community != self._community:
            raise Trouble("chain-other", "the key chain is another community's", UNVERIFIED)
        known = self._keyring.known_chain(self._community)
        if known is not None:
            held = open_chain(tuple(one.encode() for one in texts(known, "messages")))
            offered = same_or_longer(held, offered)
        head = None if known is None else part_or_none(known, "head")
        self._keep(offered, head)
        return offered

    def _remember(self, checkpoint: Checkpoint, receipt: bytes) -> None:
        known = self._keyring.known_chain(self._community) or {}
        head = part_or_none(known, "head")
        note = receipt.partition(b"\n\n")[2].decode("utf-8")
        size = head.get("size") if head else None
        if head and size == checkpoint.size and head.get("root") != b64_encode(checkpoint.root):
            raise Trouble(
                "fork-seen",
                f"two heads of size {checkpoint.size}:\n{text(head, 'note')}\n{note}",
                UNVERIFIED,
            )
        if isinstance(size, int) and size >= checkpoint.size:
            return
        self._keep(
            self._chain(),
            {"size": checkpoint.size, "root": b64_encode(checkpoint.root), "note": note},
        )

    def _keep(self, chain: Chain, head: JsonObject | None) -> None:
        self._keyring.keep_chain(
            self._community,
            {
                "version": VERSION,
                "messages": [event.raw.decode("utf-8") for event in chain.events],
                "head": head,
            },
        )


def kept_receipt(proven: Proven, entry: bytes, receipt: bytes) -> JsonObject:
    """A receipt as the member keeps it; it checks offline with the community's key chain."""
    return {
        "version": VERSION,
        "message": proven.message,
        "index": proven.index,
        "entry": b64_encode(entry),
        "receipt": receipt.decode("utf-8"),
    }


def entry_of(answer: Mapping[str, JsonValue]) -> bytes | None:
    """The entry's bytes in an answer or a kept receipt, if it has them."""
    found = text_or_none(answer, "entry")
    return None if found is None else b64_decode(found)


def _size_of(receipt: bytes) -> int:
    return read_checkpoint(read_note(receipt.partition(b"\n\n")[2]).text).size
