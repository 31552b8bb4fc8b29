"""People who wait for members: newcomers, those who lost their key, those moving in."""

from node.pages.markup import bdi
from node.pages.people.names import called
from node.pages.people.waiting import movers_waiting, newcomers_waiting, replacements_waiting
from node.pages.turns import Turn
from node.pages.visit import Visit
from protocol.wire.digests import MemberId


async def turns(visit: Visit) -> list[Turn]:
    """Whom the visitor can vouch for, whose new key she can confirm, whom she can welcome."""
    me, book = visit.member, visit.book
    if me is None:
        return []
    found = [_turn(visit, "newcomer", one.member.id) for one in newcomers_waiting(book, me)]
    lost = dict.fromkeys(one.member.id for one in replacements_waiting(book, me))
    found += [_turn(visit, "lost-key", member) for member in lost]
    found += [
        Turn(
            kind="household",
            line=visit.words(
                "home.turn-household",
                who=called(visit, one.member.id),
                household=bdi(one.household),
            ),
            link=f"/members/{one.member.id}",
        )
        for one in movers_waiting(book, me)
    ]
    return found


def _turn(visit: Visit, kind: str, member: MemberId) -> Turn:
    line = visit.words(f"home.turn-{kind}", who=called(visit, member))
    return Turn(kind=kind, line=line, link=f"/members/{member}")
