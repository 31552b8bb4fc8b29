"""Communities with real keys and real ledgers, for tests that need some.

A `Community` is what a node's journal would have written, without the node: every entry is
signed, salted, checked by the book's own rules, and every head that is asked for is signed.
All keys, salts and nonces follow from the name, so that a test is the same every time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from protocol.book import Book
from protocol.fold import admit, apply, read_act
from protocol.identity.chain import Chain, open_chain, write_inception, write_rotation
from protocol.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint
from protocol.ledger.cosignature import add_cosignatures, cosign
from protocol.ledger.entry import leaf_hash, write_entry
from protocol.ledger.merkle import Tree
from protocol.replication.bundle import Item, Section, join_bundle, write_section
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import open_message, read_message, write_message

FOUNDED = 1_800_000_000


def charter(audience: str = "public") -> dict[str, JsonValue]:
    """A charter that lets members decide by consent within a day."""
    terms: dict[str, JsonValue] = {
        "rule": {"method": "consent", "max_objections": 0},
        "unit": "person",
        "quorum": {"num": 1, "den": 2},
        "discussion_s": 0,
        "voting_s": 86_400,
        "early": True,
    }
    return {
        "audience": audience,
        "admission": {"sponsors": 1},
        "recovery": {"confirmations": 2},
        "decisions": {"general": terms},
    }


def terms_of_a_federation() -> dict[str, JsonValue]:
    return {
        "rule": {"method": "consent", "max_objections": 0},
        "quorum": {"num": 1, "den": 2},
    }


@dataclass
class Chance:
    """Bytes that look random and follow from a name."""

    name: str
    drawn: int = 0

    def bytes(self, count: int) -> bytes:
        parts = []
        for _ in range(0, count, 32):
            self.drawn += 1
            parts.append(sha256(f"{self.name}/{self.drawn}".encode()).digest())
        return b"".join(parts)[:count]


@dataclass
class Keys:
    """A community's keys; `next` is the root key that the last event promised."""

    root: PrivateKey
    log: PrivateKey
    witness: PrivateKey
    voice: PrivateKey
    next: PrivateKey
    seeds: tuple[bytes, bytes, bytes]

    @classmethod
    def drawn(cls, chance: Chance) -> "Keys":
        root, log, witness, voice, following = (chance.bytes(32) for _ in range(5))
        return cls(
            root=PrivateKey.from_seed(root),
            log=PrivateKey.from_seed(log),
            witness=PrivateKey.from_seed(witness),
            voice=PrivateKey.from_seed(voice),
            next=PrivateKey.from_seed(following),
            seeds=(log, witness, voice),
        )


