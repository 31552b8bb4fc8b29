"""The prepared community holds what its pages are to show, in nice words and in hostile ones."""

from collections import Counter

from protocol.decisions.proposal import State
from tests.browser.prepared import Prepared


async def test_everything_has_happened(prepared: Prepared) -> None:
    book = prepared.place.node.books.own
    states = Counter(one.state for one in book.decisions.proposals.values())
    assert set(states) == set(State)
    assert await prepared.place.node.mirror.evidence()
    calls = {one.state.value for one in book.assemblies.calls.values()}
    assert calls == {"called", "cancelled", "held"}


async def test_in_hostile_words_too(beset: Prepared) -> None:
    assert set(beset.ids) >= {"joint", "asked", "answer"}
