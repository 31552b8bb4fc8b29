"""Random evenings in a room: whatever is recorded, contested and corrected, nobody counts twice."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from protocol.decisions.proposal import State
from protocol.errors import ProtocolError
from tests.protocol.book.readers import forgetting, structure_of
from tests.protocol.book.rooms import CHOICE, LENIENT, PEOPLE, PICK, Rooms
from tests.protocol.ledgers import VOICE, Body, charter, found, replay, room, terms

HOMES = {"Alice": "house-1", "Ana": "house-1", "Bento": "house-2", "Carla": "house-3"}


class Evenings(Rooms):
    """Two proposals are open from the start, and everybody is busy with them."""

    @initialize(
        unit=st.sampled_from(("person", "household")),
        witnesses=st.sampled_from((1, 1, 1, 2)),
        contests=st.integers(2, 3),
        early=st.booleans(),
    )
    def begin(self, unit: str, witnesses: int, contests: int, early: bool) -> None:
        rules = charter(
            general=terms("consensus", unit=unit, voting_s=400, early=early),
            assembly=room(witnesses=witnesses, contest_s=40, contests=contests),
        )
        homes = HOMES | {"Dora": "house-3"}
        self.ledger = found(*PEOPLE, rules=rules, households=homes)
        for author in ("Alice", "Bento"):
            self.ledger.open(author, self.ledger.draft(author))

    @rule(name=st.sampled_from(PEOPLE), number=PICK, choice=CHOICE, force=LENIENT)
    def take(self, name: str, number: int, choice: str, force: bool) -> None:
        body: Body = {"proposal": self.pick(self.proposals, number), "choice": choice}
        self.say("position/take", body | {"reason": None}, name, force=force)

    @rule(seconds=st.sampled_from((1, 25, 40, 90)))
    def wait(self, seconds: int) -> None:
        self.ledger.now += seconds

    @precondition(lambda self: len(self.proposals) < 4)
    @rule(name=st.sampled_from(PEOPLE))
    def open_one_more(self, name: str) -> None:
        if self.speaks_as(name) in {one.id for one in self.ledger.book.membership.active()}:
            self.ledger.open(name, self.ledger.draft(name))

    @rule(number=PICK, name=st.sampled_from(PEOPLE))
    def leave(self, number: int, name: str) -> None:
        if number == 0:
            self.say("member/leave", {}, name)

    @rule(number=PICK)
    def close(self, number: int) -> None:
        try:
            body = self.ledger.closing(self.pick(self.proposals, number))
        except ProtocolError:
            return
        self.say("proposal/close", body, VOICE)

    def teardown(self) -> None:
        ledger = self.ledger
        assert replay(ledger) == ledger.book
        assert structure_of(forgetting(ledger)) == structure_of(ledger.book)
        ledger.now += 1_000
        for proposal in self.proposals:
            if ledger.proposal(proposal).state is State.OPEN:
                ledger.close(proposal)
        self.the_count_is_what_the_entries_say()


TestEvenings = Evenings.TestCase
TestEvenings.settings = settings(
    max_examples=100,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
