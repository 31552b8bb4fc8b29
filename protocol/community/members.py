"""Members: how they come, go, and change keys. Spec: docs/spec/members.md.

A member is known by the id of the message that brought her in; her keys may change, her id
does not. Structural entries hold keys and counts; names live in erasable profiles. How one member
comes to several keys: devices.py.

Invariants:
* a key belongs to at most one member for ever; a replaced or departed key never returns;
* a member counts in the electorate while she is `ACTIVE`;
* a household has no existence beyond its members: it is a token that they share.
"""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Annotated

from pydantic import StringConstraints

from protocol.community.charter import Charter
from protocol.errors import Refused, Unauthentic
from protocol.identity.presence import Name
from protocol.ledger.act import Act
from protocol.wire.bodies import Hex32, KeyText, Seconds, SignatureText, body
from protocol.wire.digests import CommunityId, MemberId
from protocol.wire.keys import PublicKey, read_public_key, verify
from protocol.wire.text import b64url_decode

Household = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\z")]


@body
class Founding:
    """A founding member, named by the community itself before its first decision."""

    key: KeyText
    household: Household | None


@body
class Invitation:
    """A member's invitation: whoever holds the invitation's secret may join until then."""

    invitation: KeyText
    household: Household | None
    until: Seconds


@body
class Joining:
    """A newcomer's own act, signed by her new key; `proof` is by the invitation's key."""

    invitation: KeyText
    proof: SignatureText


@body
class Sponsoring:
    """A member vouches for a newcomer who waits."""

    member: Hex32


@body
class Leaving:
    """A member leaves; her keys speak no more."""


@body
class Profile:
    """What a member is called; free text, erasable."""

    name: Name


@body
class Replacement:
    """A member confirms that another member lost her keys and that `key` is her new one."""

    member: Hex32
    key: KeyText


class Standing(Enum):
    """Where a member is in her life with the community."""

    WAITING = "waiting"
    ACTIVE = "active"
    LEFT = "left"


