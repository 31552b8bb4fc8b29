"""The end of a founding: everything once more in words, and the button that founds."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.problems import Told, told
from node.founding import is_founded
from node.pages.charter.words import charter_parts, five_lines
from node.pages.founding.room import NOT_YET, FounderRoom, Room
from node.pages.founding.steps import language_name
from node.pages.site import send_on
from protocol.errors import ProtocolError

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/found/{token}/check")
async def check(room: FounderRoom) -> Response:
    """Everything that will be founded, in words."""
    return _check(room, None)


@routes.post("/found/{token}/check")
async def found(room: FounderRoom) -> Response:
    """The community is founded, and the node answers the next request."""
    if room.run.missing() and not is_founded(room.run.data_dir):
        return _check(room, None)
    try:
        await room.request.app.state.found()
    except ProtocolError as problem:
        return _check(room, told(problem))
    return send_on("/founded")


def _check(room: Room, problem: Told | None) -> Response:
    charter, missing = room.run.charter, room.run.missing()
    others = len(room.run.draft.people) - 1
    values = {
        "lines": () if charter is None else five_lines(charter, room.words),
        "parts": () if charter is None else charter_parts(charter, room.words),
        "spoken": [language_name(code) for code in room.run.draft.languages],
        "missing": missing,
        "problem": problem,
        "too_few_to_recover": charter is not None and others < charter.recovery.confirmations,
    }
    wrong = problem is not None or (missing and room.request.method == "POST")
    return room.show("found-check.html", values, NOT_YET if wrong else 200)
