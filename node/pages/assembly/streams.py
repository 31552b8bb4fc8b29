"""How many screens follow the ledger at once: few, so that a village's small machine bears it.

A stream holds a connection open and renders a piece of a page whenever something changes. Phones
open none; whoever is one too many looks again by herself.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from node.api.problems import Problem

MOST: Final = 8
MOST_EACH: Final = 2


class Streams:
    """The streams of one node that are open now, by whoever opened them."""

    def __init__(self) -> None:
        self._open: Counter[bytes] = Counter()

    @property
    def total(self) -> int:
        """How many are open."""
        return self._open.total()

    def require_room(self, session: bytes) -> None:
        """One more can be opened.

        Raises:
            Problem: There are too many, of hers or of everybody's.
        """
        if self.total >= MOST or self._open[session] >= MOST_EACH:
            raise Problem(503, "streams-many", "too many screens follow at once", _LATER)

    @contextmanager
    def one_more(self, session: bytes) -> Iterator[None]:
        """While it is open."""
        self._open[session] += 1
        try:
            yield
        finally:
            self._open[session] -= 1
            if not self._open[session]:
                del self._open[session]


_LATER: Final = {"retry-after": "20"}
