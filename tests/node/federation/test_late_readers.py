"""What somebody got as hashes before she might read it reaches her whole later, by any road."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from node.readers import ANYBODY, Reader, reader_of
from node.store.peers import all_peers
from protocol.wire.digests import MessageId
from tests.node.federation.network import Network, Site, federate, found_site, fresh_ports, until

Found = Callable[[str], Awaitable[Site]]


@pytest.fixture
async def found(tmp_path: Path) -> AsyncIterator[Found]:
    network, ports, sites = Network(), fresh_ports(), []

    async def make(host: str) -> Site:
        site = await found_site(network, ports, tmp_path / host, host)
        sites.append(site)
        await site.start()
        return site

    yield make
    for site in sites:
        await site.stop()
    ports.executor.close()


async def carry(giver: Site, taker: Site, reader: Reader) -> None:
    """A file with the giver's ledger, as far as a reader may read it."""
    raw = giver.node.delivery.bundle_for(reader, {giver.community: 0})
    (taken,) = await taker.node.mirror.take(raw, trust_new=True)
    assert taken.error is None


def has_served(site: Site, other: Site, federation: MessageId) -> bool:
    with site.node.store.read() as connection:
        return any(
            peer.community == other.community and federation in peer.served.split()
            for peer in all_peers(connection)
        )


def knows_the_join(site: Site, of: Site) -> bool:
    book = site.node.books.book(of.community)
    return book is not None and bool(book.federation.joins)


async def test_what_was_filled_in_late_is_passed_on(found: Found) -> None:
    """Ceiba has no network: roble gets her join as a hash, passes it on, then gets it whole."""
    ceiba, roble, pino = [await found(host) for host in ("a.test", "b.test", "c.test")]
    await roble.knows(pino)
    await pino.knows(roble)
    federation = await federate([ceiba, roble, pino])
    await until("ceiba joined", lambda: federation in ceiba.book.federation.standing)
    for site in (roble, pino):
        await carry(ceiba, site, ANYBODY)
    await until("roble gave pino all that it has", lambda: has_served(roble, pino, federation))
    await asyncio.sleep(0.3)
    assert not knows_the_join(roble, ceiba)
    assert not knows_the_join(pino, ceiba)
    whole = reader_of(roble.community, ceiba.node.books.facts())
    await carry(ceiba, roble, whole)
    await until("roble reads the join", lambda: knows_the_join(roble, ceiba))
    await until("pino reads it too", lambda: knows_the_join(pino, ceiba), 8)
