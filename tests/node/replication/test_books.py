"""The tree over a ledger is asked for on threads, while the ledger grows."""

from collections.abc import Sequence

import pytest

from node.store.engine import Connection
from node.store.entries import read_leaves
from tests.node.replication.conftest import OpenSite
from tests.village import found


async def test_a_tree_built_while_its_ledger_grows_misses_nothing(
    site: OpenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, ayllu = site("bosque"), found("ayllu")
    ayllu.fill(6)
    await node.take(ayllu.bundle(0), trust_new=True)
    shelf = node.books._shelves[ayllu.id]
    shelf.tree = None
    late = [b"\x07" * 32]

    def read_slowly(connection: Connection, number: int, start: int, stop: int) -> Sequence[bytes]:
        found_now = [*read_leaves(connection, number, start, min(stop, ayllu.size))]
        if late:
            node.books.grown(ayllu.id, [(None, late[0])])
            grown.append(late.pop())
        elif stop > ayllu.size:
            found_now += grown
        return found_now

    grown: list[bytes] = []
    monkeypatch.setattr("node.books.read_leaves", read_slowly)
    tree = node.books.tree(ayllu.id)
    assert tree.size == ayllu.size + 1
    assert tree.leaf(ayllu.size) == grown[0]
