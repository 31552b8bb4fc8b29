"""What the pages of deciding share: who may look, one proposal as the API shows it, and words."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends
from markupsafe import Markup
from starlette.responses import Response

from node.api.auth import Role
from node.api.bodies import MessagePath
from node.api.community import require_structure, sees_structure
from node.api.decisions import proposal_of
from node.api.views import JsonObject, proposal_view, proposal_words
from node.api.words import words_of
from node.pages.deciding.texts import language_name, title_of, titles_of, versions_of
from node.pages.people.names import called, community_called, voice_called
from node.pages.site import show
from node.pages.visit import MustSignIn, Visit, VisitDep
from protocol.community.charter import PUBLIC
from protocol.decisions.proposal import Position, Proposal
from protocol.decisions.recorded import RecordedPosition
from protocol.decisions.tally import Choice
from protocol.wire.encoding import JsonValue

SIGNS: Final[Mapping[Choice, str]] = {
    "agree": "✓",
    "reservations": "◐",
    "aside": "→",
    "disagree": "✕",
    "block": "■",
    "abstain": "○",
}
"""A sign for each choice, so that nobody has to tell colours apart."""

Act = dict[str, JsonValue]


async def _inside(found: VisitDep) -> Visit:
    """Whoever may read what the community decides; a stranger is asked to sign in."""
    if not sees_structure(found.asker, found.book):
        if found.asker.role is Role.STRANGER:
            raise MustSignIn(found.request.url.path)
        require_structure(found.asker, found.book)
    return found


InsideVisit = Annotated[Visit, Depends(_inside)]
"""Members and the operator; everybody, where the charter has always been open."""


async def _speaking(found: InsideVisit) -> Visit:
    if found.member is None:
        raise MustSignIn(found.request.url.path)
    return found


SpeakingVisit = Annotated[Visit, Depends(_speaking)]
"""A member, who can sign."""


async def _asked(visit: InsideVisit, message: MessagePath) -> Proposal:
    return proposal_of(visit.book, message)


Asked = Annotated[Proposal, Depends(_asked)]
"""The proposal that a path names."""


def page(
    visit: Visit, template: str, values: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """A page that speaks of texts and people."""
    return show(visit, template, {**helpers(visit), **(values or {})}, status)


def helpers(visit: Visit) -> dict[str, Any]:
    """What its template can call."""
    return {
        "title": partial(title_of, visit),
        "titles": partial(titles_of, visit),
        "versions": partial(versions_of, visit),
        "called": partial(called, visit),
        "voice_called": partial(voice_called, visit),
        "community_called": partial(community_called, visit),
        "language_name": partial(language_name, visit),
        "signs": SIGNS,
        "described": _described,
        "is_public": visit.book.charters.version > 0 and visit.structure == PUBLIC,
    }


def _described(name: str, wrong: Markup | None, hint: bool = False) -> Markup:
    """The attributes that tie a field to its hint and to what is wrong with it."""
    parts = [f"{name}-hint"] * hint + [f"{name}-wrong"] * (wrong is not None)
    described = Markup(' aria-describedby="{}"').format(" ".join(parts)) if parts else Markup("")
    return Markup(' aria-invalid="true"') + described if wrong is not None else described


async def view_of(visit: Visit, proposal: Proposal, *, comments: int = 0) -> JsonObject:
    """A proposal with its texts and so many of the newest comments, as the API shows it."""
    wanted = proposal_words(visit.book, proposal, comments=comments)
    words = await words_of(visit.node, visit.asker.reader, wanted)
    return proposal_view(visit.book, proposal, words, comments=comments, now=visit.node.clock.now())


def own_position(visit: Visit, proposal: Proposal) -> Position | None:
    """What the visitor's voice says now: hers, or her household's through whoever spoke last."""
    voice = own_voice(visit, proposal)
    return None if voice is None else proposal.positions.get(voice)


def own_recorded(visit: Visit, proposal: Proposal) -> RecordedPosition | None:
    """What minutes of an assembly say that her voice said, as long as it says nothing itself."""
    voice = own_voice(visit, proposal)
    return None if voice is None else proposal.room.get(voice)


def own_voice(visit: Visit, proposal: Proposal) -> str | None:
    """The visitor's voice in a decision that was opened, if she has one."""
    if proposal.frozen is None or visit.member is None:
        return None
    return proposal.frozen.electorate.voice_of.get(visit.member)


FIRST: Final[JsonObject] = {"$": 0}
"""The id of the first act, in the body of a later one."""
