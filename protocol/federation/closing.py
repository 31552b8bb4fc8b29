"""The close: what a closer says next, from what it knows. Spec: docs/spec/closing.md.

Single-shot Tendermint (Buchman, Kwon and Milosevic, 2018) over entries in ledgers:

    receipt -> (list by the chair) -> vote -> commit
                        ^                       |  a quorum of commits: the certificate
                        +----- turn, next round +

- A closer says each thing once a round. It votes only for a list that it recomputed, and
  only in its own round. A commit binds it: it votes for another list only if that list
  carries a quorum of votes no older than the commit.
- No commit in a round after a vote in a later one: that vote was given without the bond.
- Time never decides. Patience at an end only opens the next round, and only once a quorum
  has come to this one, so that a closer cut off from the others does not fill its ledger.
  Whoever is carried into a round by others says so.
- Nothing is remembered but the steps: after a crash the same view says the same next step.
"""

from collections.abc import Sequence
from typing import Final

from protocol.federation.agreement import Agreement
from protocol.federation.certificate import certificate, is_right
from protocol.federation.listing import write_list
from protocol.federation.steps import Commit, Listing, Receipt, Seen, Step, Turn, Vote
from protocol.federation.timeliness import standing_rows
from protocol.federation.view import View

MAX_PATIENCE: Final = 64


def current_round(view: View, me: str) -> int:
    """The round that a closer is in: its own last, or one that others carry it into.

    So many have reached it that at least one of them keeps the rules.
    """
    ranks = sorted(view.reached.values(), reverse=True)
    faulty = view.agreement.closers.faulty
    carried = ranks[faulty] if len(ranks) > faulty else 0
    return max(view.reached.get(me, 0), carried)


def round_length(round_s: int, number: int) -> int:
    """How long to be patient in a round: longer each time, so that slow roads suffice."""
    return round_s * min(number + 1, MAX_PATIENCE)


def next_step(
    view: View, me: str, *, window_over: bool, timed_out: bool, held: Sequence[Seen] = ()
) -> Step | None:
    """What closer `me` says next, or None while it waits or has nothing left to say.

    Say it durably, learn it, and ask again. A receipt that is returned stands for all its
    parts and has no id yet.

    Args:
        view: all that is known, the closer's own steps included.
        me: the closer.
        window_over: the echo window has passed, or every community said its last word.
        timed_out: the current round has lasted `round_length` here.
        held: the positions held with evidence; needed for the receipt only.
    """
    if me not in view.agreement.closers.ids or me in view.suspects or certificate(view):
        return None
    if not view.whole_receipt(me):
        return receipt_of(view.agreement, me, held) if window_over else None
    number = current_round(view, me)
    return (
        _commit(view, me)
        or _list(view, me, number)
        or _vote(view, me, number)
        or _join(view, me, number)
        or (_turn(view, me, number) if timed_out else None)
    )


def receipt_of(agreement: Agreement, me: str, held: Sequence[Seen]) -> Receipt:
    """What a closer received in time: of each community the position that stands."""
    timely = {
        seen.row: seen
        for seen in held
        if seen.row.ledger in agreement.electorate and agreement.is_timely(seen)
    }
    standing = standing_rows(timely, agreement.electorate)
    return Receipt(
        closer=me, id="", seen=tuple(timely[row] for _, row in standing if row is not None)
    )


def lock_of(view: View, me: str) -> Commit | None:
    """What a closer is bound by: its last commit."""
    own = [step for step in view.steps if isinstance(step, Commit) and step.closer == me]
    return max(own, key=lambda commit: commit.round, default=None)


def _commit(view: View, me: str) -> Commit | None:
    for number, digest in view.quorums:
        if digest in view.texts and _last_bond(view, me) <= number:
            if _said(view, me, Commit, number):
                return None
            return Commit(
                closer=me, round=number, digest=digest, votes=view.backing(number, digest)
            )
    return None


def _list(view: View, me: str, number: int) -> Listing | None:
    if view.agreement.chair(number) != me or _said(view, me, Listing, number):
        return None
    backed = next((key for key in view.quorums if key[0] < number), None)
    if backed is not None:
        text = view.texts.get(backed[1])
        if text is None:
            return None
        return Listing(closer=me, round=number, text=text, votes=view.backing(*backed))
    receipts = _receipts_to_cite(view)
    if len(receipts) < view.agreement.closers.quorum:
        return None
    return Listing(closer=me, round=number, text=write_list(view.agreement, receipts))


def _vote(view: View, me: str, number: int) -> Vote | None:
    if _said(view, me, Vote, number):
        return None
    lock = lock_of(view, me)
    for listing in view.listings.get(number, ()):
        if view.agreement.frees(lock, listing) and is_right(view, listing.text):
            return Vote(closer=me, round=number, digest=listing.digest)
    return None


def _join(view: View, me: str, number: int) -> Turn | None:
    # Said aloud, or those who count whether a quorum has come would wait for it for ever.
    return Turn(closer=me, round=number) if view.reached.get(me, 0) < number else None


def _turn(view: View, me: str, number: int) -> Turn | None:
    here = {closer for closer, reached in view.reached.items() if reached >= number}
    if len(here | {me}) < view.agreement.closers.quorum:
        return None
    return Turn(closer=me, round=number + 1)


def _receipts_to_cite(view: View) -> list[tuple[Receipt, ...]]:
    # Suspects only where a quorum cannot be had without them; what a receipt proves holds
    # whoever cites it.
    closers = view.agreement.closers
    whole = {one: parts for one in closers.ids if (parts := view.whole_receipt(one))}
    trusted = [parts for one, parts in whole.items() if one not in view.suspects]
    others = [parts for one, parts in whole.items() if one in view.suspects]
    return trusted + others[: max(0, closers.quorum - len(trusted))]


def _last_bond(view: View, me: str) -> int:
    return max(
        (
            step.round
            for step in view.steps
            if isinstance(step, Vote | Commit) and step.closer == me
        ),
        default=0,
    )


def _said(view: View, me: str, kind: type[Commit | Listing | Vote], number: int) -> bool:
    return any(
        isinstance(step, kind) and step.closer == me and step.round == number for step in view.steps
    )
