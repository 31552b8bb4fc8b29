"""Steps of a close as bare values, for tests that need no keys."""

from collections.abc import Iterable
from dataclasses import replace

from protocol.federation.agreement import Agreement
from protocol.federation.closers import Closers
from protocol.federation.listing import write_list
from protocol.federation.steps import (
    Commit,
    Cosigned,
    Listing,
    Receipt,
    Row,
    Seen,
    Step,
    Turn,
    Vote,
)
from protocol.federation.view import View, learn

DEADLINE_S = 100
PROPOSAL = "0" * 64


def agreement(size: int) -> Agreement:
    """Closers a, b, ... in the chair in this order, and a village v that closes nothing."""
    ids = tuple("abcdefg"[:size])
    return Agreement(PROPOSAL, (*ids, "v"), Closers(ids), DEADLINE_S)


def row(ledger: str, index: int = 1, *, final: bool = False, leaf: str = "") -> Row:
    return Row(
        ledger=ledger,
        index=index,
        leaf=leaf or f"leaf-{ledger}-{index}",
        message=f"message-{ledger}-{index}",
        choice="agree",
        final=final,
    )


def seen(found: Row, by: str = "abcdefg", at: int = DEADLINE_S) -> Seen:
    return Seen(row=found, cosigned=tuple(Cosigned(one, at) for one in by))


def receipt(closer: str, *rows: Row) -> Receipt:
    return Receipt(closer=closer, id=f"receipt-{closer}", seen=tuple(seen(one) for one in rows))


def fresh_list(close: Agreement, number: int, receipts: Iterable[Receipt]) -> Listing:
    text = write_list(close, [(one,) for one in receipts])
    return Listing(closer=close.chair(number), round=number, text=text)


def votes_for(listing: Listing, by: str, number: int | None = None) -> tuple[Vote, ...]:
    at = listing.round if number is None else number
    return tuple(Vote(closer=one, round=at, digest=listing.digest) for one in by)


def commit_to(listing: Listing, closer: str, votes: tuple[Vote, ...]) -> Commit:
    return Commit(closer=closer, round=votes[0].round, digest=listing.digest, votes=votes)


def again(listing: Listing, close: Agreement, number: int, votes: tuple[Vote, ...]) -> Listing:
    return replace(listing, closer=close.chair(number), round=number, votes=votes)


def turn(closer: str, number: int) -> Turn:
    return Turn(closer=closer, round=number)


def know(close: Agreement, *steps: Step | Iterable[Step]) -> View:
    view = View(close)
    for one in steps:
        for step in [one] if isinstance(one, Step) else one:
            view = learn(view, step)
    return view
