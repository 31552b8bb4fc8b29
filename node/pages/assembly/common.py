"""What these pages share: who may look, names, words by id, and acts before they are signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from babel import Locale, UnknownLocaleError
from fastapi import Depends
from markupsafe import Markup
from starlette.responses import Response

from node.api.auth import Role
from node.api.bodies import MessagePath
from node.api.community import require_structure, sees_structure
from node.api.problems import NotHere
from node.api.views import JsonObject
from node.pages.assembly.plain import lines_of
from node.pages.markup import bdi
from node.pages.site import render, show
from node.pages.visit import MustSignIn, Visit, VisitDep
from node.readers import may_read
from protocol.book import Book
from protocol.community.charter import COMMUNITY, PUBLIC
from protocol.community.members import Member, Standing
from protocol.decisions.assembly import Assembly
from protocol.decisions.minutes import Minutes
from protocol.decisions.tally import Choice
from protocol.kinds import KINDS
from protocol.ledger.act import Act
from protocol.wire.bodies import read_body
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.message import Message

SIGNS: Final[Mapping[Choice, str]] = {
    "agree": "✓",
    "reservations": "◐",
    "aside": "→",
    "disagree": "✕",
    "block": "■",
    "abstain": "○",
}
"""A sign for each choice, so that nobody has to tell colours apart."""

NOBODY: Final = MessageId("0" * 64)
"""Stands for the id of what is not signed yet."""

_SHORT: Final = 8
_REF: Final = 16
_EXCERPT: Final = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a member is about to sign, as the form of `acting.html` holds it."""

    acts: list[JsonObject]
    then: str


async def _inside(found: VisitDep) -> Visit:
    if not sees_structure(found.asker, found.book):
        if found.asker.role is Role.STRANGER:
            raise MustSignIn(found.request.url.path)
        require_structure(found.asker, found.book)
    return found


InsideVisit = Annotated[Visit, Depends(_inside)]
"""Whoever may read what the community decides."""


async def _speaking(found: InsideVisit) -> Visit:
    me(found)
    return found


SpeakingVisit = Annotated[Visit, Depends(_speaking)]
"""A member and nobody else: the page leads to something that she signs."""


def me(visit: Visit) -> MemberId:
    """The member who is signed in.

    Raises:
        MustSignIn: Nobody is, or the operator.
    """
    if visit.member is None:
        raise MustSignIn(visit.request.url.path)
    return visit.member


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
    """A page that speaks of people and of what they wrote."""
    return show(visit, f"assembly/{template}", {**_helpers(visit), **(values or {})}, status)


def piece(visit: Visit, template: str, values: Mapping[str, Any]) -> str:
    """A part of such a page."""
    return render(visit, f"assembly/{template}", {**_helpers(visit), **values})


def _helpers(visit: Visit) -> dict[str, object]:
    return {
        "title": partial(title_of, visit),
        "versions": partial(versions_of, visit),
        "excerpt": partial(excerpt_of, visit),
        "called": partial(called, visit),
        "language_name": partial(language_name, visit),
        "told": attributes_of,
        "signs": SIGNS,
        "is_public": visit.structure == PUBLIC,
    }


def attributes_of(name: str, wrong: Mapping[str, object], hint: bool = False) -> Markup:
    """What links a field to its hint and to what is wrong with it."""
    about = [f"{name}-hint"] if hint else []
    about += [f"{name}-wrong"] if name in wrong else []
    invalid = Markup(' aria-invalid="true"') if name in wrong else ""
    described = Markup(' aria-describedby="{}"').format(" ".join(about)) if about else ""
    return Markup("{}{}").format(invalid, described)


# --- people ------------------------------------------------------------------------------------


def reads_names(visit: Visit) -> bool:
    """Whether members' names are for this visitor."""
    return may_read(visit.asker.reader, visit.book.ledger, COMMUNITY)


def called(visit: Visit, member: str) -> Markup:
    """A member by name; without one, or for strangers, by the beginning of her id."""
    known = visit.book.membership.members.get(MemberId(member))
    if known is not None and known.name and reads_names(visit):
        return bdi(known.name)
    return visit.words("assemblies.nameless", ref=member[:_SHORT])


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


# --- words -------------------------------------------------------------------------------------


def versions_of(visit: Visit, text: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    """The words of a text or comment, the visitor's language first; none if they are not here."""
    return _in_order(visit, text.get("texts") or text.get("text"))


def title_of(visit: Visit, text: Mapping[str, JsonValue]) -> Markup:
    """The title in the visitor's language if there is one; or why there is none."""
    for language, title in _in_order(visit, text.get("title")):
        return Markup('<bdi lang="{}">{}</bdi>').format(language, title)
    return visit.words(f"assemblies.missing-{text.get('missing', 'unknown')}")


def excerpt_of(visit: Visit, text: Mapping[str, JsonValue]) -> tuple[str, str] | None:
    """The language and the beginning of a text: its first paragraphs, without mark-up."""
    for language, words in versions_of(visit, text):
        first = " ".join(" ".join(lines_of(words[: 4 * _EXCERPT])).split())
        short = first if len(first) <= _EXCERPT else first[:_EXCERPT].rpartition(" ")[0] + " …"
        return language, short
    return None


def language_name(visit: Visit, code: str) -> str:
    """What the visitor calls a language."""
    try:
        return Locale.parse(code, sep="-").get_display_name(visit.language) or code
    except (UnknownLocaleError, ValueError):
        return code


def _in_order(visit: Visit, found: JsonValue) -> list[tuple[str, str]]:
    if not isinstance(found, dict):
        return []
    said = [(language, words) for language, words in found.items() if isinstance(words, str)]
    return sorted(said, key=lambda pair: pair[0] != visit.language)


# --- acts --------------------------------------------------------------------------------------


def act(visit: Visit, kind: str, body: Mapping[str, JsonValue], audience: str = "") -> JsonObject:
    """An act as `acting.html` signs it; to whoever reads the structure, if nothing else is said."""
    return {"kind": kind, "audience": audience or visit.structure, "body": dict(body)}


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
        author=book.membership.members[member].key,
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
