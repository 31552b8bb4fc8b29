"""Starts, after a good day and after a bad one: the right head, the same state, one way."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from node.books import Books
from node.founding import Founder, Plan, found_community
from node.keys import KeyFileError, seed_of_words
from node.ports import Ports
from node.settings import Settings
from node.store.snapshots import drop_snapshots
from protocol.community.members import Membership
from protocol.identity.chain import commitment
from protocol.ledger.checkpoint import open_checkpoint
from protocol.wire.keys import PrivateKey, PublicKey
from tests.node.journal.village import (
    Desk,
    Village,
    open_desk,
    seed,
    village_charter,
)


async def _busy_day(desk: Desk) -> str:
    village = desk.village
    proposal = await desk.open_proposal()
    messages = [village.position(number, proposal) for number in range(20)]
    messages += [village.text(number, f"Nota {number}") for number in range(5)]
    messages += [village.says(3, "member/leave", {})]
    await asyncio.gather(*(desk.journal.submit(raw) for raw in messages))
    return proposal


def _copy(desk: Desk, folder: Path) -> Settings:
    """What a machine that lost its power at this moment has on disk."""
    folder.mkdir()
    source = desk.village.settings.data_dir
    for file in source.iterdir():
        if file.is_file() and not file.name.endswith("-shm"):
            target = folder / file.name
            target.write_bytes(file.read_bytes())
            target.chmod(0o600)
    return desk.village.settings.model_copy(update={"data_dir": folder})


async def test_a_start_after_a_crash_signs_the_head_of_what_is_stored(
    desk: Desk, ports: Ports, tmp_path: Path
) -> None:
    await _busy_day(desk)
    await desk.journal.close()
    settings = _copy(desk, tmp_path / "after")
    village = desk.village
    restarted = open_desk(
        Village(settings, village.community, village.members, village.keys, village.audience),
        ports,
    )
    head = open_checkpoint(restarted.journal.note(), desk.keys.log.public)
    assert head == desk.journal.head
    assert restarted.books.own == desk.books.own
    assert restarted.journal.bare_note() == desk.journal.bare_note()
    await restarted.close()


async def test_a_start_from_a_snapshot_is_a_start_from_the_entries(
    village: Village, ports: Ports
) -> None:
    desk = open_desk(village, ports)
    await _busy_day(desk)
    await desk.books.save(1)
    at_snapshot = desk.books.own.size
    await desk.journal.submit(village.text(7, "Después de la foto"))
    await desk.close()
    fast = open_desk(village, ports)
    assert at_snapshot < fast.books.own.size
    with fast.store.write() as connection:
        drop_snapshots(connection)
    slow = Books(fast.store, ports)
    slow.open()
    assert fast.books.own == slow.own
    from_snapshot = fast.books.own
    fast.books.refold(village.community)
    await fast.books.settle()
    assert fast.books.own is not from_snapshot
    assert fast.books.own == slow.own
    await fast.close()


async def test_a_snapshot_that_is_odd_is_not_used(village: Village, ports: Ports) -> None:
    desk = open_desk(village, ports)
    await _busy_day(desk)
    await desk.books.save(1)
    book = desk.books.own
    await desk.close()
    database = sqlite3.connect(village.settings.data_dir / "acuerdo.db")
    for damage in ("blob = x'00'", "fingerprint = 'older'", "size = size + 1"):
        with database:
            database.execute(f"UPDATE snapshot SET {damage}")  # noqa: S608 - three constants
        desk = open_desk(village, ports)
        assert desk.books.own == book
        await desk.books.save(1)
        await desk.close()
    database.close()


async def test_a_tree_that_is_not_the_stored_root_s_stops_the_start(
    village: Village, ports: Ports
) -> None:
    database = sqlite3.connect(village.settings.data_dir / "acuerdo.db")
    with database:
        database.execute("DROP TRIGGER guard_entry_update")
        database.execute('UPDATE entry SET leaf = zeroblob(32) WHERE "index" = 4')
    database.close()
    with pytest.raises(RuntimeError, match="stored root"):
        open_desk(village, ports)


async def test_founding_gives_members_charter_and_words(tmp_path: Path, ports: Ports) -> None:
    key = PrivateKey.from_seed(seed("Alba", 0)).public
    settings = Settings(data_dir=tmp_path / "alba")
    plan = Plan(
        name="Alba",
        languages=("es", "en"),
        charter=village_charter("public"),
        founders=[Founder(key=key, household="casa-1"), Founder(key=_key(1))],
    )
    founded = await found_community(settings, plan, ports)
    village = Village(settings, founded.community, founded.members, (), "public")
    desk = open_desk(village, ports)
    book = desk.books.own
    assert isinstance(book.membership, Membership)
    first = book.membership.by_key(key)
    assert first is not None
    assert first.id == founded.members[0]
    assert book.charters.current == plan.charter
    assert book.founding
    next_root = PrivateKey.from_seed(seed_of_words(founded.words)).public
    assert book.identity.current.next == commitment(next_root)
    await desk.close()
    with pytest.raises(KeyFileError):
        await found_community(settings, plan, ports)


def _key(number: int) -> PublicKey:
    return PrivateKey.from_seed(seed("Alba", number)).public
