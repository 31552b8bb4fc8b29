"""Routes: assemblies that meet in a room, and their minutes."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.assembly_views import (
    assembly_summary,
    assembly_view,
    assembly_words,
    minutes_summary,
    minutes_view,
    minutes_words,
)
from node.api.auth import NodeDep
from node.api.bodies import MessagePath
from node.api.community import require_structure
from node.api.permissions import AnyReader
from node.api.problems import NotHere
from node.api.words import words_of
from node.readers import may_read
from protocol.community.charter import COMMUNITY
from protocol.decisions.assembly import AssemblyState
from protocol.decisions.minutes import MinutesState
from protocol.wire.digests import MessageId

routes: Final = APIRouter(tags=["assemblies"])
MOST_LISTED: Final = 500


@routes.get("/v1/assemblies")
async def assemblies(
    found: AnyReader,
    node: NodeDep,
    state: Annotated[AssemblyState | None, Query(description="only those in this state")] = None,
) -> Response:
    """Calls to assemblies, the newest first."""
    book = node.books.own
    require_structure(found, book)
    held = [one for one in book.assemblies.calls.values() if state in (None, one.state)]
    newest = held[: -MOST_LISTED - 1 : -1]
    words = await words_of(node, found.reader, [MessageId(one.body.text) for one in newest])
    return json_answer(
        {"assemblies": [assembly_summary(one, words) for one in newest], "total": len(held)}
    )


@routes.get("/v1/assemblies/{message}")
async def assembly(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """One call with the proposals on its agenda and the minutes of it."""
    book = node.books.own
    require_structure(found, book)
    call = book.assemblies.calls.get(message)
    if call is None:
        raise NotHere("assembly-unknown", "no such assembly was called in this ledger")
    words = await words_of(node, found.reader, assembly_words(book, [call]))
    return json_answer(assembly_view(book, call, words, now=node.clock.now()))


@routes.get("/v1/minutes")
async def all_minutes(
    found: AnyReader,
    node: NodeDep,
    state: Annotated[MinutesState | None, Query(description="only those in this state")] = None,
) -> Response:
    """Minutes of assemblies, the newest first."""
    book, now = node.books.own, node.clock.now()
    require_structure(found, book)
    held = [one for one in book.assemblies.minutes.values() if state in (None, one.state)]
    newest = held[: -MOST_LISTED - 1 : -1]
    words = await words_of(node, found.reader, [MessageId(one.body.text) for one in newest])
    return json_answer(
        {
            "minutes": [minutes_summary(book, one, words, now=now) for one in newest],
            "total": len(held),
        }
    )


@routes.get("/v1/minutes/{message}")
async def minutes(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """The minutes of one assembly: who was there, what was said, who signed, who contests."""
    book = node.books.own
    require_structure(found, book)
    asked = book.assemblies.minutes.get(message)
    if asked is None:
        raise NotHere("minutes-unknown", "there are no such minutes in this ledger")
    words = await words_of(node, found.reader, minutes_words(book, asked))
    names = may_read(found.reader, book.ledger, COMMUNITY)
    return json_answer(minutes_view(book, asked, words, names=names, now=node.clock.now()))
