"""Offices at random: chosen, accepted, given up, recalled, mandated, in any order.

Whatever happens, no office has more holders than seats, nobody holds one beyond her term or after
her recall, and whoever reads the ledger again comes to the same book.
"""

import pickle

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from node.owed_offices import owed_offices
from protocol.errors import ProtocolError
from protocol.offices.account import LIFE as REPORTS
from protocol.offices.account import open_reports, overdue, sources
from protocol.offices.credential import differing
from protocol.offices.holding import LIFE, Moment, PlaceState, deputies, held_by, holders
from protocol.offices.mandate import standing_of
from protocol.offices.recall import RecallState
from protocol.wire.digests import MessageId
from tests.protocol.book.readers import forgetting, outsider, structure_of
from tests.protocol.kinds.office_histories import (
    DAY,
    appointing,
    bars,
    elected,
    mandated,
    office,
    recallable,
    rules,
)
from tests.protocol.ledgers import VOICE, Body, Ledger, found, key, replay

PEOPLE = ("Alice", "Bento", "Carla", "Dora", "Eva")
PERSON = st.sampled_from(PEOPLE)
OFFICE = st.sampled_from(("health", "guard", "watch"))
PICK = st.integers(0, 5)
FORCE = st.booleans()


def first_rules() -> Body:
    health = recallable() | {
        "seats": 2,
        "term_s": 3 * DAY,
        "rotation": {"terms": 1, "rest_s": 2 * DAY},
        "accounts": {"report_s": DAY, "accepted_by": ["watch"]},
        "suspension": {"by": ["watch"], "for_s": DAY},
        "audience": "public",
    }
    guard = office(body=True, seats=2, term_s=4 * DAY, bars=bars("watch", vote=True, propose=True))
    watch = recallable() | elected("ranked") | {"others": 1, "term_s": 5 * DAY}
    watch |= {"filled_by": ["decision", "election"]}
    return rules(health=health, guard=guard, watch=watch)


def second_rules() -> Body:
    return rules(health=recallable() | {"term_s": DAY}, watch=office(seats=2))


