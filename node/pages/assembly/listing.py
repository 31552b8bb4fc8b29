"""Calls to come and minutes, the newest first; one call with its agenda; the sheet for paper."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from node.api.assembly_views import (
    assembly_summary,
    assembly_view,
    assembly_words,
    minutes_summary,
)
from node.api.views import JsonObject
from node.api.words import words_of
from node.pages.assembly.common import CallPath, ids, page, present_day
from node.pages.deciding.common import InsideVisit
from node.pages.people.names import reads_names
from node.pages.visit import Visit
from protocol.decisions.assembly import Assembly, AssemblyState
from protocol.decisions.rules import eligible, offered
from protocol.decisions.tally import Choice
from protocol.errors import Refused
from protocol.wire.digests import MessageId

routes: Final = APIRouter(include_in_schema=False)
_PAGE: Final = 20
_MOST_CALLS: Final = 20
_BLANK_LINES: Final = 6

PageNumber = Annotated[int, Query(ge=1, le=100_000, alias="page")]


@routes.get("/assemblies")
async def assemblies(visit: InsideVisit, number: PageNumber = 1) -> Response:
    """What is called and what was recorded."""
    held = visit.book.assemblies
    by_state: dict[bool, list[Assembly]] = {True: [], False: []}
    for call in reversed(held.calls.values()):
        by_state[call.state is AssemblyState.CALLED].append(call)
    coming = sorted(by_state[True], key=lambda one: -one.body.starts_at)[:_MOST_CALLS]
    gone = [one for one in by_state[False] if one.state is not AssemblyState.HELD][:_MOST_CALLS]
    newest = list(held.minutes.values())[::-1][_PAGE * (number - 1) : _PAGE * number]
    wanted = ids([*(one.body.text for one in [*coming, *gone]), *(one.body.text for one in newest)])
    words = await words_of(visit.node, visit.asker.reader, wanted)
    values = {
        "coming": [assembly_summary(one, words) for one in coming],
        "gone": [assembly_summary(one, words) for one in gone],
        "rows": [minutes_summary(visit.book, one, words, now=visit.moments.now) for one in newest],
        "number": number,
        "more": len(held.minutes) > _PAGE * number,
        "decides": visit.book.charters.current.assembly is not None,
    }
    return page(visit, "list.html", values)


@routes.get("/assemblies/{message}")
async def assembly(visit: InsideVisit, call: CallPath) -> Response:
    """One call: when, what about, what was written of it."""
    values = {
        "call": await call_view(visit, call),
        "is_author": visit.member is not None and call.author == visit.member,
        "decides": visit.book.charters.current.assembly is not None,
        "is_over": call.body.starts_at <= visit.moments.now,
    }
    return page(visit, "call.html", values)


@routes.get("/assemblies/{message}/sheet")
async def sheet(visit: InsideVisit, call: CallPath) -> Response:
    """For paper: the agenda, who comes, a box for each choice, lines to sign on."""
    values = {
        "call": await call_view(visit, call),
        "people": present_day(visit.book) if reads_names(visit) else [],
        "choices": {one: countable(visit, one) for one in call.body.agenda},
        "blank": range(_BLANK_LINES),
    }
    return page(visit, "sheet.html", values)


async def call_view(visit: Visit, call: Assembly) -> JsonObject:
    """A call as the API shows it."""
    wanted = assembly_words(visit.book, [call])
    words = await words_of(visit.node, visit.asker.reader, wanted)
    return assembly_view(visit.book, call, words, now=visit.moments.now)


def countable(visit: Visit, proposal: str) -> tuple[Choice, ...]:
    """The choices that can be counted by raised hands: those that need no reason."""
    rule = visit.book.terms(visit.book.decisions.proposal(MessageId(proposal))).rule
    found = []
    for choice in offered(rule):
        try:
            eligible(rule, choice, has_reason=False)
        except Refused:
            continue
        found.append(choice)
    return tuple(found)
