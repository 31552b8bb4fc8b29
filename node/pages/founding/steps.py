"""The first steps of a founding: what the community is called, its founder's key, its own words."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from babel import Locale, UnknownLocaleError
from fastapi import APIRouter, Depends
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.bodies import json_body
from node.first_run import FirstRun
from node.pages.charter.words import five_lines
from node.pages.forms import Form, FormDep
from node.pages.founding.room import NOT_YET, FounderRoom, Room
from node.pages.site import send_on
from node.pages.wording import LANGUAGES
from protocol.errors import Malformed, Refused
from protocol.identity.presence import Description
from protocol.wire.bodies import KeyText, body, read_body

routes: Final = APIRouter(include_in_schema=False)

STEPS: Final = ("name", "charter", "me", "words", "people")
"""In the order in which they are gone through; `check` comes last."""
MORE_LANGUAGES: Final = (
    "fr",
    "pt",
    "it",
    "de",
    "ca",
    "gl",
    "eu",
    "ar",
    "ku",
    "qu",
    "gn",
    "yo",
    "sw",
)
_WORD_LANGUAGES: Final = ("en", "es", "fr", "it", "pt")
"""Those for which there are lists of recovery words."""
_HOUSEHOLD_CHARS: Final = 32


@body
class KeyShown:
    """The public half of a key that a browser made."""

    key: KeyText


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list of steps."""

    name: str
    done: bool
    said: str


@routes.get("/found/{token}")
async def overview(room: FounderRoom) -> Response:
    """What is done, and what is still to do."""
    steps = _steps(room.run)
    following = next((step.name for step in steps if not step.done), "check")
    return room.show("found.html", {"steps": steps, "following": following})


def _steps(run: FirstRun) -> Sequence[Step]:
    draft, missing = run.draft, run.missing()
    present = [one.name for one in draft.people if one.key is not None]
    return (
        Step("name", "name" not in missing, draft.name),
        Step("charter", "rules" not in missing, ""),
        Step("me", "me" not in missing, run.first.name),
        Step("words", "words" not in missing, ""),
        Step("people", not {"me", "few", "waiting", "household"} & {*missing}, ", ".join(present)),
    )


@routes.get("/found/{token}/name")
async def name_form(room: FounderRoom) -> Response:
    """What the community is called, and which languages it speaks."""
    draft = room.run.draft
    return _name_page(room, draft.name, draft.languages or (room.words.language,), {})


@routes.post("/found/{token}/name")
async def say_name(room: FounderRoom, form: FormDep) -> Response:
    """The name is kept, or asked for again."""
    name, languages = form.text("name"), _languages(room, form)
    errors = _mistakes(name, languages)
    if errors:
        return _name_page(room, name, languages, errors)
    room.run.change(name=name, languages=tuple(languages))
    return send_on(room.at("charter"))


def _languages(room: Room, form: Form) -> list[str]:
    """Those that were ticked, the visitor's own first, and codes that were typed."""
    typed = re.split(r"[\s,;]+", form.text("other-languages"))
    ticked = sorted(form.many("language"), key=lambda code: code != room.words.language)
    return [*dict.fromkeys(code for code in (*ticked, *typed) if code)]


def _mistakes(name: str, languages: Sequence[str]) -> dict[str, str]:
    errors = {}
    if not _describes(name or " ", []) or not name:
        errors["name"] = "found.wrong-name"
    if not languages:
        errors["languages"] = "found.no-language"
    elif not _describes("-", languages):
        errors["other-languages"] = "found.wrong-language"
    return errors


def _describes(name: str, languages: Sequence[str]) -> bool:
    try:
        read_body(Description, {"name": name, "languages": list(languages)})
    except Malformed:
        return False
    return True


def _name_page(
    room: Room, name: str, languages: Sequence[str], errors: Mapping[str, str]
) -> Response:
    offered = (*LANGUAGES, *MORE_LANGUAGES)
    values = {
        "name": name,
        "chosen": languages,
        "ours": [(code, language_name(code)) for code in LANGUAGES],
        "more": [(code, language_name(code)) for code in MORE_LANGUAGES],
        "others": ", ".join(code for code in languages if code not in offered),
        "errors": errors,
    }
    return room.show("found-name.html", values, NOT_YET if errors else 200)


