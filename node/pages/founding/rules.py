"""The rules of a community that is being founded: a template, read in words, changed in a form."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.charters import TEMPLATES, template
from node.pages.charter.form import Read, fields_of, read_fields
from node.pages.charter.words import charter_parts, five_lines, type_title
from node.pages.forms import FormDep
from node.pages.founding.room import NOT_YET, FounderRoom, Room
from node.pages.site import send_on
from protocol.community.charter import Charter

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/found/{token}/charter")
async def templates(room: FounderRoom) -> Response:
    """Charters to start from."""
    return _templates(room, wrong=False)


@routes.post("/found/{token}/charter")
async def choose_template(room: FounderRoom, form: FormDep) -> Response:
    """One of them is taken; or the one that is there is kept as it is."""
    chosen = form.text("template")
    if chosen in TEMPLATES:
        room.run.choose(template(chosen))
    elif chosen != "own" or room.run.charter is None:
        return _templates(room, wrong=True)
    return send_on(room.at("rules"))


def _templates(room: Room, *, wrong: bool) -> Response:
    charters = {name: template(name) for name in TEMPLATES}
    chosen = next((name for name, held in charters.items() if held == room.run.charter), "own")
    values = {
        "templates": {name: five_lines(held, room.words) for name, held in charters.items()},
        "chosen": chosen,
        "own": room.run.charter is not None and chosen == "own",
        "wrong": wrong,
    }
    return room.show("found-charter.html", values, NOT_YET if wrong else 200)


@routes.get("/found/{token}/rules")
async def rules(room: FounderRoom) -> Response:
    """The charter in words, part by part."""
    charter = room.run.charter
    if charter is None:
        return send_on(room.at("charter"))
    return room.show("found-rules.html", {"parts": charter_parts(charter, room.words)})


@routes.post("/found/{token}/rules")
async def agree(room: FounderRoom) -> Response:
    """She has read them, and they are the rules."""
    if room.run.charter is None:
        return send_on(room.at("charter"))
    room.run.change(agreed=True)
    return send_on(room.at("me"))


@routes.get("/found/{token}/rules/change")
async def change_form(room: FounderRoom) -> Response:
    """The charter as a form."""
    return _form(room, Read(fields=fields_of(_charter(room))))


@routes.post("/found/{token}/rules/change")
async def change(room: FounderRoom, form: FormDep) -> Response:
    """Another charter, or the form with its mistakes."""
    read = read_fields(dict(form.fields), _charter(room))
    if read.charter is None:
        return _form(room, read)
    room.run.choose(read.charter)
    return send_on(room.at("rules"))


def _charter(room: Room) -> Charter:
    return room.run.charter or template(TEMPLATES[0])


def _form(room: Room, read: Read) -> Response:
    titles = {name: type_title(name, room.words) for name in read.types}
    values = {"read": read, "titles": titles}
    return room.show("found-change.html", values, NOT_YET if read.errors else 200)
