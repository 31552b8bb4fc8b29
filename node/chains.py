"""The key chains of all communities whose ledgers are held here, and their witnesses' keys.

A chain is known as soon as its ledger is stored, long before the ledger is folded: a head is
verified against it. Copies' chains change in the mirror only, which says so here.
"""

from node.books import Books
from node.store.engine import Store
from node.store.entries import find_ledger, read_chain
from protocol.identity.chain import Chain, open_chain
from protocol.replication.extend import Witnesses
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PublicKey


class Chains:
    """Every chain by community, read from the store at first need."""

    def __init__(self, store: Store, books: Books) -> None:
        self._store = store
        self._books = books
        self._held: dict[CommunityId, Chain] = {}

    def find(self, community: CommunityId) -> Chain | None:
        """A community's chain; None if its ledger is not held here. May block."""
        if community == self._books.own_id:
            return self._books.own.identity
        if community not in self._held and community in self._books.known():
            with self._store.read() as connection:
                ledger = find_ledger(connection, community)
                raws = () if ledger is None else read_chain(connection, ledger.id)
            self._held[community] = open_chain(raws)
        return self._held.get(community)

    def learn(self, chain: Chain) -> None:
        """A copy's chain was stored, or became longer."""
        self._held[chain.community] = chain

    def witnesses(self) -> Witnesses:
        """Every community's witness keys, the newest generation first. May block."""
        generations: list[dict[CommunityId, PublicKey]] = []
        for community in self._books.known():
            chain = self.find(community)
            for age, key in enumerate(() if chain is None else chain.witness_keys()):
                if age == len(generations):
                    generations.append({})
                generations[age][community] = key
        return generations
