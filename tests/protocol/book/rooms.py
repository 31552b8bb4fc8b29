"""What people do in a room, at random, and what holds of every count. Machines build on it."""

from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from protocol.decisions.closing import positions_root, tally_of
from protocol.errors import ProtocolError
from protocol.wire.bodies import body_json
from tests.protocol.book.recount import Recount
from tests.protocol.ledgers import VOICE, Body, Ledger, item, key

PEOPLE = ("Alice", "Ana", "Bento", "Carla", "Dora", "Eva")
PERSON = st.sampled_from(PEOPLE)
SOMEBODY = st.integers(0, 15)
"""Mostly one of the active members; now and then the community, a stranger, or anybody."""
CHOICE = st.sampled_from(("agree", "reservations", "aside", "disagree", "block", "abstain"))
PICK = st.integers(0, 5)
SPOKEN = st.sampled_from(("agree", "reservations", "aside", "abstain", "agree", "block"))
LENIENT = st.booleans()


class Rooms(RuleBasedStateMachine):
    """A village whose members meet, write minutes, sign and contest them."""

    ledger: Ledger

    def name_of(self, author: int) -> str:
        if author >= 12:
            return (VOICE, "Mallory", "Dora", "Eva")[author - 12]
        active = self.ledger.book.membership.active()
        held = {one.text for member in active for one in member.keys}
        names = [name for name in PEOPLE if key(name).public.text in held]
        return names[author % len(names)] if names else "Alice"

    def say(
        self, kind: str, body: Body, author: int | str, *, force: bool = False, to: str = ""
    ) -> None:
        name = self.name_of(author) if isinstance(author, int) else author
        raw = self.ledger.write(kind, body, name, to or None)
        if force:
            self.ledger.force(raw)
            return
        size = self.ledger.book.size
        try:
            self.ledger.submit(raw)
        except ProtocolError:
            assert self.ledger.book.size == size

    def pick(self, of: Iterable[str], number: int) -> str:
        known = list(of)
        return known[number % len(known)] if known else "0" * 64

    @property
    def proposals(self) -> list[str]:
        return list(self.ledger.book.decisions.proposals)

    def speaks_as(self, name: str) -> str:
        if name == VOICE:
            return "voice"
        member = self.ledger.book.membership.by_key(key(name).public)
        return "" if member is None else member.id

    @rule(author=SOMEBODY)
    def publish(self, author: int) -> None:
        text: Body = {"title": {"en": "A"}, "texts": {"en": "B"}}
        self.say("text/publish", text, author, to="community")

    @property
    def minutes(self) -> list[str]:
        return list(self.ledger.book.assemblies.minutes)

    @precondition(lambda self: self.proposals)
    @rule(
        number=st.integers(-2, 3),
        present=st.sets(st.integers(0, 5), min_size=3),
        named=st.dictionaries(st.integers(0, 5), SPOKEN, max_size=3),
        counts=st.dictionaries(SPOKEN, st.integers(0, 3), max_size=2),
        corrects=st.none() | PICK,
        ago=st.sampled_from((0, 0, 20)),
        witness=st.sampled_from((True, True, True, False)),
    )
    def assemble(
        self,
        number: int,
        present: set[int],
        named: dict[int, str],
        counts: dict[str, int],
        corrects: int | None,
        ago: int,
        witness: bool,
    ) -> None:
        """Some of the members meet; one writes it down, and mostly another one signs too."""
        everybody = [one.id for one in self.ledger.book.membership.active()]
        there = sorted({everybody[one % len(everybody)] for one in present}) if everybody else []
        names = [name for name in PEOPLE if self.speaks_as(name) in there]
        if not names:
            return
        said: list[Body] = [
            {"member": there[one % len(there)], "choice": choice, "reason": None, "helper": None}
            for one, choice in named.items()
        ]
        self.publish(0)
        body: Body = {
            "assembly": None,
            "text": self.pick(self.ledger.book.said, -1),
            "held_at": self.ledger.now - ago,
            "ended_at": self.ledger.now - ago,
            "attendance": list(there),
            "guests": 0,
            "items": [item(self.pick(self.proposals, number), *said, counts=counts)],
            "corrects": None if corrects is None else self.pick(self.minutes, corrects),
        }
        known = len(self.minutes)
        self.say("assembly/minutes", body, names[0])
        if witness and len(self.minutes) > known and len(names) > 1:
            self.say("assembly/countersign", {"minutes": self.minutes[-1]}, names[1])

    @precondition(lambda self: self.minutes)
    @rule(author=SOMEBODY, number=st.integers(0, 2), force=LENIENT)
    def countersign(self, author: int, number: int, force: bool) -> None:
        body: Body = {"minutes": self.pick(self.minutes, -1 - number)}
        self.say("assembly/countersign", body, author, force=force)

    @precondition(lambda self: self.minutes)
    @rule(author=SOMEBODY, number=st.integers(0, 2), force=LENIENT)
    def contest(self, author: int, number: int, force: bool) -> None:
        body: Body = {"minutes": self.pick(self.minutes, -1 - number), "reason": None}
        self.say("assembly/contest", body, author, force=force)

    @invariant()
    def no_voice_is_counted_twice(self) -> None:
        for proposal in self.ledger.book.decisions.proposals.values():
            if proposal.frozen is None:
                assert not proposal.recorded
                continue
            heard = [*proposal.positions, *proposal.room]
            for recorded in proposal.recorded.values():
                heard += recorded.covered
                assert recorded.counted <= len(recorded.covered)
                assert not recorded.empty
            assert len(set(heard)) == len(heard)
            assert set(heard) <= set(proposal.frozen.electorate.voices)

    @invariant()
    def the_count_is_what_the_entries_say(self) -> None:
        recount = Recount(self.ledger)
        for proposal in self.ledger.book.decisions.proposals.values():
            if proposal.frozen is None:
                continue
            tally = body_json(tally_of(proposal))
            assert tally.pop("electorate") == len(proposal.frozen.electorate)
            counted = {choice: number for choice, number in tally.items() if number}
            assert counted == recount.polls[proposal.id].tally
            assert positions_root(proposal) == recount.root(proposal.id)
            if proposal.outcome is not None:
                assert proposal.outcome.tally == tally_of(proposal)
