"""Copies of ledgers: one section is verified and stored, in one transaction (the mirror's work).

Everything here blocks, and runs where blocking is allowed. A crash before the commit leaves
the copy as it was; after it, entries, heads, cosignatures and our witness's memory are all
there, and the books read them at the next start.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from node.books import Books
from node.chains import Chains
from node.glance import message_id_of
from node.held import keep_fork, nothing_held, read_held, require_one_history
from node.store.engine import Connection, Store
from node.store.entries import find_ledger, read_entries, withheld
from node.store.ledgers import (
    append,
    create_ledger,
    erase,
    extend_chain,
    fill_in,
    put_cosignatures,
    put_head,
    seal_in,
    set_note,
)
from node.store.peers import serve_again
from node.store.values import Growth, Head, Ledger, NewEntry, Opening, StoredCosignature
from node.witness import Witness
from protocol.errors import Unauthentic
from protocol.ledger.fork import ForkEvidence, verify_evidence
from protocol.ledger.merkle import Frontier, leaf_hash
from protocol.replication.branch import Contradiction, Held, SignedHead
from protocol.replication.bundle import Frame, Section, read_section
from protocol.replication.extend import Extension, extend
from protocol.wire.digests import DIGEST_BYTES, CommunityId


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What came of a section; `number` is the ledger's in the store."""

    extension: Extension
    number: int
    filled: int
    cosignature: bytes | None


class Copies:
    """Stores what sections add to the copies of other communities' ledgers."""

    def __init__(self, *, store: Store, books: Books, chains: Chains, witness: Witness) -> None:
        self._store = store
        self._books = books
        self._chains = chains
        self._witness = witness
        self.fills: Counter[CommunityId] = Counter()
        """How often entries of a ledger that were hashes here came whole."""

    def size(self, community: CommunityId) -> int:
        """How much of a ledger is stored."""
        with self._store.read() as connection:
            ledger = find_ledger(connection, community)
        return 0 if ledger is None else ledger.size

    def take(self, frame: Frame, *, from_owner: bool) -> Stored:
        """Verify a section and store what it adds.

        Args:
            frame: the section, not read yet.
            from_owner: whether the ledger's own community sent it; sealed entries are kept
                from nobody else, so that nobody can put others in their place.

        Raises:
            ProtocolError: it was refused, and nothing of it stored.
            Stale: another process was faster.
        """
        section = read_section(frame)
        ledger, held = self._held(section)
        try:
            extension = extend(section, held, self._chains.witnesses())
            with self._store.write() as connection:
                stored = self._store_all(connection, ledger, held, extension, from_owner)
        except Contradiction as fork:
            self._keep(section.ledger, fork)
            raise
        self._chains.learn(extension.chain)
        return stored

    def compare(self, frame: Frame) -> Extension:
        """Verify a section about our own ledger against what we hold; nothing is stored.

        Raises:
            ProtocolError: it was refused; a `Contradiction` was kept.
        """
        section = read_section(frame)
        own, tree = self._books.own, self._books.tree(section.ledger)
        with self._store.read() as connection:
            ledger = find_ledger(connection, section.ledger)
            assert ledger is not None  # noqa: S101 - it is ours
            held = read_held(connection, ledger, own.identity, tree, section.end)
        try:
            return extend(section, held, self._chains.witnesses())
        except Contradiction as fork:
            self._keep(section.ledger, fork)
            raise

    def accuse(self, evidence: ForkEvidence) -> None:
        """Keep evidence that somebody sends, if it holds.

        Raises:
            ProtocolError: it shows nothing, or is about a ledger that is not known here.
        """
        community = CommunityId(evidence.ledger)
        chain = self._chains.find(community)
        if chain is None:
            raise Unauthentic("fork-ledger", "the evidence is about a ledger not known here")
        fork = verify_evidence(evidence, community, (keys.log for keys in chain.keysets))
        why = f"the ledger's key signed two histories, up to size {fork.second.size}"
        with self._store.write() as connection:
            keep_fork(connection, community, evidence, why)

    def erase(self, number: int, indexes: Sequence[int]) -> None:
        """Forget entries whose community asked for it."""
        with self._store.write() as connection:
            erased = [index for index in indexes if erase(connection, number, index)]
        if erased:
            self._store.scrub()

    def _keep(self, community: CommunityId, fork: Contradiction) -> None:
        with self._store.write() as connection:
            keep_fork(connection, community, fork.evidence, fork.detail)

    def _held(self, section: Section) -> tuple[Ledger | None, Held]:
        with self._store.read() as connection:
            ledger = require_one_history(connection, section.ledger)
            if ledger is None:
                return None, nothing_held()
            chain, tree = self._chains.find(section.ledger), self._books.tree(section.ledger)
            if tree.size != ledger.size or tree.root() != ledger.root:
                raise RuntimeError("the stored leaves of a copy do not make its stored root")
            return ledger, read_held(connection, ledger, chain, tree, section.end)

    def _store_all(
        self,
        connection: Connection,
        ledger: Ledger | None,
        held: Held,
        extension: Extension,
        from_owner: bool,
    ) -> Stored:
        community = extension.ledger
        number = create_ledger(connection, community, own=False) if ledger is None else ledger.id
        known = 0 if held.chain is None else len(held.chain.events)
        events = [event.raw for event in extension.chain.events[known:]]
        extend_chain(connection, number, known, events)
        if extension.items:
            _append(connection, number, ledger, extension, from_owner=from_owner)
        elif extension.head is not None:
            set_note(connection, number, _head(extension.head))
        for head in extension.heads:
            put_head(connection, number, _head(head))
        put_cosignatures(connection, number, cosignatures_in(extension))
        filled = _fill_in(connection, number, extension, from_owner=from_owner)
        if filled:
            # Counted before the commit: who notes what a peer was given compares it in a
            # transaction of its own, and so either sees this or is undone by it.
            self.fills[community] += 1
            serve_again(connection)
        line = None
        if extension.head is not None:
            line = self._witness.cosign_stored(
                connection,
                community,
                number,
                extension.head,
                lambda size: _root_at(held, extension, size),
            )
        return Stored(extension=extension, number=number, filled=filled, cosignature=line)


