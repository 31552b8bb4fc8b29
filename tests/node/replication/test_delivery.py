"""Who gets what: audiences on every road, the home witness's part, and pages."""

from collections.abc import Sequence

import pytest

from node.readers import ANYBODY, Reader, reader_of
from node.sealing import Sealer
from node.store.entries import find_ledger
from protocol.errors import Refused
from protocol.ledger.merkle import Tree
from protocol.replication.branch import Held
from protocol.replication.bundle import Section, read_section, split_bundle
from protocol.replication.extend import extend
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from tests.node.replication.conftest import OpenSite
from tests.node.replication.sites import Site
from tests.village import Community, bundle_of, found


def sections(raw: bytes) -> list[Section]:
    return [read_section(frame) for frame in split_bundle(raw)]


def shown(site: Site, reader: Reader, ledger: CommunityId) -> dict[str, int]:
    """How many entries of each audience a reader gets whole."""
    (section,) = sections(site.delivery.bundle_for(reader, {ledger: 0}, 10_000))
    community = site.community
    found_whole: dict[str, int] = {}
    for item, audience in zip(section.items, community.audiences, strict=True):
        found_whole[audience] = found_whole.get(audience, 0) + (item.raw is not None)
    return found_whole


@pytest.fixture
def federated() -> tuple[Community, Community, Community]:
    """Ayllu and bosque in a federation, cerro outside; ayllu speaks to each audience."""
    ayllu, bosque, cerro = found("ayllu"), found("bosque"), found("cerro")
    federation = ayllu.compact([bosque])
    ayllu.fill(3, "community")
    ayllu.fill(4, f"federation:{federation}")
    ayllu.fill(5, f"federation:{'ff' * 32}")
    return ayllu, bosque, cerro


async def test_every_reader_gets_what_is_for_her_and_hashes_of_the_rest(
    site: OpenSite, federated: Sequence[Community]
) -> None:
    ayllu, bosque, cerro = federated
    node = site(ayllu)
    facts = node.books.facts()
    public = ayllu.audiences.count("public")
    ours, other = (one for one in dict.fromkeys(ayllu.audiences) if one.startswith("federation"))
    table = {
        "anybody": (ANYBODY, (public, 0, 0, 0)),
        "outside": (reader_of(cerro.id, facts), (public, 0, 4 * 0, 0)),
        "named in the compact": (reader_of(bosque.id, facts), (public, 0, 4, 0)),
        "ourselves": (reader_of(ayllu.id, facts), (public, 3, 4, 0)),
    }
    for name, (reader, expected) in table.items():
        whole = shown(node, reader, ayllu.id)
        got = (whole["public"], whole["community"], whole[ours], whole[other])
        assert got == expected, name


async def test_whoever_passes_it_on_keeps_to_the_same_audiences(
    site: OpenSite, federated: Sequence[Community]
) -> None:
    ayllu, bosque, cerro = federated
    node, relay = site(ayllu), site(bosque)
    await relay.take(node.bundle_for(relay), trust_new=True)
    for community, whole in ((cerro.id, 0), (bosque.id, 4), (ayllu.id, 4)):
        reader = reader_of(community, relay.books.facts())
        (section,) = sections(relay.delivery.bundle_for(reader, {ayllu.id: 0}, 1_000))
        audiences = [
            audience
            for audience, item in zip(ayllu.audiences, section.items, strict=True)
            if item.raw is not None and audience != "public"
        ]
        assert len(audiences) == whole, community


async def test_pages_join_to_the_whole_and_each_is_covered(site: OpenSite) -> None:
    ayllu = found("ayllu")
    node = site(ayllu)
    for _ in range(4):
        ayllu.fill(25)
        node.publish()
    node.delivery._most_bytes = 8_000
    start, tree, seen = 0, Tree(), 0
    while start < ayllu.size:
        (section,) = sections(node.delivery.bundle_for(ANYBODY, {ayllu.id: start}, 10))
        assert 0 < len(section.items) <= 10
        extension = extend(
            section, Held(chain=ayllu.chain if start else None, tree=tree, size=start), ()
        )
        tree.extend(item.leaf for item in extension.items)
        start, seen = section.end, seen + 1
    assert tree.root() == ayllu.tree.root()
    assert seen > 10
    (section,) = sections(node.delivery.bundle_for(ANYBODY, {ayllu.id: 0}, 60))
    node.delivery._most_bytes = 10**6
    (section,) = sections(node.delivery.bundle_for(ANYBODY, {ayllu.id: 0}, 60))
    # A page ends where a head stands, if one is near: then no proof is needed.
    assert section.end < 60
    assert section.proof == ()


