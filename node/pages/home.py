"""The page at `/`: what needs me, and what was decided; for strangers, who answers here."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.community import status_of
from node.pages.site import show
from node.pages.visit import VisitDep

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/")
async def home(visit: VisitDep) -> Response:
    """Who answers here and how it is doing."""
    return show(visit, "home.html", {"status": await status_of(visit.node, visit.asker)})
