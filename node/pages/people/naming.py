"""How members are called in pages, and how a key is compared by eye."""

from hashlib import sha256
from typing import Final

from markupsafe import Markup

from node.api.problems import NotHere
from node.pages.markup import bdi
from node.pages.people.names import reads_names
from node.pages.visit import MustSignIn, Visit
from protocol.community.members import Member
from protocol.errors import ProtocolError
from protocol.wire.digests import MemberId
from protocol.wire.keys import PublicKey, read_public_key

_SHORT: Final = 8
_DIGITS: Final = 20
_GROUP: Final = 4


def myself(visit: Visit) -> Member:
    """Who is signed in.

    Raises:
        MustSignIn: Nobody is, or the operator.
    """
    if visit.member is None:
        raise MustSignIn(visit.request.url.path)
    return visit.book.membership.members[visit.member]


def name_of(visit: Visit, member: Member) -> Markup:
    """A member's name for those who may read it; for others, and without one, how her id begins."""
    if member.name and reads_names(visit):
        return bdi(member.name)
    return visit.words("people.nameless", ref=member.id[:_SHORT])


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
