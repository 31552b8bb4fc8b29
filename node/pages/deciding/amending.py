"""Amendments: another text for a draft, how it differs, and its author's answer; versions."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path
from starlette.responses import Response

from node.api.problems import NotHere
from node.api.views import JsonObject, text_view
from node.api.words import words_of
from node.pages.acts import act
from node.pages.deciding.common import (
    FIRST,
    Act,
    Asked,
    InsideVisit,
    SpeakingVisit,
    page,
    view_of,
)
from node.pages.deciding.difference import Compared, compare
from node.pages.deciding.texts import (
    languages_of,
    read_writing,
    title_of,
    titles_of,
    versions_of,
    writing_of,
)
from node.pages.forms import FormDep
from node.pages.people.names import called
from node.pages.turns import Turn
from node.pages.visit import Visit
from protocol.decisions.amendment import Amendment, AmendmentState, check_answer
from protocol.decisions.proposal import Proposal, State
from protocol.errors import Refused
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue

routes: Final = APIRouter(include_in_schema=False)
Answer = Literal["accept", "decline", "withdraw"]
ANSWERS: Final[Mapping[Answer, AmendmentState]] = {
    "accept": AmendmentState.ACCEPTED,
    "decline": AmendmentState.DECLINED,
    "withdraw": AmendmentState.WITHDRAWN,
}
_MOST_TURNS: Final = 20


async def turns(visit: Visit) -> list[Turn]:
    """Amendments that wait: for her answer on her own drafts, on others' for her reading."""
    waiting = [
        (asked, visit.book.amendments[one])
        for asked in visit.book.decisions.proposals.values()
        if asked.state is State.DRAFT
        for one in asked.amendments
        if _waits(visit, asked, visit.book.amendments[one])
    ][-_MOST_TURNS:]
    words = await words_of(visit.node, visit.asker.reader, [asked.text for asked, _ in waiting])
    found = []
    for asked, amendment in waiting:
        kind = "answer" if asked.author == visit.member else "amendment"
        title = title_of(visit, text_view(asked.text, words))
        who = called(visit, amendment.author)
        line = visit.words(f"home.turn-{kind}", who=who, title=title)
        link = f"/p/{asked.id}/amendments/{amendment.id}"
        found.append(Turn(kind=kind, line=line, link=link))
    return found


def _waits(visit: Visit, asked: Proposal, amendment: Amendment) -> bool:
    fresh = amendment.state is AmendmentState.PROPOSED and amendment.base == asked.version
    return fresh and amendment.author != visit.member


@routes.get("/p/{message}/amend")
async def amend(visit: SpeakingVisit, asked: Asked) -> Response:
    """The text as it is, to be changed."""
    text = await _text(visit, asked.text)
    return await _writing(visit, asked, {"writing": writing_of(visit, text)}, 200)


@routes.post("/p/{message}/amend")
async def check_amendment(visit: SpeakingVisit, asked: Asked, form: FormDep) -> Response:
    """What would change, marked; or the form again."""
    text = await _text(visit, asked.text)
    writing = read_writing(visit, form, languages_of(visit, text))
    base = form.number("base", least=1, most=100_000)
    differences = await _compared(visit, text, writing.body)
    same = not any(one.changed for one in differences)
    stale = base != asked.version
    if form.text("step") == "write" or writing.wrong or same or stale:
        status = 200 if form.text("step") == "write" else 422
        values = {"writing": writing, "same": same and not writing.wrong, "stale": stale}
        return await _writing(visit, asked, values, status)
    amending: Act = {"proposal": asked.id, "base": asked.version, "text": FIRST}
    values = {
        "asked": await view_of(visit, asked),
        "differences": differences,
        "acts": [
            act(visit, "text/publish", writing.body),
            act(visit, "amendment/propose", amending),
        ],
        "then": f"/p/{asked.id}/amendments/$1",
        "typed": form.fields,
    }
    return page(visit, "amend-check.html", values)


