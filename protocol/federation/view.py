"""What one node knows of a close: every step that reached it, and what follows at a glance.

Spec: docs/spec/closing.md.

- A view is a set. The order in which steps came, and how often, leaves no trace.
- Nothing is forgotten: of two statements where one was allowed, both stay, as evidence.
  Votes count for their list all the same; what was certified stays certified.
- A closer's own past is the steps of its own ledger, never anything that a crash can lose.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from protocol.errors import ProtocolError
from protocol.federation.agreement import Agreement, check_step
from protocol.federation.steps import Commit, Forked, Listing, Receipt, Step, Turn, Vote


@dataclass(frozen=True)
class View:
    """The steps known, all fit to count; `learn` makes the next view."""

    agreement: Agreement
    steps: frozenset[Step] = frozenset()

    @cached_property
    def receipts(self) -> Mapping[str, Receipt]:
        """Parts of receipts, by their message's id."""
        return {step.id: step for step in self.steps if isinstance(step, Receipt)}

    @cached_property
    def listings(self) -> Mapping[int, tuple[Listing, ...]]:
        """Lists by round, in an order that is the same everywhere."""
        found: dict[int, list[Listing]] = defaultdict(list)
        for step in self.steps:
            if isinstance(step, Listing):
                found[step.round].append(step)
        return {number: tuple(sorted(lists, key=_place)) for number, lists in found.items()}

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of every list, by its digest."""
        return {step.digest: step.text for step in self.steps if isinstance(step, Listing)}

    @cached_property
    def votes(self) -> Mapping[tuple[int, str], Mapping[str, Vote]]:
        """Votes by round and list, then by closer."""
        found: dict[tuple[int, str], dict[str, Vote]] = defaultdict(dict)
        for step in self.steps:
            if isinstance(step, Vote):
                found[step.round, step.digest][step.closer] = step
        return found

    @cached_property
    def commits(self) -> Mapping[tuple[int, str], Mapping[str, Commit]]:
        """Commits by round and list, then by closer; of two by one closer the lesser."""
        found: dict[tuple[int, str], dict[str, Commit]] = defaultdict(dict)
        for step in self.steps:
            if isinstance(step, Commit):
                held = found[step.round, step.digest]
                other = held.get(step.closer)
                held[step.closer] = step if other is None else min(step, other, key=_backing)
        return found

    @cached_property
    def reached(self) -> Mapping[str, int]:
        """The highest round that each closer was heard in."""
        found: dict[str, int] = {}
        for step in self.steps:
            if not isinstance(step, Forked):
                number = 0 if isinstance(step, Receipt) else step.round
                found[step.closer] = max(number, found.get(step.closer, 0))
        return found

    @cached_property
    def suspects(self) -> frozenset[str]:
        """Closers that said two things where one was allowed, or whose ledger forked."""
        said: dict[tuple[str, type, int], Step] = {}
        parts: dict[str, int] = {}
        found = set()
        for step in self.steps:
            if said.setdefault((step.closer, type(step), _slot(step)), step) != step:
                found.add(step.closer)
            if (
                isinstance(step, Receipt)
                and parts.setdefault(step.closer, step.parts) != step.parts
            ):
                found.add(step.closer)
            if isinstance(step, Forked):
                found.add(step.closer)
        return frozenset(found)

    @cached_property
    def quorums(self) -> tuple[tuple[int, str], ...]:
        """Round and list wherever a quorum voted, the latest round first."""
        needed = self.agreement.closers.quorum
        return tuple(
            sorted(
                (key for key, votes in self.votes.items() if len(votes) >= needed),
                key=lambda key: (-key[0], key[1]),
            )
        )

    def backing(self, number: int, digest: str) -> tuple[Vote, ...]:
        """A quorum of votes, the same for everybody who knows the same."""
        held = self.votes[number, digest]
        closers = self.agreement.closers
        return tuple(held[one] for one in closers.ids if one in held)[: closers.quorum]

    def whole_receipt(self, closer: str) -> tuple[Receipt, ...]:
        """All parts of a closer's receipt in their order; nothing while any is missing."""
        held: dict[int, dict[int, Receipt]] = defaultdict(dict)
        for receipt in self.receipts.values():
            if receipt.closer == closer:
                found = held[receipt.parts]
                other = found.get(receipt.part, receipt)
                found[receipt.part] = min(receipt, other, key=lambda one: one.id)
        for parts, found in sorted(held.items()):
            if len(found) == parts:
                return tuple(found[part] for part in range(parts))
        return ()


def learn(view: View, step: Step) -> View:
    """The view with one step more, and with the votes that it carries.

    Raises:
        Unauthentic: the speaker may not say this.
        Refused: the step cannot count, whatever else is known.
    """
    if step in view.steps:
        return view
    check_step(view.agreement, step)
    carried = step.votes if isinstance(step, Listing | Commit) else ()
    return View(view.agreement, view.steps | {step, *carried})


def learn_all(view: View, steps: Iterable[Step]) -> View:
    """The view with all steps that can count; whatever cannot is left out.

    Each learned alone would copy all that is known: a closer that writes thousands of steps
    must not make everybody's work grow with their square.
    """
    known = set(view.steps)
    for step in steps:
        try:
            check_step(view.agreement, step)
        except ProtocolError:
            # It stands in a ledger for good, and counts for nothing.
            continue
        known.add(step)
        known.update(step.votes if isinstance(step, Listing | Commit) else ())
    return View(view.agreement, frozenset(known))


def _slot(step: Step) -> int:
    """Where a closer may say one thing of a kind: a round, or a part of its receipt."""
    match step:
        case Receipt():
            return step.part
        case Listing() | Vote() | Commit() | Turn():
            return step.round
        case Forked():
            return 0


def _place(listing: Listing) -> tuple[str, tuple[str, ...], int]:
    return listing.digest, *_votes_place(listing.votes)


def _backing(commit: Commit) -> tuple[tuple[str, ...], int]:
    return _votes_place(commit.votes)


def _votes_place(votes: tuple[Vote, ...]) -> tuple[tuple[str, ...], int]:
    return tuple(vote.closer for vote in votes), votes[0].round if votes else 0
