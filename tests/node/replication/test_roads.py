"""Push, pull, relay and file: four roads to one door, and one verdict whatever comes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from node.compression import compress
from node.peers import PeerTrouble
from protocol.replication.bundle import Item
from tests.node.replication.conftest import OpenSite
from tests.node.replication.sites import Network, Site
from tests.village import Community, bundle_of, found

Road = Callable[[Site, Site, Site, bytes], Awaitable[None]]


async def by_push(owner: Site, _third: Site, reader: Site, bundle: bytes) -> None:
    await owner.peers(Network(reader)).push("http://reader", bundle)


async def by_push_of_a_third(_owner: Site, third: Site, reader: Site, bundle: bytes) -> None:
    await third.peers(Network(reader)).push("http://reader", bundle)


async def by_pull(owner: Site, _third: Site, reader: Site, bundle: bytes) -> None:
    owner.answers["range"] = bundle
    await reader.take(await reader.peers(Network(owner)).pull("http://owner", owner.id, 0))


async def by_pull_from_a_third(owner: Site, third: Site, reader: Site, bundle: bytes) -> None:
    third.answers["range"] = bundle
    await reader.take(await reader.peers(Network(third)).pull("http://third", owner.id, 0))


async def by_file(_owner: Site, _third: Site, reader: Site, bundle: bytes) -> None:
    await reader.take(compress(bundle))


ROADS: dict[str, Road] = {
    "push": by_push,
    "push of a third": by_push_of_a_third,
    "pull": by_pull,
    "pull from a third": by_pull_from_a_third,
    "file": by_file,
}


def _ledger() -> Community:
    owner = found("owner")
    owner.fill(10)
    owner.publish("For us alone.", "community")
    return owner


def _void(owner: Community) -> bytes:
    owner.append(
        owner.write(owner.keys.log, "text/publish", "public", {"title": {}, "texts": {}}),
        checked=False,
    )
    owner.put(b"no entry")
    return owner.bundle()


def _forked(owner: Community) -> bytes:
    twin = owner.twin()
    owner.fill(3)
    twin.fill(4)
    return bundle_of(owner.section(), twin.section())


CARGO: dict[str, Callable[[Community], bytes]] = {
    "a ledger": lambda owner: owner.bundle(),
    "a part": lambda owner: owner.bundle(0, 7),
    "a part beyond a gap": lambda owner: owner.bundle(5),
    "withheld entries": lambda owner: owner.bundle(0, None, hide=["community"]),
    "void entries": _void,
    "another history": _forked,
    "a tampered entry": lambda owner: bundle_of(
        replace(owner.section(), items=[Item(b"x" * 32), *owner.section().items[1:]])
    ),
    "a head of another key": lambda owner: bundle_of(
        replace(owner.section(), heads=found("else").section().heads)
    ),
    "another community's chain": lambda owner: bundle_of(
        replace(owner.section(), chain=found("else").section().chain)
    ),
}


@pytest.mark.parametrize("cargo", CARGO)
async def test_every_road_leads_to_the_same_copy(site: OpenSite, cargo: str) -> None:
    states = {}
    for name, road in ROADS.items():
        bundle = CARGO[cargo](_ledger())
        reader = site(found("reader-" + name.replace(" ", "-")))
        reader.community.name = "reader"
        third = site(found("third-" + name.replace(" ", "-")))
        third.community.name = "third"
        owner = Site(**{**third.__dict__, "community": _ledger()})
        reader.befriend(owner)
        await road(owner, third, reader, bundle)
        evidence = len(await reader.mirror.evidence())
        states[name] = (reader.state(owner.id), evidence)
    assert all(state == states["file"] for state in states.values())
    # And the cargo did what its name says, or nothing at all.
    held, evidence = states["file"]
    assert (evidence == 1) == (cargo == "another history")
    refused = {"a part beyond a gap", "a tampered entry", "a head of another key",
               "another community's chain"}  # fmt: skip
    assert (held[0] is None) == (cargo in refused)  # type: ignore[index]


async def test_a_relay_passes_on_what_it_may_and_the_copy_is_the_same(site: OpenSite) -> None:
    """Owner to third to reader, who never meets the owner: the same entries, or their hashes."""
    owner, third, reader = site(_ledger()), site("third"), site("reader")
    third.befriend(owner)
    reader.befriend(owner)
    network = Network(owner, third, reader)
    got = await third.peers(network).pull("http://owner", owner.id, 0)
    await third.take(got)
    await third.peers(network).push("http://reader", third.bundle_for(reader, owner.id))
    direct = await reader.peers(network).pull("http://owner", owner.id, 0)
    state = reader.state(owner.id)
    (taken,) = await reader.take(direct)
    assert taken.error is None
    assert reader.state(owner.id) == state
    assert [one.raw is None for one in reader.stored(owner.id)].count(True) == 1


async def test_what_a_relay_cosigned_travels_with_the_ledger(site: OpenSite) -> None:
    owner, third, reader = site(_ledger()), site("third"), site("reader")
    for node in (third, reader):
        node.befriend(owner, third)
    network = Network(owner, third, reader)
    await reader.take(third.bundle_for(reader))
    await third.take(owner.bundle_for(third))
    await third.peers(network).push("http://reader", third.bundle_for(reader, owner.id))
    section = reader.bundle_for(third, owner.id)
    assert third.community.cosign(owner.community).split(b" ")[1] in section


async def test_a_push_answers_with_sizes_errors_and_lines(site: OpenSite) -> None:
    owner, reader = site(_ledger()), site("reader")
    stranger = found("stranger")
    reader.befriend(owner)
    peers = owner.peers(Network(reader))
    both = bundle_of(owner.community.section(), stranger.section())
    first, second = await peers.push("http://reader", both)
    assert (first.ledger, first.size, first.error) == (owner.id, owner.community.size, None)
    assert first.cosignature is not None
    assert (second.size, second.error, second.cosignature) == (0, "ledger-unknown", None)
    with pytest.raises(PeerTrouble, match="peer-unreached"):
        await peers.push("http://nowhere", both)
    await peers.close()