@routes.get("/p/{message}/amendments/{amendment}")
async def one_amendment(
    visit: InsideVisit, asked: Asked, amendment: Annotated[str, Path(max_length=64)]
) -> Response:
    """How the text would change, and what the visitor may answer."""
    found = _amendment(visit, asked, amendment)
    values = {**await _shown(visit, asked, found), "answers": _answers(visit, asked, found)}
    return page(visit, "amendment.html", values)


@routes.post("/p/{message}/amendments/{amendment}")
async def check_reply(
    visit: SpeakingVisit,
    asked: Asked,
    amendment: Annotated[str, Path(max_length=64)],
    form: FormDep,
) -> Response:
    """What accepting, declining or withdrawing does, and the button that signs it."""
    found = _amendment(visit, asked, amendment)
    answer = form.one_of("answer", [*ANSWERS])
    check_answer(asked, found, ANSWERS[_answer(answer)], visit.member or "")
    values = {
        **await _shown(visit, asked, found),
        "answer": answer,
        "acts": [act(visit, f"amendment/{answer}", {"amendment": found.id})],
        "then": f"/p/{asked.id}",
    }
    return page(visit, "amendment-check.html", values)


@routes.get("/p/{message}/versions/{number}")
async def version(
    visit: InsideVisit, asked: Asked, number: Annotated[int, Path(ge=1, le=100_000)]
) -> Response:
    """The text as it was, and what had changed since the version before."""
    if number > asked.version:
        raise NotHere("version-unknown", "there is no such version of this proposal")
    text = await _text(visit, asked.texts[number - 1])
    before = await _text(visit, asked.texts[number - 2]) if number > 1 else None
    values = {
        "asked": await view_of(visit, asked),
        "number": number,
        "text": text,
        "differences": [] if before is None else await _compared(visit, before, text),
    }
    return page(visit, "version.html", values)


async def _writing(
    visit: Visit, asked: Proposal, values: Mapping[str, object], status: int
) -> Response:
    if asked.state is not State.DRAFT:
        raise Refused("text-frozen", "the text is frozen: only a draft can be amended")
    held = {"asked": await view_of(visit, asked), "same": False, "stale": False, **values}
    return page(visit, "amend.html", held, status)


async def _text(visit: Visit, text: MessageId) -> JsonObject:
    return text_view(text, await words_of(visit.node, visit.asker.reader, [text]))


async def _compared(
    visit: Visit, old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]
) -> list[Compared]:
    """Off the loop, for long texts take their time."""
    parts = [(dict(titles_of(visit, text)), dict(versions_of(visit, text))) for text in (old, new)]
    languages = [visit.language, *visit.book.presence.languages]
    found: list[Compared] = await visit.node.executor.run(
        compare, parts[0], parts[1], [*dict.fromkeys(languages)]
    )
    return found


def _amendment(visit: Visit, asked: Proposal, wanted: str) -> Amendment:
    found = visit.book.amendments.get(MessageId(wanted))
    if found is None or found.proposal != asked.id:
        raise NotHere("amendment-unknown", "there is no such amendment to this proposal")
    return found


async def _shown(visit: Visit, asked: Proposal, found: Amendment) -> dict[str, object]:
    old, new = await _text(visit, asked.texts[found.base - 1]), await _text(visit, found.text)
    return {
        "asked": await view_of(visit, asked),
        "amendment": found,
        "state": found.state.value,
        "stale": found.state is AmendmentState.PROPOSED and found.base != asked.version,
        "old": old,
        "new": new,
        "differences": await _compared(visit, old, new),
    }


def _answers(visit: Visit, asked: Proposal, found: Amendment) -> list[Answer]:
    """What the visitor may answer now; the same questions that the door asks."""
    allowed: list[Answer] = []
    for answer, state in ANSWERS.items():
        try:
            check_answer(asked, found, state, visit.member or "")
        except Refused:
            continue
        allowed.append(answer)
    return allowed


def _answer(text: str) -> Answer:
    return next(one for one in ANSWERS if one == text)
