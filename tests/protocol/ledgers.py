"""A community in memory, for stories: keys from seeds, entries kept as bytes, one book.

    village = found("Alice", "Bento", "Carla")
    text = village.publish("Alice", "A well by the school")
    well = village.draft("Alice", text)
    village.open(well)
    village.take("Bento", well, "agree")

Whatever is said goes the whole road: signed message, door, entry, fold. Nothing here looks
at a clock or rolls dice.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from protocol.book import Book
from protocol.community.devices import device_text
from protocol.community.members import Member, invitation_text
from protocol.decisions.closing import outcome_of
from protocol.decisions.proposal import Proposal
from protocol.errors import ProtocolError
from protocol.fold import admit, advance, apply, read_act
from protocol.identity.chain import Chain, write_inception, write_rotation
from protocol.ledger.entry import leaf_hash, write_entry
from protocol.wire.bodies import body_json
from protocol.wire.digests import CommunityId, MemberId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import Message, open_message, write_message
from protocol.wire.text import b64url_encode

START = 1_800_000_000
VOICE = "the community"
Body = dict[str, JsonValue]


def key(name: str) -> PrivateKey:
    """The key of a name, the same in every test."""
    return PrivateKey.from_seed(hashlib.sha256(name.encode()).digest())


def nonce(number: int) -> bytes:
    """Sixteen bytes that no other number has."""
    return number.to_bytes(16)


def terms(method: str = "majority", **changed: JsonValue) -> Body:
    """The terms of one type of decision."""
    rules: dict[str, Body] = {
        "majority": {
            "method": "majority",
            "threshold": {"num": 1, "den": 2},
            "of": "cast",
            "strict": True,
        },
        "consensus": {"method": "consensus", "agree": {"num": 2, "den": 3}},
        "consent": {"method": "consent"},
    }
    plain: Body = {
        "rule": rules[method],
        "unit": "person",
        "quorum": {"num": 1, "den": 2},
        "discussion_s": 0,
        "voting_s": 3_600,
        "early": True,
    }
    return plain | changed


def charter(
    audience: str = "community",
    sponsors: int = 1,
    confirmations: int = 2,
    assembly: Body | None = None,
    **decisions: Body,
) -> Body:
    """A charter; `general` decides by consensus unless the test says otherwise."""
    types: dict[str, JsonValue] = {"general": terms("consensus")}
    types.update(decisions)
    plain: Body = {
        "audience": audience,
        "admission": {"sponsors": sponsors},
        "recovery": {"confirmations": confirmations},
        "decisions": types,
    }
    return plain if assembly is None else plain | {"assembly": assembly}


def room(witnesses: int = 1, contest_s: int = 600, contests: int = 2) -> Body:
    """What minutes of an assembly need to count."""
    return {"witnesses": witnesses, "contest_s": contest_s, "contests": contests}


@dataclass(kw_only=True)
class Ledger:
    """One community's ledger as its own node holds it."""

    root: PrivateKey
    book: Book
    raws: list[bytes] = field(default_factory=list)
    now: int = START
    people: dict[str, PrivateKey] = field(default_factory=dict)
    voice: PrivateKey = field(default_factory=lambda: key("voice"))
    audience: str = "community"
    marks: dict[str, str] = field(default_factory=dict)
    _said: int = 0

    @property
    def id(self) -> CommunityId:
        return self.book.ledger

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(raw) for raw in self.raws]

    def member(self, name: str) -> Member:
        """Who holds the key of that name now."""
        found = self.book.membership.by_key(self.signer(name).public)
        assert found is not None, f"{name} is no member"
        return found

    def signer(self, author: str) -> PrivateKey:
        return self.voice if author == VOICE else self.people.get(author, key(author))

    def write(self, kind: str, body: Body, author: str, audience: str | None = None) -> bytes:
        """A signed message for this ledger, not yet said."""
        self._said += 1
        return write_message(
            self.signer(author),
            ledger=self.id,
            kind=kind,
            audience=self.audience if audience is None else audience,
            nonce=nonce(self._said),
            body=body,
        )

    def submit(self, raw: bytes) -> MessageId:
        """Through the door: verified, admitted, written, folded; a refusal changes nothing."""
        message = open_message(raw)
        entry = self.entry(raw)
        act = read_act(
            self.book, message, index=self.book.size, received=self.now, leaf=leaf_hash(entry)
        )
        admit(self.book, act)
        self.raws.append(entry)
        self.book.size += 1
        apply(self.book, act)
        return message.id

    def entry(self, raw: bytes) -> bytes:
        """The message at the next place."""
        return write_entry(
            index=self.book.size,
            received=self.now,
            salt=hashlib.sha256(b"salt%d" % self.book.size).digest()[:16],
            message_raw=raw,
        )

    def force(self, raw: bytes) -> str | None:
        """Past the door: what a faulty node writes. The code if the entry is void."""
        entry = self.entry(raw)
        self.raws.append(entry)
        return advance(self.book, entry, leaf_hash(entry))

    def say(self, kind: str, body: Body, author: str, audience: str | None = None) -> MessageId:
        """Sign and submit."""
        return self.submit(self.write(kind, body, author, audience))

    def refused(self, kind: str, body: Body, author: str, audience: str | None = None) -> str:
        """The code with which the door refuses; nothing may have changed."""
        before = (self.book.size, list(self.book.ids))
        try:
            self.say(kind, body, author, audience)
        except ProtocolError as problem:
            assert (self.book.size, list(self.book.ids)) == before
            return problem.code
        return "ok"

    def void(self, kind: str, body: Body, author: str, audience: str | None = None) -> str | None:
        """The code under which the fold counts it for nothing; the door is not asked."""
        return self.force(self.write(kind, body, author, audience))

    # --- what people do -----------------------------------------------------------------------

    def publish(self, author: str, title: str, audience: str = "community") -> MessageId:
        return self.say(
            "text/publish", {"title": {"en": title}, "texts": {"en": title}}, author, audience
        )

    def comment(self, author: str, proposal: str, text: str = "because") -> MessageId:
        body: Body = {"proposal": proposal, "replies_to": None, "text": {"en": text}}
        return self.say("discussion/comment", body, author, "community")

    def draft(
        self,
        author: str,
        text: str | None = None,
        *,
        topic: str = "general",
        subject: Body | None = None,
    ) -> MessageId:
        if text is None:
            text = self.publish(author, "a proposal")
        return self.say("proposal/draft", {"type": topic, "text": text, "subject": subject}, author)

    def opening(self, proposal: str, **changed: JsonValue) -> Body:
        """What its author would sign now to open it."""
        drafted = self.proposal(proposal)
        wanted = self.book.terms(drafted)
        electorate = self.book.electorate(drafted)
        plain: Body = {
            "proposal": proposal,
            "version": drafted.version,
            "text": drafted.text,
            "charter": self.book.charters.version,
            "closes_at": self.now + wanted.voting_s,
            "electorate": len(electorate),
            "electorate_root": electorate.root,
        }
        return plain | changed

    def open(self, author: str, proposal: str, **changed: JsonValue) -> MessageId:
        return self.say("proposal/open", self.opening(proposal, **changed), author)

    def take(self, author: str, proposal: str, choice: str, reason: str | None = None) -> MessageId:
        body: Body = {"proposal": proposal, "choice": choice, "reason": reason}
        return self.say("position/take", body, author)

    # --- what they do in a room ---------------------------------------------------------------

    def ids(self, *names: str) -> list[JsonValue]:
        return [self.member(name).id for name in names]

    def convening(self, text: str, *agenda: str, **changed: JsonValue) -> Body:
        plain: Body = {
            "text": text,
            "starts_at": self.now + 60,
            "agenda": list(agenda),
            "replaces": None,
        }
        return plain | changed

    def convene(self, author: str, *agenda: str, **changed: JsonValue) -> MessageId:
        text = self.publish(author, "Come to the school")
        return self.say("assembly/convene", self.convening(text, *agenda, **changed), author)

    def named(
        self, name: str, choice: str, helper: str | None = None, reason: str | None = None
    ) -> Body:
        """What one member said in the room."""
        return {
            "member": self.member(name).id,
            "choice": choice,
            "reason": reason,
            "helper": None if helper is None else self.member(helper).id,
        }

    def minutes(self, text: str, attendance: Iterable[str], *items: Body) -> Body:
        plain: Body = {
            "assembly": None,
            "text": text,
            "held_at": self.now,
            "ended_at": self.now,
            "attendance": self.ids(*attendance),
            "guests": 0,
            "items": list(items),
            "corrects": None,
        }
        return plain

    def record(
        self, author: str, attendance: Iterable[str], *items: Body, **changed: JsonValue
    ) -> MessageId:
        """Minutes by her; nobody has countersigned them yet."""
        text = self.publish(author, "Minutes")
        body = self.minutes(text, attendance, *items) | changed
        return self.say("assembly/minutes", body, author)

    def countersign(self, name: str, minutes: str) -> MessageId:
        return self.say("assembly/countersign", {"minutes": minutes}, name)

    def contest(self, name: str, minutes: str, reason: str | None = None) -> MessageId:
        return self.say("assembly/contest", {"minutes": minutes, "reason": reason}, name)

    def closing(self, proposal: str) -> Body:
        return {
            "proposal": proposal,
            "outcome": body_json(outcome_of(self.proposal(proposal), self.now)),
        }

    def close(self, proposal: str) -> MessageId:
        return self.say("proposal/close", self.closing(proposal), VOICE)

    def decide(
        self,
        author: str,
        *,
        topic: str = "general",
        subject: Body | None = None,
        choice: str = "agree",
    ) -> MessageId:
        """A proposal from draft to close on which everybody says the same."""
        proposal = self.draft(author, topic=topic, subject=subject)
        self.open(author, proposal)
        for name in list(self.people):
            one = self.book.membership.by_key(self.people[name].public)
            if one is not None and one.id in self.electorate(proposal):
                self.take(name, proposal, choice)
        self.close(proposal)
        return proposal

    def proposal(self, proposal: str) -> Proposal:
        return self.book.decisions.proposal(proposal)

    def electorate(self, proposal: str) -> Mapping[MemberId, str]:
        return self.book.electorate(self.proposal(proposal)).voice_of

    def invite(
        self, inviter: str, invitation: str, *, household: str | None = None, until: int = START * 2
    ) -> MessageId:
        body: Body = {
            "invitation": key(invitation).public.text,
            "household": household,
            "until": until,
        }
        return self.say("member/invite", body, inviter)

    def joining(self, newcomer: str, invitation: str) -> Body:
        proof = key(invitation).sign(invitation_text(self.id, self.signer(newcomer).public))
        return {"invitation": key(invitation).public.text, "proof": b64url_encode(proof)}

    def join(self, newcomer: str, invitation: str) -> MessageId:
        joined = self.say("member/join", self.joining(newcomer, invitation), newcomer)
        self.people[newcomer] = key(newcomer)
        return joined

    def adding(self, owner: str, device: str) -> Body:
        """What she signs so that a device of that name speaks for her."""
        proof = key(device).sign(device_text(self.id, self.member(owner).id, key(device).public))
        return {"key": key(device).public.text, "proof": b64url_encode(proof)}

    def add_key(self, owner: str, device: str) -> MessageId:
        return self.say("member/add-key", self.adding(owner, device), owner)

    def move(self, mover: str, household: str, *hosts: str) -> None:
        """She wishes to belong to a household, and these welcome her."""
        self.say("household/move", {"household": household}, mover)
        for host in hosts:
            self.welcome(host, mover, household)

    def welcome(self, host: str, mover: str, household: str) -> MessageId:
        body: Body = {"member": self.member(mover).id, "household": household}
        return self.say("household/welcome", body, host)

    def rotate(self, number: int = 1, **keys: PrivateKey) -> bytes:
        """The rotation that follows; the voice is a new one afterwards."""
        return rotation(self.book.identity, number, self.book.size, **keys)


