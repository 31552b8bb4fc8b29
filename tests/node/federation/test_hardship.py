"""What breaks in one place, or fills a page, must not stop a node or another ledger."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from node.owed import Speech
from node.publishing import PUSH
from node.remote import Verdict
from node.store.values import Duty, Peer
from protocol.replication.bundle import read_section, split_bundle
from protocol.wire.digests import CommunityId
from tests.node.federation.network import Network, Site, found_site, fresh_ports, until


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[list[Site]]:
    network, ports = Network(), fresh_ports()
    names = ("ceiba.test", "roble.test", "pino.test")
    made = [
        await found_site(network, ports, tmp_path / one, one, audience="community") for one in names
    ]
    for site in made:
        await site.start()
    yield made
    for site in made:
        await site.stop()
    ports.executor.close()


async def test_the_node_goes_on_when_something_unforeseen_breaks(
    sites: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    node, asked = sites[0].node, [0]

    def broken(_now: int) -> Iterable[Speech]:
        asked[0] += 1
        raise RuntimeError("nobody foresaw it")

    monkeypatch.setattr(node.duties, "_owed", broken)
    monkeypatch.setattr(node.publishing, "all_peers", lambda: 1 // 0)
    for _ in range(2):
        asked[0] = 0
        node.books.changed.ring()
        await until("it is asked again", lambda: asked[0] > 0)
    assert sites[0].work is not None
    assert not sites[0].work.done()


async def test_a_ledger_that_found_the_page_full_has_its_turn(
    sites: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there, third = sites
    for other in (there, third):
        await here.knows(other)
    both = {there.community, third.community}
    await until("both are held", lambda: both <= set(here.node.books.known()))
    assert here.work is not None
    here.work.cancel()
    await asyncio.wait([here.work])
    await here.node.duties.settle()
    held: dict[CommunityId, int] = {}

    async def take(_peer: Peer, bundle: bytes) -> list[Verdict]:
        sections = [read_section(frame) for frame in split_bundle(bundle)]
        held.update((one.ledger, one.end) for one in sections)
        return [
            Verdict(ledger=one.ledger, size=one.end, cosignature=None, error=None)
            for one in sections
        ]

    publishing = here.node.publishing
    monkeypatch.setattr(publishing, "_call_push", take)
    monkeypatch.setattr(publishing, "_sizes", lambda _community: {})
    monkeypatch.setattr(here.node.delivery, "_most_bytes", 2_000)
    publishing._sent.clear()
    publishing._refusals._until.clear()
    duty = Duty(
        id=1, kind=PUSH, target=there.url, subject="", revision=0, attempts=0, due_ms=0,
        error=None, payload=b"",
    )  # fmt: skip
    await publishing.push(duty)
    assert held == {
        one: here.node.delivery.state(one)[0] for one in (here.community, third.community)
    }
