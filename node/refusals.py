"""Which ledgers a peer did not want lately, so that it is not asked at every change."""

from collections.abc import Collection, Sequence

from node.books import Books
from node.ports import Clock
from node.remote import Verdict
from node.store.values import Peer
from protocol.wire.digests import CommunityId

_REFUSED_FOR_S = 60.0
_INTRODUCED_WITHIN_S = 2.0
"""A peer refuses our own ledger until its operator has added us: usually a moment later."""


class Refusals:
    """A refusal stands for a while, or until the peer's own ledger grows: it may want it now."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self._until: dict[tuple[str, CommunityId], tuple[float, int]] = {}

    def stands(self, peer: Peer, ledger: CommunityId) -> bool:
        """Whether a peer would refuse a ledger, as far as it said."""
        until, size = self._until.get((peer.url, ledger), (0.0, 0))
        return until > self._clock.monotonic() and size == self._size_of(peer)

    def hear(self, peer: Peer, verdicts: Sequence[Verdict], asked: Collection[CommunityId]) -> bool:
        """Note what a peer refused of what it was asked; whether it took all of it."""
        for verdict in verdicts:
            if verdict.error == "ledger-unknown" and verdict.ledger in asked:
                own = verdict.ledger == self._books.own_id
                until = self._clock.monotonic() + (_INTRODUCED_WITHIN_S if own else _REFUSED_FOR_S)
                self._until[peer.url, verdict.ledger] = until, self._size_of(peer)
        return set(asked) <= {one.ledger for one in verdicts if one.error is None}

    def _size_of(self, peer: Peer) -> int:
        book = None if peer.community is None else self._books.book(peer.community)
        return 0 if book is None else book.size
