"""Whose ledgers this node stores: nobody's, unless there is a reason (docs/spec/replication.md).

A reason is the operator, who added a peer of that community; or a federation: one that we
are in, or that a community of those peers invites us to. What a stranger writes is no
reason: otherwise one invited stranger could bring a thousand, and each of them more.
"""

from collections.abc import Iterator

from node.books import Books
from node.store.engine import Store
from node.store.peers import all_peers
from protocol.decisions.proposal import JoinSubject
from protocol.federation.acts import find_compact
from protocol.federation.compact import Compact
from protocol.wire.digests import CommunityId


class Acquaintance:
    """Knows whose ledgers we have to do with."""

    def __init__(self, store: Store, books: Books) -> None:
        self._store = store
        self._books = books

    def includes(self, community: CommunityId) -> bool:
        """Whether there is a reason to store a community's ledger. May block."""
        with self._store.read() as connection:
            peers = {peer.community for peer in all_peers(connection) if peer.community}
        if community in peers or community == self._books.own.presence.home:
            return True
        return community in self._founders() or any(
            community in compact.communities for compact in self._compacts(peers)
        )

    def _founders(self) -> set[str]:
        """Who founded the federations that our assembly talks about joining."""
        proposals = self._books.own.decisions.proposals.values()
        return {one.subject.founder for one in proposals if isinstance(one.subject, JoinSubject)}

    def _compacts(self, peers: set[CommunityId]) -> Iterator[Compact]:
        own, facts = self._books.own_id, self._books.facts()
        for community in (own, *peers):
            ledger = facts.get(community)
            for compact in () if ledger is None else ledger.acts.compacts.values():
                if own in compact.body.communities:
                    yield compact.body
        for federation in self._books.own.federation.standing:
            joined = find_compact(facts, federation)
            if joined is not None:
                yield joined.body
