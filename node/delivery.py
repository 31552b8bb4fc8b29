"""What of a ledger goes to whom: bundles in which audiences are kept (docs/spec/replication.md).

The reader outside an entry's audience gets its leaf hash, on every road and from every
holder. Two more rules:
* of our own ledger, nothing goes over the network further than our home witness has
  cosigned, except to that witness and to ourselves: two copies of this node can never both
  publish. A file that the operator carries holds all of it;
* what our home witness may not read goes to it sealed, so that it can give us back, after a
  restore, what nobody else has.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from node.books import Books
from node.evidence import evidence_heads
from node.glance import audience_of
from node.keys import NodeKeys
from node.readers import Reader, may_read
from node.sealing import Sealer
from node.store.engine import Connection, Store
from node.store.entries import (
    cosignatures_of,
    cosigned_heads,
    find_ledger,
    head_at,
    heads_from,
    newest_cosigned,
    newest_head,
    read_chain,
    read_entries,
)
from node.store.values import Head, Ledger, StoredCosignature, StoredEntry
from protocol.errors import Refused
from protocol.ledger.cosignature import add_cosignatures
from protocol.replication.bundle import Frame, Item, Section, join_bundle, write_section
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_NOTE_SIGNATURES, MAX_SECTION_ITEMS

ANSWER_BYTES = 4 * 1024 * 1024
"""Entries in one answer to somebody who asks for them, and so has room."""
PAGE_BYTES = 1024 * 1024
"""Entries in one bundle that goes over the network: half of what a node takes by default."""

_COSIGNED_HEADS = 8
"""Of a ledger's newest heads; their cosignatures are evidence of what stood when."""


class Published(NamedTuple):
    """A ledger's newest head as others may see it, with its cosignatures."""

    ledger: CommunityId
    size: int
    note: bytes


class _Range(NamedTuple):
    """A part that goes out; `last` is its covering head."""

    start: int
    entries: Sequence[StoredEntry]
    last: Head
    is_newest: bool

    @property
    def end(self) -> int:
        return self.start + len(self.entries)


