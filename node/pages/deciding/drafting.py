"""A proposal's author at work: a new draft, opening the vote, taking it back."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from node.api.views import JsonObject, snapshot_view, text_view
from node.api.words import words_of
from node.pages.acts import act
from node.pages.charter.words import terms_lines
from node.pages.deciding.common import FIRST, Act, Asked, SpeakingVisit, page, view_of
from node.pages.deciding.effects import effects_of
from node.pages.deciding.texts import Writing, languages_of, read_writing, title_of
from node.pages.forms import Form, FormDep
from node.pages.turns import Turn
from node.pages.visit import Visit
from protocol.community.charter import GENERAL
from protocol.decisions.proposal import (
    TYPE_OF_SUBJECT,
    Proposal,
    State,
    require_author,
    require_step,
)
from protocol.decisions.terms import read_terms

routes: Final = APIRouter(include_in_schema=False)
_SLACK_S: Final = 120
"""Between choosing a time and the node's taking the opening in: people read before they sign."""
_STEP_S: Final = 300
_HOUR: Final = 20
_DAYS: Final = (1, 3, 7, 14, 28)
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400
_FURTHEST_S: Final = 366 * _DAY_S
_MOST_TURNS: Final = 20


async def turns(visit: Visit) -> list[Turn]:
    """Her own drafts that have been discussed long enough to be opened."""
    now = visit.node.clock.now()
    ready = [
        one
        for one in visit.book.decisions.proposals.values()
        if one.state is State.DRAFT
        and one.author == visit.member
        and one.drafted_at + visit.book.terms(one).discussion_s <= now
    ][-_MOST_TURNS:]
    words = await words_of(visit.node, visit.asker.reader, [one.text for one in ready])
    return [
        Turn(
            kind="draft",
            line=visit.words("home.turn-draft", title=title_of(visit, text_view(one.text, words))),
            link=f"/p/{one.id}",
        )
        for one in ready
    ]


@routes.get("/propose")
async def propose(visit: SpeakingVisit) -> Response:
    """An empty form."""
    return _writing(visit, GENERAL, Writing(languages=languages_of(visit)), 200)


@routes.post("/propose")
async def check_draft(visit: SpeakingVisit, form: FormDep) -> Response:
    """What will be published and signed; or the form again, with what was typed."""
    kinds = _kinds(visit)
    kind = form.one_of("type", kinds) if form.text("type") else GENERAL
    writing = read_writing(visit, form, languages_of(visit))
    if form.text("step") == "write" or writing.wrong:
        return _writing(visit, kind, writing, 422 if writing.wrong else 200)
    terms = read_terms(visit.book.charters.current.terms(kind))
    draft: Act = {"type": kind, "text": FIRST, "subject": None}
    acts = [
        act(visit, "text/publish", writing.body),
        act(visit, "proposal/draft", draft),
    ]
    values = {
        "text": writing.body,
        "kind": kind,
        "acts": acts,
        "then": "/p/$1",
        "typed": form.fields,
        "discussion_s": terms.discussion_s,
        "how": terms_lines(terms, visit.words),
    }
    return page(visit, "propose-check.html", values)


@routes.get("/p/{message}/open")
async def open_form(visit: SpeakingVisit, asked: Asked) -> Response:
    """When it shall close."""
    _require_opener(visit, asked)
    return await _opening(visit, asked, "", None, 200)


@routes.post("/p/{message}/open")
async def check_opening(visit: SpeakingVisit, asked: Asked, form: FormDep) -> Response:
    """What opening freezes, in words; or the form again, with why that time will not do."""
    _require_opener(visit, asked)
    closes_at = _read_time(visit, form)
    wrong = _wrong_time(visit, asked, closes_at)
    ready = _ready_at(visit, asked) <= visit.node.clock.now()
    if form.text("step") == "write" or wrong is not None or closes_at is None or not ready:
        return await _opening(visit, asked, form.text("at"), wrong, 422 if wrong else 200)
    snapshot = snapshot_view(visit.book, asked, visit.node.clock.now())
    frozen = ("proposal", "version", "text", "charter", "electorate", "electorate_root")
    opening: JsonObject = {name: snapshot[name] for name in frozen}
    values = {
        "asked": await view_of(visit, asked),
        "closes_at": closes_at,
        "how": terms_lines(visit.book.terms(asked), visit.words),
        **await effects_of(visit, asked),
        "acts": [act(visit, "proposal/open", {**opening, "closes_at": closes_at})],
        "then": f"/p/{asked.id}",
        "typed": form.fields,
    }
    return page(visit, "open-check.html", values)


