"""Snapshots are a shortcut for the very code that made them, and never a program."""

import os
import pickle
from collections import deque
from fractions import Fraction

import pytest
import zstandard
from sqlalchemy import update

from node.store import snapshots
from node.store.snapshots import Unusable, freeze, thaw
from node.store.tables import SNAPSHOT
from protocol.ledger.merkle import Frontier, Tree
from protocol.wire.text import hex_decode
from tests.node.store.conftest import Village, entry


def _book() -> dict[str, object]:
    leaves = [entry(number).leaf for number in range(5)]
    return {
        "frontier": Frontier().extend(leaves),
        "sets": {frozenset({1, 2}), frozenset({3})},
        "share": Fraction(2, 3),
        "queue": deque([1, 2]),
        "bytes": bytearray(b"x"),
        "nothing": None,
    }


def test_a_book_comes_back_equal(village: Village) -> None:
    with village.store.write() as connection:
        assert snapshots.load_snapshot(connection, village.ours) is None
        snapshots.save_snapshot(connection, village.ours, 3, {"old": 1})
        snapshots.save_snapshot(connection, village.ours, 5, _book())
        assert snapshots.load_snapshot(connection, village.ours) == (5, _book())
        assert snapshots.load_snapshot(connection, village.theirs) is None


def test_a_tree_comes_back_whole() -> None:
    tree = Tree(entry(number).leaf for number in range(9))
    again = thaw(freeze(tree))
    assert isinstance(again, Tree)
    assert (again.size, again.root()) == (tree.size, tree.root())


def test_other_code_does_not_use_it(village: Village) -> None:
    with village.store.write() as connection:
        snapshots.save_snapshot(connection, village.ours, 5, _book())
        connection.execute(update(SNAPSHOT).values(fingerprint="of yesterday"))
        assert snapshots.load_snapshot(connection, village.ours) is None


def test_a_damaged_one_is_as_good_as_none(village: Village) -> None:
    with village.store.write() as connection:
        snapshots.save_snapshot(connection, village.ours, 5, _book())
        connection.execute(update(SNAPSHOT).values(blob=b"\x00"))
        assert snapshots.load_snapshot(connection, village.ours) is None


def test_they_can_be_thrown_away(village: Village) -> None:
    with village.store.write() as connection:
        snapshots.save_snapshot(connection, village.ours, 5, _book())
        snapshots.drop_snapshots(connection)
        assert snapshots.load_snapshot(connection, village.ours) is None


class _Attack:
    def __init__(self, call: object, *arguments: object) -> None:
        self._reduced = (call, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self._reduced


@pytest.mark.parametrize(
    "attack",
    [
        _Attack(os.system, "true"),
        _Attack(eval, "1"),
        _Attack(getattr, "", "join"),
        _Attack(__import__, "os"),
        _Attack(hex_decode, "00", 1),  # ours, but a function
        _Attack(object),
    ],
)
def test_nothing_but_our_own_values_is_built(attack: _Attack) -> None:
    blob = zstandard.ZstdCompressor().compress(pickle.dumps(attack))
    with pytest.raises(Unusable, match="no place in a snapshot"):
        thaw(blob)


def test_what_our_modules_import_is_not_ours() -> None:
    reached = b"\x80\x04\x8c\x16protocol.ledger.merkle\x8c\x06sha256\x93."
    dotted = b"\x80\x04\x8c\x12protocol.wire.text\x8c\x11b64url_decode.abc\x93."
    for raw in (reached, dotted):
        with pytest.raises(Unusable):
            thaw(zstandard.ZstdCompressor().compress(raw))


def test_the_fingerprint_is_that_of_the_code() -> None:
    assert snapshots.code_fingerprint() == snapshots.code_fingerprint()
    assert len(snapshots.code_fingerprint()) == 64
