"""The page at `/`: what needs me, and what was decided; for others, who answers here."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.community import sees_structure, status_of
from node.pages.assembly import minutes
from node.pages.deciding import amending, drafting, voting
from node.pages.deciding.common import page
from node.pages.deciding.decided import WEEK_S, decided_lately
from node.pages.people import newcomers
from node.pages.turns import Provider, in_turn
from node.pages.visit import Visit, VisitDep

routes: Final = APIRouter(include_in_schema=False)

PROVIDERS: Final[tuple[Provider, ...]] = (
    voting.turns,
    amending.turns,
    drafting.turns,
    minutes.turns,
    newcomers.turns,
)
"""Everything that can need a member, asked in this order."""


@routes.get("/")
async def home(visit: VisitDep) -> Response:
    """A member's turn; everybody else learns who answers here."""
    if visit.member is not None:
        return await _my_turn(visit)
    inside = sees_structure(visit.asker, visit.book)
    decided = await decided_lately(visit) if inside else []
    status = await status_of(visit.node, visit.asker)
    return page(visit, "home.html", {"status": status, "decided": decided})


async def _my_turn(visit: Visit) -> Response:
    turns = [turn for provider in PROVIDERS for turn in await provider(visit)]
    decided = await decided_lately(visit, WEEK_S)
    return page(visit, "my-turn.html", {"turns": in_turn(turns), "decided": decided})
