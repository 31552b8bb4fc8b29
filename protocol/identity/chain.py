"""A community's key chain: inception, then rotations. Spec: docs/spec/identity.md.

The community's id is the id of its inception message. Each event names the hot keys (one
key for each role) and commits to the *next* root key by hash; only a message signed by
that key can rotate. A root key signs exactly one event, so a thief of every hot key still
cannot take the identity. The chain is served and verified before the ledger that its keys
sign; its events stand in the ledger as well, at the index from which the keys hold.
"""

from dataclasses import dataclass
from typing import Literal

from protocol.errors import Inconsistent, Malformed, Unauthentic
from protocol.wire.bodies import Count, Hex32, KeyText, Seconds, body, body_json, read_body
from protocol.wire.digests import CommunityId, MessageId, sha256
from protocol.wire.keys import PrivateKey, PublicKey, read_public_key
from protocol.wire.limits import MAX_CHAIN_EVENTS
from protocol.wire.message import Message, open_message, write_message

INCEPTION = "identity/inception"
ROTATE = "identity/rotate"
Role = Literal["log", "witness", "voice"]


@body
class Inception:
    """The first event: the keys of a new community, signed by `root`."""

    root: KeyText
    log: KeyText
    witness: KeyText
    voice: KeyText
    next: Hex32
    created: Seconds


@body
class Rotation:
    """New keys from ledger size `size` on, signed by the root key that the last event promised."""

    previous: Hex32
    root: KeyText
    log: KeyText
    witness: KeyText
    voice: KeyText
    next: Hex32
    size: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The keys in force from ledger size `since` on."""

    event: MessageId
    since: int
    log: PublicKey
    witness: PublicKey
    voice: PublicKey
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A verified key chain; never empty."""

    community: CommunityId
    events: tuple[Message, ...]
    keysets: tuple[KeySet, ...]

    @property
    def current(self) -> KeySet:
        """The newest keys."""
        return self.keysets[-1]

    def keys_at(self, size: int) -> KeySet:
        """The keys that sign a head of `size` entries."""
        held = self.keysets[0]
        for keyset in self.keysets[1:]:
            if keyset.since < size:
                held = keyset
        return held

    def log_key(self, size: int) -> PublicKey:
        """The key that signs the checkpoint of that size."""
        return self.keys_at(size).log

    def witness_keys(self) -> tuple[PublicKey, ...]:
        """Every key this community ever cosigned with, newest first."""
        return tuple(keyset.witness for keyset in reversed(self.keysets))

    def is_voice(self, key: PublicKey) -> bool:
        """Whether `key` speaks, or ever spoke, in the community's name."""
        return any(key == keyset.voice for keyset in self.keysets)


def commitment(root: PublicKey) -> str:
    """The digest by which an event promises the next root key."""
    return sha256(root.raw).hex()


def write_inception(
    root: PrivateKey,
    *,
    log: PublicKey,
    witness: PublicKey,
    voice: PublicKey,
    next_root: PublicKey,
    created: int,
    nonce: bytes,
) -> bytes:
    """The inception message of a new community; its id becomes the community's id."""
    inception = Inception(
        root=root.public.text,
        log=log.text,
        witness=witness.text,
        voice=voice.text,
        next=commitment(next_root),
        created=created,
    )
    return write_message(
        root,
        ledger=CommunityId(""),
        kind=INCEPTION,
        audience="public",
        nonce=nonce,
        body=body_json(inception),
    )


def write_rotation(
    root: PrivateKey,
    chain: Chain,
    *,
    log: PublicKey,
    witness: PublicKey,
    voice: PublicKey,
    next_root: PublicKey,
    size: int,
    nonce: bytes,
) -> bytes:
    """The rotation that puts new keys in force at ledger index `size`."""
    rotation = Rotation(
        previous=chain.current.event,
        root=root.public.text,
        log=log.text,
        witness=witness.text,
        voice=voice.text,
        next=commitment(next_root),
        size=size,
    )
    return write_message(
        root,
        ledger=chain.community,
        kind=ROTATE,
        audience="public",
        nonce=nonce,
        body=body_json(rotation),
    )


