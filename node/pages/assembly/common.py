"""What these pages share: calls and minutes by path, people, and what the protocol would say."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends
from markupsafe import Markup
from starlette.responses import Response

from node.api.bodies import MessagePath
from node.api.problems import NotHere
from node.pages import site
from node.pages.assembly.plain import lines_of
from node.pages.deciding import common as deciding
from node.pages.deciding.common import InsideVisit
from node.pages.deciding.texts import Writing, versions_of
from node.pages.markup import bdi
from node.pages.people.names import reads_names
from node.pages.visit import MustSignIn, Visit
from protocol.book import Book
from protocol.community.members import Member, Standing
from protocol.decisions.assembly import Assembly
from protocol.decisions.minutes import Minutes
from protocol.kinds import KINDS
from protocol.ledger.act import Act
from protocol.wire.bodies import read_body
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.message import Message

NOBODY: Final = MessageId("0" * 64)
"""Stands for the id of what is not signed yet."""

_SHORT: Final = 8
_REF: Final = 16
_EXCERPT: Final = 280


async def _call(visit: InsideVisit, message: MessagePath) -> Assembly:
    found = visit.book.assemblies.calls.get(message)
    if found is None:
        raise NotHere("assembly-unknown", "no such assembly was called in this ledger")
    return found


CallPath = Annotated[Assembly, Depends(_call)]
"""The call that a path names."""


async def _minutes(visit: InsideVisit, message: MessagePath) -> Minutes:
    found = visit.book.assemblies.minutes.get(message)
    if found is None:
        raise NotHere("minutes-unknown", "there are no such minutes in this ledger")
    return found


MinutesPath = Annotated[Minutes, Depends(_minutes)]
"""The minutes that a path names."""


def page(
    visit: Visit, template: str, values: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """A page of these."""
    shown = {**_helpers(visit), **(values or {})}
    return deciding.page(visit, f"assembly/{template}", shown, status)


def piece(visit: Visit, template: str, values: Mapping[str, Any]) -> str:
    """A part of such a page."""
    own = {"moments": visit.moments, "visit": visit, "book": visit.book}
    shown = {**own, **deciding.helpers(visit), **_helpers(visit), **values}
    return site.piece(visit.request, visit.words, f"assembly/{template}", shown)


def _helpers(visit: Visit) -> dict[str, Any]:
    return {"person": partial(person, visit), "excerpt": partial(excerpt_of, visit)}


def excerpt_of(visit: Visit, text: Mapping[str, JsonValue]) -> tuple[str, str] | None:
    """The language and the beginning of a text: its first paragraphs, without mark-up."""
    for language, words in versions_of(visit, text):
        first = " ".join(" ".join(lines_of(words[: 4 * _EXCERPT])).split())
        short = first if len(first) <= _EXCERPT else first[:_EXCERPT].rpartition(" ")[0] + " …"
        return language, short
    return None


def says(writing: Writing, text: Mapping[str, JsonValue]) -> bool:
    """Whether nothing was changed in a text that stands."""
    return text.get("title") == writing.titles and text.get("texts") == writing.texts


# --- people ------------------------------------------------------------------------------------


def me(visit: Visit) -> MemberId:
    """The member who is signed in.

    Raises:
        MustSignIn: Nobody is, or the operator.
    """
    if visit.member is None:
        raise MustSignIn(visit.request.url.path)
    return visit.member


def person(visit: Visit, member: str) -> Markup:
    """A member as minutes name her, whoever reads them: by name, or how her id begins."""
    known = visit.book.membership.members.get(MemberId(member))
    if known is not None and known.name and reads_names(visit):
        return bdi(known.name)
    return visit.words("people.nameless", ref=member[:_SHORT])


def label_of(member: Member) -> str:
    """A member as a field names her: no two members have the same label."""
    return f"{member.name} · {member.id[:_SHORT]}" if member.name else member.id[:_REF]


def ref_of(member: str) -> str:
    """A member in the value of a field, shorter than the whole id."""
    return member[:_REF]


def present_day(book: Book) -> list[Member]:
    """Everybody who is a member now, by name."""
    active = [one for one in book.membership.members.values() if one.standing is Standing.ACTIVE]
    return sorted(active, key=lambda one: (one.name.casefold() or "\uffff", one.id))


# --- acts --------------------------------------------------------------------------------------


def foresee(visit: Visit, kind: str, body: Mapping[str, JsonValue]) -> None:
    """Ask the protocol's own check what it would say to this act of the visitor, here and now.

    Ids of what is signed along with it are not asked for: they are not known yet.

    Raises:
        ProtocolError: It would refuse.
    """
    book, member = visit.book, me(visit)
    message = Message(
        raw=b"",
        id=NOBODY,
        author=book.membership.members[member].keys[0],
        ledger=book.ledger,
        kind=kind,
        audience=visit.structure,
        nonce="",
        body=body,
        signature=b"",
        signing_input=b"",
    )
    KINDS[kind].check(
        book,
        Act(
            ledger=book.ledger,
            index=book.size,
            received=book_time(visit),
            leaf=b"",
            message=message,
            speaker=member,
            body=read_body(KINDS[kind].body, body),
        ),
    )


def book_time(visit: Visit) -> int:
    """What the ledger's clock would say of an entry that came in now."""
    return max(visit.node.clock.now(), visit.book.clock)


def ids(found: Iterable[str]) -> list[MessageId]:
    """Ids, each once, in the order in which they come."""
    return [MessageId(one) for one in dict.fromkeys(found)]
