"""The charter in words, every version of it; and a member's proposal of another one."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.community import VersionPath, sees_structure, version_audience
from node.api.problems import Problem
from node.api.views import JsonObject, charter_decision
from node.charters import TEMPLATES, template, whole_charter
from node.pages.acts import act
from node.pages.charter.form import Read, fields_of, read_fields
from node.pages.charter.words import Change, changed_parts, charter_parts, type_title
from node.pages.deciding.common import FIRST, SpeakingVisit, page
from node.pages.deciding.texts import Writing, languages_of, read_writing
from node.pages.forms import Form, FormDep
from node.pages.site import show
from node.pages.visit import MustSignIn, Visit, VisitDep
from node.readers import may_read
from protocol.community.charter import Charter, charter_json
from protocol.wire.encoding import read_json, write_json

routes: Final = APIRouter(include_in_schema=False)
_MOST_VERSIONS: Final = 50


@routes.get("/charter")
async def charter(visit: VisitDep) -> Response:
    """The charter in force."""
    return _version_page(visit, visit.book.charters.version)


@routes.get("/charter/versions/{number}")
async def charter_version(visit: VisitDep, number: VersionPath) -> Response:
    """A charter that is or was in force, and what it changed."""
    return _version_page(visit, number)


@routes.get("/charter/change")
async def change_form(visit: SpeakingVisit, start: str = "") -> Response:
    """The charter as a form: the one in force, or a template to start from."""
    chosen = template(start) if start in TEMPLATES else visit.book.charters.current
    return _form(visit, Read(fields=fields_of(chosen)))


@routes.post("/charter/change")
async def change(visit: SpeakingVisit, form: FormDep) -> Response:
    """What another charter would change, and the question why; or the form with its mistakes."""
    current = visit.book.charters.current
    read = read_fields(dict(form.fields), current)
    if read.charter is None:
        return _form(visit, read)
    if not changed_parts(current, read.charter, visit.words):
        read.errors["audience"] = "rules.nothing-changed"
        return _form(visit, read)
    return _why(visit, read.charter, Writing(languages=languages_of(visit)), 200)


@routes.post("/charter/change/check")
async def check_change(visit: SpeakingVisit, form: FormDep) -> Response:
    """Everything that is going to be signed, in words; or the question why once more."""
    charter = _sent_charter(form)
    writing = read_writing(visit, form, languages_of(visit))
    if form.text("step") == "write" or writing.wrong:
        return _why(visit, charter, writing, 422 if writing.wrong else 200)
    subject: JsonObject = {"kind": "charter", "charter": charter_json(charter)}
    draft: JsonObject = {"type": "charter", "text": FIRST, "subject": subject}
    values = {
        "text": writing.body,
        "changes": changed_parts(visit.book.charters.current, charter, visit.words),
        "acts": [act(visit, "text/publish", writing.body), act(visit, "proposal/draft", draft)],
        "typed": form.fields,
    }
    return page(visit, "charter-check.html", values)


def _why(visit: Visit, charter: Charter, writing: Writing, status: int) -> Response:
    values = {
        "sent": write_json(charter_json(charter)).decode(),
        "changes": changed_parts(visit.book.charters.current, charter, visit.words),
        "writing": writing,
    }
    return page(visit, "charter-why.html", values, status)


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
    return show(visit, "charter-change.html", values, 422 if read.errors else 200)


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
