"""Random histories: whatever people and a faulty node do, the book is what the entries say."""

import pickle

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from protocol.community.devices import MOST_KEYS
from protocol.community.members import Standing
from protocol.decisions.proposal import State
from protocol.errors import ProtocolError
from protocol.wire.digests import MemberId
from tests.protocol import joint_bodies as joint
from tests.protocol.book.readers import forgetting, joint_acts, outsider, partner, structure_of
from tests.protocol.book.rooms import CHOICE, LENIENT, PEOPLE, PERSON, PICK, SOMEBODY, Rooms
from tests.protocol.kinds.histories import ELSEWHERE, FEDERATION, adopting
from tests.protocol.ledgers import (
    START,
    VOICE,
    Body,
    charter,
    found,
    key,
    replay,
    room,
    terms,
)

HOME = st.sampled_from((None, "house-1", "house-2"))
TOPIC = st.sampled_from(("general", "homes"))


def rules(audience: str, sponsors: int, unit: str) -> Body:
    return charter(
        audience,
        sponsors=sponsors,
        confirmations=2,
        general=terms("consensus", voting_s=60),
        homes=terms("majority", unit=unit, voting_s=60, early=False),
        assembly=room(witnesses=1, contest_s=30, contests=2),
    )


class Village(Rooms):
    """Members act at random, some of it nonsense; sometimes the node skips its own door."""

    @initialize(
        audience=st.sampled_from(("community", "public")),
        sponsors=st.integers(1, 2),
        unit=st.sampled_from(("person", "household")),
        size=st.integers(2, 4),
    )
    def begin(self, audience: str, sponsors: int, unit: str, size: int) -> None:
        homes = {"Alice": "house-1", "Ana": "house-1", "Bento": "house-2"}
        wanted = rules(audience, sponsors, unit)
        self.ledger = found(*PEOPLE[:size], rules=wanted, households=homes)

    # --- people come and go -------------------------------------------------------------------

    @rule(author=SOMEBODY, newcomer=PERSON, home=HOME, until=st.integers(-5, 500), force=LENIENT)
    def invite(self, author: int, newcomer: str, home: str | None, until: int, force: bool) -> None:
        body: Body = {
            "invitation": key(f"for {newcomer}").public.text,
            "household": home,
            "until": START + until,
        }
        self.say("member/invite", body, author, force=force)

    @rule(newcomer=PERSON, invited=PERSON, force=LENIENT)
    def join(self, newcomer: str, invited: str, force: bool) -> None:
        body = self.ledger.joining(newcomer, f"for {invited}")
        self.say("member/join", body, newcomer, force=force)

    @rule(author=SOMEBODY, number=PICK, force=LENIENT)
    def sponsor(self, author: int, number: int, force: bool) -> None:
        member = self.pick(self.ledger.book.membership.members, number)
        self.say("member/sponsor", {"member": member}, author, force=force)

    @rule(author=SOMEBODY, force=LENIENT)
    def leave(self, author: int, force: bool) -> None:
        self.say("member/leave", {}, author, force=force)

    @rule(author=SOMEBODY, home=HOME, force=LENIENT)
    def move(self, author: int, home: str | None, force: bool) -> None:
        self.say("household/move", {"household": home}, author, force=force)

    @rule(author=SOMEBODY, number=PICK, force=LENIENT)
    def welcome(self, author: int, number: int, force: bool) -> None:
        wishes = self.ledger.book.membership.wishes
        member = self.pick(wishes, number)
        body: Body = {"member": member, "household": wishes.get(MemberId(member), "house-2")}
        self.say("household/welcome", body, author, force=force)

    @rule(author=SOMEBODY, number=PICK, phone=PERSON, force=LENIENT)
    def replace_key(self, author: int, number: int, phone: str, force: bool) -> None:
        member = self.pick(self.ledger.book.membership.members, number)
        body: Body = {"member": member, "key": key(phone).public.text}
        self.say("member/replace", body, author, force=force)

    @rule(author=SOMEBODY, phone=PERSON, owner=PERSON, force=LENIENT)
    def add_key(self, author: int, phone: str, owner: str, force: bool) -> None:
        """Mostly her own doing; at times a proof that was meant for another member."""
        name = self.name_of(author)
        meant = owner if author > 8 else name
        if self.speaks_as(meant) not in ("", "voice"):
            self.say("member/add-key", self.ledger.adding(meant, phone), name, force=force)

    @rule(author=SOMEBODY, phone=PERSON, force=LENIENT)
    def drop_key(self, author: int, phone: str, force: bool) -> None:
        self.say("member/drop-key", {"key": key(phone).public.text}, author, force=force)

    @rule(author=SOMEBODY, name=st.sampled_from(("A", "B")))
    def call_oneself(self, author: int, name: str) -> None:
        self.say("member/profile", {"name": name}, author, to="community")

    # --- they decide --------------------------------------------------------------------------

    @rule(author=SOMEBODY, topic=TOPIC, force=LENIENT)
    def draft(self, author: int, topic: str, force: bool) -> None:
        self.publish(author)
        text = self.pick(self.ledger.book.said, -1)
        body: Body = {"type": topic, "text": text, "subject": None}
        self.say("proposal/draft", body, author, force=force)

    @rule(author=SOMEBODY, number=PICK, force=LENIENT)
    def comment(self, author: int, number: int, force: bool) -> None:
        proposal = self.pick(self.proposals, number)
        body: Body = {"proposal": proposal, "replies_to": None, "text": {"en": "Why?"}}
        self.say("discussion/comment", body, author, force=force, to="community")

    @rule(author=SOMEBODY, number=PICK, base=st.integers(1, 3), force=LENIENT)
    def amend(self, author: int, number: int, base: int, force: bool) -> None:
        text = self.pick(self.ledger.book.said, number)
        proposal = self.pick(self.proposals, number)
        body: Body = {"proposal": proposal, "base": base, "text": text}
        self.say("amendment/propose", body, author, force=force)

    @precondition(lambda self: self.proposals)
    @rule(number=PICK)
    def improve(self, number: int) -> None:
        """An amendment that its proposal's author takes at once."""
        proposal = self.ledger.proposal(self.pick(self.proposals, number))
        names = [name for name in PEOPLE if self.speaks_as(name) == proposal.author]
        if names:
            self.publish(0)
            text = self.pick(self.ledger.book.said, -1)
            body: Body = {"proposal": proposal.id, "base": proposal.version, "text": text}
            self.say("amendment/propose", body, 1)
            change = self.pick(self.ledger.book.amendments, -1)
            self.say("amendment/accept", {"amendment": change}, names[0])

    @rule(
        author=SOMEBODY,
        number=PICK,
        how=st.sampled_from(("accept", "decline", "withdraw")),
        force=LENIENT,
    )
    def answer(self, author: int, number: int, how: str, force: bool) -> None:
        amendment = self.pick(self.ledger.book.amendments, number)
        self.say(f"amendment/{how}", {"amendment": amendment}, author, force=force)

    @precondition(lambda self: self.proposals)
    @rule(number=PICK, author=SOMEBODY, honest=st.booleans(), force=LENIENT)
    def open(self, number: int, author: int, honest: bool, force: bool) -> None:
        proposal = self.ledger.proposal(self.pick(self.proposals, number))
        names = [name for name in (*PEOPLE, VOICE) if self.speaks_as(name) == proposal.author]
        who = names[0] if names and honest else self.name_of(author)
        self.say("proposal/open", self.ledger.opening(proposal.id), who, force=force)

    @precondition(lambda self: self.proposals)
    @rule(number=PICK, choices=st.lists(CHOICE, min_size=1, max_size=6))
    def meet(self, number: int, choices: list[str]) -> None:
        """The assembly sits together: each says something."""
        proposal = self.pick(self.proposals, number)
        for place, name in enumerate(PEOPLE):
            body: Body = {"proposal": proposal, "choice": choices[place % len(choices)]}
            self.say("position/take", body | {"reason": None}, name)

    @rule(author=SOMEBODY, number=PICK, choice=CHOICE, reason=PICK, force=LENIENT)
    def take(self, author: int, number: int, choice: str, reason: int, force: bool) -> None:
        said = self.pick(self.ledger.book.said, reason) if reason else None
        proposal = self.pick(self.proposals, number)
        body: Body = {"proposal": proposal, "choice": choice, "reason": said}
        self.say("position/take", body, author, force=force)

    @rule(topic=TOPIC, choices=st.lists(CHOICE, min_size=1, max_size=6), seconds=PICK)
    def decide(self, topic: str, choices: list[str], seconds: int) -> None:
        """A whole decision, from draft to close, in one evening."""
        known = len(self.proposals)
        self.draft(0, topic, force=False)
        if len(self.proposals) > known:
            self.open(-1, 0, honest=True, force=False)
            self.meet(-1, choices)
            self.ledger.now += 20 * seconds
            self.close(-1, lie=False, force=False)

    @precondition(lambda self: self.proposals)
    @rule(number=PICK, lie=st.booleans(), force=LENIENT)
    def close(self, number: int, lie: bool, force: bool) -> None:
        proposal = self.pick(self.proposals, number)
        try:
            body = self.ledger.closing(proposal)
        except ProtocolError:
            return
        outcome = body["outcome"]
        assert isinstance(outcome, dict)
        if lie:
            body["outcome"] = outcome | {"verdict": "adopted", "ground": "consent"}
        self.say("proposal/close", body, VOICE, force=force)

    @precondition(lambda self: self.proposals)
    @rule(number=PICK, author=SOMEBODY, force=LENIENT)
    def withdraw(self, number: int, author: int, force: bool) -> None:
        body: Body = {"proposal": self.pick(self.proposals, number)}
        self.say("proposal/withdraw", body, author, force=force)

    @rule(author=SOMEBODY, number=PICK, anew=st.booleans(), force=LENIENT)
    def convene(self, author: int, number: int, anew: bool, force: bool) -> None:
        calls = self.ledger.book.assemblies.calls
        body: Body = {
            "text": self.pick(self.ledger.book.said, number),
            "starts_at": self.ledger.now + 10,
            "agenda": [self.pick(self.proposals, number)],
            "replaces": self.pick(calls, number) if anew else None,
        }
        self.say("assembly/convene", body, author, force=force)

    @precondition(lambda self: self.ledger.book.assemblies.calls)
    @rule(author=SOMEBODY, number=PICK, force=LENIENT)
    def cancel(self, author: int, number: int, force: bool) -> None:
        assembly = self.pick(self.ledger.book.assemblies.calls, number)
        self.say("assembly/cancel", {"assembly": assembly}, author, force=force)

    # --- the community, its node, and time ----------------------------------------------------

    @rule(author=SOMEBODY, index=st.integers(0, 60), force=LENIENT)
    def erase(self, author: int, index: int, force: bool) -> None:
        self.say("entry/erase", {"index": index}, author, force=force)

    @rule(
        version=st.integers(1, 3), audience=st.sampled_from(("community", "public")), force=LENIENT
    )
    def adopt(self, version: int, audience: str, force: bool) -> None:
        body = adopting(version, rules(audience, 1, "person"), None)
        self.say("charter/adopt", body, VOICE, force=force, to=audience)

    @rule(number=PICK, federation=st.sampled_from((FEDERATION, ELSEWHERE)), force=LENIENT)
    def federate(self, number: int, federation: str, force: bool) -> None:
        decision = self.pick(self.proposals, number)
        kinds: dict[str, Body] = {
            "federation/join": joint.joining(federation, decision),
            "federation/leave": joint.leaving(federation, decision),
            "federation/propose": joint.proposing(federation),
            "federation/outcome": joint.final_outcome(ELSEWHERE),
            "closing/turn": {"proposal": ELSEWHERE, "round": number},
        }
        kind = self.pick(kinds, number)
        self.say(kind, kinds[kind], VOICE, force=force, to=f"federation:{federation}")

    @rule(name=st.sampled_from(("Aldea", "La Aldea")))
    def describe(self, name: str) -> None:
        body: Body = {"name": name, "languages": ["es"]}
        self.say("community/describe", body, VOICE, force=False, to="public")

    @rule(note=st.sampled_from((None, "https://roble.example")))
    def operate(self, note: str | None) -> None:
        body: Body = {"act": "peer-added", "note": note}
        self.say("operation/record", body, VOICE, force=False, to="community")

    @precondition(lambda self: len(self.ledger.book.identity.events) < 4)
    @rule()
    def rotate(self) -> None:
        number = len(self.ledger.book.identity.events)
        if self.ledger.force(self.ledger.rotate(number)) is None:
            self.ledger.voice = key(f"voice{number}")

    @rule(seconds=st.sampled_from((-1, 1, 30, 90)))
    def wait(self, seconds: int) -> None:
        self.ledger.now += seconds

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def keys_are_nobody_elses(self) -> None:
        membership = self.ledger.book.membership
        assert set(membership.holders).isdisjoint(membership.retired)
        active = [one for one in membership.members.values() if one.standing is Standing.ACTIVE]
        held = [
            (one.text, member.id)
            for member in membership.members.values()
            for one in member.keys
            if member.standing is not Standing.LEFT
        ]
        assert len(dict(held)) == len(held)
        assert membership.holders == dict(held)
        for member in active:
            assert 1 <= len(member.keys) <= MOST_KEYS

    @invariant()
    def nobody_is_counted_twice(self) -> None:
        for proposal in self.ledger.book.decisions.proposals.values():
            if proposal.frozen is None:
                assert not proposal.positions
                continue
            assert set(proposal.positions) <= set(proposal.frozen.electorate.voices)
            members = [one.member for one in proposal.positions.values()]
            assert len(set(members)) == len(members)
            assert proposal.frozen.version == proposal.version
            ended = proposal.state not in (State.OPEN, State.WITHDRAWN)
            assert (proposal.outcome is not None) == ended

    def teardown(self) -> None:
        ledger = self.ledger
        assert replay(ledger) == ledger.book
        assert pickle.loads(pickle.dumps(ledger.book)) == ledger.book  # noqa: S301 - our own
        assert structure_of(forgetting(ledger)) == structure_of(ledger.book)
        theirs = replay(ledger, partner)
        assert joint_acts(theirs, FEDERATION) == joint_acts(ledger.book, FEDERATION)
        assert theirs.identity == ledger.book.identity
        for book in (theirs, replay(ledger, outsider)):
            if ledger.audience == "public":
                assert set(book.membership.members) == set(ledger.book.membership.members)
                assert book.charters == ledger.book.charters
            else:
                assert not book.membership.members
                assert not book.decisions.proposals


TestVillage = Village.TestCase
TestVillage.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