def rotation(chain: Chain, number: int, size: int, **keys: PrivateKey) -> bytes:
    """Event `number` of the test's root keys."""
    return write_rotation(
        keys.get("root", key(f"root{number}")),
        chain,
        log=keys.get("log", key(f"log{number}")).public,
        witness=keys.get("witness", key(f"witness{number}")).public,
        voice=keys.get("voice", key(f"voice{number}")).public,
        next_root=keys.get("next", key(f"root{number + 1}")).public,
        size=size,
        nonce=nonce(1_000_000 + number),
    )


def inception(name: str = "", **keys: PrivateKey) -> bytes:
    """The inception of the community of that name."""
    return write_inception(
        keys.get("root", key(f"root0{name}")),
        log=keys.get("log", key("log")).public,
        witness=keys.get("witness", key("witness")).public,
        voice=keys.get("voice", key("voice")).public,
        next_root=keys.get("next", key("root1")).public,
        created=START,
        nonce=nonce(0),
    )


def item(proposal: str, *positions: Body, counts: Mapping[str, JsonValue] | None = None) -> Body:
    """What minutes say of one proposal."""
    hands: Body | None = None if counts is None else dict(counts)
    return {"proposal": proposal, "counts": hands, "positions": list(positions)}


def begin(name: str = "") -> Ledger:
    """A ledger with nothing but its inception."""
    raw = inception(name)
    ledger = Ledger(root=key(f"root0{name}"), book=Book(ledger=CommunityId(open_message(raw).id)))
    ledger.submit(raw)
    return ledger


