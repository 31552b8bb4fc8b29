"""One close: who is asked, who closes, until when, and which steps are fit to be looked at.

Spec: docs/spec/closing.md. What a step says is judged here by itself; whether it follows
from what others said is the work of `closing`.
"""

from dataclasses import dataclass
from typing import Final

from protocol.errors import Refused, Unauthentic
from protocol.federation.closers import Closers
from protocol.federation.steps import (
    Commit,
    Forked,
    Listing,
    Receipt,
    Seen,
    Step,
    Turn,
    Vote,
)
from protocol.federation.timeliness import is_timely

MAX_ROUND: Final = 1_000_000_000
MAX_PARTS: Final = 48
"""Of one receipt: enough for the largest council, and few enough to be cited in one entry."""


@dataclass(frozen=True)
class Agreement:
    """What is fixed before the close begins, from the federated proposal."""

    proposal: str
    electorate: tuple[str, ...]
    closers: Closers
    deadline_s: int

    def is_timely(self, seen: Seen) -> bool:
        """Whether a position came in time."""
        return is_timely(seen.row.ledger, seen.cosigned, self.closers, self.deadline_s)

    def chair(self, round_number: int) -> str:
        """Whose turn it is to list."""
        return self.closers.chair(round_number, self.proposal)

    def frees(self, lock: Commit | None, listing: Listing) -> bool:
        """Whether a closer bound by `lock` may vote for a list.

        Bound to nothing, bound to this very list, or a quorum voted for it no earlier than in
        the lock's round. Were such a quorum older than the lock, the lock would be worth
        nothing; were no way out at all, two closers bound to two lists would wait for ever.
        """
        if lock is None or lock.digest == listing.digest:
            return True
        return bool(listing.votes) and listing.votes[0].round >= lock.round


def check_step(agreement: Agreement, step: Step) -> None:
    """Whether a step may count at all, whatever else is known.

    Raises:
        Unauthentic: the speaker does not close, or does not chair the round that it lists in.
        Refused: it claims a round or part that cannot be, counts a position that was not in
            time or not asked for, or does not carry the votes that it rests on.
    """
    if step.closer not in agreement.closers.ids:
        raise Unauthentic("closer-unknown", "this community does not close the proposal")
    match step:
        case Receipt():
            _check_receipt(agreement, step)
        case Listing():
            _check_listing(agreement, step)
        case Vote(round=number):
            _check_round(number, first=0)
        case Commit():
            _check_commit(agreement, step)
        case Turn(round=number):
            _check_round(number, first=1)
        case Forked():
            pass


def _check_round(number: int, *, first: int) -> None:
    if not first <= number <= MAX_ROUND:
        raise Refused("round-invalid", f"rounds count from {first} to {MAX_ROUND}")


def _check_receipt(agreement: Agreement, receipt: Receipt) -> None:
    if not 0 <= receipt.part < receipt.parts <= MAX_PARTS:
        raise Refused("receipt-part", f"part {receipt.part} of {receipt.parts} cannot be")
    if len({seen.row.ledger for seen in receipt.seen}) != len(receipt.seen):
        raise Refused("receipt-twice", "a receipt names each community once")
    for seen in receipt.seen:
        if seen.row.ledger not in agreement.electorate:
            raise Refused("receipt-stranger", "a receipt names a community that was not asked")
        if not agreement.is_timely(seen):
            raise Refused("position-late", "too few closers saw this position in time")


def _check_listing(agreement: Agreement, listing: Listing) -> None:
    _check_round(listing.round, first=0)
    if agreement.chair(listing.round) != listing.closer:
        raise Unauthentic("list-not-chair", "only the chair of a round lists")
    if listing.votes:
        _check_quorum(agreement.closers, listing.votes, listing.digest)
        _check_round(listing.votes[0].round, first=0)
        if listing.votes[0].round >= listing.round:
            raise Refused("votes-round", "a list is backed by votes of earlier rounds")


def _check_commit(agreement: Agreement, commit: Commit) -> None:
    _check_round(commit.round, first=0)
    _check_quorum(agreement.closers, commit.votes, commit.digest)
    if commit.votes[0].round != commit.round:
        raise Refused("votes-round", "a commit rests on votes of its own round")


def _check_quorum(closers: Closers, votes: tuple[Vote, ...], digest: str) -> None:
    voters = {vote.closer for vote in votes}
    if len(votes) != closers.quorum or len(voters) != len(votes) or not voters <= set(closers.ids):
        raise Refused("votes-quorum", f"expected the votes of {closers.quorum} different closers")
    if {(vote.round, vote.digest) for vote in votes} != {(votes[0].round, digest)}:
        raise Refused("votes-differ", "the votes are not of one round and for this list")