class Offices(RuleBasedStateMachine):
    """Five people, three offices, one of them an executing body."""

    ledger: Ledger

    @initialize()
    def begin(self) -> None:
        self.ledger = found(*PEOPLE, rules=first_rules())
        self.ledger.marks["text"] = self.ledger.publish("Alice", "A text for everything")
        for where, name, standby in (("health", "Alice", "Carla"), ("watch", "Bento", "Eva")):
            subject = appointing(self.ledger, name, by=(standby,), of=where)
            decision = self.ledger.decide("Carla", topic="office", subject=subject)
            for chosen in (name, standby):
                self.ledger.say("office/accept", {"decision": decision}, chosen)

    def say(self, kind: str, body: Body, author: str, *, force: bool) -> None:
        raw = self.ledger.write(kind, body, author)
        if force:
            self.ledger.force(raw)
            return
        size = self.ledger.book.size
        try:
            self.ledger.submit(raw)
        except ProtocolError:
            assert self.ledger.book.size == size

    def pick(self, of: list[str], number: int) -> str:
        return of[-1 - number % len(of)] if of else "0" * 64

    @property
    def now(self) -> Moment:
        return self.ledger.book.moment(self.ledger.now)

    @property
    def places(self) -> list[str]:
        return list(self.ledger.book.offices.places)

    def decide(self, topic: str, subject: Body, choice: str) -> None:
        """Everybody who may, says the same; whoever serves in the guard may not."""
        ledger = self.ledger
        names = [name for name in PEOPLE if ledger.book.membership.by_key(key(name).public)]
        for author in names:
            body: Body = {"type": topic, "text": ledger.marks["text"], "subject": subject}
            try:
                proposal = ledger.say("proposal/draft", body, author)
                ledger.open(author, proposal)
            except ProtocolError:
                continue
            for name in names:
                taken: Body = {"proposal": proposal, "choice": choice, "reason": None}
                self.say("position/take", taken, name, force=False)
            try:
                ledger.close(proposal)
            except ProtocolError:
                ledger.now += 3_600
                ledger.close(proposal)
            return

    @rule(
        where=OFFICE,
        seats=st.lists(PERSON, max_size=2),
        standby=st.lists(PERSON, max_size=1),
        choice=st.sampled_from(("agree", "agree", "agree", "disagree")),
        accept=st.sampled_from((True, True, False)),
    )
    def choose(
        self, where: str, seats: list[str], standby: list[str], choice: str, accept: bool
    ) -> None:
        known = self.ledger.book.membership.by_key
        here = [[one for one in some if known(key(one).public)] for some in (seats, standby)]
        subject = appointing(self.ledger, *here[0], by=tuple(here[1]), of=where)
        self.decide("office", subject, choice)
        if accept:
            self.all_answer(0, force=False)

    @rule(
        number=st.integers(0, 2), name=PERSON, yes=st.sampled_from((True, True, False)), force=FORCE
    )
    def answer(self, number: int, name: str, yes: bool, force: bool) -> None:
        decision = self.pick(list(self.ledger.book.offices.offers), number)
        kind = "office/accept" if yes else "office/decline"
        self.say(kind, {"decision": decision}, name, force=force)

    def all_answer(self, number: int, force: bool) -> None:
        decision = self.pick(list(self.ledger.book.offices.offers), number)
        for name in PEOPLE:
            self.say("office/accept", {"decision": decision}, name, force=force)

    def name_of(self, member: str | None) -> str:
        """Who she is; somebody, where nobody is meant."""
        for name in PEOPLE:
            known = self.ledger.book.membership.by_key(key(name).public)
            if known is not None and known.id == member:
                return name
        return "Alice"

    @precondition(lambda self: self.places)
    @rule(number=PICK, force=FORCE)
    def resign(self, number: int, force: bool) -> None:
        place = self.ledger.book.offices.places[MessageId(self.pick(self.places, number))]
        self.say("office/resign", {"office": place.office}, self.name_of(place.member), force=force)

    @rule(name=PERSON, where=OFFICE, force=FORCE)
    def retreat(self, name: str, where: str, force: bool) -> None:
        self.say("office/retreat", {"office": where}, name, force=force)

    @rule(name=PERSON, where=OFFICE, force=FORCE)
    def stand(self, name: str, where: str, force: bool) -> None:
        self.say("office/stand", {"office": where, "text": None}, name, force=force)

    @precondition(lambda self: self.places)
    @rule(number=PICK, names=st.sets(PERSON, min_size=2), force=FORCE)
    def call(self, number: int, names: set[str], force: bool) -> None:
        body: Body = {
            "place": self.pick(self.places, number),
            "text": self.ledger.marks["text"],
        }
        for name in sorted(names):
            self.say("recall/call", body, name, force=force)

    @rule()
    def owe(self) -> None:
        for speech in list(owed_offices(self.ledger.book, self.ledger.now)):
            raw = self.ledger.write(speech.kind, speech.body, VOICE, speech.audience)
            self.ledger.submit(raw)

    @rule(choice=st.sampled_from(("agree", "agree", "disagree")))
    def vote_on_recalls(self, choice: str) -> None:
        for name in PEOPLE:
            seated = holders(self.ledger.book.offices, "health", self.now)
            if seated:
                body: Body = {"place": seated[0].id, "text": self.ledger.marks["text"]}
                self.say("recall/call", body, name, force=False)
        self.owe()
        self.owe()
        for recall in list(self.ledger.book.recalls.by_id.values()):
            if recall.state is not RecallState.VOTING or recall.proposal is None:
                continue
            for name in PEOPLE:
                taken: Body = {"proposal": recall.proposal, "choice": choice, "reason": None}
                self.say("position/take", taken, name, force=False)
            try:
                self.ledger.close(recall.proposal)
            except ProtocolError:
                continue

    @rule(author=PERSON, names=st.sets(PERSON, min_size=1), force=FORCE)
    def elect(self, author: str, names: set[str], force: bool) -> None:
        for name in sorted(names):
            self.say("office/stand", {"office": "watch", "text": None}, name, force=False)
        body: Body = {"office": "watch", "text": self.ledger.marks["text"]}
        self.say("election/call", body, author, force=force)

    @precondition(lambda self: self.ledger.book.elections.by_id)
    @rule(
        orders=st.lists(st.permutations(range(3)), min_size=1, max_size=5),
        finish=FORCE,
        force=FORCE,
    )
    def cast(self, orders: list[list[int]], finish: bool, force: bool) -> None:
        election = list(self.ledger.book.elections.by_id.values())[-1]
        standing = election.candidates
        for name, order in zip(PEOPLE, orders, strict=False):
            choices = dict.fromkeys(standing[one % len(standing)] for one in order)
            body: Body = {"election": election.id, "choices": [*choices]}
            self.say("ballot/cast", body, name, force=force)
        if finish:
            self.ledger.now += DAY
            self.owe()
            self.all_answer(0, force=force)

    @rule(where=OFFICE, personal=st.none() | PICK, days=st.integers(1, 6))
    def mandate(self, where: str, personal: int | None, days: int) -> None:
        active = [one.id for one in self.ledger.book.membership.active()]
        member = None if personal is None or not active else active[personal % len(active)]
        subject = mandated(office=where, member=member, term_s=days * DAY, report_s=DAY)
        self.decide("mandate", subject, "agree")

    @precondition(lambda self: self.ledger.book.mandates.by_id)
    @rule(number=PICK, end=st.sampled_from((True, False, False)), force=FORCE)
    def stop(self, number: int, end: bool, force: bool) -> None:
        mandate = self.pick([*self.ledger.book.mandates.by_id], number)
        watching = holders(self.ledger.book.offices, "watch", self.now)
        if end:
            self.decide("mandate", {"kind": "mandate/end", "mandate": mandate}, "agree")
        else:
            name = self.name_of(watching[0].member if watching else None)
            self.say("mandate/suspend", {"mandate": mandate}, name, force=force)

    @rule(number=PICK, shift=st.sampled_from((0, 0, 0, 1)), force=FORCE)
    def report(self, number: int, shift: int, force: bool) -> None:
        """One of those that are owed; now and then for a period too far."""
        book = self.ledger.book
        owed = [
            due
            for source in sources(book.offices, book.mandates)
            for due in open_reports(source, book.accounts, self.now.received)
        ]
        if not owed:
            return
        due = owed[-1 - number % len(owed)]
        serving = holders(book.offices, due.source.office, self.now)
        member = due.source.member or (serving[0].member if serving else None)
        body: Body = {
            "about": due.source.about,
            "period": due.period + shift,
            "text": self.ledger.marks["text"],
        }
        self.say("account/report", body, self.name_of(member), force=force)

    @precondition(lambda self: self.ledger.book.accounts.reports)
    @rule(number=PICK, name=PERSON, choice=st.sampled_from((None, "agree", "disagree")))
    def judge(self, number: int, name: str, choice: str | None) -> None:
        report = self.pick([*self.ledger.book.accounts.reports], number)
        if choice is None:
            self.say("account/accept", {"report": report}, name, force=True)
        else:
            self.decide("account", {"kind": "account", "report": report}, choice)

    @precondition(lambda self: self.ledger.book.charters.version == 1)
    @rule(number=st.integers(0, 9))
    def change_the_charter(self, number: int) -> None:
        if number:
            return
        new = second_rules()
        subject: Body = {"kind": "charter", "charter": new}
        self.decide("charter", subject, "agree")
        decision = self.pick(list(self.ledger.book.decisions.proposals), 0)
        body: Body = {"version": 2, "charter": new, "decision": decision}
        self.say("charter/adopt", body, VOICE, force=False)

    @rule(name=PERSON, number=st.integers(0, 4))
    def leave(self, name: str, number: int) -> None:
        if number == 0 and len(self.ledger.book.membership.active()) > 3:
            self.say("member/leave", {}, name, force=False)

    @rule(seconds=st.sampled_from((1, DAY // 2, DAY, 3 * DAY)))
    def wait(self, seconds: int) -> None:
        self.ledger.now += seconds

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def no_voice_is_counted_twice_in_an_election(self) -> None:
        for election in self.ledger.book.elections.by_id.values():
            assert set(election.ballots) <= set(election.electorate.voices)
            members = [one.member for one in election.ballots.values()]
            assert len(set(members)) == len(members)
            if election.result is not None:
                assert set(election.result.elected) <= set(election.candidates)
                assert election.result.ballots == len(election.ballots)

    @invariant()
    def never_more_holders_than_seats(self) -> None:
        offices, at = self.ledger.book.offices, self.now
        for where in ("health", "guard", "watch"):
            defined = offices.definitions.get(where)
            seats, standby = (0, 0) if defined is None else (defined.seats, defined.deputies)
            assert len(holders(offices, where, at)) <= seats
            assert len(deputies(offices, where, at)) <= standby

    @invariant()
    def nobody_holds_twice_beyond_her_term_or_after_her_end(self) -> None:
        book, at = self.ledger.book, self.now
        for member in book.membership.members:
            held = held_by(book.offices, member, at)
            assert len({one.office for one in held}) == len(held)
            if held:
                assert book.membership.members[member].standing.value == "active"
            names = {one.office for one in held}
            assert not {"guard", "watch"} <= names or book.charters.version == 2
        for place in book.offices.places.values():
            if place.stands(at):
                assert place.state in (PlaceState.HOLDING, PlaceState.DEPUTY)
                assert at.received < place.until
            if not LIFE[place.state]:
                assert place.ended is not None
                assert not place.stands(at)

    @invariant()
    def ends_stay_ends(self) -> None:
        """No place, recall or report that is over begins again."""
        seen = getattr(self, "seen", {})
        book, at = self.ledger.book, self.now
        for one in book.offices.places.values():
            assert not (seen.get(one.id) == "over" and one.stands(at))
            seen[one.id] = "stands" if one.stands(at) else "over"
        for mandate in book.mandates.by_id.values():
            standing = standing_of(book.offices, mandate, at)
            assert not (seen.get(mandate.id) in ("over", "ended") and standing == "in-force")
            seen[mandate.id] = standing
        for report in book.accounts.reports.values():
            if report.id in seen and not REPORTS[seen[report.id]]:
                assert report.state is seen[report.id]
            seen[report.id] = report.state
        self.seen = seen

    @invariant()
    def who_serves_in_the_guard_has_no_voice_in_what_opens(self) -> None:
        book = self.ledger.book
        for place in holders(book.offices, "guard", self.now):
            for proposal in book.decisions.proposals.values():
                if proposal.frozen is None or place.began is None:
                    continue
                served = place.began.index < proposal.frozen.index
                if served and proposal.frozen.opened_at < place.until:
                    assert place.member not in proposal.frozen.electorate.voice_of

    def teardown(self) -> None:
        ledger = self.ledger
        book = ledger.book
        assert replay(ledger) == book
        assert pickle.loads(pickle.dumps(book)) == book  # noqa: S301 - our own
        assert structure_of(forgetting(ledger)) == structure_of(book)
        assert list(differing(book.credentials, book.offices)) == []
        theirs = replay(ledger, outsider)
        assert theirs.credentials == book.credentials
        assert not theirs.offices.places
        for due in overdue(book.offices, book.mandates, book.accounts, ledger.now):
            assert due.due <= ledger.now


TestOffices = Offices.TestCase
TestOffices.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
