"""The facilitator's screen: big letters, a clock, the hands that are up, and votes as they come.

The screen follows by server-sent events: the books ring when an entry came, and the piece of the
page with the tallies is sent anew if it changed. What the facilitator notes (hands, time, counts)
stays in her browser, and the counts go into the secretary's draft there.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from node.api.views import JsonObject, proposal_view
from node.api.words import words_of
from node.pages.assembly.common import CallPath, page, piece, present_day
from node.pages.assembly.listing import call_view, countable
from node.pages.assembly.record_form import Basis
from node.pages.assembly.streams import Streams
from node.pages.visit import MemberVisit, Visit
from protocol.decisions.assembly import Assembly
from protocol.wire.digests import MessageId

routes: Final = APIRouter(include_in_schema=False)
_PAUSE_S: Final = 0.3
"""Between two pieces: what a crowd says meanwhile goes together."""
_PING_S: Final = 15
_SEND_S: Final = 20
_RETRY_MS: Final = 3_000
_ENOUGH_S: Final = 1_800
"""A stream ends after so long; the browser opens another, and is asked anew who it is."""


@routes.get("/assemblies/{message}/live")
async def live(visit: MemberVisit, call: CallPath) -> Response:
    """The screen as it is now."""
    agenda = [MessageId(one) for one in call.body.agenda]
    values = {
        "call": await call_view(visit, call),
        "tallies": await tallies(visit, call),
        "choices": {one: countable(visit, one) for one in agenda},
        "draft": Basis(path="", call=call).draft,
        "people": present_day(visit.book),
    }
    return page(visit, "live.html", values)


@routes.get("/assemblies/{message}/live/events")
async def events(visit: MemberVisit, call: CallPath) -> Response:
    """The tallies whenever they change, until the browser goes or the node stops."""
    streams: Streams = visit.request.app.state.streams
    session = visit.session or b""
    streams.require_room(session)
    return EventSourceResponse(
        _changes(visit, call, streams, session), ping=_PING_S, send_timeout=_SEND_S, sep="\n"
    )


async def _changes(
    visit: Visit, call: Assembly, streams: Streams, session: bytes
) -> AsyncIterator[ServerSentEvent]:
    clock, changed = visit.node.clock, visit.node.books.changed
    end, last = clock.monotonic() + _ENOUGH_S, None
    with streams.one_more(session):
        while (left := end - clock.monotonic()) > 0:
            ring = changed.rings
            now = piece(visit, "tallies.html", {"tallies": await tallies(visit, call)})
            if now != last:
                last = now
                yield ServerSentEvent(data=now, event="tallies", retry=_RETRY_MS)
            await clock.sleep(_PAUSE_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.heard(ring), left)


async def tallies(visit: Visit, call: Assembly) -> list[JsonObject]:
    """How far each proposal of the agenda is, in its order."""
    proposals = [visit.book.decisions.proposal(one) for one in call.body.agenda]
    words = await words_of(visit.node, visit.asker.reader, [one.text for one in proposals])
    return [
        proposal_view(visit.book, one, words, comments=0, now=visit.node.clock.now())
        for one in proposals
    ]
