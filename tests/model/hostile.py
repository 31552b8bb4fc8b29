"""The hostile closer: everything useful that it can truly produce, shown to one closer at a time.

It cannot forge others' signatures; it may say anything in its own name, differently to each
closer. Left out is only what changes nothing for whoever sees it:

- A vote is shown where it completes a quorum; elsewhere it is one vote too few.
- A turn is shown where one more closer already reached that round; alone it moves nobody.
- Its commit is shown for the votes that it carries, where they are not yet a quorum here. For
  certificates the check counts its commits always, without their being shown.
- A list that production refuses or that does not follow from its receipts moves nobody.
- Lists are told apart by their hash alone once they are right, so a few stand for all.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from protocol.federation.listing import write_list
from protocol.federation.steps import Commit, Listing, Step, Turn, Vote
from tests.model.scenario import Scenario, honest_receipt, hostile_receipts

if TYPE_CHECKING:
    from tests.model.world import Bits, World


class Hostile:
    """One closer that keeps no rule."""

    def __init__(self, scenario: Scenario, world: "World", rounds: int) -> None:
        assert scenario.hostile is not None
        self.me = scenario.hostile
        self.world = world
        self.agreement = scenario.agreement
        self.rounds = rounds
        self.receipts = hostile_receipts(scenario, self.me)
        honest = [(honest_receipt(scenario, one),) for one in scenario.honest]
        # Two right lists: with its first receipt, and without any of its own.
        self.texts = (
            write_list(self.agreement, [*honest, (self.receipts[0],)]),
            write_list(self.agreement, honest),
        )

        self._powers: dict[int, int] = {}

    def power(self, everything: "Bits") -> "Bits":
        """The lists and commits that it can produce once this much has been said by others."""
        found = self._powers.get(everything)
        if found is None:
            found = 0
            for step in self._produced(self.world.steps(everything)):
                found |= self.world.learned(step)
            self._powers[everything] = found
        return found

    def shown(self, everything: "Bits") -> Iterator[Step]:
        """What honest closers must have been shown, to say what they said."""
        said = self.world.steps(everything)
        yield from self.receipts
        asked = {step.digest for step in said if isinstance(step, Vote | Commit)}
        texts = {step.digest for step in said if isinstance(step, Listing)}
        for step in self._produced(said):
            if isinstance(step, Listing) and step.digest in asked - texts:
                texts.add(step.digest)
                yield step

    def _produced(self, everything: list[Step]) -> Iterator[Step]:
        backings = self._backings(everything)
        for votes in backings:
            number, digest = votes[0].round, votes[0].digest
            yield Commit(closer=self.me, round=number, digest=digest, votes=votes)
        texts = {*self.texts, *(step.text for step in everything if isinstance(step, Listing))}
        for number in range(self.rounds):
            if self.agreement.chair(number) != self.me:
                continue
            for text in sorted(texts):
                fresh = Listing(closer=self.me, round=number, text=text)
                yield fresh
                for votes in backings:
                    if votes[0].digest == fresh.digest and votes[0].round < number:
                        yield replace(fresh, votes=votes)

    def _backings(self, everything: list[Step]) -> list[tuple[Vote, ...]]:
        """Every quorum that honest votes and its own make up."""
        ids, needed = self.agreement.closers.ids, self.agreement.closers.quorum
        found = []
        for (number, digest), voters in _voters(everything).items():
            others = [one for one in ids if one in voters and one != self.me]
            chosen = {self.me, *others[: needed - 1]}
            if len(chosen) == needed:
                in_order = (one for one in ids if one in chosen)
                votes = (Vote(closer=one, round=number, digest=digest) for one in in_order)
                found.append(tuple(votes))
        return found

    def shows(self, me: str, known: "Bits", power: "Bits") -> "list[Bits]":
        """What it may show to `me`, who knows `known`, just before `me` acts."""
        world = self.world
        heard = world.steps(known)
        makes = world.steps(power)
        both = world.learned(self.receipts[0]) | world.learned(self.receipts[1])
        receipts = [both, world.learned(self.receipts[0])] if self._lists(me, heard) else [both]
        turns = [0, *(world.learned(turn) for turn in self._turns(me, heard))]
        commits = [step for step in makes if isinstance(step, Commit) and step.closer == self.me]
        asked = {s.digest for s in (*heard, *commits) if isinstance(s, Vote | Commit)}
        lists = [0]
        lists += [world.learned(s) for s in makes if self._useful(me, s, heard, asked)]
        found = []
        for listing in lists:
            more = [0, *(world.learned(s) for s in self._lacking(known | listing, commits))]
            found += [r | t | listing | m for r in receipts for t in turns for m in more]
        return found

    def _lists(self, me: str, heard: list[Step]) -> bool:
        """Whether `me` may yet list: nobody else asks whether a second receipt is suspect."""
        chaired = {r for r in range(self.rounds) if self.agreement.chair(r) == me}
        listed = {s.round for s in heard if isinstance(s, Listing) and s.closer == me}
        return chaired > listed

    def _useful(self, me: str, step: Step, heard: list[Step], asked: set[str]) -> bool:
        """A list is shown to whoever may yet vote on it, or has or is shown votes and no text."""
        if not isinstance(step, Listing) or step.closer != self.me:
            return False
        own = [s.round for s in heard if s.closer == me and isinstance(s, Vote | Commit | Turn)]
        voted = any(isinstance(s, Vote) and s.closer == me and s.round == step.round for s in heard)
        texts = {s.digest for s in heard if isinstance(s, Listing)}
        may_vote = not voted and max(own, default=0) <= step.round
        return may_vote or step.digest in asked - texts

    def _turns(self, me: str, heard: list[Step]) -> list[Step]:
        rounds = {
            step.round
            for step in heard
            if isinstance(step, Listing | Vote | Commit | Turn) and step.closer not in (me, self.me)
        }
        return [Turn(closer=self.me, round=r) for r in range(1, max(rounds, default=0) + 1)]

    def _lacking(self, known: "Bits", commits: list[Commit]) -> list[Step]:
        """Votes that complete a quorum here, and commits that carry a whole one."""
        said = _voters(self.world.steps(known))
        needed = self.agreement.closers.quorum
        found: list[Step] = [
            Vote(closer=self.me, round=number, digest=digest)
            for (number, digest), voters in said.items()
            if len(voters) == needed - 1 and self.me not in voters
        ]
        found += [c for c in commits if len(said.get((c.round, c.digest), ())) < needed]
        return found


def _voters(steps: list[Step]) -> dict[tuple[int, str], set[str]]:
    said: dict[tuple[int, str], set[str]] = {}
    for step in steps:
        if isinstance(step, Vote):
            said.setdefault((step.round, step.digest), set()).add(step.closer)
    return said
