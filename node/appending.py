"""The journal's transactions: what it writes to the store, each all or nothing.

Only the journal calls these, on a thread. Each says what a crash leaves behind: before the
commit nothing, after it everything.
"""

from collections.abc import Iterable, Sequence

from node.sealing import Sealer
from node.store.engine import Store
from node.store.entries import read_entries
from node.store.ledgers import append, erase, extend_chain, put_cosignatures, put_head
from node.store.snapshots import drop_snapshots
from node.store.values import Growth, Head, NewEntry, StoredCosignature
from protocol.errors import Inconsistent
from protocol.identity.chain import ROTATE
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.ledger.merkle import Frontier
from protocol.replication.extend import Extension
from protocol.wire.message import INCEPTION, Message

CHAIN_KINDS = frozenset({INCEPTION, ROTATE})


def growth_of(frontier: Frontier) -> Growth:
    """What a ledger is with this frontier."""
    return Growth(size=frontier.size, root=frontier.root(), frontier=b"".join(frontier.hashes))


def commit_batch(
    store: Store,
    number: int,
    before: Frontier,
    entries: Sequence[NewEntry],
    growth: Growth,
    *,
    events: Sequence[Message],
    first_event: int,
    erased: Iterable[int],
) -> Frontier:
    """Append a batch; the root is computed again from the bytes as stored.

    Args:
        store: where to.
        number: our ledger's number in it.
        before: the frontier of what is stored already.
        entries: the new entries, whole.
        growth: what the tree in memory says that the ledger becomes.
        events: those of the messages that belong to the key chain.
        first_event: the position in the chain of the first of them.
        erased: entries whose bytes this batch asks to forget.
    """
    forgotten = sorted(erased)
    with store.write() as connection:
        append(connection, number, before.size, entries, growth)
        stored = read_entries(connection, number, before.size, growth.size)
        again = before.extend(leaf_hash(one.raw or b"") for one in stored)
        if again.root() != growth.root or again.size != growth.size:
            raise RuntimeError("the stored bytes do not make the root that was to be signed")
        extend_chain(connection, number, first_event, [event.raw for event in events])
        for index in forgotten:
            erase(connection, number, index)
        if forgotten:
            # A folded book may quote what is to be forgotten.
            drop_snapshots(connection)
    if forgotten:
        store.scrub()
    return again


def commit_tail(
    store: Store,
    number: int,
    entries: Sequence[NewEntry],
    extension: Extension,
    *,
    known_events: int,
) -> None:
    """Append the tail that a restored backup lacks, with the heads that we signed then."""
    events = [event.raw for event in extension.chain.events[known_events:]]
    with store.write() as connection:
        append(connection, number, extension.start, entries, growth_of(extension.frontier))
        extend_chain(connection, number, known_events, events)
        for head in extension.heads:
            size, root = head.checkpoint.size, head.checkpoint.root
            if size <= extension.size:
                put_head(connection, number, Head(size, root, head.note))


def open_tail(extension: Extension, sealer: Sealer) -> list[NewEntry]:
    """The entries of our own tail, unsealed where they are sealed.

    Raises:
        Unauthentic: bytes were not sealed by us.
        Inconsistent: unsealed bytes are not those of the leaf.
    """
    entries: list[NewEntry] = []
    for item in extension.items:
        raw = item.raw
        if raw is None and item.sealed is not None:
            raw = sealer.unseal(item.leaf, item.sealed)
        if raw is None:
            entries.append(NewEntry(item.leaf))
            continue
        if leaf_hash(raw) != item.leaf:
            raise Inconsistent("sealed-other", "the sealed bytes are another entry's")
        entries.append(NewEntry(item.leaf, raw, bytes.fromhex(read_entry(raw).message.id)))
    return entries


def keep_lines(
    store: Store, number: int, heads: Iterable[Head], lines: Sequence[StoredCosignature]
) -> None:
    """Keep witnesses' lines, each with the head that it stands under.

    A head alone need not last: signed again, it comes out the same.
    """
    with store.write(lasting=bool(lines)) as connection:
        for head in heads:
            put_head(connection, number, head)
        put_cosignatures(connection, number, lines)
