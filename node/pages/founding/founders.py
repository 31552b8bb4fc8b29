"""The first members: a link for each founder who is here with a device of her own."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from node.api.bodies import json_body
from node.api.problems import Problem
from node.pages.forms import FormDep
from node.pages.founding.room import NOT_YET, FounderRoom, JoinerRoom, Room
from node.pages.founding.steps import KeyShown, keep_key, key_page, person_page, say_person
from node.pages.network.pictures import draw
from node.pages.site import send_on
from node.pages.visit import THIS_MACHINE
from protocol.errors import Refused

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/found/{token}/people")
async def people(room: FounderRoom) -> Response:
    """Who is here, and who is still to come."""
    return _people(room, "")


@routes.post("/found/{token}/people")
async def change_people(room: FounderRoom, form: FormDep) -> Response:
    """A place more, or one less."""
    try:
        if form.text("drop"):
            room.run.drop_person(form.number("drop", least=1, most=1_000_000))
        else:
            room.run.invite()
    except Refused as problem:
        return _people(room, problem.code)
    return send_on(room.at("people"))


def _people(room: Room, problem: str) -> Response:
    charter = room.run.charter
    waiting = [one for one in room.run.draft.people[1:] if one.key is None]
    links = {one.number: _link(room, one.number, one.link) for one in waiting}
    values = {
        "links": links,
        "pictures": {number: draw(link) for number, link in links.items()},
        "needed": 1 if charter is None else charter.admission.sponsors,
        "missing": room.run.missing(),
        "only_here": room.request.url.hostname in THIS_MACHINE,
        "problem": problem,
    }
    return room.show("found-people.html", values, NOT_YET if problem else 200)


def _link(room: Room, number: int, link: str) -> str:
    url = room.request.url
    return f"{url.scheme}://{url.netloc}/found/{link}/join/{number}"


@routes.get("/found/{token}/join/{number}")
async def join(room: JoinerRoom) -> Response:
    """Who she is; or, if her key is here, that she is in."""
    if room.person.key is not None:
        return room.show("found-joined.html")
    return _join_page(room)


def _join_page(room: Room) -> Response:
    name, household = room.person.name, room.person.household or ""
    return person_page(room, "found-join.html", name, household, {})


@routes.post("/found/{token}/join/{number}")
async def say_joiner(room: JoinerRoom, form: FormDep) -> Response:
    """Her name is kept, or asked for again."""
    _require_open(room)
    return say_person(room, form, "found-join.html", "key")


@routes.get("/found/{token}/join/{number}/key")
async def joiner_key(room: JoinerRoom) -> Response:
    """Where her browser makes her key."""
    if room.person.key is not None:
        return send_on(room.base)
    return key_page(room, "found-key.html", room.base)


@routes.post("/found/{token}/join/{number}/key")
async def keep_joiner_key(
    room: JoinerRoom, shown: Annotated[KeyShown, Depends(json_body(KeyShown))]
) -> Response:
    """The public half of her key, once; the same one again changes nothing."""
    if shown.key != room.person.key:
        _require_open(room)
    return keep_key(room, shown.key, room.base)


def _require_open(room: Room) -> None:
    if room.person.key is not None:
        raise Problem(409, "link-used", "this link was used: ask for another one")
