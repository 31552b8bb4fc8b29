"""What a run of the model check starts from: closers, positions, who holds which, who is hostile.

The village of the story: closers a, b, c (and more letters), and a village v that closes nothing.

    a      a position seen in time; everybody holds it
    v      one position that everybody holds, and a later one whose evidence reached only a and b
    c      seen by the others after the deadline: late, though everybody holds it
    b      seen in time by its own author and, where there is one, by the hostile closer: not timely
"""

from dataclasses import dataclass, replace
from functools import cache

from protocol.federation.agreement import Agreement
from protocol.federation.closers import Closers
from protocol.federation.closing import receipt_of
from protocol.federation.listing import read_cited
from protocol.federation.steps import Cosigned, Listing, Receipt, Row, Seen

DEADLINE_S = 100
VILLAGE = "v"
AUTHOR_LATE, AUTHOR_UNSEEN = "c", "b"


@dataclass(frozen=True)
class Scenario:
    """One run; `agreement` may carry weakened rules, which only the model can make.

    receipts_known: every receipt reached everybody before the rest; lists then differ by what
        the hostile closer shows only.
    few_lists: a chair lists from all receipts, or from its own and those of the next closers,
        and from no other choice. Once a list is right, closers look at its hash alone, so that
        the other choices are the same stories under other names, but for who holds what it
        cites; the runs without this hold them all.
    forgetful: once, a closer's backup is restored and it writes on without relearning.
    """

    agreement: Agreement
    rounds: int
    hostile: str | None = None
    receipts_known: bool = False
    forgetful: bool = False
    few_lists: bool = False

    def tells(self, listing: Listing) -> bool:
        """Whether a list is one of those that this run looks at."""
        if not self.few_lists or listing.votes:
            return True
        ids = self.agreement.closers.ids
        cited = {one.closer for one in read_cited(listing.text, self.agreement.proposal)}
        first = ids.index(listing.closer)
        turn = [*ids[first:], *ids[:first]]
        return cited in (set(ids), set(turn[: self.agreement.closers.quorum]))

    @property
    def honest(self) -> tuple[str, ...]:
        return tuple(one for one in self.agreement.closers.ids if one != self.hostile)


def proposal(first_chair: int, closers: int) -> str:
    """An id that gives the first chair to closer number `first_chair`."""
    return next(f"{n:064x}" for n in range(closers) if n % closers == first_chair)


def letters(closers: int) -> tuple[str, ...]:
    return tuple("abcdefg"[:closers])


def agreement_of(
    closers: int,
    first_chair: int = 0,
    kind: type[Agreement] = Agreement,
    council: type[Closers] = Closers,
) -> Agreement:
    ids = letters(closers)
    electorate = (*dict.fromkeys((*ids[:3], VILLAGE)),)
    return kind(proposal(first_chair, closers), electorate, council(ids), DEADLINE_S)


def _row(ledger: str, index: int) -> Row:
    return Row(
        ledger=ledger,
        index=index,
        leaf=f"leaf-{ledger}{index}",
        message=f"{ledger}{index}",
        choice="agree",
        final=False,
    )


TIMELY = (_row("a", 1), _row(VILLAGE, 2), _row(VILLAGE, 5))
LATE, UNSEEN = _row(AUTHOR_LATE, 4), _row(AUTHOR_UNSEEN, 3)
"""What is true, said without the rule under test: these three may count, those two never."""


@cache
def held_by(scenario: Scenario, closer: str) -> list[Seen]:
    ids = scenario.agreement.closers.ids
    in_time = tuple(Cosigned(one, DEADLINE_S) for one in ids)
    late = tuple(Cosigned(one, DEADLINE_S + 1) for one in ids)
    first, village, later = TIMELY
    hostile = () if scenario.hostile is None else (Cosigned(scenario.hostile, 1),)
    found = [
        Seen(row=first, cosigned=in_time),
        Seen(row=village, cosigned=in_time),
        Seen(row=LATE, cosigned=late),
        Seen(row=UNSEEN, cosigned=(Cosigned(AUTHOR_UNSEEN, 1), *hostile, *late)),
    ]
    return [*found, Seen(row=later, cosigned=in_time)] if closer in "ab" else found


def honest_receipt(scenario: Scenario, closer: str) -> Receipt:
    made = receipt_of(scenario.agreement, closer, held_by(scenario, closer))
    return replace(made, id=f"r{closer}")


def hostile_receipts(scenario: Scenario, closer: str) -> tuple[Receipt, Receipt]:
    """Two different receipts by one closer: one keeps silent about what the other shows."""
    full = receipt_of(scenario.agreement, closer, held_by(scenario, "a"))
    bare = replace(full, seen=full.seen[:1])
    return replace(full, id=f"r{closer}1"), replace(bare, id=f"r{closer}2")
