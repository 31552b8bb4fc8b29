"""The restore drill: a backup is opened elsewhere, replayed, and compared with the living ledger.

What has never been restored is not a backup. So the copy is opened in a folder of its own by the
same code that a start runs; its short cuts (snapshots) are passed over, every entry is hashed and
folded again, and what comes out must be the beginning of what stands now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from node.books import Books
from node.ports import Executor
from node.store.backup import Damaged, opened_copy
from node.store.engine import Connection
from node.store.entries import own_ledger, read_entries
from node.store.values import Ledger, StoredEntry
from protocol.book import Book
from protocol.fold import advance
from protocol.ledger.merkle import Frontier, leaf_hash

_STEP = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What came of it.

    Attributes:
        size: Entries of our own ledger in the copy.
        behind: How many the living ledger has more.
        void: Entries that count for nothing.
        faults: Codes of what is wrong: `unreadable`, `no-ledger`, `other-ledger`, `changed`,
            `missing`, `root`, `other-history`, `other-state`.
    """

    size: int = 0
    behind: int = 0
    members: int = 0
    proposals: int = 0
    void: int = 0
    faults: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the node could be restored from it."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class _Replayed:
    book: Book
    frontier: Frontier
    faults: frozenset[str]


async def drill(books: Books, executor: Executor, copy: Path) -> Drill:
    """Try a backup out; it takes as long as a start without snapshots."""
    replayed = await executor.run(_replay, copy)
    if isinstance(replayed, str):
        return Drill(faults=(replayed,))
    book, frontier = replayed.book, replayed.frontier
    if book.ledger != books.own_id:
        return Drill(faults=("other-ledger",))
    # Here, where nothing changes the living book meanwhile.
    faults = replayed.faults | set(_differences(books, book, frontier))
    return Drill(
        size=frontier.size,
        behind=max(0, books.tree(books.own_id).size - frontier.size),
        members=len(book.membership.active()),
        proposals=len(book.decisions.proposals),
        void=len(book.void),
        faults=tuple(sorted(faults)),
    )


def _replay(copy: Path) -> _Replayed | str:
    """Our own ledger as the copy has it; or the code of why there is none."""
    try:
        with opened_copy(copy) as store, store.read() as connection:
            ledger = own_ledger(connection)
            return "no-ledger" if ledger is None else _fold(connection, ledger)
    except Damaged:
        return "unreadable"


def _fold(connection: Connection, ledger: Ledger) -> _Replayed:
    book, frontier, faults = Book(ledger=ledger.community), Frontier(), set[str]()
    for entry in _entries(connection, ledger):
        if entry.raw is not None and leaf_hash(entry.raw) != entry.leaf:
            faults.add("changed")
        advance(book, entry.raw, entry.leaf)
        frontier = frontier.extend([entry.leaf])
    if frontier.size != ledger.size:
        faults.add("missing")
    elif frontier.root() != ledger.root:
        faults.add("root")
    return _Replayed(book=book, frontier=frontier, faults=frozenset(faults))


def _entries(connection: Connection, ledger: Ledger) -> Iterator[StoredEntry]:
    """Up to the first that is not there."""
    for start in range(0, ledger.size, _STEP):
        stop = min(ledger.size, start + _STEP)
        entries = read_entries(connection, ledger.id, start, stop)
        yield from entries
        if len(entries) != stop - start:
            return


def _differences(books: Books, book: Book, frontier: Frontier) -> Iterator[str]:
    """What the living ledger says otherwise."""
    tree, living = books.tree(books.own_id), books.own
    if frontier.size > tree.size or tree.root(frontier.size) != frontier.root():
        yield "other-history"
    elif living.size == book.size and living != book:
        yield "other-state"