def cosignatures_in(extension: Extension) -> list[StoredCosignature]:
    """The witnesses' lines that a section brought, as the store keeps them."""
    return [
        StoredCosignature(
            head.checkpoint.size, line.witness, head.checkpoint.root, line.time, line.line
        )
        for head in extension.heads
        for line in head.cosignatures
    ]


def _head(head: SignedHead) -> Head:
    return Head(head.checkpoint.size, head.checkpoint.root, head.note)


def _append(
    connection: Connection,
    number: int,
    ledger: Ledger | None,
    extension: Extension,
    *,
    from_owner: bool,
) -> None:
    """Add the new entries; then compute the root again, from the bytes as they are stored."""
    frontier, head = extension.frontier, extension.head
    growth = Growth(
        size=frontier.size,
        root=frontier.root(),
        frontier=b"".join(frontier.hashes),
        note=None if head is None else head.note,
    )
    entries = [
        NewEntry(
            leaf,
            raw,
            None if raw is None else message_id_of(raw),
            sealed if from_owner else None,
        )
        for leaf, raw, sealed in extension.items
    ]
    append(connection, number, extension.start, entries, growth)
    again = _stored_frontier(ledger).extend(
        one.leaf if one.raw is None else leaf_hash(one.raw)
        for one in read_entries(connection, number, extension.start, growth.size)
    )
    if again.size != growth.size or again.root() != growth.root:
        raise RuntimeError("the stored bytes do not make the root that was verified")


def _stored_frontier(ledger: Ledger | None) -> Frontier:
    if ledger is None:
        return Frontier()
    joined = ledger.frontier
    steps = range(0, len(joined), DIGEST_BYTES)
    return Frontier(ledger.size, tuple(joined[at : at + DIGEST_BYTES] for at in steps))


def _fill_in(connection: Connection, number: int, extension: Extension, *, from_owner: bool) -> int:
    """Keep the bytes of entries that we held as hashes; how many there were."""
    if not any(item.raw is not None or item.sealed is not None for _, item in extension.known):
        return 0
    first, last = extension.known[0][0], extension.known[-1][0]
    missing = frozenset(withheld(connection, number, first, last + 1))
    wanted = [(index, item) for index, item in extension.known if index in missing]
    if from_owner:
        seal_in(
            connection,
            number,
            [(index, one.leaf, one.sealed) for index, one in wanted if one.sealed is not None],
        )
    openings = [
        Opening(index, item.raw, message_id_of(item.raw))
        for index, item in wanted
        if item.raw is not None
    ]
    return fill_in(connection, number, openings)


def _root_at(held: Held, extension: Extension, size: int) -> bytes:
    if size <= held.size:
        return held.tree.root(size)
    new = (item.leaf for item in extension.items[: size - held.size])
    return held.tree.frontier(held.size).extend(new).root()
