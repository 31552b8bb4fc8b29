"""Every reachable state, breadth first, so that what is found first is the shortest story."""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from time import monotonic

from protocol.federation.certificate import certificates, certified_rows
from protocol.federation.steps import Commit
from tests.model.scenario import TIMELY, Scenario
from tests.model.world import ROOT, Bits, Node, State, World, describe


@dataclass
class Result:
    """What a run found."""

    states: int
    exhausted: bool
    seconds: float
    certified: int
    problem: str | None = None
    story: list[str] = field(default_factory=list)
    world: World | None = None
    seen: dict[State, State | None] = field(default_factory=dict)


class Explorer:
    """States are the nodes of honest ledgers and, where one forgot, its lost branch last."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.world = World(scenario)
        self._verdicts: dict[frozenset[Commit], str | None] = {}
        self._commits: dict[Node, frozenset[Commit]] = {}
        self.certified = 0

    def run(self, *, most: int = 10**9, seconds: float = 10**9) -> Result:
        begun = monotonic()
        first = (*self.world.start(), ROOT)
        seen: dict[State, State | None] = {first: None}
        queue = deque([first])
        problem, story = None, list[str]()
        while queue and problem is None:
            if len(seen) >= most or (len(seen) % 64 == 0 and monotonic() - begun > seconds):
                break
            state = queue.popleft()
            for after in self.successors(state):
                if after in seen:
                    continue
                seen[after] = state
                queue.append(after)
                problem = self.wrong(after)
                if problem:
                    story = self.story(seen, after)
                    break
        took = monotonic() - begun
        made = Result(len(seen), not queue, took, self.certified, world=self.world, seen=seen)
        if problem:
            made.problem, made.story, made.exhausted = problem, story, False
        return made

    # -- transitions ---------------------------------------------------------------------

    def successors(self, state: State) -> list[State]:
        *ledgers, lost = state
        power = self.power(state)
        found = []
        for place, me in enumerate(self.scenario.honest):
            for others in self._others(ledgers, lost, place):
                acts = self.world.acts(me, ledgers[place], others, power)
                for act in sorted(acts, key=describe):
                    node = self.world.append(ledgers[place], act)
                    found.append((*ledgers[:place], node, *ledgers[place + 1 :], lost))
        if self.scenario.forgetful and lost == ROOT:
            found += self._restored(ledgers)
        return list(dict.fromkeys(found))

    def power(self, state: State) -> Bits:
        return self.world.hostile.power(self._everything(state)) if self.world.hostile else 0

    def _others(self, ledgers: list[Node], lost: Node, place: int) -> list[tuple[Node, ...]]:
        others = tuple(ledgers[:place] + ledgers[place + 1 :])
        owner = self._owner(lost)
        if owner in (None, place):
            return [others]
        where = owner if owner < place else owner - 1
        return [others, (*others[:where], lost, *others[where + 1 :])]

    def _owner(self, lost: Node) -> int | None:
        step = self.world.said[lost]
        return None if step is None else self.scenario.honest.index(step.closer)

    def _restored(self, ledgers: list[Node]) -> list[State]:
        """A backup restored whose owner writes on without asking what others have seen."""
        found = []
        for place, node in enumerate(ledgers):
            found += [
                (*ledgers[:place], older, *ledgers[place + 1 :], node)
                for older in self.world.prefixes(node)
                if older not in (ROOT, node)
            ]
        return found

    def _everything(self, state: State) -> Bits:
        found = 0
        for node in state:
            found |= self.world.known[node]
        return found

    # -- invariants ----------------------------------------------------------------------

    def wrong(self, state: State) -> str | None:
        """What no state may show: two certificates, or a row counted that was not timely."""
        commits = frozenset().union(*(self._commits_in(node) for node in state))
        needed = self.scenario.agreement.closers.quorum - (self.scenario.hostile is not None)
        if len(commits) < needed:
            return None
        found = self._verdicts.get(commits, "")
        if found == "":
            # Whoever committed held the text, and carries the votes: nothing else decides.
            found = self._verdicts[commits] = self._judge(state)
        return found

    def _commits_in(self, node: Node) -> frozenset[Commit]:
        found = self._commits.get(node)
        if found is None:
            ledger = self.world.ledger(node)
            found = self._commits[node] = frozenset(s for s in ledger if isinstance(s, Commit))
        return found

    def _judge(self, state: State) -> str | None:
        everything = self._everything(state)
        hostile = self.world.hostile
        if hostile:
            everything |= self.power(state)
            for receipt in hostile.receipts:
                everything |= self.world.learned(receipt)
        proofs = certificates(self.world.view(everything))
        self.certified += bool(proofs)
        if len({proof.digest for proof in proofs}) > 1:
            return "two certificates for different lists"
        for proof in proofs:
            for ledger, row in certified_rows(self.scenario.agreement, proof):
                if row is not None and row not in TIMELY:
                    return f"the position of {ledger} counts and was not in time"
        return None

    # -- stories -------------------------------------------------------------------------

    def story(self, seen: dict[State, State | None], state: State) -> list[str]:
        path = [state]
        while (before := seen[path[-1]]) is not None:
            path.append(before)
        path.reverse()
        return [self._told(*pair) for pair in pairwise(path)]

    def _told(self, before: State, after: State) -> str:
        for place, me in enumerate(self.scenario.honest):
            if before[place] == after[place]:
                continue
            if after[-1] != before[-1]:
                left = len(self.world.ledger(after[place]))
                return f"{me} is restored from an older backup: {left} entries, and writes on"
            step = self.world.said[after[place]]
            assert step is not None
            return f"{me} {describe(step)}"
        raise AssertionError("nothing happened")
