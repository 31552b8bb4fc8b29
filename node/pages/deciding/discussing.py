"""Questions about a proposal and answers to them."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from node.api.problems import NotHere
from node.api.views import JsonObject, comment_view
from node.api.words import words_of
from node.pages.acts import act
from node.pages.deciding.common import Act, Asked, SpeakingVisit, page, view_of
from node.pages.deciding.texts import wrong_words
from node.pages.forms import FormDep
from node.pages.visit import Visit
from protocol.decisions.proposal import Proposal
from protocol.wire.digests import MessageId

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/p/{message}/comment")
async def comment(
    visit: SpeakingVisit, asked: Asked, to: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """Where a question is asked, or one is answered."""
    return await _writing(visit, asked, await _answered(visit, asked, to), "", None)


@routes.post("/p/{message}/comment")
async def check_comment(visit: SpeakingVisit, asked: Asked, form: FormDep) -> Response:
    """What will be published, or the form again."""
    answered = await _answered(visit, asked, form.text("to"))
    words = form.words("words")
    wrong = None if words else visit.words("discuss.words-empty")
    wrong = wrong or wrong_words(visit, asked.id, visit.language, words)
    if form.text("step") == "write" or wrong is not None:
        return await _writing(visit, asked, answered, words, wrong)
    body: Act = {
        "proposal": asked.id,
        "replies_to": None if answered is None else answered["id"],
        "text": {visit.language: words},
    }
    values = {
        "asked": await view_of(visit, asked),
        "answered": answered,
        "words": words,
        "acts": [act(visit, "discussion/comment", body)],
        "then": f"/p/{asked.id}#c-$0",
        "typed": form.fields,
    }
    return page(visit, "comment-check.html", values)


async def _writing(
    visit: Visit,
    asked: Proposal,
    answered: JsonObject | None,
    words: str,
    wrong: Markup | None,
) -> Response:
    values = {
        "asked": await view_of(visit, asked),
        "answered": answered,
        "words": words,
        "wrong": wrong,
    }
    return page(visit, "comment.html", values, 200 if wrong is None else 422)


async def _answered(visit: Visit, asked: Proposal, to: str) -> JsonObject | None:
    """The comment that is answered, if one is.

    Raises:
        NotHere: It is not about this proposal, or was erased.
    """
    if not to:
        return None
    found = visit.book.said.get(MessageId(to))
    if found is None or found.proposal != asked.id:
        raise NotHere("comment-unknown", "there is no such comment on this proposal")
    words = await words_of(visit.node, visit.asker.reader, [MessageId(to)])
    return comment_view(visit.book, MessageId(to), words)
