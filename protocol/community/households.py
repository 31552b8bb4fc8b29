"""Who lives with whom, where households have the voice. Spec: docs/spec/members.md.

Nobody gets into a household, and so to its voice, by herself: she says where she wants to be,
others welcome her, and one of them lives there if anybody does. Leaving needs nobody.

Invariants:
* only an active member has a wish, and only active members have welcomed it;
* a member is never among those who welcome her.
"""

from dataclasses import replace

from protocol.community.charter import Charter
from protocol.community.members import (
    Household,
    Invitation,
    Joining,
    Membership,
    Standing,
    set_member,
)
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.bodies import Hex32, body
from protocol.wire.digests import MemberId


@body
class Move:
    """A member leaves her household, or wishes to belong to another one."""

    household: Household | None


@body
class Welcome:
    """A member confirms that another member belongs where she wishes to."""

    member: Hex32
    household: Household


def check_invited(membership: Membership, act: Act[Invitation]) -> None:
    """Nobody is invited into other people's household.

    Raises:
        Refused: The household is not the inviter's, and somebody holds it.
    """
    _require_own(membership, MemberId(act.speaker), act.body.household)


def check_joined(membership: Membership, act: Act[Joining]) -> None:
    """The same, as things stand when the newcomer comes; her invitation was checked.

    Raises:
        Refused: The household is not the inviter's now, and somebody holds it.
    """
    household = membership.invitations[act.body.invitation].household
    _require_own(membership, membership.inviters[act.body.invitation], household)


def apply_move(membership: Membership, act: Act[Move]) -> None:
    """Out at once; in only when others welcome her. The same wish again changes nothing."""
    member = membership.members[MemberId(act.speaker)]
    if act.body.household is None:
        _belong(membership, member.id, None)
    elif membership.wishes.get(member.id) != act.body.household:
        membership.wishes[member.id] = act.body.household
        membership.welcomes.pop(member.id, None)


def check_welcome(membership: Membership, act: Act[Welcome]) -> None:
    """Another member's wish as it is now, not welcomed by this member before.

    Raises:
        Refused: There is no such wish, it is her own, or she has welcomed it already.
    """
    member = MemberId(act.body.member)
    if membership.wishes.get(member) != act.body.household:
        raise Refused("wish-unknown", "no member of that id wishes to belong to that household")
    if act.speaker == member:
        raise Refused("welcomes-herself", "others welcome a member into a household")
    if act.speaker in membership.welcomes.get(member, frozenset()):
        raise Refused("welcome-twice", "you have welcomed this member already")


def apply_welcome(membership: Membership, act: Act[Welcome], charter: Charter) -> None:
    """With enough welcomes, one of them from inside, she belongs to it from this entry on."""
    member = MemberId(act.body.member)
    given = membership.welcomes.get(member, frozenset()) | {MemberId(act.speaker)}
    membership.welcomes[member] = given
    if len(given) < charter.admission.sponsors:
        return
    inside = _holders(membership, act.body.household) - {member}
    if not inside or inside & given:
        _belong(membership, member, act.body.household)


def forget_member(membership: Membership, member: MemberId) -> None:
    """Who has left wishes nothing and welcomes nobody."""
    _drop_wish(membership, member)
    for other, given in list(membership.welcomes.items()):
        membership.welcomes[other] = given - {member}


def _require_own(membership: Membership, inviter: MemberId, household: str | None) -> None:
    if household is None or household == membership.members[inviter].household:
        return
    if _holders(membership, household):
        raise Refused("household-not-yours", "somebody else's household: its members invite")


def _holders(membership: Membership, household: str) -> frozenset[MemberId]:
    """Who belongs to it, or will once she is admitted."""
    return frozenset(
        one.id
        for one in membership.members.values()
        if one.household == household and one.standing is not Standing.LEFT
    )


def _belong(membership: Membership, member: MemberId, household: str | None) -> None:
    _drop_wish(membership, member)
    set_member(membership, replace(membership.members[member], household=household))


def _drop_wish(membership: Membership, member: MemberId) -> None:
    membership.wishes.pop(member, None)
    membership.welcomes.pop(member, None)
