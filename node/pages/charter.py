"""The charter in words, every version of it; and a member's proposal of another one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from node.api.community import VersionPath, sees_structure, version_audience
from node.api.problems import Problem
from node.api.views import charter_decision
from node.charters import TEMPLATES, template, whole_charter
from node.pages.charter_form import Read, fields_of, read_fields
from node.pages.charter_words import Change, changed_parts, charter_parts, type_title
from node.pages.forms import Form, FormDep
from node.pages.site import show
from node.pages.visit import MustSignIn, Visit, VisitDep
from node.pages.wording import LANGUAGES
from node.readers import may_read
from protocol.community.charter import Charter, charter_json
from protocol.decisions.texts import Text
from protocol.errors import Malformed
from protocol.wire.bodies import read_body
from protocol.wire.encoding import JsonValue, read_json, write_json

routes: Final = APIRouter(include_in_schema=False)
_MOST_VERSIONS: Final = 50
_TAKEN_BACK: Final = 422


async def _speaking(visit: VisitDep) -> Visit:
    if visit.member is None:
        raise MustSignIn(visit.request.url.path)
    return visit


_Speaking = Annotated[Visit, Depends(_speaking)]
"""A member: what the page leads to is signed by her."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Why a charter is proposed: a title and words in some of our languages."""

    titles: dict[str, str]
    texts: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


@routes.get("/charter")
async def charter(visit: VisitDep) -> Response:
    """The charter in force."""
    return _version_page(visit, visit.book.charters.version)


@routes.get("/charter/versions/{number}")
async def charter_version(visit: VisitDep, number: VersionPath) -> Response:
    """A charter that is or was in force, and what it changed."""
    return _version_page(visit, number)


@routes.get("/charter/change")
async def change_form(visit: _Speaking, start: str = "") -> Response:
    """The charter as a form: the one in force, or a template to start from."""
    chosen = template(start) if start in TEMPLATES else visit.book.charters.current
    return _form(visit, Read(fields=fields_of(chosen)))


@routes.post("/charter/change")
async def change(visit: _Speaking, form: FormDep) -> Response:
    """What another charter would change, and the question why; or the form with its mistakes."""
    current = visit.book.charters.current
    read = read_fields(dict(form.fields), current)
    if read.charter is None:
        return _form(visit, read)
    changes = changed_parts(current, read.charter, visit.words)
    if not changes:
        read.errors["audience"] = "rules.nothing-changed"
        return _form(visit, read)
    empty = _Reason(titles={}, texts={})
    return show(visit, "charter-why.html", _proposed(visit, read.charter, changes, empty))


@routes.post("/charter/change/check")
async def check_change(visit: _Speaking, form: FormDep) -> Response:
    """Everything that is going to be signed, in words; or the question why once more."""
    charter = _sent_charter(form)
    changes = changed_parts(visit.book.charters.current, charter, visit.words)
    reason = _reason(visit, form)
    values = _proposed(visit, charter, changes, reason)
    if reason.errors:
        return show(visit, "charter-why.html", values, _TAKEN_BACK)
    title: JsonValue = {**reason.titles}
    texts: JsonValue = {**reason.texts}
    subject: JsonValue = {"kind": "charter", "charter": charter_json(charter)}
    acts = [
        {
            "kind": "text/publish",
            "audience": visit.structure,
            "body": {"title": title, "texts": texts},
        },
        {
            "kind": "proposal/draft",
            "audience": visit.structure,
            "body": {"type": "charter", "text": {"$": 0}, "subject": subject},
        },
    ]
    return show(visit, "charter-check.html", {**values, "acts": acts})


def _version_page(visit: Visit, number: int) -> Response:
    charters = visit.book.charters
    if not _may_see(visit, number):
        raise MustSignIn(visit.request.url.path)
    held = charters.at(number)
    shown = [one for one in range(charters.version, 0, -1) if _may_see(visit, one)]
    changes: Sequence[Change] = ()
    if number - 1 in shown:
        changes = changed_parts(charters.at(number - 1), held, visit.words)
    decision = charter_decision(visit.book, number)
    values = {
        "number": number,
        "in_force": number == charters.version,
        "parts": charter_parts(held, visit.words),
        "changes": changes,
        "versions": shown[:_MOST_VERSIONS],
        "decision": decision if sees_structure(visit.asker, visit.book) else None,
        "raw": charter_json(held),
    }
    return show(visit, "charter.html", values)


def _may_see(visit: Visit, number: int) -> bool:
    audience = version_audience(visit.book, number)
    return may_read(visit.asker.reader, visit.book.ledger, audience)


def _form(visit: Visit, read: Read) -> Response:
    values = {
        "read": read,
        "titles": {name: type_title(name, visit.words) for name in read.types},
        "templates": TEMPLATES,
    }
    return show(visit, "charter-change.html", values, _TAKEN_BACK if read.errors else 200)


def _proposed(
    visit: Visit, charter: Charter, changes: Sequence[Change], reason: _Reason
) -> dict[str, Any]:
    languages = sorted(LANGUAGES, key=lambda language: language != visit.language)
    return {
        "sent": write_json(charter_json(charter)).decode(),
        "changes": changes,
        "reason": reason,
        "own_language": languages[0],
        "other_languages": languages[1:],
    }


def _sent_charter(form: Form) -> Charter:
    """The charter that the page before this one put into its form.

    Raises:
        Problem: It is not there.
        ProtocolError: It is none that a community can live by.
    """
    value = read_json(form.text("charter").encode())
    if not isinstance(value, dict):
        raise Problem(400, "form-unreadable", "the charter is missing in the form")
    return whole_charter(value)


def _reason(visit: Visit, form: Form) -> _Reason:
    titles, texts, errors = dict[str, str](), dict[str, str](), dict[str, str]()
    for language in LANGUAGES:
        title, text = form.text(f"title-{language}"), form.words(f"text-{language}")
        if title or text or language == visit.language:
            titles[language], texts[language] = title, text
            errors |= _mistakes(language, title, text)
    return _Reason(titles=titles, texts=texts, errors=errors)


def _mistakes(language: str, title: str, text: str) -> dict[str, str]:
    """By the protocol's own reader, one field at a time."""
    errors = {}
    for name, pair in (("title", (title, "-")), ("text", ("-", text))):
        try:
            read_body(Text, {"title": {language: pair[0]}, "texts": {language: pair[1]}})
        except Malformed:
            given = title if name == "title" else text
            key = f"change.wrong-{name}" if given else f"change.missing-{name}"
            errors[f"{name}-{language}"] = key
    return errors
