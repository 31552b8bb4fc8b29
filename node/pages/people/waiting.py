"""Who waits for other members: newcomers, lost keys, people on their way into a household.

Pure; what the front page and the list of members show somebody as hers to do. Without `me` it is
everybody who waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from protocol.book import Book
from protocol.community.members import Member, Membership, Standing
from protocol.wire.digests import MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who joined and still needs members to vouch for her."""

    member: Member
    given: int
    needed: int

    @property
    def missing(self) -> int:
        """How many more members must vouch."""
        return max(0, self.needed - self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostKey:
    """A new key that some members say is a member's, in the place of those that she lost."""

    member: Member
    key: str
    given: int
    needed: int

    @property
    def missing(self) -> int:
        """How many more members must confirm."""
        return max(0, self.needed - self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Somebody who wishes to belong to a household."""

    member: Member
    household: str
    given: int
    needed: int


def newcomers_waiting(book: Book, me: MemberId | None) -> list[Newcomer]:
    """Newcomers for whom this member could still vouch."""
    return [
        newcomer_of(book, one)
        for one in book.membership.members.values()
        if one.standing is Standing.WAITING and one.id != me and me not in one.sponsors
    ]


def newcomer_of(book: Book, member: Member) -> Newcomer:
    """How far a newcomer has come."""
    needed = book.charters.current.admission.sponsors
    return Newcomer(member=member, given=len(member.sponsors), needed=needed)


def replacements_waiting(book: Book, me: MemberId | None) -> list[LostKey]:
    """New keys of others that this member has not confirmed."""
    return [
        claim
        for claim in _claims(book)
        if claim.member.id != me
        and me not in book.membership.confirmations[claim.member.id][claim.key]
    ]


def claims_on(book: Book, member: MemberId) -> list[LostKey]:
    """Every new key that is said to be this member's."""
    return [claim for claim in _claims(book) if claim.member.id == member]


def movers_waiting(book: Book, me: MemberId | None) -> list[Mover]:
    """Wishes to belong to a household that this member has not welcomed."""
    membership, needed = book.membership, book.charters.current.admission.sponsors
    found = []
    for member, household in membership.wishes.items():
        given = membership.welcomes.get(member, frozenset())
        if member != me and me not in given:
            found.append(
                Mover(
                    member=membership.members[member],
                    household=household,
                    given=len(given),
                    needed=needed,
                )
            )
    return found


def _claims(book: Book) -> Iterator[LostKey]:
    membership, needed = book.membership, book.charters.current.recovery.confirmations
    for member_id, claims in membership.confirmations.items():
        member = membership.members[member_id]
        if member.standing is Standing.LEFT:
            continue
        for key, given in claims.items():
            if not _is_taken(membership, key):
                yield LostKey(member=member, key=key, given=len(given), needed=needed)


def _is_taken(membership: Membership, key: str) -> bool:
    return key in membership.holders or key in membership.retired
