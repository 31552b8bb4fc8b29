"""From any state: once faults stop and messages arrive, a certificate comes in a few rounds.

The good days begin: what anybody who is alive knows, everybody alive knows at once; all say
what they have to say until nobody has more; then patience ends for all of them together, and
the next round opens. Silent closers stay silent; of what they had said, any part may have got
out. The hostile closer goes on at will: before patience ends it may say one thing more, and
again, whatever delays the certificate longest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from protocol.federation.certificate import certificate, is_right
from protocol.federation.closing import current_round, next_step
from protocol.federation.steps import Commit, Listing, Step, Vote
from protocol.federation.view import View
from tests.model.hostile import Hostile
from tests.model.world import ROOT, Bits, State, World

STUCK = 10**6


@dataclass
class Completion:
    """The rounds that each state still needs at worst."""

    world: World
    hostile_acts: bool
    worst: int = 0
    asked: int = 0
    _coherent: dict[tuple[Bits, tuple[str, ...]], bool] = field(default_factory=dict)
    _needed: dict[tuple[Bits, tuple[str, ...]], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        scenario = self.world.scenario
        self.bound = 2 * scenario.agreement.closers.size
        self.hostile = None
        if self.world.hostile:
            self.hostile = Hostile(scenario, self.world, scenario.rounds + self.bound)

    def stuck(self, state: State) -> str | None:
        """Who would wait for ever, if anybody would."""
        for live, known in self._starts(state):
            needed = self.needed(known, live, self.bound)
            self.asked += 1
            if needed >= STUCK:
                return f"no certificate within {self.bound} rounds among {' '.join(live)}"
            self.worst = max(self.worst, needed)
        return None

    def _starts(self, state: State) -> Iterator[tuple[tuple[str, ...], Bits]]:
        world, honest = self.world, self.world.scenario.honest
        everything = 0
        for node in state:
            everything |= world.known[node]
        if self.hostile:
            # What it showed to some of them, they pass on; its lists where they voted for one.
            for step in self.hostile.shown(everything):
                everything |= world.learned(step)
        yield honest, everything
        if len(honest) <= world.agreement.closers.quorum:
            return
        for place, silent in enumerate(honest):
            live = tuple(one for one in honest if one != silent)
            others = 0
            for other, node in enumerate(state[:-1]):
                others |= 0 if other == place else world.known[node]
            for prefix in world.prefixes(state[place]):
                known = others | world.known[prefix]
                if self._can_have_been(known, live):
                    yield live, known

    def _can_have_been(self, known: Bits, live: tuple[str, ...]) -> bool:
        """Whether what the living said rests on what is known, not on what only the silent had."""
        key = (known, live)
        if key not in self._coherent:
            view = self.world.view(known)
            said = {
                step.digest
                for step in view.steps
                if isinstance(step, Vote | Commit | Listing) and step.closer in live
            }
            self._coherent[key] = all(
                digest in view.texts and is_right(view, view.texts[digest]) for digest in said
            )
        return self._coherent[key]

    def needed(self, known: Bits, live: tuple[str, ...], bound: int) -> int:
        """How many rounds more a certificate takes at worst; `STUCK` if over the bound."""
        known, view = self._talk(known, live)
        if certificate(view):
            return 0
        if bound == 0:
            return STUCK
        key = (known, live)
        if key not in self._needed:
            after = known
            for me in live:
                turn = self._say(view, me, timed_out=True)
                after |= self.world.learned(turn) if turn else 0
            if after == known:
                return STUCK
            worst = 1 + self.needed(after, live, bound - 1)
            for more in self._tricks(view, known, live):
                worst = max(worst, self.needed(known | more, live, bound))
            self._needed[key] = worst
        return self._needed[key]

    def _talk(self, known: Bits, live: tuple[str, ...]) -> tuple[Bits, View]:
        view, quiet = self.world.view(known), False
        while not quiet:
            quiet = True
            for me in live:
                while step := self._say(view, me, timed_out=False):
                    known, quiet = known | self.world.learned(step), False
                    view = self.world.view(known)
        return known, view

    def _say(self, view: View, me: str, *, timed_out: bool) -> Step | None:
        return next_step(view, me, window_over=True, timed_out=timed_out)

    def _tricks(self, view: View, known: Bits, live: tuple[str, ...]) -> Iterator[Bits]:
        if self.hostile is None or not self.hostile_acts:
            return
        rounds = {current_round(view, me) for me in live}
        seen: set[Bits] = set()
        for me in live:
            for more in self.hostile.shows(me, known, self.hostile.power(known)):
                lists = [s for s in self.world.steps(more) if isinstance(s, Listing)]
                if all(one.round in rounds for one in lists) and more | known not in seen | {known}:
                    seen.add(more | known)
                    yield more


def check_liveness(
    world: World, states: list[State], *, hostile_acts: bool
) -> tuple[str | None, State | None, Completion]:
    """Complete from each of these states; the first that is stuck for ever ends it."""
    completion = Completion(world, hostile_acts)
    for state in states:
        if state[-1] != ROOT:
            raise ValueError("a closer that forgot what others saw keeps no promise")
        problem = completion.stuck(state)
        if problem:
            return problem, state, completion
    return None, None, completion
