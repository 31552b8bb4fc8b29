"""The list: which position of each community counts, as text that anybody can write anew.

    acuerdo/list/1
    proposal <id>
    receipt <closer> <message id>[,<message id>...]
    position <ledger> <index> <leaf> <choice> final|open <people> <households>
    empty <ledger>

One receipt line for each closer whose receipt is cited, a quorum of them at least, in the
closers' order; then one line for each community of the electorate, in its order. Counts are
the electorate and the voices for each choice, joined by commas, or `-`. Every line ends with
a line feed. Spec: docs/spec/closing.md.

- A list is right or wrong by recomputation alone: from the receipts that it cites there is
  one text, and that is the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from protocol.errors import Inconsistent, Malformed, Refused
from protocol.federation.agreement import Agreement
from protocol.federation.steps import Receipt, Row
from protocol.federation.timeliness import standing_rows
from protocol.federation.view import View

HEADER: Final = "acuerdo/list/1"
_CITED: Final = "receipt "


@dataclass(frozen=True, slots=True)
class Cited:
    """A receipt that a list rests on: its closer and the messages of its parts."""

    closer: str
    parts: tuple[str, ...]


def write_list(agreement: Agreement, receipts: Sequence[tuple[Receipt, ...]]) -> str:
    """The one list that follows from these whole receipts."""
    in_order = sorted(receipts, key=lambda parts: agreement.closers.ids.index(parts[0].closer))
    lines = [HEADER, f"proposal {agreement.proposal}"]
    for parts in in_order:
        ids = ",".join(receipt.id for receipt in parts)
        lines.append(f"{_CITED}{parts[0].closer} {ids}")
    for ledger, row in certified_positions(agreement, receipts):
        lines.append(f"empty {ledger}" if row is None else _line(row))
    return "\n".join(lines) + "\n"


def certified_positions(
    agreement: Agreement, receipts: Sequence[tuple[Receipt, ...]]
) -> tuple[tuple[str, Row | None], ...]:
    """For every community of the electorate the position that stands in these receipts."""
    rows = [seen.row for parts in receipts for receipt in parts for seen in receipt.seen]
    return standing_rows(rows, agreement.electorate)


def read_cited(text: str, proposal: str) -> tuple[Cited, ...]:
    """The receipts that a list says it rests on; the rest is recomputed, not read.

    Raises:
        Malformed: it does not begin as a list of this proposal does.
    """
    lines = text.split("\n")
    if lines[:2] != [HEADER, f"proposal {proposal}"]:
        raise Malformed("list-header", "not a list of this proposal")
    cited = []
    for line in lines[2:]:
        if not line.startswith(_CITED):
            break
        closer, _, ids = line.removeprefix(_CITED).partition(" ")
        cited.append(Cited(closer, tuple(ids.split(","))))
    return tuple(cited)


def cited_receipts(view: View, text: str) -> tuple[tuple[Receipt, ...], ...]:
    """The receipts that a list cites, whole.

    Raises:
        Malformed: it cannot be read.
        Refused: too few are cited, or one of them is not known here, so that nothing can be
            said about the list yet.
        Inconsistent: what it cites is not one whole receipt of the closer named.
    """
    cited = read_cited(text, view.agreement.proposal)
    if len({one.closer for one in cited}) < max(view.agreement.closers.quorum, len(cited)):
        raise Refused("list-receipts", "a list rests on the receipts of a quorum of closers")
    whole = []
    for one in cited:
        parts = tuple(view.receipts[part] for part in one.parts if part in view.receipts)
        if len(parts) != len(one.parts):
            raise Refused("list-receipt-unknown", "a receipt that the list cites is missing here")
        places = [(receipt.closer, receipt.part, receipt.parts) for receipt in parts]
        if places != [(one.closer, part, len(parts)) for part in range(len(parts))]:
            raise Inconsistent("list-receipt-parts", "the parts cited are no whole receipt")
        whole.append(parts)
    return tuple(whole)


def check_list(view: View, text: str) -> None:
    """Whether a list is the one that follows from the receipts that it cites.

    Raises:
        Malformed: it cannot be read.
        Refused: too few receipts are cited, or one is not known here yet.
        Inconsistent: recomputed, it is another list.
    """
    receipts = cited_receipts(view, text)
    if write_list(view.agreement, receipts) != text:
        raise Inconsistent("list-differs", "the receipts cited make another list")


def _line(row: Row) -> str:
    last = "final" if row.final else "open"
    return (
        f"position {row.ledger} {row.index} {row.leaf} {row.choice} {last}"
        f" {_counts(row.people)} {_counts(row.households)}"
    )


def _counts(counts: tuple[int, ...] | None) -> str:
    return "-" if counts is None else ",".join(map(str, counts))