async def test_a_reader_who_is_ahead_gets_the_head_alone(site: OpenSite) -> None:
    node = site("ayllu")
    (section,) = sections(node.delivery.bundle_for(ANYBODY, {node.id: 999}, 10))
    assert (section.start, list(section.items)) == (node.community.size, [])


async def test_a_file_holds_ledgers_whole(site: OpenSite) -> None:
    ayllu, bosque = site("ayllu"), site("bosque")
    ayllu.community.fill(50)
    ayllu.publish()
    await bosque.take(ayllu.bundle_for(bosque), trust_new=True)
    raw = bosque.delivery.bundle_for(ANYBODY, dict.fromkeys(bosque.books.known(), 0))
    assert [(one.ledger, one.end) for one in sections(raw)] == [
        (bosque.id, bosque.community.size),
        (ayllu.id, ayllu.community.size),
    ]
    stranger = site("stranger")
    taken = await stranger.take(raw, trust_new=True)
    assert [one.error for one in taken] == [None, None]
    # One with nothing in it is still a bundle, and says so.
    whole = bosque.delivery.bundle_for(ANYBODY, {ayllu.id: ayllu.community.size})
    assert [len(one.items) for one in sections(whole)] == [0]


async def test_a_ledger_that_is_not_here_is_refused(site: OpenSite) -> None:
    node = site("ayllu")
    with pytest.raises(Refused, match="ledger-unknown"):
        node.delivery.bundle_for(ANYBODY, {found("bosque").id: 0}, 10)
    with pytest.raises(Refused, match="ledger-unknown"):
        node.delivery.published_note(ANYBODY, found("bosque").id)


async def test_a_copy_without_a_head_of_its_own_size_is_not_passed_on_yet(site: OpenSite) -> None:
    node, ayllu = site("bosque"), found("ayllu")
    ayllu.fill(20)
    await node.take(ayllu.bundle(0, 10), trust_new=True)
    assert sections(node.delivery.bundle_for(ANYBODY, {ayllu.id: 0}, 100)) == []
    assert node.delivery.published_note(ANYBODY, ayllu.id) is None
    await node.take(ayllu.bundle(10))
    (section,) = sections(node.delivery.bundle_for(ANYBODY, {ayllu.id: 0}, 100))
    assert section.end == ayllu.size
    assert {head.ledger: head.size for head in node.delivery.heads(ANYBODY)} == {
        node.id: node.community.size,
        ayllu.id: ayllu.size,
    }


async def test_evidence_of_when_a_position_was_seen_goes_along_as_far_as_it_is_covered(
    site: OpenSite,
) -> None:
    node, cerro, ayllu = site("bosque"), found("cerro"), found("ayllu")
    none: dict[str, JsonValue] = {"people": None, "households": None}
    stated: dict[str, JsonValue] = {
        "proposal": "ab" * 32,
        "choice": "agree",
        "final": True,
        "counts": none,
        "root": "cd" * 32,
        "decision": "ef" * 32,
    }
    audience = f"federation:{'12' * 32}"
    position = ayllu.write(ayllu.keys.voice, "federation/position", audience, stated)
    ayllu.append(position, checked=False)
    seen = ayllu.size
    for _ in range(12):
        ayllu.fill(1)
    await node.take(cerro.bundle(), trust_new=True)
    first = ayllu.section(0, seen, covering=seen, heads=[ayllu.head(seen, by=[cerro])])
    await node.take(bundle_of(first), trust_new=True)
    for size in range(seen + 1, ayllu.size + 1):
        part = ayllu.section(size - 1, size, covering=size, heads=[ayllu.head(size, by=[cerro])])
        await node.take(bundle_of(part))
    (section,) = sections(node.delivery.bundle_for(ANYBODY, {ayllu.id: ayllu.size}, 100))
    assert section.heads[0].startswith(ayllu.head(seen))
    assert cerro.cosign(ayllu, seen) in section.heads[0]
    # A larger head is known, and cosigned, than what is held: it is left out.
    ayllu.fill(10)
    (taken,) = await node.take(bundle_of(ayllu.section(seen + 12, seen + 15,
        heads=[ayllu.head(by=[cerro])], covering=ayllu.size)))  # fmt: skip
    assert taken.size == seen + 15
    raw = node.delivery.bundle_for(ANYBODY, {ayllu.id: 0}, 100)
    other = site("dehesa")
    (verdict,) = await other.take(raw, trust_new=True)
    assert (verdict.error, verdict.size) == (None, seen + 12)