STANDINGS = {
    Standing.WAITING: frozenset({Standing.ACTIVE}),
    Standing.ACTIVE: frozenset({Standing.LEFT}),
    Standing.LEFT: frozenset[Standing](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person; `since` is the index of the entry that made her active.

    `keys` are those of her devices, the one that she has had longest first; never empty. Once she
    has left, the last ones that she had.
    """

    id: MemberId
    keys: tuple[PublicKey, ...]
    standing: Standing
    since: int
    household: str | None
    sponsors: frozenset[MemberId] = frozenset()
    name: str = ""


@dataclass(slots=True, kw_only=True)
class Membership:
    """Everyone who is or was here.

    Attributes:
        holders: Whose key it is now; `retired` are keys that speak no more.
        inviters: Who gave each invitation that is still open.
        confirmations: For each member, who confirms which new key.
        wishes: To which household a member wishes to belong; `welcomes` are who welcome her.
        names: What each member called herself, by the index of the entry.
        version: Grows with whatever changes an electorate.
    """

    members: dict[MemberId, Member] = field(default_factory=dict)
    holders: dict[str, MemberId] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    inviters: dict[str, MemberId] = field(default_factory=dict)
    confirmations: dict[MemberId, dict[str, frozenset[MemberId]]] = field(default_factory=dict)
    wishes: dict[MemberId, str] = field(default_factory=dict)
    welcomes: dict[MemberId, frozenset[MemberId]] = field(default_factory=dict)
    names: dict[MemberId, dict[int, str]] = field(default_factory=dict)
    version: int = 0

    def active(self) -> list[Member]:
        """The members who count, in the order in which they came."""
        return [one for one in self.members.values() if one.standing is Standing.ACTIVE]

    def by_key(self, key: PublicKey) -> Member | None:
        """Whose key this is now, if anyone's."""
        holder = self.holders.get(key.text)
        return None if holder is None else self.members[holder]


def active_author(membership: Membership, author: PublicKey) -> Member:
    """The active member who signed.

    Raises:
        Unauthentic: The key is nobody's now, or its holder waits or has left.
    """
    member = membership.by_key(author)
    if member is None:
        if author.text in membership.retired:
            raise Unauthentic("key-retired", "this key was replaced or dropped, or its holder left")
        raise Unauthentic("not-a-member", "this key is no member's of the community")
    if member.standing is not Standing.ACTIVE:
        raise Unauthentic("member-waiting", "this member still waits to be admitted")
    return member


def invitation_text(ledger: CommunityId, newcomer: PublicKey) -> bytes:
    """What an invitation's key signs to let a newcomer's key in."""
    return f"acuerdo/invitation/1\n{ledger}\n{newcomer.text}\n".encode()


def check_founding(membership: Membership, act: Act[Founding]) -> None:
    """A founding member's key is strict and new.

    Raises:
        Unauthentic: The key is not acceptable.
        Refused: The key is known already.
    """
    require_fresh(membership, read_public_key(act.body.key))


def apply_founding(membership: Membership, act: Act[Founding]) -> None:
    """She is active at once."""
    _enter(
        membership,
        Member(
            id=MemberId(act.id),
            keys=(read_public_key(act.body.key),),
            standing=Standing.ACTIVE,
            since=act.index,
            household=act.body.household,
        ),
    )


def check_invitation(membership: Membership, act: Act[Invitation]) -> None:
    """The invitation's key is strict and was never used.

    Raises:
        Refused: It was used before.
    """
    read_public_key(act.body.invitation)
    if act.body.invitation in membership.invitations:
        raise Refused("invitation-known", "this invitation was already given")


def apply_invitation(membership: Membership, act: Act[Invitation]) -> None:
    """It waits for its bearer."""
    membership.invitations[act.body.invitation] = act.body
    membership.inviters[act.body.invitation] = MemberId(act.speaker)


def check_joining(membership: Membership, act: Act[Joining]) -> None:
    """An open invitation by someone who is still a member, and the proof of its bearer.

    Raises:
        Refused: No such invitation, or it is used up or out of date.
        Unauthentic: The proof does not verify.
    """
    require_fresh(membership, act.author)
    invitation = membership.invitations.get(act.body.invitation)
    inviter = membership.inviters.get(act.body.invitation)
    if invitation is None or inviter is None:
        raise Refused("invitation-unknown", "there is no such invitation, or it was used")
    if act.received > invitation.until:
        raise Refused("invitation-expired", "the invitation's time is over: ask for a new one")
    if membership.members[inviter].standing is not Standing.ACTIVE:
        raise Refused("invitation-void", "who gave this invitation is no longer a member")
    verify(
        read_public_key(act.body.invitation),
        b64url_decode(act.body.proof),
        invitation_text(act.ledger, act.author),
    )


def apply_joining(membership: Membership, act: Act[Joining], charter: Charter) -> None:
    """She is in, or waits for more sponsors; the invitation is used up."""
    invitation = membership.invitations[act.body.invitation]
    inviter = membership.inviters.pop(act.body.invitation)
    enough = charter.admission.sponsors <= 1
    _enter(
        membership,
        Member(
            id=MemberId(act.id),
            keys=(act.author,),
            since=act.index,
            household=invitation.household,
            standing=Standing.ACTIVE if enough else Standing.WAITING,
            sponsors=frozenset({inviter}),
        ),
    )


def check_sponsoring(membership: Membership, act: Act[Sponsoring]) -> None:
    """Someone waits, and this sponsor has not vouched yet.

    Raises:
        Refused: Nobody of that id waits, or the sponsor vouched already.
    """
    newcomer = membership.members.get(MemberId(act.body.member))
    if newcomer is None or newcomer.standing is not Standing.WAITING:
        raise Refused("nobody-waits", "no newcomer of that id waits to be admitted")
    if act.speaker in newcomer.sponsors:
        raise Refused("sponsor-twice", "you have vouched for this newcomer already")


def apply_sponsoring(membership: Membership, act: Act[Sponsoring], charter: Charter) -> None:
    """She is in once enough members vouch."""
    newcomer = membership.members[MemberId(act.body.member)]
    sponsors = newcomer.sponsors | {MemberId(act.speaker)}
    vouched = replace(newcomer, sponsors=sponsors)
    if len(sponsors) >= charter.admission.sponsors:
        vouched = replace(_stand(vouched, Standing.ACTIVE), since=act.index)
    set_member(membership, vouched)


def apply_leaving(membership: Membership, act: Act[Leaving]) -> None:
    """Her keys are retired; what she signed before stands."""
    member = membership.members[MemberId(act.speaker)]
    _retire(membership, member)
    set_member(membership, _stand(member, Standing.LEFT))


def apply_profile(membership: Membership, act: Act[Profile]) -> None:
    """The newest name stands; nothing is decided by it, so it changes no electorate."""
    member = MemberId(act.speaker)
    if member in membership.members:
        membership.names.setdefault(member, {})[act.index] = act.body.name
        _name(membership, member)


def forget_name(membership: Membership, speaker: str, index: int) -> None:
    """A profile's bytes are erased: the name that stood before it stands again."""
    member = MemberId(speaker)
    names = membership.names.get(member)
    if names is None or names.pop(index, None) is None:
        return
    if not names:
        del membership.names[member]
    _name(membership, member)


def check_replacement(membership: Membership, act: Act[Replacement]) -> None:
    """A present member, a key that nobody ever had, a confirmation not given before.

    Raises:
        Refused: The member is not here, or this confirmer has spoken already.
    """
    member = membership.members.get(MemberId(act.body.member))
    if member is None or member.standing is Standing.LEFT:
        raise Refused("member-unknown", "there is no such member now")
    require_fresh(membership, read_public_key(act.body.key))
    given = membership.confirmations.get(member.id, {}).get(act.body.key, frozenset())
    if act.speaker in given:
        raise Refused("confirmed-twice", "you have confirmed this new key already")
    if act.speaker == member.id:
        raise Refused("confirms-herself", "others confirm a lost key's replacement")


def apply_replacement(membership: Membership, act: Act[Replacement], charter: Charter) -> None:
    """With enough confirmations all her old keys are dead from this entry on."""
    member = membership.members[MemberId(act.body.member)]
    claims = membership.confirmations.setdefault(member.id, {})
    given = claims.get(act.body.key, frozenset()) | {MemberId(act.speaker)}
    claims[act.body.key] = given
    if len(given) < charter.recovery.confirmations:
        return
    del membership.confirmations[member.id]
    _retire(membership, member)
    key = read_public_key(act.body.key)
    membership.holders[key.text] = member.id
    set_member(membership, replace(member, keys=(key,)))


def require_fresh(membership: Membership, key: PublicKey) -> None:
    """Nobody has or had this key.

    Raises:
        Refused: A member does or did.
    """
    if key.text in membership.holders or key.text in membership.retired:
        raise Refused("key-known", "this key belongs or belonged to a member already")


def _enter(membership: Membership, member: Member) -> None:
    for key in member.keys:
        membership.holders[key.text] = member.id
    set_member(membership, member)


def set_member(membership: Membership, member: Member) -> None:
    """What holds of her from this entry on."""
    membership.members[member.id] = member
    membership.version += 1


def _stand(member: Member, to: Standing) -> Member:
    if to not in STANDINGS[member.standing]:  # a check came first; a fold never gets here
        raise AssertionError(f"nobody goes from {member.standing.value} to {to.value}")
    return replace(member, standing=to)


def _name(membership: Membership, member_id: MemberId) -> None:
    names = membership.names.get(member_id)
    name = names[next(reversed(names))] if names else ""
    membership.members[member_id] = replace(membership.members[member_id], name=name)


def _retire(membership: Membership, member: Member) -> None:
    for key in member.keys:
        membership.holders.pop(key.text, None)
        membership.retired.add(key.text)
