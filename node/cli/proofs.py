"""Checking what a node answers to an act: our message, in its ledger, under its signed head.

The member's folder remembers each community's key chain and the newest head seen. A node that
later shows another history is caught: by another head of the same size, or by a new entry
that takes a place which was full before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from node.cli import answers
from node.cli.answers import JsonObject
from node.cli.client import NodeClient
from node.cli.keyring import Keyring
from node.cli.trouble import UNVERIFIED, Trouble, unverified
from protocol.errors import Inconsistent, ProtocolError
from protocol.identity.chain import Chain, open_chain, same_or_longer
from protocol.ledger.checkpoint import Checkpoint, origin_of, read_checkpoint
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.ledger.note import read_note
from protocol.ledger.receipt import open_receipt
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from protocol.wire.message import Message, verify_message
from protocol.wire.text import b64_decode, b64_encode

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A message that stands in a ledger, and the head that proves it."""

    message: Message
    index: int
    received: int
    leaf: bytes
    checkpoint: Checkpoint
    chain: Chain


def open_proof(entry: bytes, receipt: bytes, chain: Chain) -> Proven:
    """Check a receipt for an entry under the keys of its community; offline.

    Raises:
        ProtocolError: It does not hold, in whichever way.
    """
    read = read_entry(entry)
    verify_message(read.message)
    size = read_checkpoint(read_note(_note_in(receipt)).text).size
    origin = origin_of(chain.community)
    opened = open_receipt(receipt, leaf_hash(entry), chain.log_key(size), origin=origin)
    if opened.index != read.index:
        raise Inconsistent("receipt-other", "the receipt is for another place")
    return Proven(
        message=read.message,
        index=read.index,
        received=read.received,
        leaf=leaf_hash(entry),
        checkpoint=opened.checkpoint,
        chain=chain,
    )


def kept_receipt(proven: Proven, entry: bytes, receipt: bytes) -> JsonObject:
    """A receipt as the member keeps it: everything that it takes to check it is in it."""
    return {
        "version": VERSION,
        "community": proven.chain.community,
        "message": proven.message.id,
        "index": proven.index,
        "entry": b64_encode(entry),
        "receipt": receipt.decode("utf-8"),
        "chain": _texts(proven.chain),
    }


def open_kept(kept: Mapping[str, JsonValue]) -> Proven:
    """Check a receipt that a member kept; offline.

    Raises:
        Trouble: A part of it is missing, or it does not hold.
    """
    entry = entry_of(kept)
    if entry is None:
        raise Trouble("receipt-missing", "entry", UNVERIFIED)
    try:
        chain = _chain_of(kept, "chain")
        proven = open_proof(entry, answers.text(kept, "receipt").encode(), chain)
    except ProtocolError as problem:
        raise unverified(problem) from None
    if kept.get("community") != chain.community or kept.get("message") != proven.message.id:
        raise Trouble("receipt-other", "it is about another message than it says", UNVERIFIED)
    return proven


def entry_of(answer: Mapping[str, JsonValue]) -> bytes | None:
    """The entry's bytes in an answer or a kept receipt, if it has them."""
    found = answers.text_or_none(answer, "entry")
    return None if found is None else b64_decode(found)


class Notary:
    """Keeps and compares what one member knows of one community's ledger."""

    def __init__(self, node: NodeClient, keyring: Keyring, community: CommunityId) -> None:
        self._node = node
        self._keyring = keyring
        self._community = community
        # Entries that stood there before whatever is proven here was said.
        self._stood = _size_of(self._head())

    def prove_new(self, message: bytes, entry: bytes, receipt: bytes) -> Proven:
        """Check the receipt for a message that was just said for the first time.

        Raises:
            Trouble: It does not hold, or contradicts what was seen before.
        """
        proven = self.prove(entry, receipt)
        if proven.message.raw != message:
            raise Trouble("receipt-other", "the entry holds another message", UNVERIFIED)
        if proven.index < self._stood:
            head = answers.text(self._head() or {}, "note")
            detail = f"entry {proven.index} is new, and {self._stood} stood before:\n{head}"
            raise Trouble("fork-seen", detail, UNVERIFIED)
        return proven

    def prove(self, entry: bytes, receipt: bytes) -> Proven:
        """Check a receipt.

        Raises:
            Trouble: It does not hold, or contradicts a head seen before.
        """
        try:
            proven = open_proof(entry, receipt, self._chain())
        except ProtocolError:
            # The keys may have been rotated since: ask for the chain once more.
            try:
                proven = open_proof(entry, receipt, self._fetch_chain())
            except ProtocolError as problem:
                raise unverified(problem) from None
        self._remember(proven, _note_in(receipt))
        return proven

    def _chain(self) -> Chain:
        known = self._keyring.known_chain(self._community)
        return self._fetch_chain() if known is None else _chain_of(known, "messages")

    def _fetch_chain(self) -> Chain:
        path = f"/v1/communities/{self._community}/chain"
        offered = _chain_of(self._node.get(path, signed=False), "messages")
        if offered.community != self._community:
            raise Inconsistent("chain-other", "the key chain is another community's")
        known = self._keyring.known_chain(self._community)
        if known is not None:
            offered = same_or_longer(_chain_of(known, "messages"), offered)
        self._keep(offered, self._head())
        return offered

    def _head(self) -> JsonObject | None:
        known = self._keyring.known_chain(self._community)
        return None if known is None else answers.part_or_none(known, "head")

    def _remember(self, proven: Proven, note: bytes) -> None:
        head, checkpoint = self._head(), proven.checkpoint
        seen, root = _size_of(head), b64_encode(checkpoint.root)
        if head is not None and seen == checkpoint.size and head.get("root") != root:
            heads = f"{answers.text(head, 'note')}\n{note.decode()}"
            raise Trouble("fork-seen", f"two heads of size {seen}:\n{heads}", UNVERIFIED)
        if seen < checkpoint.size:
            newest: JsonObject = {"size": checkpoint.size, "root": root, "note": note.decode()}
            self._keep(proven.chain, newest)

    def _keep(self, chain: Chain, head: JsonObject | None) -> None:
        known: JsonObject = {"version": VERSION, "messages": _texts(chain), "head": head}
        self._keyring.keep_chain(self._community, known)


def _chain_of(value: Mapping[str, JsonValue], name: str) -> Chain:
    return open_chain(tuple(one.encode() for one in answers.texts(value, name)))


def _texts(chain: Chain) -> list[JsonValue]:
    return [event.raw.decode("utf-8") for event in chain.events]


def _size_of(head: JsonObject | None) -> int:
    return 0 if head is None else answers.number(head, "size")


def _note_in(receipt: bytes) -> bytes:
    return receipt.partition(b"\n\n")[2]
