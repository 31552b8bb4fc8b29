"""The model check of the close, by hand: `python -m tests.model.run [--large] [NAME ...]`.

Prints for every run how many states it saw and whether these are all there are, how many rounds
a certificate took at worst once faults stopped, and for rules weakened on purpose the shortest
story that breaks the promise. Ends with an error if a promise broke, or a weak rule was not found.
Without --large it takes about a minute and a half; with it, most of an hour and 4 GB.
"""

import argparse
import sys
from dataclasses import dataclass
from random import Random
from time import monotonic

from protocol.federation.agreement import Agreement
from tests.model.broken import (
    ByArrival,
    LowQuorum,
    NoWayOut,
    StaleVotesFree,
    Unbound,
)
from tests.model.explore import Explorer
from tests.model.liveness import check_liveness
from tests.model.scenario import Scenario, agreement_of
from tests.model.simulate import Story

EVERY = 10**9


@dataclass(frozen=True)
class Search:
    """Every state within the limits, and a certificate from every `nth` of them."""

    name: str
    scenario: Scenario
    seconds: float = EVERY
    completions: int = 0
    broken: bool = False
    large: bool = False

    def run(self) -> bool:
        explorer = Explorer(self.scenario)
        result = explorer.run(seconds=self.seconds)
        whole = "all" if result.exhausted else "cut"
        line = f"{result.states:>9,} states ({whole}) {result.seconds:6.1f} s"
        problem, story = result.problem, result.story
        if problem is None and self.completions:
            states = list(result.seen)
            picked = Random(1).sample(states, min(self.completions, len(states)))  # noqa: S311
            begun = monotonic()
            problem, where, completion = check_liveness(
                explorer.world, picked, hostile_acts=self.scenario.hostile is not None
            )
            line += f"; certified from {len(picked):,} of them, {completion.asked:,} ways,"
            line += f" in {completion.worst} rounds at most {monotonic() - begun:6.1f} s"
            story = explorer.story(result.seen, where) if where else []
        return report(self.name, line, problem, story, broken=self.broken)


@dataclass(frozen=True)
class Stories:
    """Random stories with as many hostile closers as there may be."""

    name: str
    closers: int
    count: int
    rounds: int = 4
    first: int = 0
    kind: type[Agreement] = Agreement
    broken: bool = False
    large: bool = False

    def run(self) -> bool:
        begun, worst, certified = monotonic(), 0, 0
        for seed in range(self.first, self.first + self.count):
            try:
                before, rounds = tell(self.closers, seed, self.rounds, self.kind)
            except AssertionError as problem:
                line = f"story {seed}; {monotonic() - begun:6.1f} s"
                return report(self.name, line, str(problem), [], broken=self.broken)
            certified += before
            worst = max(worst, rounds)
        line = f"{self.count:>9,} stories, {certified:,} with a certificate before the good days,"
        line += f" all after {worst} rounds at most {monotonic() - begun:6.1f} s"
        return report(self.name, line, None, [], broken=self.broken)


def tell(
    closers: int, seed: int, rounds: int = 4, kind: type[Agreement] = Agreement
) -> tuple[bool, int]:
    """One story by its seed: whether it was certified early, and the rounds it took after."""
    chance = Random(seed * 10 + closers)  # noqa: S311
    agreement = agreement_of(closers, chance.randrange(closers), kind)
    hostile = chance.sample(agreement.closers.ids, agreement.closers.faulty)
    story = Story(agreement, frozenset(hostile), rounds, chance)
    story.run(40 * closers + 130)
    return story.certified, story.complete(2 * closers)


def report(name: str, line: str, problem: str | None, story: list[str], *, broken: bool) -> bool:
    good = (problem is not None) == broken
    say(f"{'ok ' if good else 'BAD'} {name:<44} {line}")
    if problem:
        say(f"      {'found, as it must be' if broken else 'BROKEN'}: {problem}")
    for number, event in enumerate(story, 1):
        say(f"      {number:>2}. {event}")
    return good


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def searches() -> list[Search]:
    small = [
        Search("1 closer, 3 rounds", Scenario(agreement_of(1), 3), completions=EVERY),
        Search("2 closers, 3 rounds", Scenario(agreement_of(2), 3), completions=EVERY),
        Search("3 closers, 1 round", Scenario(agreement_of(3), 1), completions=EVERY),
        Search("3 closers, 2 rounds", Scenario(agreement_of(3), 2), completions=3_000),
    ]
    large = [
        Search(
            "3 closers, 2 rounds, from every state",
            Scenario(agreement_of(3), 2),
            completions=EVERY,
        ),
        Search(
            "3 closers, 3 rounds, few lists",
            Scenario(agreement_of(3), 3, few_lists=True),
            seconds=600,
            completions=20_000,
        ),
    ]
    for hostile in "abcd":
        name = f"4 closers, {hostile} of them hostile"
        small.append(Search(f"{name}, 1 round", _four(1, hostile), completions=EVERY))
        large.append(Search(f"{name}, 2 rounds", _four(2, hostile), completions=30_000))
    small.append(
        Search("4 closers, d hostile, 2 rounds", _four(2, "d"), seconds=12, completions=1_000)
    )
    return small + [_large(one) for one in large]


def weakened() -> list[Search]:
    three = agreement_of(3, council=LowQuorum)
    unbound, arrival = agreement_of(3, kind=Unbound), agreement_of(3, kind=ByArrival)
    four = Scenario(agreement_of(4, kind=Unbound), 2, hostile="d", receipts_known=True)
    found = [
        Search("WEAK 3: lock dropped", Scenario(unbound, 2, few_lists=True)),
        Search("WEAK 3: quorum one lower", Scenario(three, 2, few_lists=True)),
        Search("WEAK 3: timely by arrival", Scenario(arrival, 1)),
        Search("WEAK 3: backup not relearned", Scenario(agreement_of(3), 1, forgetful=True)),
        Search(
            "WEAK 4: quorum one lower",
            Scenario(agreement_of(4, council=LowQuorum), 2, hostile="d", receipts_known=True),
        ),
    ]
    made = [Search(s.name, s.scenario, broken=True) for s in found]
    return [*made, Search("WEAK 4: lock dropped", four, broken=True, large=True)]


def stories() -> list[Stories]:
    made = [Stories(f"{n} closers, stories", n, 60) for n in range(1, 8)]
    made += [
        Stories(
            "WEAK 3: any old votes free a lock", 3, 500, first=900, kind=StaleVotesFree, broken=True
        ),
        Stories("WEAK 4: nothing frees a lock", 4, 500, first=2_500, kind=NoWayOut, broken=True),
    ]
    more = [
        Stories(f"{n} closers, more stories", n, 5_000, rounds=5, large=True) for n in (4, 5, 7)
    ]
    return made + more


def _four(rounds: int, hostile: str) -> Scenario:
    return Scenario(agreement_of(4), rounds, hostile=hostile, receipts_known=True)


def _large(one: Search) -> Search:
    return Search(one.name, one.scenario, one.seconds, one.completions, large=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the close by its own functions.")
    parser.add_argument("--large", action="store_true", help="everything, instead of a minute")
    parser.add_argument("names", nargs="*", help="only runs whose name contains one of these")
    given = parser.parse_args()
    known: list[Search | Stories] = [*searches(), *weakened(), *stories()]
    chosen = [
        one
        for one in known
        if (given.large or not one.large)
        and (not given.names or any(part in one.name for part in given.names))
    ]
    bad = [one for one in chosen if not one.run()]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