# --- the home witness ----------------------------------------------------------------------


@pytest.fixture
def at_home(site: OpenSite) -> tuple[Site, Site, Site]:
    """Ayllu, whose home witness is cerro, and a stranger; ayllu says something to itself."""
    ayllu, cerro = found("ayllu"), site("cerro")
    ayllu.speak("identity/witness", "public", {"home": cerro.id})
    ayllu.fill(3, "community")
    ayllu.fill(2)
    node = site(ayllu)
    cerro.befriend(node)
    return node, cerro, site("stranger")


async def test_nothing_goes_further_than_the_home_witness_has_cosigned(
    at_home: tuple[Site, Site, Site],
) -> None:
    ayllu, cerro, stranger = at_home
    assert sections(ayllu.bundle_for(stranger)) == []
    assert ayllu.delivery.published_note(ANYBODY, ayllu.id) is None
    assert sections(ayllu.bundle_for(ayllu))[0].end == ayllu.community.size
    (taken,) = await cerro.take(ayllu.bundle_for(cerro), sender=ayllu.id)
    assert taken.cosignature is not None
    await ayllu.take(cerro.bundle_for(ayllu), trust_new=True)
    await ayllu.take(cerro.bundle_for(ayllu, ayllu.id))
    cosigned = ayllu.community.size
    ayllu.community.fill(2)
    ayllu.publish()
    (section,) = sections(ayllu.bundle_for(stranger))
    assert section.end == cosigned
    assert cerro.community.cosign(ayllu.community, cosigned).split()[1] in section.heads[-1]
    assert sections(ayllu.bundle_for(cerro))[0].end == ayllu.community.size


async def test_a_file_carried_by_hand_is_whole_before_the_home_witness_saw_it(
    at_home: tuple[Site, Site, Site],
) -> None:
    ayllu, _, _ = at_home
    (section,) = sections(ayllu.delivery.bundle_for(ANYBODY, {ayllu.id: 0}))
    assert section.end == ayllu.community.size


async def test_the_home_witness_keeps_what_it_cannot_read_and_gives_it_back(
    at_home: tuple[Site, Site, Site],
) -> None:
    ayllu, cerro, stranger = at_home
    await cerro.take(ayllu.bundle_for(cerro), sender=ayllu.id)
    kept = cerro.stored(ayllu.id)
    hidden = [index for index, one in enumerate(kept) if one.raw is None]
    assert [ayllu.community.audiences[index] for index in hidden] == ["community"] * 3
    for index in hidden:
        sealed = kept[index].sealed
        assert sealed is not None
        assert ayllu.community.entries[index][20:60] not in sealed
    # To others it goes as hashes; back to its owner as it came, and she can open it.
    (section,) = sections(cerro.bundle_for(stranger, ayllu.id))
    assert {section.items[index].sealed for index in hidden} == {None}
    (section,) = sections(cerro.bundle_for(ayllu, ayllu.id))
    sealer = Sealer(ayllu.keys.seeds[0])
    for index in hidden:
        item = section.items[index]
        assert item.raw is None
        assert item.sealed is not None
        assert sealer.unseal(item.leaf, item.sealed) == ayllu.community.entries[index]


async def test_to_peers_that_are_not_home_hidden_entries_go_as_hashes(
    at_home: tuple[Site, Site, Site],
) -> None:
    ayllu, cerro, stranger = at_home
    await cerro.take(ayllu.bundle_for(cerro), sender=ayllu.id)
    await ayllu.take(cerro.bundle_for(ayllu), trust_new=True)
    await ayllu.take(cerro.bundle_for(ayllu, ayllu.id))
    (section,) = sections(ayllu.bundle_for(stranger))
    hidden = [item for item in section.items if item.raw is None]
    assert len(hidden) == 3
    assert {item.sealed for item in hidden} == {None}
    with ayllu.store.read() as connection:
        ledger = find_ledger(connection, ayllu.id)
    assert ledger is not None
    assert ledger.alarm is None
