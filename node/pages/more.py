"""Pages about the pages: what else there is, what is safe and what is not, what a code means."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.answers import TEXT
from node.pages.site import show
from node.pages.visit import VisitDep
from node.pages.wording import PageWords

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/more")
async def more(visit: VisitDep) -> Response:
    """Where everything is that has no place in the bar."""
    return show(visit, "more.html")


@routes.get("/safety")
async def safety(visit: VisitDep) -> Response:
    """What is protected and what is not, in plain words; and what this node serves, to compare."""
    shelf = visit.request.app.state.shelf
    return show(visit, "safety.html", {"digests": sorted(shelf.digests().items())})


@routes.get("/advice/{code}")
async def advice(visit: VisitDep, code: str) -> Response:
    """What to do about a code, for a page that stays where it is."""
    return advice_of(visit.words, code)


def advice_of(words: PageWords, code: str) -> Response:
    """What to do about a code, as text."""
    key = f"problems.{code}"
    told = words(key) if words.has(key) else words("mishap.anyway")
    return Response(told.unescape(), media_type=TEXT)
