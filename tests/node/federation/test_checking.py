"""Looking at a peer: every step, and what is wrong with it."""

import pytest

from node.api.upkeep import ask_for_look
from node.checking import Look
from node.store.peers import heard, put_peer
from protocol.wire.digests import CommunityId
from tests.node.federation.network import Network, Site, found_site, fresh_ports, until


@pytest.fixture
async def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    network, ports = Network(), fresh_ports()
    names = ("ceiba.test", "roble.test")
    first, second = [
        await found_site(network, ports, tmp_path_factory.mktemp(name), name) for name in names
    ]
    return first, second


async def look(site: Site, url: str) -> Look:
    before = site.node.checking.looks.get(url)
    await ask_for_look(site.node, url)
    await until("it looked", lambda: site.node.checking.looks.get(url) not in (None, before))
    return site.node.checking.looks[url]


def verdicts(found: Look) -> list[tuple[str, str | None]]:
    return [(one.step, one.code) for one in found.steps]


async def test_a_connection_is_looked_at_step_by_step(pair: tuple[Site, Site]) -> None:
    ceiba, roble = pair
    await ceiba.start()
    try:
        await ceiba.knows(roble)
        down = await look(ceiba, roble.url)
        assert verdicts(down) == [("name", None), ("connection", "peer-unreached")]
        await roble.start()
        await until("they met", lambda: roble.community in ceiba.node.books.known())
        stranger = await look(ceiba, roble.url)
        assert stranger.first_wrong is not None
        assert (stranger.first_wrong.step, stranger.first_wrong.code) == (
            "signature",
            "not-known-there",
        )
        assert (stranger.community, stranger.name) == (roble.community, "roble.test")
        await roble.knows(ceiba)
        await until("both know", lambda: ceiba.community in roble.node.books.known())
        fine = await look(ceiba, roble.url)
        assert fine.ok
        assert [one.step for one in fine.steps] == [
            "name",
            "connection",
            "answer",
            "identity",
            "clock",
            "signature",
            "ledger",
        ]
        assert fine.holds is not None
        assert fine.ahead_s in (-1, 0, 1)
    finally:
        await ceiba.stop()
        if roble.opened is not None:
            await roble.stop()


async def test_another_community_at_an_address_is_said(pair: tuple[Site, Site]) -> None:
    ceiba, roble = pair
    await ceiba.start()
    await roble.start()
    try:
        with ceiba.node.store.write() as connection:
            put_peer(connection, roble.url, allow_private=True)
            heard(connection, roble.url, 1, CommunityId("a" * 64))
        found = await look(ceiba, roble.url)
        assert ("identity", "peer-other") in verdicts(found)
        with ceiba.node.store.write() as connection:
            put_peer(connection, ceiba.url, allow_private=True)
        own = await look(ceiba, ceiba.url)
        assert ("identity", "peer-self") in verdicts(own)
    finally:
        await ceiba.stop()
        await roble.stop()


async def test_a_forbidden_address_is_not_called(pair: tuple[Site, Site]) -> None:
    ceiba, roble = pair
    await ceiba.start()
    try:
        with ceiba.node.store.write() as connection:
            put_peer(connection, roble.url, allow_private=False)
        found = await look(ceiba, roble.url)
        assert verdicts(found) == [("name", "address-private")]
    finally:
        await ceiba.stop()
