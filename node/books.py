"""The folded books of every ledger held here, our own first, and the trees over them.

Only the fold changes a book. Our own is advanced by the journal; a copy is advanced here,
after the mirror has stored what came: at once if little came, otherwise in small steps, so
that nobody waits while a long ledger is folded.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from node.ports import Ports
from node.signal import Signal
from node.store.engine import Store
from node.store.entries import all_ledgers, own_ledger, read_entries, read_leaves
from node.store.snapshots import freeze, load_snapshot, write_snapshot
from node.store.values import StoredEntry
from protocol.book import Book
from protocol.errors import Refused
from protocol.federation.acts import LedgerFacts
from protocol.fold import advance
from protocol.ledger.merkle import Tree
from protocol.wire.digests import CommunityId

log = structlog.get_logger()
_AT_ONCE = 200
"""So many entries are folded while the mirror waits; more are folded in steps."""
_STEP = 400


@dataclass(slots=True, kw_only=True)
class Shelf:
    """One ledger's place: number in the store, book, and tree once it was asked for.

    `anew` is a book that is folded again from the start; until it has caught up, the one that
    there was is the one to ask.
    """

    number: int
    book: Book
    stored: int
    saved: int = 0
    tree: Tree | None = None
    anew: Book | None = None
    broken: bool = False

    @property
    def growing(self) -> Book:
        """The book that the next entry belongs to."""
        return self.book if self.anew is None else self.anew


class Books:
    """Every book; made by `open_books`."""

    def __init__(self, store: Store, ports: Ports) -> None:
        self._store = store
        self._executor = ports.executor
        self._clock = ports.clock
        self._shelves: dict[CommunityId, Shelf] = {}
        self._own: CommunityId | None = None
        self._trees = threading.Lock()
        self._arriving: Counter[CommunityId] = Counter()
        self.changed = Signal()

    def open(self) -> None:
        """Read what the store holds; blocks, so it is called before anything else runs."""
        with self._store.read() as connection:
            own = own_ledger(connection)
            self._own = None if own is None else own.community
            for ledger in all_ledgers(connection):
                self._shelves[ledger.community] = self._take_down(
                    ledger.id, ledger.community, ledger.size
                )
        if self._own is not None:
            self._fold_whole(self._shelves[self._own])

    def _take_down(self, number: int, community: CommunityId, stored: int) -> Shelf:
        with self._store.read() as connection:
            found = load_snapshot(connection, number)
        if found is not None:
            size, book = found
            if isinstance(book, Book) and book.ledger == community and size == book.size <= stored:
                return Shelf(number=number, book=book, stored=stored, saved=size)
        return Shelf(number=number, book=Book(ledger=community), stored=stored)

    def _fold_whole(self, shelf: Shelf) -> None:
        while shelf.book.size < shelf.stored:
            self._fold(shelf, self._read(shelf.number, shelf.book.size, shelf.stored))

    @property
    def own_id(self) -> CommunityId:
        """Our own community.

        Raises:
            Refused: No community was founded on this node.
        """
        if self._own is None:
            raise Refused("not-founded", "no community was founded on this node yet")
        return self._own

    @property
    def own(self) -> Book:
        """Our own book."""
        return self._shelves[self.own_id].book

    def add(self, community: CommunityId, number: int, *, own: bool = False) -> None:
        """A ledger was created in the store."""
        self._shelves[community] = Shelf(number=number, book=Book(ledger=community), stored=0)
        if own:
            self._own = community

    def known(self) -> tuple[CommunityId, ...]:
        """Every ledger held here."""
        return tuple(self._shelves)

    def number(self, community: CommunityId) -> int:
        """The store's number of a ledger."""
        return self._shelf(community).number

    def book(self, community: CommunityId) -> Book | None:
        """A book as far as it is folded; None if the ledger is not held here."""
        shelf = self._shelves.get(community)
        return None if shelf is None else shelf.book

    def facts(self) -> Mapping[CommunityId, LedgerFacts]:
        """What every ledger with a beginning says that concerns others."""
        return {
            community: shelf.book.facts
            for community, shelf in self._shelves.items()
            if shelf.book.chain is not None
        }

    def tree(self, community: CommunityId) -> Tree:
        """The tree over a ledger; built from its stored leaves at the first call.

        It is asked for on threads, while the ledger grows: a tree that was built meanwhile
        must neither miss what came nor take the place of one that has it.
        """
        shelf = self._shelf(community)
        while (tree := shelf.tree) is None:
            stored = shelf.stored
            with self._store.read() as connection:
                built = Tree(read_leaves(connection, shelf.number, 0, stored))
            with self._trees:
                if shelf.tree is None and shelf.stored == stored:
                    shelf.tree = built
        return tree

    def grown(
        self, community: CommunityId, entries: Sequence[tuple[bytes | None, bytes]]
    ) -> list[tuple[int, str]]:
        """Entries (bytes or None, leaf hash) were stored behind the others; the voids among them.

        A long run is folded later by `settle`; its voids are in the book then.
        """
        shelf = self._shelf(community)
        up_to_date = shelf.anew is None and shelf.book.size == shelf.stored
        with self._trees:
            shelf.stored += len(entries)
            if shelf.tree is not None:
                shelf.tree.extend(leaf for _, leaf in entries)
        voids: list[tuple[int, str]] = []
        if up_to_date and len(entries) <= _AT_ONCE:
            voids = self._fold(shelf, (StoredEntry(leaf, raw, None) for raw, leaf in entries))
        self.changed.ring()
        return voids

    def own_grown(self, leaves: Iterable[bytes]) -> None:
        """The journal stored entries that it had folded before."""
        shelf = self._shelf(self.own_id)
        added = list(leaves)
        shelf.stored += len(added)
        self.changed.ring()

    def refold(self, community: CommunityId) -> None:
        """Bytes of a ledger were filled in or erased: fold it anew from the start."""
        shelf = self._shelf(community)
        shelf.anew = Book(ledger=community)
        self.changed.ring()

    def reload_own(self) -> None:
        """Fold our own ledger anew from what is stored, after a write that failed."""
        shelf = self._shelf(self.own_id)
        with self._store.read() as connection:
            own = own_ledger(connection)
        if own is None:
            raise RuntimeError("our own ledger has gone from the store")
        shelf.book = Book(ledger=own.community)
        with self._trees:
            shelf.stored, shelf.tree, shelf.saved = own.size, None, 0
        self._fold_whole(shelf)
        self.changed.ring()

    @contextmanager
    def arriving(self, community: CommunityId) -> Iterator[None]:
        """While a long ledger comes in, page by page, it is not folded: that would slow it down."""
        self._arriving[community] += 1
        try:
            yield
        finally:
            self._arriving[community] -= 1
            self.changed.ring()

    async def settle(self) -> None:
        """Fold whatever was stored and is not folded yet, giving way to others in between."""
        for community, shelf in list(self._shelves.items()):
            while not (self._arriving[community] or shelf.broken) and (
                shelf.growing.size < shelf.stored or shelf.anew is not None
            ):
                entries = await self._executor.run(
                    self._read, shelf.number, shelf.growing.size, shelf.stored
                )
                self._fold(shelf, entries)
                await self._clock.sleep(0)

    async def save(self, every: int) -> None:
        """Keep a snapshot of each book that grew by `every` entries since its last one."""
        for shelf in list(self._shelves.values()):
            if shelf.book.size - shelf.saved >= max(1, every) and shelf.book.size <= shelf.stored:
                size, blob = shelf.book.size, freeze(shelf.book)
                await self._executor.run(self._write, shelf.number, size, blob)
                shelf.saved = size

    def _write(self, number: int, size: int, blob: bytes) -> None:
        with self._store.write(lasting=False) as connection:
            write_snapshot(connection, number, size, blob)

    def _read(self, number: int, start: int, stop: int) -> tuple[StoredEntry, ...]:
        with self._store.read() as connection:
            return read_entries(connection, number, start, min(stop, start + _STEP))

    def _fold(self, shelf: Shelf, entries: Iterable[StoredEntry]) -> list[tuple[int, str]]:
        """Fold entries; the voids among them.

        A bug of ours that one ledger brings to light must not stop the others: a copy that
        cannot be folded stays as far as it came, and is said so in the log.
        """
        voids: list[tuple[int, str]] = []
        try:
            for entry in entries:
                code = advance(shelf.growing, entry.raw, entry.leaf)
                if code is not None:
                    voids.append((shelf.growing.size - 1, code))
        except Exception:
            if shelf.book.ledger == self._own:
                raise
            log.exception("fold_broke", ledger=shelf.book.ledger, index=shelf.growing.size)
            shelf.broken = True
        if shelf.anew is not None and shelf.anew.size >= shelf.stored:
            shelf.book, shelf.anew, shelf.saved = shelf.anew, None, 0
        return voids

    def _shelf(self, community: CommunityId) -> Shelf:
        shelf = self._shelves.get(community)
        if shelf is None:
            raise Refused("ledger-unknown", "this ledger is not held here")
        return shelf