def open_chain(raws: tuple[bytes, ...]) -> Chain:
    """Verify a chain from its messages, first to last.

    Raises:
        Malformed: An event cannot be read, or the chain is empty or over the limit.
        Unauthentic: An event is not signed by the root key that it must be signed by.
        Inconsistent: An event does not follow from the one before.
    """
    if not 0 < len(raws) <= MAX_CHAIN_EVENTS:
        raise Malformed("chain-length", f"a key chain has 1 to {MAX_CHAIN_EVENTS} events")
    chain = _begin(open_message(raws[0]))
    for raw in raws[1:]:
        chain = extend_chain(chain, open_message(raw))
    return chain


def _begin(message: Message) -> Chain:
    if message.kind != INCEPTION or message.ledger != "" or message.audience != "public":
        raise Inconsistent("chain-start", "a key chain starts with a public inception")
    inception = read_body(Inception, message.body)
    if read_public_key(inception.root) != message.author:
        raise Unauthentic("chain-root", "the inception is not signed by its own root key")
    first = KeySet(
        event=message.id,
        since=0,
        next=inception.next,
        log=read_public_key(inception.log),
        witness=read_public_key(inception.witness),
        voice=read_public_key(inception.voice),
    )
    _require_roles(message.author, first, ())
    return Chain(community=CommunityId(message.id), events=(message,), keysets=(first,))


def extend_chain(chain: Chain, message: Message) -> Chain:
    """The chain with one rotation more; the caller has checked the message's signature.

    Raises:
        Malformed: The chain is as long as a chain may be.
        Inconsistent: The event does not follow the last one.
        Unauthentic: Its signer is not the key that the last event committed to.
    """
    if len(chain.events) >= MAX_CHAIN_EVENTS:
        raise Malformed("chain-length", f"a key chain has 1 to {MAX_CHAIN_EVENTS} events")
    if message.kind != ROTATE or message.ledger != chain.community or message.audience != "public":
        raise Inconsistent("chain-event", "only a public rotation of this community can follow")
    rotation = read_body(Rotation, message.body)
    if rotation.previous != chain.current.event:
        raise Inconsistent("chain-previous", "the rotation does not follow the last event")
    if rotation.size <= chain.current.since:
        raise Inconsistent("chain-size", "rotations stand at growing ledger sizes")
    if rotation.root != message.author.text or commitment(message.author) != chain.current.next:
        raise Unauthentic("chain-root", "the rotation is not signed by the promised root key")
    keys = KeySet(
        event=message.id,
        since=rotation.size,
        next=rotation.next,
        log=read_public_key(rotation.log),
        witness=read_public_key(rotation.witness),
        voice=read_public_key(rotation.voice),
    )
    _require_roles(message.author, keys, chain.keysets)
    return Chain(
        community=chain.community,
        events=(*chain.events, message),
        keysets=(*chain.keysets, keys),
    )


def _require_roles(root: PublicKey, keys: KeySet, before: tuple[KeySet, ...]) -> None:
    """A role, a key; and the promised key is one that nobody can have stolen or seen yet."""
    if len({root.raw, keys.log.raw, keys.witness.raw, keys.voice.raw}) != 4:
        raise Unauthentic("chain-roles", "each role needs a key of its own")
    known = {commitment(key) for key in (root, keys.log, keys.witness, keys.voice)}
    if keys.next in known or any(keys.next == keyset.next for keyset in before):
        raise Unauthentic("chain-next", "the promised key must be one that was never used")


def same_or_longer(held: Chain, offered: Chain) -> Chain:
    """The longer of two chains of one community.

    Raises:
        Inconsistent: They part: two rotations of one event exist.
    """
    for ours, theirs in zip(held.events, offered.events, strict=False):
        if ours.id != theirs.id:
            raise Inconsistent("chain-fork", "two key chains of one community contradict")
    return offered if len(offered.events) > len(held.events) else held
