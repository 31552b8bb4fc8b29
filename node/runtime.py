"""Puts one node together: everything beneath is built here and handed what it needs.

`open_node` gives a node that can answer and take in; `Node.run` starts what it does by
itself. Tests and simulations open the same node with other ports and another transport.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from node.addresses import Resolver
from node.addresses import resolve as resolve_name
from node.books import Books
from node.chains import Chains
from node.checking import CHECK, Checking
from node.closing import Closing
from node.delivery import Delivery
from node.duties import Duties
from node.journal import Journal
from node.keys import KeyFileError, NodeKeys, promote_keys, read_keys, read_staged_keys
from node.mirror import Mirror
from node.owed import Speech, owed_announcements, owed_answers, owed_decisions
from node.owed_offices import owed_offices
from node.peers import Peers, system_transport
from node.ports import Clock, Entropy, Executor, Ports, system_ports
from node.publishing import PULL, PUSH, Publishing
from node.recovery import Recovery
from node.settings import Settings
from node.store.engine import Store, open_store
from node.store.schema import bring_up_to_date
from node.witness import Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One community's node, whole."""

    settings: Settings
    ports: Ports
    keys: NodeKeys
    store: Store
    books: Books
    chains: Chains
    journal: Journal
    witness: Witness
    mirror: Mirror
    peers: Peers
    delivery: Delivery
    closing: Closing
    duties: Duties
    publishing: Publishing
    checking: Checking
    recovery: Recovery

    @property
    def clock(self) -> Clock:
        """The node's clock."""
        return self.ports.clock

    @property
    def executor(self) -> Executor:
        """Where blocking work goes."""
        return self.ports.executor

    @property
    def entropy(self) -> Entropy:
        """The node's source of chance."""
        return self.ports.entropy

    async def run(self) -> None:
        """Everything that the node does by itself, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.recovery.run())
            group.create_task(self.duties.run())
            group.create_task(self.publishing.watch(self.duties))
            group.create_task(self.publishing.ask_now_and_then(self.duties))


@asynccontextmanager
async def open_node(
    settings: Settings,
    ports: Ports | None = None,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    resolve: Resolver | None = resolve_name,
) -> AsyncIterator[Node]:
    """A node on its data directory; closed in order at the end.

    Args:
        settings: the operator's.
        ports: time, threads and chance; the machine's by default, and closed with the node.
        transport: the network; the machine's by default.
        resolve: from names to addresses.

    Raises:
        KeyFileError: there are no keys, or they cannot be used.
        Refused: no community was founded here.
    """
    held = system_ports(settings.workers) if ports is None else ports
    store = open_store(settings.store_url)
    try:
        bring_up_to_date(store)
        node = _assemble(settings, held, store, transport, resolve)
        node.recovery.begin()
        try:
            yield node
        finally:
            await node.duties.settle()
            await node.mirror.close()
            await node.journal.close()
            await node.books.save(1)
            await node.peers.close()
    finally:
        if ports is None:
            held.executor.close()
        store.close()


def _keys_in_force(settings: Settings, books: Books) -> NodeKeys:
    """The keys that the ledger names: after a rotation that was cut short, the staged ones."""
    keys, log = read_keys(settings.data_dir), books.own.identity.current.log
    if keys.log.public == log:
        return keys
    staged = read_staged_keys(settings.data_dir)
    if staged is not None and staged.log.public == log:
        return promote_keys(settings.data_dir)
    raise KeyFileError("keys.json does not hold the keys that the ledger names: restore them")


def _assemble(
    settings: Settings,
    ports: Ports,
    store: Store,
    transport: httpx.AsyncBaseTransport | None,
    resolve: Resolver | None,
) -> Node:
    books = Books(store, ports)
    books.open()
    keys = _keys_in_force(settings, books)
    chains = Chains(store, books)
    journal = Journal(
        store=store,
        books=books,
        keys=keys,
        ports=ports,
        batch=settings.batch_submissions,
        most_waiting=settings.max_waiting,
    )
    witness = Witness(store=store, books=books, chains=chains, keys=keys, ports=ports)
    mirror = Mirror(
        store=store, books=books, chains=chains, witness=witness, own=journal, ports=ports
    )
    peers = Peers(
        store=store,
        keys=keys,
        ports=ports,
        settings=settings,
        transport=system_transport(settings) if transport is None else transport,
        resolve=None if settings.proxy else resolve,
    )
    delivery = Delivery(store=store, books=books, keys=keys, keep_head=journal.keep_head)
    closing = Closing(store=store, books=books, clock=ports.clock)
    publishing = Publishing(
        store=store,
        books=books,
        mirror=mirror,
        peers=peers,
        delivery=delivery,
        ports=ports,
        settings=settings,
    )

    checking = Checking(store=store, books=books, peers=peers, ports=ports)

    def owed(now: int) -> list[Speech]:
        facts = books.facts()
        return [
            *owed_announcements(books.own, settings.address, publishing.neighbourhood()),
            *owed_decisions(books.own, facts, now),
            *owed_answers(books.own, facts, now),
            *owed_offices(books.own, now),
            *closing.owed(now),
        ]

    duties = Duties(
        store=store,
        books=books,
        journal=journal,
        ports=ports,
        settings=settings,
        carry={PUSH: publishing.push, PULL: publishing.pull, CHECK: checking.check},
        owed=owed,
    )
    recovery = Recovery(
        store=store,
        books=books,
        journal=journal,
        mirror=mirror,
        peers=peers,
        ports=ports,
        settings=settings,
    )
    return Node(
        settings=settings,
        ports=ports,
        keys=keys,
        store=store,
        books=books,
        chains=chains,
        journal=journal,
        witness=witness,
        mirror=mirror,
        peers=peers,
        delivery=delivery,
        closing=closing,
        duties=duties,
        publishing=publishing,
        checking=checking,
        recovery=recovery,
    )
