"""Taking a position: choose, check what will be signed, sign; change it until closing."""

from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from node.api.views import text_view
from node.api.words import words_of
from node.pages.acts import act
from node.pages.charter.words import terms_lines
from node.pages.deciding.common import (
    FIRST,
    Act,
    Asked,
    SpeakingVisit,
    own_position,
    own_recorded,
    own_voice,
    page,
    view_of,
)
from node.pages.deciding.effects import effects_of
from node.pages.deciding.texts import title_of, versions_of, wrong_words
from node.pages.forms import Form, FormDep
from node.pages.site import send_on
from node.pages.turns import Turn
from node.pages.visit import Visit
from protocol.decisions.proposal import FederatedSubject, Proposal, State
from protocol.decisions.recorded import covered
from protocol.decisions.rules import Rule, eligible, offered
from protocol.decisions.tally import Choice
from protocol.errors import Refused
from protocol.wire.digests import MessageId

routes: Final = APIRouter(include_in_schema=False)
_MOST_TURNS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What a member chose so far, and what is wrong with it by the name of its field."""

    choice: str = ""
    reason: str = ""
    cited: MessageId | None = None
    wrong: dict[str, Markup] = field(default_factory=dict)


async def turns(visit: Visit) -> list[Turn]:
    """Decisions that are open and in which the visitor's voice has not spoken."""
    open_now = [
        one
        for one in visit.book.decisions.proposals.values()
        if not (_closed_to(visit, one) or own_position(visit, one) or own_recorded(visit, one))
    ][:_MOST_TURNS]
    words = await words_of(visit.node, visit.asker.reader, [one.text for one in open_now])
    found = []
    for one in open_now:
        kind = "federated" if isinstance(one.subject, FederatedSubject) else "vote"
        title = title_of(visit, text_view(one.text, words))
        line = visit.words(f"home.turn-{kind}", title=title)
        due = None if one.frozen is None else one.frozen.closes_at
        found.append(Turn(kind=kind, line=line, link=f"/p/{one.id}/vote", due=due))
    return found


@routes.get("/p/{message}/vote")
async def vote(visit: SpeakingVisit, asked: Asked) -> Response:
    """The choices, with what she says now already chosen."""
    return await _choosing(visit, asked, await _standing(visit, asked), 200)


@routes.get("/p/{message}/check")
async def checked_before(_visit: SpeakingVisit, asked: Asked) -> Response:
    """The check page is made from a form; whoever comes to it otherwise chooses first."""
    return send_on(f"/p/{asked.id}/vote")


@routes.post("/p/{message}/check")
async def check(visit: SpeakingVisit, asked: Asked, form: FormDep) -> Response:
    """What will be signed, in words, and the button that signs it."""
    ballot = await _read(visit, asked, form)
    if form.text("step") == "write" or ballot.wrong or _closed_to(visit, asked):
        status = 422 if ballot.wrong else 409 if _closed_to(visit, asked) else 200
        return await _choosing(visit, asked, ballot, status)
    acts = _acts(visit, asked, ballot)
    values = {
        "asked": await view_of(visit, asked),
        "ballot": ballot,
        "acts": acts,
        "then": f"/p/{asked.id}/receipt/${len(acts) - 1}",
    }
    return page(visit, "vote-check.html", values)


async def _choosing(visit: Visit, asked: Proposal, ballot: Ballot, status: int) -> Response:
    rule, own = visit.book.terms(asked).rule, own_position(visit, asked)
    values = {
        "asked": await view_of(visit, asked),
        "ballot": ballot,
        "own": own,
        "recorded": own_recorded(visit, asked),
        "closed_to": _closed_to(visit, asked),
        **await effects_of(visit, asked),
        "needs_reason": [one for one in offered(rule) if _needs_reason(rule, one)],
        "offered": offered(rule),
        "how": terms_lines(visit.book.terms(asked), visit.words),
    }
    return page(visit, "vote.html", values, status)


def _closed_to(visit: Visit, asked: Proposal) -> str | None:
    """Why the visitor can take no position now, as `vote.closed-<why>` says it; None if she can."""
    if asked.state is State.DRAFT:
        return "draft"
    if asked.state is not State.OPEN or asked.frozen is None:
        return "over"
    if visit.node.clock.now() >= asked.frozen.closes_at:
        return "over"
    voice = own_voice(visit, asked)
    if voice is None:
        return "no-voice"
    return "in-room" if voice in covered(asked.recorded) else None


async def _standing(visit: Visit, asked: Proposal) -> Ballot:
    """What she herself says now, with the words of her reason."""
    own = own_position(visit, asked)
    if own is None or own.member != visit.member:
        return Ballot()
    if own.reason is None:
        return Ballot(choice=own.choice)
    cited = MessageId(own.reason)
    words = await words_of(visit.node, visit.asker.reader, [cited])
    reasons = versions_of(visit, text_view(cited, words))
    return Ballot(choice=own.choice, reason=reasons[0][1] if reasons else "", cited=cited)


async def _read(visit: Visit, asked: Proposal, form: Form) -> Ballot:
    """What was chosen; a reason that is the same as before is cited again, not said again."""
    choice, reason = form.text("choice"), form.words("reason")
    before = await _standing(visit, asked)
    wrong: dict[str, Markup] = {}
    rule = visit.book.terms(asked).rule
    known = next((one for one in offered(rule) if one == choice), None)
    if known is None:
        wrong["choice"] = visit.words("vote.choose-one")
    elif not reason and _needs_reason(rule, known):
        wrong["reason"] = visit.words("vote.reason-needed")
    if reason and (problem := wrong_words(visit, asked.id, visit.language, reason)):
        wrong["reason"] = problem
    cited = before.cited if reason == before.reason else None
    return Ballot(choice=choice, reason=reason, cited=cited, wrong=wrong)


def _needs_reason(rule: Rule, choice: Choice) -> bool:
    try:
        eligible(rule, choice, has_reason=False)
    except Refused as problem:
        return problem.code == "reason-missing"
    return False


def _acts(visit: Visit, asked: Proposal, ballot: Ballot) -> list[Act]:
    position: Act = {"proposal": asked.id, "choice": ballot.choice, "reason": ballot.cited}
    if not ballot.reason or ballot.cited is not None:
        return [act(visit, "position/take", position)]
    words: Act = {
        "proposal": asked.id,
        "replies_to": None,
        "text": {visit.language: ballot.reason},
    }
    return [
        act(visit, "discussion/comment", words),
        act(visit, "position/take", {**position, "reason": FIRST}),
    ]
