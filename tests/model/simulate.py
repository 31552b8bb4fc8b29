"""One long random story at a time: entries travel one by one, closers crash and are restored.

Where the search stops, for more closers and rounds and several hostile ones, chance goes on.
Here a closer's knowledge is kept explicitly, so that this also tries what the search's states
leave out, against the same production code.

- Delivered: the next entry of one ledger to one closer, or something hostile, shown to one.
- Crash: the view is computed anew from the ledgers, in another order; nothing may change.
- Restore: the own ledger falls back to what was published of it, all else is forgotten.
"""

from dataclasses import dataclass, field, replace
from random import Random

from protocol.errors import ProtocolError
from protocol.federation.agreement import Agreement
from protocol.federation.certificate import certificates, certified_rows
from protocol.federation.closing import current_round, next_step
from protocol.federation.listing import write_list
from protocol.federation.steps import Commit, Listing, Receipt, Step, Turn, Vote
from protocol.federation.view import View, learn
from tests.model.scenario import TIMELY, Scenario, held_by, hostile_receipts

CALM = 25


@dataclass
class Closer:
    """An honest closer: its ledger, and what it heard."""

    name: str
    view: View
    ledger: list[Step] = field(default_factory=list)
    heard: dict[str, int] = field(default_factory=dict)
    shown: list[Step] = field(default_factory=list)
    published: int = 0