@dataclass
class Community:
    """One community: keys, members' keys, ledger."""

    name: str
    chance: Chance
    keys: Keys
    chain: Chain
    book: Book
    now: int = FOUNDED
    entries: list[bytes] = field(default_factory=list)
    audiences: list[str] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    members: list[PrivateKey] = field(default_factory=list)

    @property
    def id(self) -> CommunityId:
        return self.chain.community

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def leaves(self) -> list[bytes]:
        return [self.tree.leaf(index) for index in range(self.size)]

    # --- writing ---------------------------------------------------------------------------

    def append(self, raw: bytes, *, checked: bool = True) -> int:
        """Append a message; without `checked`, as a hostile node might."""
        index = self.size
        entry = write_entry(
            index=index, received=self.now, salt=self.chance.bytes(16), message_raw=raw
        )
        leaf = leaf_hash(entry)
        message = open_message(raw)
        if checked:
            act = read_act(self.book, message, index=index, received=self.now, leaf=leaf)
            admit(self.book, act)
            self.book.size += 1
            apply(self.book, act)
        else:
            self.book.size += 1
        self.put(entry, message.audience)
        return index

    def put(self, entry: bytes, audience: str = "public") -> None:
        """Append bytes of any sort, as a hostile node might."""
        self.entries.append(entry)
        self.audiences.append(audience)
        self.tree.append(leaf_hash(entry))

    def write(
        self, key: PrivateKey, kind: str, audience: str, body: Mapping[str, JsonValue]
    ) -> bytes:
        """A message for this ledger, not appended."""
        nonce = self.chance.bytes(16)
        return write_message(
            key, ledger=self.id, kind=kind, audience=audience, nonce=nonce, body=body
        )

    def speak(self, kind: str, audience: str, body: Mapping[str, JsonValue]) -> MessageId:
        """Append something in the community's own name; the message's id."""
        raw = self.write(self.keys.voice, kind, audience, body)
        self.append(raw)
        return read_message(raw).id

    def say(
        self, member: int, kind: str, audience: str, body: Mapping[str, JsonValue]
    ) -> MessageId:
        """Append a member's message; its id."""
        raw = self.write(self.members[member], kind, audience, body)
        self.append(raw)
        return read_message(raw).id

    def publish(self, words: str = "Hello.", audience: str = "public") -> MessageId:
        """Append a text of the community."""
        body: dict[str, JsonValue] = {"title": {"en": "A text"}, "texts": {"en": words}}
        return self.speak("text/publish", audience, body)

    def fill(self, count: int, audience: str = "public") -> None:
        """Append so many texts, without the cost of checking each."""
        for number in range(count):
            words: dict[str, JsonValue] = {"en": f"Text number {number} of {self.name}."}
            body: dict[str, JsonValue] = {"title": {"en": "A text"}, "texts": words}
            raw = self.write(self.keys.voice, "text/publish", audience, body)
            self.append(raw, checked=False)

    def compact(self, others: "Iterable[Community]") -> MessageId:
        """Append a compact with others; the federation's id."""
        text = self.say(0, "text/publish", "public", {"title": {"en": "C"}, "texts": {"en": "C"}})
        body: dict[str, JsonValue] = {
            "text": text,
            "communities": [self.id, *(other.id for other in others)],
            "terms": terms_of_a_federation(),
            "closers": None,
            "window_s": 60,
            "round_s": 60,
        }
        return self.say(0, "federation/compact", "public", body)

    def rotate(self) -> None:
        """Append a rotation to fresh keys; the old hot keys count no more."""
        fresh = Keys.drawn(self.chance)
        raw = write_rotation(
            self.keys.next,
            self.chain,
            log=fresh.log.public,
            witness=fresh.witness.public,
            voice=fresh.voice.public,
            next_root=fresh.next.public,
            size=self.size,
            nonce=self.chance.bytes(16),
        )
        self.append(raw)
        self.keys = fresh
        self.chain = open_chain((*(event.raw for event in self.chain.events), raw))

    # --- heads and bundles -----------------------------------------------------------------

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        at = self.size if size is None else size
        return Checkpoint(origin_of(self.id), at, self.tree.root(at))

    def head(self, size: int | None = None, *, by: "Sequence[Community]" = ()) -> bytes:
        """A signed head, cosigned by these communities."""
        note = sign_checkpoint(self.keys.log, self.checkpoint(size))
        return add_cosignatures(note, [one.cosign(self, size) for one in by]) if by else note

    def cosign(self, other: "Community", size: int | None = None) -> bytes:
        """Our witness's line under another's head."""
        return cosign(self.keys.witness, self.id, other.checkpoint(size), self.now)

    def section(
        self,
        start: int = 0,
        stop: int | None = None,
        *,
        heads: Sequence[bytes] = (),
        covering: int | None = None,
        hide: Iterable[str] = (),
    ) -> Section:
        """Part of the ledger under a head; entries of hidden audiences go as hashes."""
        end = self.size if stop is None else stop
        cover = max(end, self.size if covering is None else covering)
        hidden = frozenset(hide)
        items = [
            Item(
                self.tree.leaf(index),
                None if self.audiences[index] in hidden else self.entries[index],
            )
            for index in range(start, end)
        ]
        return Section(
            ledger=self.id,
            chain=tuple(event.raw for event in self.chain.events),
            heads=tuple(heads) or (self.head(cover),),
            start=start,
            items=items,
            proof=self.tree.consistency(end, cover) if cover > end else (),
        )

    def bundle(self, start: int = 0, stop: int | None = None, **options: object) -> bytes:
        """A bundle with one section."""
        return bundle_of(self.section(start, stop, **options))  # type: ignore[arg-type]

    def twin(self) -> "Community":
        """The same community restored from a backup: it will write another history."""
        other = found(self.name, len(self.members), audience=self.book.charters.current.audience)
        other.entries, other.audiences = list(self.entries), list(self.audiences)
        other.tree = Tree(self.leaves)
        other.book.size = self.size
        other.chance.name += "/restored"
        return other


def bundle_of(*sections: Section) -> bytes:
    """A bundle with these sections."""
    return join_bundle(write_section(section) for section in sections)


def found(name: str, members: int = 3, *, audience: str = "public") -> Community:
    """A community with a charter and founding members."""
    chance = Chance(name)
    keys = Keys.drawn(chance)
    inception = write_inception(
        keys.root,
        log=keys.log.public,
        witness=keys.witness.public,
        voice=keys.voice.public,
        next_root=keys.next.public,
        created=FOUNDED,
        nonce=chance.bytes(16),
    )
    chain = open_chain((inception,))
    made = Community(name, chance, keys, chain, Book(ledger=chain.community))
    made.append(inception)
    made.speak("community/describe", "public", {"name": name, "languages": ["en"]})
    adoption: dict[str, JsonValue] = {
        "version": 1,
        "charter": charter(audience),
        "decision": None,
    }
    made.speak("charter/adopt", audience, adoption)
    for _ in range(members):
        key = PrivateKey.from_seed(chance.bytes(32))
        made.members.append(key)
        made.speak("member/found", audience, {"key": key.public.text, "household": None})
    return made


class Village:
    """Several communities, by name."""

    def __init__(self, *names: str, members: int = 2) -> None:
        self.communities = {name: found(name, members) for name in names}

    def __getitem__(self, name: str) -> Community:
        return self.communities[name]

    def __iter__(self) -> Iterator[Community]:
        return iter(self.communities.values())
