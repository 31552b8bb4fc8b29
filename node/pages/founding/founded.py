"""What is left to do once a community is founded: each founder's browser signs her name.

Her key was made before there was a community, and her browser alone has it. So whatever link she
comes back with, hers or the founding's own, the page lets the script look for it.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.pages.site import show
from node.pages.visit import VisitDep

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/founded")
async def founded(visit: VisitDep) -> Response:
    """Where a founder's browser finds its community."""
    return show(visit, "founded.html", {"used_link": False})


@routes.get("/found/{rest:path}")
async def used_link(visit: VisitDep, rest: str) -> Response:  # noqa: ARG001 - whatever it is
    """A link of the founding, which is over."""
    return show(visit, "founded.html", {"used_link": True}, status=410)
