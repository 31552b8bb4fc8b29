"""Routes: ledgers as others follow them: heads, ranges, and C2SP tiles."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from node.api.answers import BUNDLE, FOR_EVER, FOR_SECONDS, OCTETS, TEXT, json_answer
from node.api.auth import Asker, NodeDep, Role
from node.api.bodies import CommunityPath, compressed
from node.api.permissions import AnyReader, require_audience
from node.api.problems import NotHere
from node.api.views import JsonObject
from node.delivery import ANSWER_BYTES, Published
from node.runtime import Node
from node.store.entries import read_entries
from node.store.values import StoredEntry
from protocol.errors import Malformed
from protocol.ledger.checkpoint import read_checkpoint
from protocol.ledger.entry import read_entry
from protocol.ledger.note import read_note
from protocol.ledger.tiles import (
    TILE_WIDTH,
    EntryTile,
    Tile,
    read_path,
    tile_bytes,
    write_entries,
)
from protocol.wire.digests import CommunityId
from protocol.wire.text import read_decimal

routes: Final = APIRouter(tags=["ledgers"])


@routes.get("/v1/heads")
async def heads(found: AnyReader, node: NodeDep) -> Response:
    """The newest published head of every ledger held here."""
    published = await node.executor.run(node.delivery.heads, found.reader)
    return json_answer({"heads": [_head(one) for one in published]})


def _head(head: Published) -> JsonObject:
    return {"ledger": head.ledger, "size": head.size, "note": head.note.decode("utf-8")}


@routes.get("/v1/ledgers/{community}/checkpoint")
async def checkpoint(found: AnyReader, node: NodeDep, community: CommunityPath) -> Response:
    """The newest published head of one ledger (C2SP tlog-tiles)."""
    note = await node.executor.run(node.delivery.published_note, found.reader, community)
    if note is None:
        raise NotHere("head-unknown", "no head of this ledger is published here")
    return Response(note, headers=_kept(found, FOR_SECONDS), media_type=TEXT)


def _kept(found: Asker, headers: Mapping[str, str]) -> Mapping[str, str] | None:
    """What strangers get may lie in a cache between us; what others get goes to them alone."""
    return headers if found.role is Role.STRANGER else None


@routes.get("/v1/ledgers/{community}/tile/{path:path}")
async def tile(found: AnyReader, node: NodeDep, community: CommunityPath, path: str) -> Response:
    """A tile of hashes for anybody, or of entries for their audience (C2SP tlog-tiles)."""
    asked = _tile_of(path)
    note = await node.executor.run(node.delivery.published_note, found.reader, community)
    if note is None or _end(asked) > read_checkpoint(read_note(note).text).size:
        raise NotHere("tile-path", "the published ledger does not reach that far")
    match asked:
        case Tile():
            raw = tile_bytes(node.books.tree(community), asked)
            return Response(raw, headers=_kept(found, FOR_EVER), media_type=OCTETS)
        case EntryTile():
            start = asked.index * TILE_WIDTH
            stored = await node.executor.run(_entries, node, community, start, asked.width)
            return _entry_tile(found, community, stored)


def _tile_of(path: str) -> Tile | EntryTile:
    """A tile by its only spelling; whatever is spelled otherwise is not here."""
    try:
        return read_path(f"tile/{path}")
    except Malformed:
        raise NotHere("tile-path", "not the path of a tile") from None


def _end(asked: Tile | EntryTile) -> int:
    """How large a ledger must be to have the tile."""
    last = asked.index * TILE_WIDTH + asked.width
    return last << (8 * asked.level) if isinstance(asked, Tile) else last


def _entries(node: Node, community: CommunityId, start: int, width: int) -> tuple[StoredEntry, ...]:
    with node.store.read() as connection:
        return read_entries(connection, node.books.number(community), start, start + width)


def _entry_tile(found: Asker, community: CommunityId, stored: Sequence[StoredEntry]) -> Response:
    whole: list[bytes] = []
    for entry in stored:
        if entry.raw is None:
            raise NotHere(
                "entries-withheld", "some of these entries are not here, only their hashes"
            )
        require_audience(found, community, read_entry(entry.raw).message.audience)
        whole.append(entry.raw)
    return Response(write_entries(whole), media_type=OCTETS)


@routes.get("/v1/ledgers/{community}/range")
async def entry_range(
    request: Request,
    found: AnyReader,
    node: NodeDep,
    community: CommunityPath,
    start: Annotated[str, Query(max_length=16)] = "0",
    limit: Annotated[str | None, Query(max_length=16)] = None,
) -> Response:
    """Part of a ledger as a bundle of one section; what is for others comes as hashes."""
    most = node.settings.batch_entries
    count = most if limit is None else min(read_decimal(limit), most)
    starts = {community: read_decimal(start)}
    build = node.delivery.bundle_for
    raw = await node.executor.run(build, found.reader, starts, count, ANSWER_BYTES)
    body, headers = await node.executor.run(compressed, request, raw)
    return Response(body, headers=headers, media_type=BUNDLE)
