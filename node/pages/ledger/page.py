"""The ledgers: what was written in them, in plain sentences, with the bytes behind each.

    GET /ledger                       our own, newest first
    GET /ledger/{index}               one entry; `/entry` and `/receipt` below it are files
    GET /ledger/bundle                all of it, for members
    GET /ledgers, /ledgers/{id}/...   the same for other communities' ledgers that are held here

A page holds the exact bytes of an entry that its visitor may read, so that the browser can verify
them; whatever it verifies them against it asks of the public API.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from node.api.answers import BUNDLE, OCTETS
from node.api.bodies import CommunityPath
from node.api.community import neighbours
from node.api.permissions import require_audience
from node.api.problems import NotHere
from node.api.receipts import Proof, kept_receipt, receipt_of
from node.pages.ledger.citing import cited_by
from node.pages.ledger.entries import (
    Place,
    book_of,
    line_of,
    lines_of,
    looks_around,
    place_at,
    places_before,
    published_size,
)
from node.pages.ledger.looks import Looks
from node.pages.ledger.sentences import GROUPS
from node.pages.ledger.verifying import script_words
from node.pages.site import show
from node.pages.visit import MemberVisit, Visit, VisitDep
from node.runtime import Node
from node.store.entries import read_chain
from protocol.book import Book
from protocol.community.charter import COMMUNITY
from protocol.errors import Malformed
from protocol.ledger.checkpoint import read_checkpoint
from protocol.ledger.entry import Entry
from protocol.ledger.note import read_note
from protocol.ledger.receipt import write_receipt
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.text import b64_encode, read_decimal

routes: Final = APIRouter(include_in_schema=False)

Before = Annotated[str, Query(max_length=16)]
Group = Annotated[str, Query(max_length=16)]
IndexPath = Annotated[str, Path(max_length=16)]


@routes.get("/ledger")
async def own_ledger(visit: VisitDep, before: Before = "", of: Group = "") -> Response:
    """Our entries, newest first."""
    return await _list(visit, visit.book, "/ledger", before, of)


@routes.get("/ledger/bundle")
async def own_bundle(visit: MemberVisit) -> Response:
    """Our whole ledger as a file, as members read it."""
    return await _bundle(visit, visit.book.ledger)


@routes.get("/ledger/{index}")
async def own_entry(visit: VisitDep, index: IndexPath) -> Response:
    """One of our entries."""
    return await _entry(visit, visit.book, "/ledger", index)


@routes.get("/ledger/{index}/entry")
async def own_bytes(visit: VisitDep, index: IndexPath) -> Response:
    """Its exact bytes as a file."""
    return await _bytes(visit, visit.book, index)


@routes.get("/ledger/{index}/receipt")
async def own_receipt(visit: VisitDep, index: IndexPath) -> Response:
    """Its receipt as a file that proves by itself that it stands there."""
    return await _receipt(visit, visit.book, index)


@routes.get("/ledgers")
async def all_ledgers(visit: VisitDep) -> Response:
    """The ledgers that are held here."""
    return show(visit, "ledgers.html", {"neighbours": neighbours(visit.node)})


@routes.get("/ledgers/{community}")
async def other_ledger(
    visit: VisitDep, community: CommunityPath, before: Before = "", of: Group = ""
) -> Response:
    """A community's entries, newest first, as far as they are for the visitor."""
    book = book_of(visit.node, community)
    return await _list(visit, book, f"/ledgers/{community}", before, of)


@routes.get("/ledgers/{community}/bundle")
async def other_bundle(visit: MemberVisit, community: CommunityPath) -> Response:
    """A community's ledger as a file, as our members read it."""
    return await _bundle(visit, book_of(visit.node, community).ledger)


@routes.get("/ledgers/{community}/{index}")
async def other_entry(visit: VisitDep, community: CommunityPath, index: IndexPath) -> Response:
    """One of a community's entries."""
    return await _entry(visit, book_of(visit.node, community), f"/ledgers/{community}", index)


@routes.get("/ledgers/{community}/{index}/entry")
async def other_bytes(visit: VisitDep, community: CommunityPath, index: IndexPath) -> Response:
    """Its exact bytes as a file."""
    return await _bytes(visit, book_of(visit.node, community), index)


@routes.get("/ledgers/{community}/{index}/receipt")
async def other_receipt(visit: VisitDep, community: CommunityPath, index: IndexPath) -> Response:
    """Its receipt as a file that proves by itself that it stands there."""
    return await _receipt(visit, book_of(visit.node, community), index)


async def _list(visit: Visit, book: Book, base: str, before: str, group: str) -> Response:
    size = await published_size(visit, book.ledger)
    chosen = group if group in GROUPS else ""
    stop = min(_number(before), size) if before else size
    stretch = await places_before(visit, book, stop, chosen)
    values = {
        "base": base,
        "ledger": book,
        "size": size,
        "lines": await lines_of(visit, book, stretch.places),
        "older": stretch.older,
        "newest": stop == size,
        "chosen": chosen,
        "groups": list(GROUPS),
        "whole": _whole(visit, book.ledger, base),
    }
    return show(visit, "ledger.html", values)


