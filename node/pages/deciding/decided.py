"""What was decided, and when: the closings of our ledger, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from node.api.views import JsonObject, explain_view, text_view
from node.api.words import words_of
from node.pages.visit import Visit
from node.runtime import Node
from node.store.entries import read_entries
from protocol.decisions.proposal import Proposal
from protocol.ledger.entry import Entry, read_entry

WEEK_S: Final = 7 * 86_400
_MOST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that was closed at a time, with its text and the sentence that says how."""

    proposal: Proposal
    closed_at: int
    text: JsonObject
    explain: JsonObject


async def decided_lately(visit: Visit, within_s: int | None = None) -> list[Decided]:
    """The last decisions, or those of so many seconds."""
    held = [one for one in visit.book.decisions.proposals.values() if one.closed_index is not None]
    held.sort(key=lambda one: one.closed_index or 0, reverse=True)
    newest = held[:_MOST]
    closings = await entries_at(visit.node, [one.closed_index or 0 for one in newest])
    since = 0 if within_s is None else visit.node.clock.now() - within_s
    shown = [
        (one, closing.received)
        for one, closing in zip(newest, closings, strict=True)
        if closing is not None and closing.received >= since
    ]
    words = await words_of(visit.node, visit.asker.reader, [one.text for one, _ in shown])
    return [
        Decided(
            proposal=one,
            closed_at=at,
            text=text_view(one.text, words),
            explain={}
            if one.outcome is None
            else explain_view(
                visit.book.terms(one), one.outcome.tally, recorded=one.voices_recorded
            ),
        )
        for one, at in shown
    ]


async def entries_at(node: Node, indexes: Sequence[int]) -> list[Entry | None]:
    """The entries at these places of our ledger; None for one whose bytes are gone."""
    found: list[Entry | None] = await node.executor.run(_entries, node, tuple(indexes))
    return found


def _entries(node: Node, indexes: tuple[int, ...]) -> list[Entry | None]:
    number, entries = node.books.number(node.books.own_id), list[Entry | None]()
    with node.store.read() as connection:
        for index in indexes:
            held = read_entries(connection, number, index, index + 1)
            raw = held[0].raw if held else None
            entries.append(None if raw is None else read_entry(raw))
    return entries
