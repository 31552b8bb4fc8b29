"""Minutes as people read them; signing them too, and saying that it was not so."""

from importlib.util import find_spec
from typing import Annotated, Final

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from node.api.assembly_views import minutes_view, minutes_words
from node.api.views import JsonObject, Words, proposal_view, text_view
from node.api.words import words_of
from node.pages.acts import act
from node.pages.assembly.common import MinutesPath, foresee, me, page
from node.pages.assembly.typeset import pdf_of
from node.pages.assembly.waiting import (
    may_contest,
    may_correct,
    may_countersign,
    waiting_minutes,
)
from node.pages.deciding.common import InsideVisit, SpeakingVisit
from node.pages.deciding.texts import title_of
from node.pages.forms import FormDep
from node.pages.people.names import reads_names
from node.pages.site import send_on
from node.pages.turns import Turn
from node.pages.visit import Visit
from protocol.community.charter import COMMUNITY
from protocol.decisions.minutes import Minutes, MinutesState
from protocol.decisions.proposal import State
from protocol.wire.digests import MessageId
from protocol.wire.limits import MAX_TEXT_CHARS

routes: Final = APIRouter(include_in_schema=False)
PDF: Final = "application/pdf"
_MOST_TURNS: Final = 20


async def turns(visit: Visit) -> list[Turn]:
    """Minutes for her to sign too, or to look at while they can be contested."""
    found = waiting_minutes(visit.book, me(visit), visit.moments.now)[:_MOST_TURNS]
    texts = [MessageId(one.minutes.body.text) for one in found]
    words = await words_of(visit.node, visit.asker.reader, texts)
    return [
        Turn(
            kind="minutes",
            line=visit.words(f"home.turn-{one.why}", title=title_of(visit, text_view(text, words))),
            link=f"/minutes/{one.minutes.id}",
            due=one.until,
        )
        for one, text in zip(found, texts, strict=True)
    ]


@routes.get("/minutes/{message}")
async def minutes(
    visit: InsideVisit, asked: MinutesPath, recorded: Annotated[str, Query(max_length=1)] = ""
) -> Response:
    """Who was there, what was said and decided, who signed, who contests."""
    member, now = visit.member, visit.moments.now
    values = {
        **await shown(visit, asked),
        "has_pdf": has_pdf(),
        "may_countersign": member is not None and may_countersign(asked, member),
        "may_contest": member is not None and may_contest(asked, member, now),
        "may_correct": member is not None and may_correct(asked, member),
        "recorded": bool(recorded) and asked.author == member,
    }
    return page(visit, "minutes.html", values)


@routes.get("/minutes/{message}/print")
async def print_minutes(visit: InsideVisit, asked: MinutesPath) -> Response:
    """The same on paper, with lines to sign on."""
    return page(visit, "minutes-print.html", {**await shown(visit, asked), "has_pdf": has_pdf()})


@routes.get("/minutes/{message}/pdf")
async def pdf(visit: InsideVisit, asked: MinutesPath) -> Response:
    """The same as a file that reads itself aloud where it must; or on to the page that prints."""
    if not has_pdf():
        return send_on(f"/minutes/{asked.id}/print")
    raw = await visit.node.executor.run(pdf_of, visit, await shown(visit, asked))
    name = f'inline; filename="minutes-{asked.id[:8]}.pdf"'
    headers = {"content-disposition": name, "cache-control": "private, no-cache"}
    return Response(raw, media_type=PDF, headers=headers)


@routes.get("/minutes/{message}/countersign")
async def countersign(visit: SpeakingVisit, asked: MinutesPath) -> Response:
    """What signing too says, before it is signed."""
    body: JsonObject = {"minutes": asked.id}
    foresee(visit, "assembly/countersign", body)
    values = {
        **await shown(visit, asked),
        "acts": [act(visit, "assembly/countersign", body)],
        "then": f"/minutes/{asked.id}",
        "effective": asked.state is MinutesState.RECORDED
        and asked.rule.witnesses - len(asked.countersigned) <= 1,
    }
    return page(visit, "countersign.html", values)


@routes.get("/minutes/{message}/contest")
async def contest(visit: SpeakingVisit, asked: MinutesPath) -> Response:
    """What contesting does, and a place to say why."""
    foresee(visit, "assembly/contest", {"minutes": asked.id, "reason": None})
    return await _contesting(visit, asked, "", None)


@routes.post("/minutes/{message}/contest")
async def check_contest(visit: SpeakingVisit, asked: MinutesPath, form: FormDep) -> Response:
    """Asks once more; or why it cannot be said so."""
    foresee(visit, "assembly/contest", {"minutes": asked.id, "reason": None})
    reason = form.words("reason")
    if form.text("step") == "write":
        return await _contesting(visit, asked, reason, None)
    if len(reason) > MAX_TEXT_CHARS:
        wrong = visit.words("texts.text-long", most=MAX_TEXT_CHARS)
        return await _contesting(visit, asked, reason, wrong)
    body: JsonObject = {"minutes": asked.id, "reason": None}
    acts = [act(visit, "assembly/contest", body)]
    if reason:
        title = visit.words("minutes.contest-title").unescape()
        text: JsonObject = {"title": {visit.language: title}, "texts": {visit.language: reason}}
        acts.insert(0, act(visit, "text/publish", text, COMMUNITY))
        acts[1]["body"] = {**body, "reason": {"$": 0}}
    values = {
        **await shown(visit, asked),
        **_effect(visit, asked),
        "reason": reason,
        "acts": acts,
        "then": f"/minutes/{asked.id}",
        "typed": form.fields,
    }
    return page(visit, "contest-check.html", values)


async def _contesting(visit: Visit, asked: Minutes, reason: str, wrong: Markup | None) -> Response:
    values = {
        **await shown(visit, asked),
        **_effect(visit, asked),
        "reason": reason,
        "wrong": wrong,
    }
    return page(visit, "contest.html", values, 422 if wrong else 200)


def _effect(visit: Visit, asked: Minutes) -> dict[str, object]:
    """What one more contest would do."""
    member = me(visit)
    positions = [one for item in asked.body.items for one in item.positions]
    return {
        "missing": max(0, asked.rule.contests - len(asked.contests) - 1),
        "is_named": any(one.member == member for one in positions),
    }


def has_pdf() -> bool:
    """Whether the program that sets type is installed."""
    return find_spec("typst") is not None


# --- what is shown -----------------------------------------------------------------------------


async def shown(visit: Visit, asked: Minutes) -> dict[str, object]:
    """Minutes as the API shows them, and how far the decisions are that they are about."""
    words = await words_of(visit.node, visit.asker.reader, minutes_words(visit.book, asked))
    names = reads_names(visit)
    return {
        "minutes": minutes_view(visit.book, asked, words, names=names, now=visit.moments.now),
        "results": {
            item.proposal: _result(visit, item.proposal, words) for item in asked.body.items
        },
        "missing_witnesses": max(0, asked.rule.witnesses - len(asked.countersigned)),
    }


def _result(visit: Visit, proposal: str, words: Words) -> str | None:
    """The sentence of a decision: final once closed, before that what closing now would say."""
    asked = visit.book.decisions.proposals[MessageId(proposal)]
    if asked.frozen is None or asked.state is State.WITHDRAWN:
        return None
    view = proposal_view(visit.book, asked, words, comments=0, now=visit.moments.now)
    explained = view["explain"]
    return str(explained[visit.language]) if isinstance(explained, dict) else None