def found(
    *names: str,
    rules: Body | None = None,
    households: Mapping[str, str] | None = None,
    name: str = "",
) -> Ledger:
    """A community with its charter and its founding members."""
    ledger = begin(name)
    rules = charter() if rules is None else rules
    ledger.audience = str(rules["audience"])
    ledger.say("charter/adopt", {"version": 1, "charter": rules, "decision": None}, VOICE)
    for person in names:
        ledger.people[person] = key(person)
        household = (households or {}).get(person)
        ledger.say("member/found", {"key": key(person).public.text, "household": household}, VOICE)
    return ledger


def replay(ledger: Ledger, sees: Callable[[Message], bool] = lambda _message: True) -> Book:
    """The book of a reader who sees only some of the entries."""
    book = Book(ledger=ledger.id)
    for raw in ledger.raws:
        visible = sees(open_message(_message_raw(raw)))
        advance(book, raw if visible else None, leaf_hash(raw))
    return book


def fold(ledger: CommunityId, raws: Iterable[bytes]) -> Book:
    """A book from entries alone."""
    book = Book(ledger=ledger)
    for raw in raws:
        advance(book, raw, leaf_hash(raw))
    return book


def _message_raw(entry: bytes) -> bytes:
    return entry[entry.index(b'"message":') + 10 : -1]