class Story:
    """A random run; every promise is checked after each event."""

    def __init__(
        self, agreement: Agreement, hostile: frozenset[str], rounds: int, chance: Random
    ) -> None:
        self.agreement, self.rounds, self.chance = agreement, rounds, chance
        self.scenario = Scenario(agreement, rounds, hostile=min(hostile, default=None))
        ids = agreement.closers.ids
        self.honest = {one: Closer(one, View(agreement)) for one in ids if one not in hostile}
        self.hostile = sorted(hostile)
        self.roads: set[tuple[str, str]] = set()
        self.impatient: set[str] = set()
        self.told = 0
        self.said_by_hostile: list[Step] = [
            receipt for one in self.hostile for receipt in hostile_receipts(self.scenario, one)
        ]
        # Whatever was said and got out, certificates may be put together from.
        self.all = self._everything()

    def _everything(self) -> View:
        view = View(self.agreement)
        for step in self.said_by_hostile:
            view = learn(view, step)
        for closer in self.honest.values():
            for step in closer.ledger:
                view = learn(view, step)
        return view

    def run(self, events: int) -> None:
        """Weather changes: for a while some ledgers travel, others hardly; some are impatient."""
        names = list(self.honest)
        for _ in range(events):
            if self.told % CALM == 0:
                self._change_weather()
            self.told += 1
            closer = self.honest[self.chance.choice(names)]
            match self.chance.randrange(40):
                case 0:
                    self._crash(closer)
                case 1 if self.chance.random() < 0.1:
                    self._restore(closer)
                case kind if kind < 18:
                    self._hear(closer)
                case kind if kind < 24 and self.hostile:
                    self._show(closer)
                case _:
                    self._act(closer, timed_out=closer.name in self.impatient)

    def _change_weather(self) -> None:
        names = list(self.honest)
        pairs = [(one, other) for one in names for other in names if one != other]
        self.roads = {pair for pair in pairs if self.chance.random() < 0.5}
        self.impatient = {one for one in names if self.chance.random() < 0.3}

    def complete(self, bound: int) -> int:
        """The good days: everybody hears everything; the rounds until a certificate comes."""
        for number in range(bound + 1):
            self._settle(timed_out=False)
            if self.certified:
                return number
            self.rounds = 10**6
            self._settle(timed_out=True, once=True)
        raise AssertionError(f"no certificate within {bound} rounds")

    def _settle(self, *, timed_out: bool, once: bool = False) -> None:
        said = True
        while said:
            said = False
            for closer in self.honest.values():
                for step in sorted(self.all.steps - closer.view.steps, key=repr):
                    closer.view = learn(closer.view, step)
                    closer.shown.append(step)
            for closer in self.honest.values():
                said = self._act(closer, timed_out=timed_out) or said
            said = said and not once

    # -- events --------------------------------------------------------------------------

    def _act(self, closer: Closer, *, timed_out: bool) -> bool:
        held = held_by(self.scenario, closer.name)
        step = next_step(closer.view, closer.name, window_over=True, timed_out=timed_out, held=held)
        if step is None or (isinstance(step, Turn) and step.round >= self.rounds):
            return False
        if isinstance(step, Receipt):
            step = replace(step, id=f"r{closer.name}")
        self._check_once(closer, step)
        closer.ledger.append(step)
        closer.view = learn(closer.view, step)
        self._publish(step)
        return True

    def _hear(self, closer: Closer) -> None:
        waiting = [
            other
            for other in self.honest.values()
            if (closer.name, other.name) in self.roads
            and closer.heard.get(other.name, 0) < len(other.ledger)
        ]
        if not waiting:
            return
        other = self.chance.choice(waiting)
        at = closer.heard.get(other.name, 0)
        upto = self.chance.choice([at + 1, len(other.ledger)])
        for step in other.ledger[at:upto]:
            closer.view = learn(closer.view, step)
        closer.heard[other.name] = upto
        other.published = max(other.published, upto)

    def _crash(self, closer: Closer) -> None:
        steps = [*closer.ledger, *closer.shown]
        for name, count in closer.heard.items():
            steps += self.honest[name].ledger[:count]
        self.chance.shuffle(steps)
        view = View(self.agreement)
        for step in steps:
            view = learn(view, step)
        if view != closer.view:
            raise AssertionError("a restart changed what is known")

    def _restore(self, closer: Closer) -> None:
        # Its home witness keeps whatever was published. The hostile closers saw all of it.
        kept = len(closer.ledger) if self.hostile else closer.published
        closer.ledger = closer.ledger[:kept]
        closer.heard, closer.shown = {}, []
        closer.view = View(self.agreement)
        for step in closer.ledger:
            closer.view = learn(closer.view, step)
        self.all = self._everything()

    def _show(self, closer: Closer) -> None:
        step = self._hostile_step(self.chance.choice(self.hostile), closer)
        try:
            closer.view = learn(closer.view, step)
        except ProtocolError:
            return
        closer.shown.append(step)
        self.said_by_hostile.append(step)
        self._publish(step)

    def _hostile_step(self, me: str, closer: Closer) -> Step:
        number = self.chance.randrange(self.rounds)
        if self.chance.random() < 0.7:
            number = current_round(closer.view, closer.name)
        listings = [s for s in self.all.steps if isinstance(s, Listing)]
        text = self._any_text(listings)
        listing = Listing(closer=me, round=number, text=text, votes=self._any_votes(me, text))
        match self.chance.randrange(5):
            case 0:
                return self.chance.choice(hostile_receipts(self.scenario, me))
            case 1:
                return listing
            case 2:
                return Turn(closer=me, round=number)
            case 3:
                votes = listing.votes
                at = votes[0].round if votes else number
                return Commit(closer=me, round=at, digest=listing.digest, votes=votes)
            case _:
                return Vote(closer=me, round=number, digest=listing.digest)

    def _any_text(self, listings: list[Listing]) -> str:
        if listings and self.chance.random() < 0.7:
            return self.chance.choice(sorted({one.text for one in listings}))
        whole = [
            parts for one in self.agreement.closers.ids if (parts := self.all.whole_receipt(one))
        ]
        needed = self.agreement.closers.quorum
        return write_list(self.agreement, self.chance.sample(whole, min(needed, len(whole))))

    def _any_votes(self, me: str, text: str) -> tuple[Vote, ...]:
        digest = Listing(closer=me, round=0, text=text).digest
        made: dict[int, set[str]] = {}
        for step in self.all.steps:
            if isinstance(step, Vote) and step.digest == digest:
                made.setdefault(step.round, set(self.hostile)).add(step.closer)
        needed = self.agreement.closers.quorum
        full = sorted(number for number, voters in made.items() if len(voters) >= needed)
        if not full:
            return ()
        number = self.chance.choice(full)
        voters = self.chance.sample(sorted(made[number]), needed)
        return tuple(Vote(closer=one, round=number, digest=digest) for one in voters)

    @property
    def certified(self) -> bool:
        """Whether what got out already makes a certificate."""
        return bool(certificates(self.all))

    # -- promises ------------------------------------------------------------------------

    def _check_once(self, closer: Closer, step: Step) -> None:
        place = (type(step), getattr(step, "round", None))
        if place in {(type(one), getattr(one, "round", None)) for one in closer.ledger}:
            raise AssertionError(f"{closer.name} said twice: {step}")

    def _publish(self, step: Step) -> None:
        self.all = learn(self.all, step)
        if isinstance(step, Commit):
            # Every hostile closer commits to it as well, shown or not.
            for one in self.hostile:
                self.said_by_hostile.append(replace(step, closer=one))
                self.all = learn(self.all, self.said_by_hostile[-1])
            self._check_certificates()

    def _check_certificates(self) -> None:
        proofs = certificates(self.all)
        if len({proof.digest for proof in proofs}) > 1:
            raise AssertionError("two certificates for different lists")
        for proof in proofs:
            rows = {row for _, row in certified_rows(self.agreement, proof)} - {None}
            if not rows <= set(TIMELY):
                raise AssertionError(f"counted and not in time: {rows - set(TIMELY)}")
