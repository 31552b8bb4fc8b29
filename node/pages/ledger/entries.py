"""The entries of a ledger as a visitor may read them, and what is known around them.

What a visitor is not addressed by comes as its place and its leaf hash. Of our own ledger nobody
else sees more than is published, on pages as on every other road.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from node.api.community import sees_structure
from node.api.problems import NotHere
from node.api.words import words_of
from node.glance import audience_of
from node.pages.ledger.looks import Looks, cited_texts, known_keys
from node.pages.ledger.sentences import group_of, sentence
from node.pages.visit import Visit
from node.readers import may_read
from node.runtime import Node
from node.store.entries import is_erased, read_entries
from node.store.values import StoredEntry
from protocol.book import Book
from protocol.community.charter import COMMUNITY
from protocol.errors import ProtocolError
from protocol.ledger.checkpoint import read_checkpoint
from protocol.ledger.entry import Entry, read_entry
from protocol.ledger.note import read_note
from protocol.wire.digests import CommunityId

State = Literal["open", "withheld", "erased", "unreadable"]
PAGE: Final = 25
_FURTHEST: Final = 2_000
"""Entries looked at for one page of one group: then a visitor is asked whether to go on."""
_STEP: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place of a ledger, and what the visitor gets of it.

    Attributes:
        void: The code that says why it counts for nothing, where the visitor may read it.
    """

    index: int
    leaf: bytes
    state: State
    entry: Entry | None = None
    void: str | None = None

    @property
    def raw(self) -> bytes | None:
        """The exact bytes."""
        return None if self.entry is None else self.entry.raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The places of one page, newest first; older ones are looked for below `older`."""

    places: Sequence[Place]
    older: int | None


def book_of(node: Node, community: CommunityId) -> Book:
    """A community's book.

    Raises:
        NotHere: Its ledger is not held here.
    """
    book = node.books.book(community)
    if book is None:
        raise NotHere("ledger-unknown", "this community's ledger is not held here")
    return book


async def published_size(visit: Visit, community: CommunityId) -> int:
    """How far a ledger goes, as far as the visitor may see."""
    node, reader = visit.node, visit.asker.reader
    note = await node.executor.run(node.delivery.published_note, reader, community)
    return 0 if note is None else read_checkpoint(read_note(note).text).size


async def places_before(visit: Visit, book: Book, before: int, group: str) -> Stretch:
    """A page of places, newest first, of one group or of all."""
    found: list[Place] = []
    stop, furthest = before, max(0, before - _FURTHEST) if group else 0
    while stop > furthest and len(found) < PAGE:
        start = max(furthest, stop - (_STEP if group else PAGE))
        read = await visit.node.executor.run(_read, visit, book, start, stop)
        fitting = [one for one in reversed(read) if not group or _group(one) == group]
        found += fitting[: PAGE - len(found)]
        stop = found[-1].index if len(found) == PAGE else start
    return Stretch(places=found, older=stop if stop > 0 else None)


async def place_at(visit: Visit, book: Book, index: int) -> Place:
    """One place.

    Raises:
        NotHere: The ledger does not go that far, as far as the visitor may see.
    """
    if index < await published_size(visit, book.ledger):
        for one in await visit.node.executor.run(_read, visit, book, index, index + 1):
            return one
    raise NotHere("entry-unknown", "the published ledger does not reach that far")


async def looks_around(visit: Visit, book: Book, places: Sequence[Place]) -> Looks:
    """What the sentences about these places need."""
    books, reader = visit.node.books, visit.asker.reader
    facts = books.facts()
    messages = [one.entry.message for one in places if one.entry is not None]
    held = {community: books.book(community) for community in books.known()}
    return Looks(
        words=visit.words,
        moments=visit.moments,
        book=book,
        facts=facts,
        texts=await words_of(visit.node, reader, cited_texts(book, facts, messages)),
        inside=sees_structure(visit.asker, book),
        names=may_read(reader, book.ledger, COMMUNITY),
        keys=known_keys(book),
        communities={one: known.presence.name for one, known in held.items() if known is not None},
    )


async def lines_of(visit: Visit, book: Book, places: Sequence[Place]) -> list[dict[str, object]]:
    """One line of a list for each place."""
    looks = await looks_around(visit, book, places)
    return [line_of(one, looks) for one in places]


def line_of(place: Place, looks: Looks) -> dict[str, object]:
    """What a template shows of a place."""
    entry = place.entry
    return {
        "index": place.index,
        "state": place.state,
        "leaf": place.leaf.hex(),
        "void": place.void,
        "sentence": None if entry is None else sentence(entry.message, looks),
        "received": None if entry is None else entry.received,
        "audience": None if entry is None else looks.audience(entry.message.audience),
    }


def _group(place: Place) -> str:
    return "" if place.entry is None else group_of(place.entry.message.kind)


def _read(visit: Visit, book: Book, start: int, stop: int) -> list[Place]:
    node = visit.node
    number = node.books.number(book.ledger)
    with node.store.read() as connection:
        stored = read_entries(connection, number, start, stop)
        erased = {
            index
            for index, one in enumerate(stored, start)
            if one.raw is None and is_erased(connection, number, index)
        }
    return [
        _place(visit, book, index, one, gone=index in erased)
        for index, one in enumerate(stored, start)
    ]


def _place(visit: Visit, book: Book, index: int, stored: StoredEntry, *, gone: bool) -> Place:
    leaf, raw, _ = stored
    if raw is None:
        return Place(index=index, leaf=leaf, state="erased" if gone else "withheld")
    if not may_read(visit.asker.reader, book.ledger, audience_of(raw)):
        return Place(index=index, leaf=leaf, state="withheld")
    void = book.void.get(index)
    try:
        entry = read_entry(raw)
    except ProtocolError:
        return Place(index=index, leaf=leaf, state="unreadable", void=void)
    return Place(index=index, leaf=leaf, state="open", entry=entry, void=void)
