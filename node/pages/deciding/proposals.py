"""The list of proposals, and the page of one: what it says, how far it is, what it came to."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from node.api.receipts import receipt_of
from node.api.views import (
    JsonObject,
    comment_view,
    in_order,
    position_view,
    proposal_summary,
    text_view,
)
from node.api.words import words_of
from node.pages.charter.words import terms_lines
from node.pages.deciding.bars import draw
from node.pages.deciding.common import (
    Asked,
    InsideVisit,
    own_position,
    own_recorded,
    own_voice,
    page,
    view_of,
)
from node.pages.deciding.decided import entries_at
from node.pages.deciding.effects import effects_of, joint_with
from node.pages.deciding.results import bars_of
from node.pages.visit import Visit
from protocol.decisions.proposal import Position, Proposal, State
from protocol.decisions.recorded import covered
from protocol.wire.digests import MessageId

routes: Final = APIRouter(include_in_schema=False)
_PAGE: Final = 20
_COMMENTS: Final = 20
_POSITIONS: Final = 40
_FEW_POSITIONS: Final = 12

PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@routes.get("/proposals")
async def proposals(
    visit: InsideVisit,
    state: State | None = None,
    number: Annotated[PageNumber, Query(alias="page")] = 1,
) -> Response:
    """Every proposal, or those in one state, the newest first."""
    held = [one for one in visit.book.decisions.proposals.values() if state in (None, one.state)]
    newest = held[::-1][_PAGE * (number - 1) : _PAGE * number]
    words = await words_of(visit.node, visit.asker.reader, [one.text for one in newest])
    values = {
        "rows": [proposal_summary(one, words) for one in newest],
        "total": len(held),
        "chosen": None if state is None else state.value,
        "states": [one.value for one in State],
        "number": number,
        "more": len(held) > _PAGE * number,
    }
    return page(visit, "proposals.html", values)


@routes.get("/p/{message}")
async def proposal(visit: InsideVisit, asked: Asked, discussion: PageNumber = 1) -> Response:
    """One proposal, whatever state it is in."""
    view = await view_of(visit, asked)
    positions = in_order(asked.positions.values())
    values = {
        "asked": view,
        "own": own_position(visit, asked),
        "recorded": own_recorded(visit, asked),
        "in_room": own_voice(visit, asked) in covered(asked.recorded),
        "has_voice": own_voice(visit, asked) is not None,
        "is_author": visit.member is not None and asked.author == visit.member,
        "bars": draw(*bars_of(visit, view)) if asked.frozen is not None else "",
        "positions": await _positions(visit, positions[:_FEW_POSITIONS]),
        "positions_total": len(positions),
        **await _closing(visit, asked),
        "how": terms_lines(visit.book.terms(asked), visit.words),
        "joint": await joint_with(visit, asked),
        **await effects_of(visit, asked),
        **await _discussion(visit, asked, discussion),
    }
    return page(visit, "proposal.html", values)


@routes.get("/p/{message}/positions")
async def positions(
    visit: InsideVisit, asked: Asked, number: Annotated[PageNumber, Query(alias="page")] = 1
) -> Response:
    """Who said what, and why."""
    everybody = in_order(asked.positions.values())
    shown = everybody[_POSITIONS * (number - 1) : _POSITIONS * number]
    values = {
        "asked": await view_of(visit, asked),
        "positions": await _positions(visit, shown),
        "number": number,
        "more": len(everybody) > _POSITIONS * number,
    }
    return page(visit, "positions.html", values)


async def _positions(visit: Visit, shown: Sequence[Position]) -> list[JsonObject]:
    """Positions with the words of their reasons."""
    cited = [MessageId(one.reason) for one in shown if one.reason is not None]
    words = await words_of(visit.node, visit.asker.reader, cited)
    return [
        {
            **position_view(one),
            "reason": None if one.reason is None else text_view(MessageId(one.reason), words),
        }
        for one in shown
    ]


async def _closing(visit: Visit, asked: Proposal) -> dict[str, object]:
    """When it was closed, and how many others have seen that in our ledger."""
    if asked.closed_index is None:
        return {"closed_at": None, "witnesses": 0}
    (closing,) = await entries_at(visit.node, [asked.closed_index])
    if closing is None:
        return {"closed_at": None, "witnesses": 0}
    proof = await receipt_of(visit.node, closing.message.id)
    return {
        "closed_at": closing.received,
        "closing": closing.message.id,
        "witnesses": 0 if proof is None else proof.witnesses,
    }


async def _discussion(visit: Visit, asked: Proposal, number: int) -> dict[str, object]:
    """One page of what was said, the newest page first, in the order in which it was said."""
    last = max(0, len(asked.comments) - _COMMENTS * (number - 1))
    ids = asked.comments[max(0, last - _COMMENTS) : last]
    words = await words_of(visit.node, visit.asker.reader, ids)
    comments = [comment_view(visit.book, one, words) for one in ids]
    known = set(ids)
    answers: dict[object, list[JsonObject]] = {}
    first: list[JsonObject] = []
    for one in comments:
        to = one.get("replies_to")
        siblings = answers.setdefault(to, []) if to in known else first
        siblings.append(one)
    reasons = {one.reason: one.choice for one in asked.positions.values() if one.reason}
    return {
        "questions": first,
        "answers": answers,
        "reasons": reasons,
        "discussion": number,
        "older": last > _COMMENTS,
    }
