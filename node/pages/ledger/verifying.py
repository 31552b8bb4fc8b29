"""What a browser checks by itself: the words for it, and the pages where it does so.

    GET /verify        a receipt or a bundle from anywhere, opened and checked in the browser
    GET /me/receipts   the receipts that this browser keeps

Nothing is sent to the node by these pages but questions that anybody may ask of its API.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.pages.site import show
from node.pages.visit import Visit, VisitDep
from node.pages.wording import PageWords

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/verify")
async def verify_page(visit: VisitDep) -> Response:
    """Open a file, have it checked."""
    return show(visit, "verify.html", {"asked": _asked(visit)})


@routes.get("/me/receipts")
async def receipts_page(visit: VisitDep) -> Response:
    """The receipts of this browser: they are in it alone, so nobody signs in to see them."""
    return show(visit, "receipts.html", {"asked": _asked(visit)})


def script_words(words: PageWords) -> dict[str, str]:
    """The sentences in which a browser says what it found."""
    areas = (key.partition(".") for key in words.keys())  # noqa: SIM118 - a method
    return {key: words(f"checks.{key}").unescape() for area, _, key in areas if area == "checks"}


def _asked(visit: Visit) -> dict[str, object]:
    books = visit.node.books
    held = {community: books.book(community) for community in books.known()}
    names = {one: book.presence.name for one, book in held.items() if book is not None}
    return {"names": names, "words": script_words(visit.words)}