async def _entry(visit: Visit, book: Book, base: str, index: str) -> Response:
    place = await place_at(visit, book, _number(index))
    looks = await looks_around(visit, book, [place])
    message = None if place.entry is None else place.entry.message
    values = {
        "base": base,
        "ledger": book,
        "line": line_of(place, looks),
        "place": place,
        "message": message,
        "who": None if message is None else looks.speaker(message),
        "text": None if place.raw is None else place.raw.decode("utf-8"),
        "cites": [] if message is None else cited_by(message, looks, visit.book),
        "size": await published_size(visit, book.ledger),
        "whole": _whole(visit, book.ledger, base),
        "asked": await _asked(visit, book, place, looks),
    }
    return show(visit, "ledger-entry.html", values)


async def _asked(visit: Visit, book: Book, place: Place, looks: Looks) -> dict[str, object]:
    """What the browser is handed to verify: bytes, and words to tell with."""
    brought_in = await _brought_in(visit, book, place, looks)
    return {
        "ledger": book.ledger,
        "index": place.index,
        "leaf": place.leaf.hex(),
        "entry": "" if place.raw is None else b64_encode(place.raw),
        "author": ""
        if brought_in is None or brought_in.raw is None
        else b64_encode(brought_in.raw),
        "own": "yes" if book.ledger == visit.book.ledger else "",
        "names": {one: name for one, name in looks.communities.items() if name},
        "words": script_words(visit.words),
    }


async def _brought_in(visit: Visit, book: Book, place: Place, looks: Looks) -> Place | None:
    """The entry that brought the author's key into the community, if the visitor may read it."""
    if place.entry is None or not looks.inside:
        return None
    key = place.entry.message.author
    member = book.membership.by_key(key) or looks.keys.get(key.text)
    index = None if member is None else book.ids.get(MessageId(member.id))
    if index is None or index >= await published_size(visit, book.ledger):
        return None
    return await place_at(visit, book, index)


def _whole(visit: Visit, community: CommunityId, base: str) -> str:
    """Where the whole ledger is had as a file: what strangers get, the API gives them."""
    if visit.member is not None or visit.is_operator:
        return f"{base}/bundle"
    return f"/v1/ledgers/{community}/range"


async def _bundle(visit: Visit, community: CommunityId) -> Response:
    node, reader = visit.node, visit.asker.reader
    raw = await node.executor.run(node.delivery.bundle_for, reader, {community: 0}, None)
    return _file(raw, f"{community[:8]}.bundle", BUNDLE)


async def _bytes(visit: Visit, book: Book, index: str) -> Response:
    place = await place_at(visit, book, _number(index))
    entry = _entry_of(visit, book, place)
    return _file(entry.raw, f"{book.ledger[:8]}-{place.index}.json", OCTETS)


async def _receipt(visit: Visit, book: Book, index: str) -> Response:
    """As members keep receipts: everything that it takes to check it is in it."""
    place = await place_at(visit, book, _number(index))
    entry = _entry_of(visit, book, place)
    chain = await visit.node.executor.run(_chain, visit.node, book.ledger)
    proof = await _proof(visit, book, entry)
    kept = kept_receipt(book.ledger, entry.message.id, proof, entry.raw, chain)
    return _file(kept, f"{book.ledger[:8]}-{place.index}.receipt.json", OCTETS)


async def _proof(visit: Visit, book: Book, entry: Entry) -> Proof:
    """Of our own ledger under a head that others cosigned; of a copy, under its newest one."""
    node, reader = visit.node, visit.asker.reader
    if book.ledger == visit.book.ledger:
        found = await receipt_of(node, entry.message.id)
        if found is not None and found.index == entry.index:
            return found
    note = await node.executor.run(node.delivery.published_note, reader, book.ledger)
    if note is None:
        raise NotHere("head-unknown", "no head of this ledger is published here")
    size = read_checkpoint(read_note(note).text).size
    tree = await node.executor.run(node.books.tree, book.ledger)
    receipt = write_receipt(entry.index, tree.inclusion(entry.index, size), note)
    return Proof(index=entry.index, receipt=receipt, witnesses=0)


def _entry_of(visit: Visit, book: Book, place: Place) -> Entry:
    """An entry that is for the visitor.

    Raises:
        NotHere: Its bytes are not here.
        Problem: They are for others.
    """
    if place.entry is not None:
        return place.entry
    if place.state == "withheld":
        require_audience(visit.asker, book.ledger, COMMUNITY)
    raise NotHere("entries-withheld", "this entry is not here, only its hash")


def _chain(node: Node, community: CommunityId) -> tuple[bytes, ...]:
    with node.store.read() as connection:
        return read_chain(connection, node.books.number(community))


def _number(text: str) -> int:
    try:
        return read_decimal(text)
    except Malformed:
        raise NotHere("entry-unknown", "entries are counted from 0") from None


def _file(raw: bytes, name: str, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(raw, headers=headers, media_type=media_type)
