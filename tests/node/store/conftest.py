"""A real database in a temporary folder, with one ledger of our own and one copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from node.store import ledgers
from node.store.engine import Store, open_store
from node.store.schema import bring_up_to_date
from node.store.values import Growth, NewEntry
from protocol.ledger.merkle import Frontier, leaf_hash
from protocol.wire.digests import CommunityId, sha256

OURS = CommunityId("a" * 64)
THEIRS = CommunityId("b" * 64)


def entry(number: int) -> NewEntry:
    raw = b'{"index":%d,"text":"%s"}' % (number, b"x" * 300)
    return NewEntry(leaf_hash(raw), raw, sha256(raw))


def hidden(number: int) -> NewEntry:
    """The same entry, as it looks to somebody outside its audience."""
    return NewEntry(entry(number).leaf)


def growth(size: int, note: bytes | None = None) -> Growth:
    frontier = Frontier().extend(entry(number).leaf for number in range(size))
    return Growth(size=size, root=frontier.root(), frontier=b"".join(frontier.hashes), note=note)


@dataclass(frozen=True)
class Village:
    """A store with two ledgers, known by number."""

    store: Store
    path: Path
    ours: int
    theirs: int

    def append(self, ledger: int, old_size: int, *entries: NewEntry) -> None:
        with self.store.write() as connection:
            new = growth(old_size + len(entries))
            ledgers.append(connection, ledger, old_size, entries, new)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "acuerdo.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{path}")
    bring_up_to_date(opened)
    yield opened
    opened.close()


@pytest.fixture
def village(store: Store, path: Path) -> Village:
    with store.write() as connection:
        ours = ledgers.create_ledger(connection, OURS, own=True)
        theirs = ledgers.create_ledger(connection, THEIRS, own=False)
    return Village(store, path, ours, theirs)
