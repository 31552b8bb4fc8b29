"""People who wait for members: newcomers, those who lost their key, those moving in."""

from node.pages.markup import bdi
from node.pages.people import called
from node.pages.turns import Turn
from node.pages.visit import Visit
from protocol.community.members import Standing
from protocol.wire.digests import MemberId


async def turns(visit: Visit) -> list[Turn]:
    """Whom the visitor can vouch for, whose new key she can confirm, whom she can welcome."""
    me, membership = visit.member, visit.book.membership
    if me is None:
        return []
    found = [
        _turn(visit, "newcomer", one.id)
        for one in membership.members.values()
        if one.standing is Standing.WAITING and me not in one.sponsors
    ]
    found += [
        _turn(visit, "lost-key", member)
        for member, claims in membership.confirmations.items()
        if member != me and not any(me in given for given in claims.values())
    ]
    found += [
        Turn(
            kind="household",
            line=visit.words(
                "home.turn-household", who=called(visit, member), household=bdi(household)
            ),
            link=f"/members/{member}",
        )
        for member, household in membership.wishes.items()
        if member != me and me not in membership.welcomes.get(member, frozenset())
    ]
    return found


def _turn(visit: Visit, kind: str, member: MemberId) -> Turn:
    line = visit.words(f"home.turn-{kind}", who=called(visit, member))
    return Turn(kind=kind, line=line, link=f"/members/{member}")
