"""The closers' ledgers as states, and every step that production code can add to them.

A state is what stands in the honest closers' ledgers, nothing else. A closer acts on its own
ledger and on *any* prefix of each other ledger, chosen anew for each act. That holds every
behaviour of the real system and more:

- Delivery in ledger order, one by one or in batches, however late: the prefixes grow.
- A closer that acts late, or is silent, or crashes and starts again: it is not chosen. Its view
  is computed from its ledger alone, so a restart has nothing to lose.
- A backup restored, its own ledger relearned, all that it knew of others forgotten: prefixes may
  shrink. An own tail that is lost for good had been seen by nobody, so that every act of the
  others was possible without it, and the state is one where it was never written.

What may be more than the real system can do can only add false alarms. The hostile closer sees
every honest ledger at once, shows each closer whatever it can truly produce, differently at each
act, and takes back what it showed. `Forgetful` is the one thing that prefixes do not cover: a
ledger that grew a second branch after others had seen the first.
"""

from collections.abc import Iterator
from functools import cache

from protocol.errors import ProtocolError
from protocol.federation.closing import next_step
from protocol.federation.steps import Commit, Forked, Listing, Receipt, Step, Turn, Vote
from protocol.federation.view import View, learn
from tests.model.hostile import Hostile
from tests.model.scenario import Scenario, held_by, honest_receipt

Node = int
Bits = int
State = tuple[Node, ...]
ROOT: Node = 0


class World:
    """Interned ledgers and views of one scenario, with every answer of production code kept.

    A set of steps is the bits of an integer, one for each step ever said.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.agreement = scenario.agreement
        self.bare = View(self.agreement)
        self.parent: list[Node] = [ROOT]
        self.said: list[Step | None] = [None]
        self.known: list[Bits] = [0]
        self._children: dict[tuple[Node, Step], Node] = {}
        self._steps: list[Step] = []
        self._bit: dict[Step, Bits] = {}
        self._learned: dict[Step, Bits] = {}
        self._acts: dict[object, frozenset[Step]] = {}
        self._exact: dict[tuple[str, Bits, Bits], frozenset[Step]] = {}
        self._next: dict[tuple[str, Bits], Step | None] = {}
        self.hostile = Hostile(scenario, self, scenario.rounds) if scenario.hostile else None

    @property
    def views(self) -> int:
        """How many different views production code was asked about."""
        return len(self._next)

    # -- ledgers -------------------------------------------------------------------------

    def start(self) -> State:
        """Every receipt is written; who knows of it is open."""
        receipts = (honest_receipt(self.scenario, one) for one in self.scenario.honest)
        return tuple(self.append(ROOT, receipt) for receipt in receipts)

    def append(self, node: Node, step: Step) -> Node:
        key = (node, step)
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = len(self.parent)
            self._once(node, step)
            self.parent.append(node)
            self.said.append(step)
            self.known.append(self.known[node] | self.learned(step))
        return found

    def prefixes(self, node: Node) -> Iterator[Node]:
        """The ledger and every shorter one, down to the empty one."""
        yield node
        while node != ROOT:
            node = self.parent[node]
            yield node

    def ledger(self, node: Node) -> tuple[Step, ...]:
        steps = [self.said[one] for one in self.prefixes(node)]
        return tuple(step for step in reversed(steps) if step is not None)

    def _once(self, node: Node, step: Step) -> None:
        """An honest ledger says each thing once a round."""
        for other in self.ledger(node):
            same_round = getattr(other, "round", None) == getattr(step, "round", None)
            if type(other) is type(step) and same_round:
                raise AssertionError(f"{step.closer} said twice: {other} and {step}")

    # -- sets of steps ---------------------------------------------------------------------

    def learned(self, step: Step) -> Bits:
        """The step and what it carries along; nothing if production refuses it."""
        found = self._learned.get(step)
        if found is None:
            try:
                steps = learn(self.bare, step).steps
            except ProtocolError:
                steps = frozenset()
            found = 0
            for one in sorted(steps, key=describe):
                if one not in self._bit:
                    self._bit[one] = 1 << len(self._steps)
                    self._steps.append(one)
                found |= self._bit[one]
            self._learned[step] = found
        return found

    def steps(self, bits: Bits) -> list[Step]:
        found = []
        while bits:
            low = bits & -bits
            found.append(self._steps[low.bit_length() - 1])
            bits ^= low
        return found

    def view(self, bits: Bits) -> View:
        return View(self.agreement, frozenset(self.steps(bits)))

    # -- acts ----------------------------------------------------------------------------

    def acts(self, me: str, own: Node, others: tuple[Node, ...], power: Bits) -> frozenset[Step]:
        """Everything that `me` may say next, over all prefixes of the other ledgers.

        A prefix of one ledger shorter by one entry is a smaller question of the same form, so
        that each combination is put to production code once.
        """
        key = (own, others, power)
        found = self._acts.get(key)
        if found is None:
            found = self._exactly(me, own, others, power)
            for place, node in enumerate(others):
                if node != ROOT and not (
                    self.scenario.receipts_known and self.parent[node] == ROOT
                ):
                    shorter = (*others[:place], self.parent[node], *others[place + 1 :])
                    found |= self.acts(me, own, shorter, power)
            self._acts[key] = found
        return found

    def _exactly(
        self, me: str, own: Node, others: tuple[Node, ...], power: Bits
    ) -> frozenset[Step]:
        known = self.known[own]
        for node in others:
            known |= self.known[node]
        key = (me, known, power)
        found = self._exact.get(key)
        if found is None:
            shown = self.hostile.shows(me, known, power) if self.hostile else [0]
            steps = {self.ask(me, known | extra) for extra in shown}
            found = self._exact[key] = frozenset(step for step in steps if step is not None)
        return found

    def ask(self, me: str, known: Bits) -> Step | None:
        """What `me` says next, patient as long as there is anything else to say."""
        key = (me, known)
        if key in self._next:
            return self._next[key]
        held = held_by(self.scenario, me)
        step = next_step(self.view(known), me, window_over=True, timed_out=True, held=held)
        if isinstance(step, Receipt | Forked) or (step and step.round >= self.scenario.rounds):
            step = None
        if isinstance(step, Listing) and not self.scenario.tells(step):
            step = None
        self._next[key] = step
        return step


@cache
def describe(step: Step) -> str:
    """A step for people; different steps of one closer read differently."""
    match step:
        case Receipt():
            return f"receipt {step.id}"
        case Listing():
            carried = ", carrying " + _voters(step.votes) if step.votes else ""
            cites = [line[8:9] for line in step.text.split("\n") if line.startswith("receipt ")]
            return (
                f"round {step.round}: lists {step.digest[:6]} from receipts "
                f"of {' '.join(cites)}{carried}"
            )
        case Commit():
            return f"round {step.round}: commits to {step.digest[:6]} on {_voters(step.votes)}"
        case Turn():
            return f"round {step.round}: opens it, after a time-out"
        case Vote():
            return f"round {step.round}: votes for {step.digest[:6]}"
        case Forked():
            return "its ledger forked"


def _voters(votes: tuple[Vote, ...]) -> str:
    return f"votes of {' '.join(vote.closer for vote in votes)}"
