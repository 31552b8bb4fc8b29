"""Which positions came in time, and which of a community's positions stands.

Timeliness is evidence that anybody can hold: enough closers other than the author stated,
by cosigning a head that includes the position, that they saw it by the deadline. Whose
clock, which road and when it arrived here play no part. Spec: docs/spec/closing.md.
"""

from collections.abc import Collection, Iterable, Sequence

from protocol.federation.closers import Closers
from protocol.federation.steps import Cosigned, Row, Seen


def is_timely(author: str, cosigned: Iterable[Cosigned], closers: Closers, deadline_s: int) -> bool:
    """Whether closers enough, other than the author, saw it at or before the deadline."""
    in_time = {
        cosignature.witness
        for cosignature in cosigned
        if cosignature.witness in closers.ids
        and cosignature.witness != author
        and cosignature.time_s <= deadline_s
    }
    return len(in_time) >= closers.witnesses_needed(author)


def standing(rows: Iterable[Row]) -> Row | None:
    """Of one community's timely positions the one that stands.

    The first that it called final, for nothing follows a final word; otherwise its last. Of
    two in one place (the ledger forked) the smaller leaf hash, so that all take the same.
    """
    held = list(rows)
    finals = [row for row in held if row.final]
    if finals:
        return min(finals, key=lambda row: (row.index, row.leaf))
    return min(held, key=lambda row: (-row.index, row.leaf), default=None)


def standing_rows(
    rows: Collection[Row], electorate: Sequence[str]
) -> tuple[tuple[str, Row | None], ...]:
    """For every community of the electorate, in its order, what stands of its timely rows."""
    held: dict[str, list[Row]] = {ledger: [] for ledger in electorate}
    for row in rows:
        if row.ledger in held:
            held[row.ledger].append(row)
    return tuple((ledger, standing(found)) for ledger, found in held.items())


def is_ready(seen: Iterable[Seen], electorate: Sequence[str]) -> bool:
    """Whether every community said its last word in time, so that nothing is left to wait for.

    Args:
        seen: timely positions only.
        electorate: the communities that are asked.
    """
    spoken = {one.row.ledger for one in seen if one.row.final}
    return spoken.issuperset(electorate)