class Delivery:
    """Builds bundles and heads for readers. Everything here blocks."""

    def __init__(
        self,
        *,
        store: Store,
        books: Books,
        keys: NodeKeys,
        keep_head: Callable[[], None],
        most_bytes: int = PAGE_BYTES,
    ) -> None:
        self._store = store
        self._books = books
        self._keep_head = keep_head
        self._sealer = Sealer(keys.seeds[0])
        self._most_bytes = most_bytes

    def bundle_for(
        self,
        reader: Reader,
        starts: Mapping[CommunityId, int],
        limit: int | None = None,
        room: int | None = None,
    ) -> bytes:
        """A bundle with these ledgers, each from where the reader says.

        Args:
            reader: decides what is whole and what is a hash.
            starts: how much the reader holds of which ledger.
            limit: entries of each ledger, and then a page's worth of bytes for all; with
                None all of them go, in as many sections as it takes: a file.
            room: bytes of entries, where it is not a page's worth.

        Raises:
            Refused: a ledger is not held here.
            Malformed: too many ledgers, or together too long for one bundle.
        """
        self._keep_own_head(starts)
        if limit is None:
            return self.file_for(reader, starts, carried=True)
        frames: list[Frame] = []
        left = self._most_bytes if room is None else room
        for community, start in starts.items():
            section = self._section(reader, community, start, limit, left, carried=False)
            if section is not None:
                frames.append(write_section(section))
                left = max(0, left - len(frames[-1].body))
        return join_bundle(frames)

    def heads(self, reader: Reader) -> tuple[Published, ...]:
        """The newest head of every ledger that is held here."""
        self._keep_own_head(self._books.known())
        found = (self._published(reader, community) for community in self._books.known())
        return tuple(head for head in found if head is not None)

    def published_note(self, reader: Reader, community: CommunityId) -> bytes | None:
        """The newest head of one ledger with its cosignatures; None before the first one.

        Raises:
            Refused: the ledger is not held here.
        """
        self._keep_own_head((community,))
        head = self._published(reader, community)
        return None if head is None else head.note

    def state(self, community: CommunityId) -> tuple[int, int, int]:
        """Size, lines of evidence, and size cosigned at home: what is new to a reader changes it.

        Raises:
            Refused: the ledger is not held here.
        """
        home = self._books.own.presence.home
        with self._store.read() as connection:
            ledger = _ledger(connection, community)
            lines = evidence_heads(connection, self._books, community)
            at_home = newest_cosigned(connection, ledger.id, home) if home and ledger.own else 0
        return ledger.size, sum(len(found) for _, found in lines.values()), at_home

    def lines_for(self, lines: Mapping[CommunityId, tuple[int, bytes]]) -> bytes:
        """A bundle that brings lines under heads that are kept here, and no entries."""
        frames: list[Frame] = []
        with self._store.read() as connection:
            for community, (size, line) in lines.items():
                ledger = _ledger(connection, community)
                head = head_at(connection, ledger.id, size)
                if head is not None and size <= ledger.size:
                    section = Section(
                        ledger=community,
                        chain=read_chain(connection, ledger.id),
                        heads=(add_cosignatures(head.note, [line]),),
                        start=size,
                        items=(),
                    )
                    frames.append(write_section(section))
        return join_bundle(frames)

    def _keep_own_head(self, ledgers: Collection[CommunityId]) -> None:
        if self._books.own_id in ledgers:
            self._keep_head()

    def _published(self, reader: Reader, community: CommunityId) -> Published | None:
        with self._store.read() as connection:
            ledger = _ledger(connection, community)
            head = self._last(connection, reader, ledger)
            if head is None:
                return None
            lines = cosignatures_of(connection, ledger.id, head.size)
        return Published(community, head.size, _note(head, lines))

    def file_for(
        self, reader: Reader, starts: Mapping[CommunityId, int], *, carried: bool
    ) -> bytes:
        """All of these ledgers, in as many sections as it takes.

        Args:
            reader: decides what is whole and what is a hash.
            starts: from where on, of which ledger.
            carried: the operator takes it away by hand, and answers for there being one node.

        Raises:
            Refused: a ledger is not held here.
            Malformed: together too long for one bundle.
        """
        self._keep_own_head(starts)
        frames: list[Frame] = []
        for community, given in starts.items():
            start, first = given, True
            while section := self._section(
                reader, community, start, MAX_SECTION_ITEMS, None, carried=carried
            ):
                if not section.items and not first:
                    break
                frames.append(write_section(section))
                start, first = section.end, False
        return join_bundle(frames)

    def _section(
        self,
        reader: Reader,
        community: CommunityId,
        start: int,
        most: int,
        room: int | None,
        *,
        carried: bool,
    ) -> Section | None:
        """One section; None while no head of the ledger may go out."""
        with self._store.read() as connection:
            ledger = _ledger(connection, community)
            last = self._last(connection, reader, ledger, carried=carried)
            if last is None:
                return None
            part = _range(connection, ledger, last, start, most, room)
            heads = cosigned_heads(connection, ledger.id, part.end, _COSIGNED_HEADS)
            by_size = {head.size: (head, lines) for head, lines in heads if part.is_newest}
            evidence = evidence_heads(connection, self._books, community)
            for size, (head, seen) in evidence.items() if part.is_newest else ():
                # Of a copy, larger heads may be known than what is held of it.
                if size <= part.end:
                    by_size[size] = (head, (*by_size.get(size, (head, ()))[1], *seen))
            lines = cosignatures_of(connection, ledger.id, part.last.size)
            by_size[part.last.size] = (part.last, lines)
            chain = read_chain(connection, ledger.id)
        beyond = part.last.size > part.end
        tree = self._books.tree(community) if beyond else None
        if tree is not None and tree.size < part.last.size:
            # Stored a moment ago and not in the tree yet: it goes out with the next call.
            return None
        return Section(
            ledger=community,
            chain=chain,
            heads=tuple(_note(*by_size[size]) for size in sorted(by_size)),
            start=part.start,
            items=self._items(reader, ledger, part.entries),
            proof=() if tree is None else tree.consistency(part.end, part.last.size),
        )

    def _last(
        self, connection: Connection, reader: Reader, ledger: Ledger, *, carried: bool = False
    ) -> Head | None:
        """The newest head that may go to a reader.

        What the operator carries by hand is whole: a home witness without a network could
        never cosign what it may not be brought.
        """
        most = ledger.size
        home = self._books.own.presence.home
        gated = ledger.own and home is not None and not carried
        if gated and home is not None and reader.community not in (home, ledger.community):
            most = newest_cosigned(connection, ledger.id, home)
        return newest_head(connection, ledger.id, most)

    def _items(self, reader: Reader, ledger: Ledger, entries: Sequence[StoredEntry]) -> list[Item]:
        owner = reader.community == ledger.community
        seals = ledger.own and reader.community == self._books.own.presence.home is not None
        allowed: dict[str, bool] = {}
        items = []
        for leaf, raw, sealed in entries:
            if raw is None:
                items.append(Item(leaf, None, sealed if owner else None))
                continue
            audience = audience_of(raw)
            whole = allowed.get(audience)
            if whole is None:
                whole = allowed[audience] = may_read(reader, ledger.community, audience)
            if whole:
                items.append(Item(leaf, raw))
            else:
                items.append(Item(leaf, None, self._sealer.seal(leaf, raw) if seals else None))
        return items


def _ledger(connection: Connection, community: CommunityId) -> Ledger:
    ledger = find_ledger(connection, community)
    if ledger is None:
        raise Refused("ledger-unknown", "this ledger is not held here")
    return ledger


def _range(
    connection: Connection, ledger: Ledger, last: Head, start: int, most: int, room: int | None
) -> _Range:
    """As much as fits, up to a head if one is near: then the part needs no proof."""
    start = min(start, last.size)
    stop = min(start + most, last.size)
    entries = read_entries(connection, ledger.id, start, stop)
    stop = start + (len(entries) if room is None else _fitting(entries, room))
    head = newest_head(connection, ledger.id, stop)
    if stop < last.size and head is not None and head.size > start:
        stop = head.size
    if head is None or head.size != stop:
        head = heads_from(connection, ledger.id, stop, 1)[0]
    return _Range(start, entries[: stop - start], head, stop == last.size)


def _fitting(entries: Sequence[StoredEntry], room: int) -> int:
    for count, entry in enumerate(entries):
        room -= len(entry.raw or b"") + len(entry.sealed or b"") + len(entry.leaf)
        if room < 0:
            return count
    return len(entries)


def _note(head: Head, lines: Sequence[StoredCosignature]) -> bytes:
    """The head with its cosignatures, the earliest first as far as a note has room."""
    each = dict.fromkeys(one.line for one in lines)
    return add_cosignatures(head.note, list(each)[: MAX_NOTE_SIGNATURES - 1])
