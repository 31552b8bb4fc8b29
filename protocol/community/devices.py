"""A member's devices: each has a key of its own. Spec: docs/spec/members.md.

Whichever of her keys signs, it is she who speaks: an act counts by member, never by key.

Invariants:
* a member has at least one key and at most `MOST_KEYS`;
* a key that she dropped is retired, as one that was replaced is.
"""

from dataclasses import replace
from typing import Final

from protocol.community.members import Membership, require_fresh
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.bodies import KeyText, SignatureText, body
from protocol.wire.digests import CommunityId, MemberId
from protocol.wire.keys import PublicKey, read_public_key, verify
from protocol.wire.text import b64url_decode

MOST_KEYS: Final = 8


@body
class KeyAdded:
    """A member speaks with one key more; `proof` is by that key."""

    key: KeyText
    proof: SignatureText


@body
class KeyDropped:
    """One of a member's keys speaks no more."""

    key: KeyText


def device_text(ledger: CommunityId, member: str, key: PublicKey) -> bytes:
    """What a new key signs to belong to a member: it is held, and meant for her and no other."""
    return f"acuerdo/device/1\n{ledger}\n{member}\n{key.text}\n".encode()


def check_added(membership: Membership, act: Act[KeyAdded]) -> None:
    """A key that nobody ever had, whose holder agrees, and not one too many.

    Raises:
        Refused: The key is known already, or she has as many as she may.
        Unauthentic: The proof does not verify.
    """
    key = read_public_key(act.body.key)
    require_fresh(membership, key)
    if len(membership.members[MemberId(act.speaker)].keys) >= MOST_KEYS:
        raise Refused("keys-many", f"a member has at most {MOST_KEYS} keys: drop one first")
    verify(key, b64url_decode(act.body.proof), device_text(act.ledger, act.speaker, key))


def apply_added(membership: Membership, act: Act[KeyAdded]) -> None:
    """It is hers from this entry on; no electorate changes."""
    member = membership.members[MemberId(act.speaker)]
    key = read_public_key(act.body.key)
    membership.holders[key.text] = member.id
    membership.members[member.id] = replace(member, keys=(*member.keys, key))


def check_dropped(membership: Membership, act: Act[KeyDropped]) -> None:
    """One of her own keys, but not the last.

    Raises:
        Refused: It is not hers, or she would have none.
    """
    if membership.holders.get(act.body.key) != act.speaker:
        raise Refused("key-not-yours", "this is none of your keys")
    if len(membership.members[MemberId(act.speaker)].keys) == 1:
        raise Refused("key-last", "this is your only key: add another one first, or leave")


def apply_dropped(membership: Membership, act: Act[KeyDropped]) -> None:
    """It speaks no more, and never will again."""
    member = membership.members[MemberId(act.speaker)]
    key = read_public_key(act.body.key)
    del membership.holders[key.text]
    membership.retired.add(key.text)
    left = tuple(one for one in member.keys if one != key)
    membership.members[member.id] = replace(member, keys=left)
