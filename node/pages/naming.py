"""How members are called in pages, and how a key is compared by eye."""

from hashlib import sha256
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends
from markupsafe import Markup

from node.api.problems import NotHere
from node.pages.markup import bdi
from node.pages.visit import MustSignIn, Visit, VisitDep
from node.readers import may_read
from protocol.community.charter import COMMUNITY
from protocol.community.members import Member
from protocol.errors import ProtocolError
from protocol.wire.digests import MemberId
from protocol.wire.keys import PublicKey, read_public_key

_SHORT: Final = 8
_DIGITS: Final = 20
_GROUP: Final = 4


async def _speaking(found: VisitDep) -> Visit:
    if found.member is None:
        raise MustSignIn(_page_of(found))
    return found


def _page_of(visit: Visit) -> str:
    """Where to come back to: a form's own page, for what it sends to cannot be looked at."""
    if visit.request.method == "GET":
        return visit.request.url.path
    return urlsplit(visit.request.headers.get("referer", "/")).path or "/"


SpeakingVisit = Annotated[Visit, Depends(_speaking)]
"""A member and nobody else: the page leads to something that she signs."""


def myself(visit: Visit) -> Member:
    """Who is signed in.

    Raises:
        MustSignIn: Nobody is, or the operator.
    """
    if visit.member is None:
        raise MustSignIn(visit.request.url.path)
    return visit.book.membership.members[visit.member]


def reads_names(visit: Visit) -> bool:
    """Whether members' names are for this visitor."""
    return may_read(visit.asker.reader, visit.book.ledger, COMMUNITY)


def name_of(visit: Visit, member: Member) -> Markup:
    """A member's name for those who may read it; for others, and without one, how her id begins."""
    if member.name and reads_names(visit):
        return bdi(member.name)
    return visit.words("members.nameless", id=member.id[:_SHORT])


def member_named(visit: Visit, text: str) -> Member:
    """A member by whole id.

    Raises:
        NotHere: There is none.
    """
    found = visit.book.membership.members.get(MemberId(text))
    if found is None:
        raise NotHere("member-unknown", "there is no member of that id")
    return found


def read_key(text: str) -> PublicKey | None:
    """A public key as it was typed or scanned, or None."""
    try:
        return read_public_key(text)
    except ProtocolError:
        return None


def check_number(key: PublicKey) -> str:
    """Twenty digits that two people compare; to find another key with the same is out of reach.

    Digits, because the two devices may speak different languages.
    """
    number = int.from_bytes(sha256(key.raw).digest()) % 10**_DIGITS
    digits = str(number).zfill(_DIGITS)
    return " ".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))
