"""Rules weakened on purpose: the check must find what each of them breaks.

They are handed in as values; nothing of the production code is copied or switched off.
"""

from protocol.federation.agreement import Agreement
from protocol.federation.closers import Closers
from protocol.federation.steps import Commit, Listing, Seen


class Unbound(Agreement):
    """The lock dropped: whoever committed votes for whatever comes next."""

    def frees(self, lock: Commit | None, listing: Listing) -> bool:  # noqa: ARG002
        return True


class StaleVotesFree(Agreement):
    """Any quorum of votes frees a closer, even one older than its lock."""

    def frees(self, lock: Commit | None, listing: Listing) -> bool:
        return bool(listing.votes) or super().frees(lock, listing)


class NoWayOut(Agreement):
    """A lock that nothing opens: safe, but two closers bound to two lists wait for ever."""

    def frees(self, lock: Commit | None, listing: Listing) -> bool:
        return lock is None or lock.digest == listing.digest


class ByArrival(Agreement):
    """What arrived counts, whenever its cosignatures say that it was seen."""

    def is_timely(self, seen: Seen) -> bool:  # noqa: ARG002
        return True


class LowQuorum(Closers):
    """A quorum one lower than it must be."""

    @property
    def quorum(self) -> int:
        return (self.size + self.faulty) // 2
