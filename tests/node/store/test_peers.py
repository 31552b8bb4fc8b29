"""Addresses are found out, never believed; what is known of them is kept."""

from node.store import peers
from node.store.engine import Store
from protocol.wire.digests import CommunityId
from tests.node.store.conftest import OURS, THEIRS

_NORTH, _SOUTH = "https://north.example", "http://10.0.0.7:8420"


def test_an_address_is_known_before_its_community(store: Store) -> None:
    with store.write() as connection:
        peers.put_peer(connection, _NORTH)
        found = peers.find_peer(connection, _NORTH)
        assert found is not None
        assert (found.community, found.allow_private, found.last_heard_ms) == (None, False, None)
        peers.heard(connection, _NORTH, 77, THEIRS)
        (answered,) = peers.peers_of(connection, THEIRS)
        assert (answered.community, answered.last_heard_ms) == (THEIRS, 77)
        assert peers.find_peer(connection, _SOUTH) is None


def test_only_what_is_given_changes(store: Store) -> None:
    with store.write() as connection:
        peers.put_peer(connection, _SOUTH, allow_private=True, community=THEIRS)
        peers.put_peer(connection, _SOUTH)
        found = peers.find_peer(connection, _SOUTH)
        assert found is not None
        assert (found.allow_private, found.community) == (True, THEIRS)
        peers.put_peer(connection, _SOUTH, allow_private=False)
        found = peers.find_peer(connection, _SOUTH)
        assert found is not None
        assert (found.allow_private, found.community) == (False, THEIRS)


def test_failures_count_until_it_is_heard_again(store: Store) -> None:
    with store.write() as connection:
        for url in (_SOUTH, _NORTH):
            peers.put_peer(connection, url, community=THEIRS)
        for _ in range(2):
            peers.failed(connection, _SOUTH, "timed out")
        assert [it.url for it in peers.peers_of(connection, THEIRS)] == [_NORTH, _SOUTH]
        failing = peers.find_peer(connection, _SOUTH)
        assert failing is not None
        assert (failing.failures, failing.last_error) == (2, "timed out")
        peers.heard(connection, _SOUTH, 5, THEIRS)
        well = peers.find_peer(connection, _SOUTH)
        assert well is not None
        assert (well.failures, well.last_error) == (0, None)


def test_an_address_is_dropped(store: Store) -> None:
    with store.write() as connection:
        peers.put_peer(connection, _NORTH)
        assert peers.drop_peer(connection, _NORTH)
        assert not peers.drop_peer(connection, _NORTH)
        assert peers.all_peers(connection) == ()


def test_sizes_are_what_was_said_last(store: Store) -> None:
    with store.write() as connection:
        peers.put_sizes(connection, THEIRS, {OURS: 3, THEIRS: 9})
        peers.put_sizes(connection, THEIRS, {OURS: 5})
        peers.put_sizes(connection, THEIRS, {})
        assert peers.sizes_of(connection, THEIRS) == {OURS: 5, THEIRS: 9}
        assert peers.sizes_of(connection, CommunityId("c" * 64)) == {}
