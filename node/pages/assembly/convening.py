"""Calling an assembly, calling it for another time, calling it off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from node.api.views import JsonObject, proposal_summary, text_view
from node.api.words import words_of
from node.pages.acts import act
from node.pages.assembly.common import NOBODY, CallPath, foresee, ids, me, page, says
from node.pages.assembly.listing import call_view
from node.pages.deciding.common import SpeakingVisit
from node.pages.deciding.texts import Writing, languages_of, read_writing, writing_of
from node.pages.forms import Form, FormDep
from node.pages.visit import Visit
from protocol.decisions.assembly import Assembly, AssemblyState, require_call
from protocol.decisions.proposal import State, require_author
from protocol.errors import ProtocolError
from protocol.wire.digests import MessageId
from protocol.wire.limits import MAX_AGENDA

routes: Final = APIRouter(include_in_schema=False)
_MOST_OFFERED: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A call as its form holds it."""

    writing: Writing
    starts_at: int | None = None
    typed: str = ""
    agenda: tuple[MessageId, ...] = ()
    wrong: Mapping[str, Markup] = field(default_factory=dict)


@routes.get("/assemblies/new")
async def new(visit: SpeakingVisit) -> Response:
    """An empty invitation."""
    return await _form(visit, Plan(writing=Writing(languages=languages_of(visit))), None)


@routes.post("/assemblies/new")
async def check_new(visit: SpeakingVisit, form: FormDep) -> Response:
    """What will be published and called; or the form again."""
    return await _check(visit, form, None)


@routes.get("/assemblies/{message}/move")
async def move(visit: SpeakingVisit, call: CallPath) -> Response:
    """The same invitation, to be called for another time or with another agenda."""
    _require_own(visit, call, AssemblyState.REPLACED)
    text = await _text(visit, call)
    starts_at = call.body.starts_at
    plan = Plan(
        writing=writing_of(visit, text),
        starts_at=starts_at,
        typed=visit.moments.field(starts_at),
        agenda=tuple(map(MessageId, call.body.agenda)),
    )
    return await _form(visit, plan, call)


@routes.post("/assemblies/{message}/move")
async def check_move(visit: SpeakingVisit, call: CallPath, form: FormDep) -> Response:
    """What will be called in its place; or the form again."""
    _require_own(visit, call, AssemblyState.REPLACED)
    return await _check(visit, form, call)


@routes.get("/assemblies/{message}/cancel")
async def cancel(visit: SpeakingVisit, call: CallPath) -> Response:
    """Asks once more before an assembly is called off."""
    _require_own(visit, call, AssemblyState.CANCELLED)
    values = {
        "call": await call_view(visit, call),
        "acts": [act(visit, "assembly/cancel", {"assembly": call.id})],
        "then": f"/assemblies/{call.id}",
    }
    return page(visit, "cancel.html", values)


async def _check(visit: Visit, form: Form, replaced: Assembly | None) -> Response:
    old = None if replaced is None else await _text(visit, replaced)
    plan = _read(visit, form, languages_of(visit, old or {}))
    body = _body(plan, replaced)
    if not plan.wrong and form.text("step") != "write":
        try:
            foresee(visit, "assembly/convene", body)
        except ProtocolError as problem:
            plan = _blamed(visit, plan, problem.code)
    if plan.wrong or form.text("step") == "write":
        return await _form(visit, plan, replaced)
    acts = [act(visit, "text/publish", plan.writing.body)]
    body["text"] = {"$": 0}
    if replaced is not None and old is not None and says(plan.writing, old):
        acts = []
        body["text"] = replaced.body.text
    values = {
        "plan": plan,
        "agenda": await _summaries(visit, list(plan.agenda)),
        "replaced": replaced,
        "action": _action(replaced),
        "typed": form.fields,
        "acts": [*acts, act(visit, "assembly/convene", body)],
        "then": f"/assemblies/${len(acts)}",
    }
    return page(visit, "convene-check.html", values)


def _body(plan: Plan, replaced: Assembly | None) -> JsonObject:
    return {
        "text": NOBODY,
        "starts_at": plan.starts_at or 0,
        "agenda": [*plan.agenda],
        "replaces": None if replaced is None else replaced.id,
    }


def _read(visit: Visit, form: Form, languages: list[str]) -> Plan:
    writing = read_writing(visit, form, languages)
    typed = form.text("starts-at")
    starts_at = visit.moments.read_field(typed)
    wrong = dict(writing.wrong)
    if starts_at is None:
        wrong["starts-at"] = visit.words("assemblies.time-empty")
    elif starts_at <= visit.moments.now:
        wrong["starts-at"] = visit.words("problems.assembly-past")
    agenda = ids(form.many("agenda"))
    if len(agenda) > MAX_AGENDA:
        wrong["agenda"] = visit.words("assemblies.agenda-long", most=MAX_AGENDA)
    known = visit.book.decisions.proposals
    return Plan(
        writing=writing,
        starts_at=starts_at,
        typed=typed,
        agenda=tuple(one for one in agenda if one in known),
        wrong=wrong,
    )


def _blamed(visit: Visit, plan: Plan, code: str) -> Plan:
    key = f"problems.{code}"
    sentence = visit.words(key) if visit.words.has(key) else visit.words("assemblies.refused")
    where = "starts-at" if code == "assembly-past" else "agenda"
    return Plan(
        writing=plan.writing,
        starts_at=plan.starts_at,
        typed=plan.typed,
        agenda=plan.agenda,
        wrong={where: sentence},
    )


async def _form(visit: Visit, plan: Plan, replaced: Assembly | None) -> Response:
    proposals = visit.book.decisions.proposals
    under_way = [one.id for one in proposals.values() if one.state in (State.DRAFT, State.OPEN)]
    offered = [*plan.agenda, *(one for one in under_way[::-1] if one not in plan.agenda)]
    values = {
        "plan": plan,
        "offered": await _summaries(visit, offered[:_MOST_OFFERED]),
        "replaced": replaced,
        "action": _action(replaced),
        "soonest": visit.moments.field(visit.moments.now),
    }
    return page(visit, "convene.html", values, 422 if plan.wrong else 200)


def _action(replaced: Assembly | None) -> str:
    return "/assemblies/new" if replaced is None else f"/assemblies/{replaced.id}/move"


def _require_own(visit: Visit, call: Assembly, to: AssemblyState) -> None:
    require_author(call.author, me(visit))
    require_call(call, to)


async def _summaries(visit: Visit, wanted: list[MessageId]) -> list[JsonObject]:
    proposals = [visit.book.decisions.proposal(one) for one in wanted]
    texts = [one.text for one in proposals]
    words = await words_of(visit.node, visit.asker.reader, texts)
    return [proposal_summary(one, words) for one in proposals]


async def _text(visit: Visit, call: Assembly) -> JsonObject:
    text = MessageId(call.body.text)
    return text_view(text, await words_of(visit.node, visit.asker.reader, [text]))