def language_name(code: str) -> str:
    """What a language calls itself; its code, where that is not known."""
    try:
        return (Locale.parse(code, sep="-").get_language_name(code) or code).capitalize()
    except (UnknownLocaleError, ValueError):
        return code


@routes.get("/found/{token}/me")
async def me_form(room: FounderRoom) -> Response:
    """What the founder is called, and where she lives if that matters here."""
    return person_page(room, "found-me.html", room.person.name, room.person.household or "", {})


@routes.post("/found/{token}/me")
async def say_me(room: FounderRoom, form: FormDep) -> Response:
    """Her name is kept, or asked for again."""
    return say_person(room, form, "found-me.html", "me/key")


def person_page(
    room: Room, template: str, name: str, household: str, errors: Mapping[str, str]
) -> Response:
    """The question who somebody is."""
    known = [one.household for one in room.run.draft.people if one.household is not None]
    charter = room.run.charter
    values = {
        "lines": () if charter is None else five_lines(charter, room.words),
        "name": name,
        "household": household,
        "households": sorted(set(known)),
        "asks_household": room.run.counts_households,
        "errors": errors,
    }
    return room.show(template, values, NOT_YET if errors else 200)


def say_person(room: Room, form: Form, template: str, following: str) -> Response:
    """Somebody's name and household are kept, or asked for again."""
    name, typed = form.text("name"), form.text("household")
    household = household_token(typed)
    errors = {}
    if not name or not _describes(name, []):
        errors["name"] = "found.wrong-name"
    if room.run.counts_households and not household:
        errors["household"] = "found.wrong-household"
    if errors:
        return person_page(room, template, name, typed, errors)
    kept = household if room.run.counts_households else room.person.household
    room.run.change_person(room.person.number, name=name, household=kept or None)
    return send_on(room.at(following))


def household_token(typed: str) -> str:
    """What a household is called in the ledger, out of what people call it; perhaps nothing."""
    plain = unicodedata.normalize("NFKD", typed.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_HOUSEHOLD_CHARS].strip("-")


@routes.get("/found/{token}/me/key")
async def my_key(room: FounderRoom) -> Response:
    """Where her browser makes her key."""
    return key_page(room, "found-key.html", room.at("words"))


@routes.post("/found/{token}/me/key")
async def keep_my_key(
    room: FounderRoom, shown: Annotated[KeyShown, Depends(json_body(KeyShown))]
) -> Response:
    """The public half of her key; another one takes its place."""
    return keep_key(room, shown.key, room.at("words"))


def key_page(room: Room, template: str, following: str) -> Response:
    """A page whose script makes a key; without a name nobody gets that far."""
    if not room.person.name:
        return send_on(room.base if room.person.number else room.at("me"))
    values = {"following": following, "language": room.words.language}
    return room.show(template, values)


def keep_key(room: Room, key: str, following: str) -> Response:
    """A founder's public key is kept.

    Raises:
        Refused: Another founder has it, or it is the community's own.
    """
    others = [one.key for one in room.run.draft.people if one.number != room.person.number]
    if key in (*others, room.run.draft.next_root):
        raise Refused("key-known", "this key is somebody else's here already")
    room.run.change_person(room.person.number, key=key)
    return json_answer({"then": following})


@routes.get("/found/{token}/words")
async def community_words(room: FounderRoom) -> Response:
    """Where her browser makes the community's next root key, and shows its words."""
    languages = [one for one in room.run.draft.languages if one in _WORD_LANGUAGES]
    language = (languages or [room.words.language])[0]
    values: dict[str, Any] = {"following": room.at("people"), "language": language}
    return room.show("found-words.html", values)


@routes.post("/found/{token}/words")
async def keep_root(
    room: FounderRoom, shown: Annotated[KeyShown, Depends(json_body(KeyShown))]
) -> Response:
    """The public half of the community's next root key; its words are on paper by now."""
    if shown.key in [one.key for one in room.run.draft.people]:
        raise Refused("key-known", "this key is a founder's")
    room.run.change(next_root=shown.key)
    return json_answer({"then": room.at("people")})