@routes.get("/p/{message}/withdraw")
async def withdraw(visit: SpeakingVisit, asked: Asked) -> Response:
    """What taking it back means, and the button that does it."""
    require_author(asked.author, visit.member or "")
    require_step(asked, State.WITHDRAWN)
    values = {
        "asked": await view_of(visit, asked),
        "acts": [act(visit, "proposal/withdraw", {"proposal": asked.id})],
        "then": f"/p/{asked.id}",
    }
    return page(visit, "withdraw.html", values)


def _kinds(visit: Visit) -> list[str]:
    """The charter's types that need no subject of their own; those others draft elsewhere."""
    named = [*visit.book.charters.current.decisions]
    with_subject = set(TYPE_OF_SUBJECT.values())
    return [GENERAL, *(one for one in named if one != GENERAL and one not in with_subject)]


def _writing(visit: Visit, kind: str, writing: Writing, status: int) -> Response:
    values = {"kinds": _kinds(visit), "kind": kind, "writing": writing}
    return page(visit, "propose.html", values, status)


def _require_opener(visit: Visit, asked: Proposal) -> None:
    require_author(asked.author, visit.member or "")
    require_step(asked, State.OPEN)


async def _opening(
    visit: Visit, asked: Proposal, typed: str, wrong: Markup | None, status: int
) -> Response:
    values = {
        "asked": await view_of(visit, asked),
        "ready_at": _ready_at(visit, asked),
        "is_ready": _ready_at(visit, asked) <= visit.node.clock.now(),
        "earliest": _earliest(visit, asked),
        "times": _times(visit, asked),
        "typed": typed,
        "wrong": wrong,
    }
    return page(visit, "open.html", values, status)


def _ready_at(visit: Visit, asked: Proposal) -> int:
    """From when on the charter lets it be opened."""
    return asked.drafted_at + visit.book.terms(asked).discussion_s


def _earliest(visit: Visit, asked: Proposal) -> int:
    """The earliest closing time, with time left to read and sign."""
    now = max(visit.node.clock.now(), visit.book.clock)
    least = now + visit.book.terms(asked).voting_s + _SLACK_S
    return least + -least % _STEP_S


def _times(visit: Visit, asked: Proposal) -> list[int]:
    """Closing times that people would choose: the earliest, an hour from now, some evenings."""
    earliest, now = _earliest(visit, asked), visit.node.clock.now()
    soon = [earliest] if earliest - now < _DAY_S else []
    hour = [now + _HOUR_S - now % _STEP_S + _STEP_S] if earliest - now < _HOUR_S else []
    evenings = [visit.moments.on_day(timedelta(days=days), _HOUR) for days in _DAYS]
    later = [one for one in (*hour, *evenings) if one > earliest]
    first = soon or ([] if later and later[0] - earliest < 2 * _DAY_S else [earliest])
    return [*first, *later][:6]


def _read_time(visit: Visit, form: Form) -> int | None:
    """One of the times offered, or another one as it was typed in the community's time."""
    chosen = form.text("closes")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 13:
        return int(chosen)
    return visit.moments.read_field(form.text("at"))


def _wrong_time(visit: Visit, asked: Proposal, closes_at: int | None) -> Markup | None:
    if closes_at is None:
        return visit.words("open.time-missing")
    now = max(visit.node.clock.now(), visit.book.clock)
    voting_s = visit.book.terms(asked).voting_s
    if closes_at < now + max(voting_s, 1):
        earliest = visit.moments.at(_earliest(visit, asked))
        span = visit.moments.span(voting_s)
        return visit.words("open.time-early", span=span, earliest=earliest)
    if closes_at > now + _FURTHEST_S:
        return visit.words("open.time-late")
    return None
