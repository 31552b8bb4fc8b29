"""Two engines on one file: writers queue, readers cannot write, what was committed stays."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

from node.store import entries, ledgers
from node.store.engine import Stale, Store, open_store
from node.store.guards import guard_statements
from node.store.schema import bring_up_to_date
from node.store.tables import METADATA
from node.store.values import NewEntry
from tests.node.store.conftest import OURS, Village, entry, growth


def test_the_writer_is_durable_and_the_reader_is_not_a_writer(village: Village) -> None:
    with village.store.write() as connection:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == wanted
    with (
        pytest.raises(OperationalError, match="readonly"),
        village.store.read() as connection,
    ):
        ledgers.append(connection, village.ours, 0, [entry(0)], growth(1))


def test_only_what_need_not_last_is_written_without_waiting_for_the_disk(store: Store) -> None:
    for lasting, mode in ((True, 2), (False, 1), (False, 1), (True, 2)):
        with store.write(lasting=lasting) as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar() == mode


def test_twenty_writers_at_once_lose_nothing(village: Village) -> None:
    def submit(writer: int) -> int:
        with village.store.write() as connection:
            ledger = entries.own_ledger(connection)
            assert ledger is not None
            ledgers.append(
                connection, ledger.id, ledger.size, [entry(writer)], growth(ledger.size + 1)
            )
            return ledger.size

    with ThreadPoolExecutor(20) as pool:
        places = sorted(pool.map(submit, range(20)))
    assert places == list(range(20))
    with village.store.read() as connection:
        stored = entries.read_entries(connection, village.ours, 0, 100)
    assert sorted(it.leaf for it in stored) == sorted(entry(number).leaf for number in range(20))


def test_two_stores_on_one_file_take_turns(village: Village) -> None:
    other = open_store(f"sqlite:///{village.path}")

    def submit(writer: int) -> None:
        with (village.store if writer % 2 else other).write() as connection:
            ledger = entries.own_ledger(connection)
            assert ledger is not None
            ledgers.append(
                connection, ledger.id, ledger.size, [entry(writer)], growth(ledger.size + 1)
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(submit, range(20)))
    with other.read() as connection:
        ledger = entries.own_ledger(connection)
    assert ledger is not None
    assert ledger.size == 20
    other.close()


def test_a_reader_keeps_its_view_while_a_writer_works(village: Village) -> None:
    with village.store.read() as before:
        assert entries.read_leaves(before, village.ours, 0, 10) == []
        village.append(village.ours, 0, entry(0))
        assert entries.read_leaves(before, village.ours, 0, 10) == []
    with village.store.read() as after:
        assert entries.read_leaves(after, village.ours, 0, 10) == [entry(0).leaf]


def test_a_failed_transaction_leaves_nothing(village: Village) -> None:
    village.append(village.ours, 0, entry(0))

    def fail_after_writing() -> None:
        with village.store.write() as connection:
            ledgers.append(connection, village.ours, 1, [entry(1)], growth(2, b"note"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    with village.store.read() as connection:
        ledger = entries.find_ledger(connection, OURS)
        assert ledger is not None
        assert (ledger.size, ledger.note) == (1, None)
        assert entries.read_leaves(connection, village.ours, 0, 10) == [entry(0).leaf]


def test_everything_is_there_after_a_restart(village: Village) -> None:
    village.append(village.ours, 0, *(entry(number) for number in range(7)))
    village.store.close()
    again = open_store(f"sqlite:///{village.path}")
    bring_up_to_date(again)
    with again.read() as connection:
        ledger = entries.own_ledger(connection)
        assert ledger is not None
        assert ledger.size == 7
        assert ledger.root == growth(7).root
        assert ledger.frontier == growth(7).frontier
        assert len(entries.read_entries(connection, ledger.id, 0, 10)) == 7
    again.close()
    assert not village.path.with_name("acuerdo.db-wal").exists()


def test_what_was_committed_survives_a_kill(village: Village, tmp_path: Path) -> None:
    village.append(village.ours, 0, entry(0))
    # What a killed process leaves: the file and its log, as they are at this moment.
    for suffix in ("", "-wal"):
        source = village.path.with_name(village.path.name + suffix)
        (tmp_path / f"killed.db{suffix}").write_bytes(source.read_bytes())
    revived = open_store(f"sqlite:///{tmp_path / 'killed.db'}")
    with revived.read() as connection:
        assert entries.read_leaves(connection, village.ours, 0, 10) == [entry(0).leaf]
    revived.close()


def test_a_slower_writer_is_told_to_read_again(village: Village) -> None:
    village.append(village.ours, 0, entry(0))
    with pytest.raises(Stale):
        village.append(village.ours, 0, entry(1))
    with village.store.read() as connection:
        assert entries.read_leaves(connection, village.ours, 0, 10) == [entry(0).leaf]


def test_a_growth_of_another_size_is_our_own_bug(village: Village) -> None:
    with pytest.raises(AssertionError), village.store.write() as connection:
        ledgers.append(connection, village.ours, 0, [entry(0)], growth(2))


def test_every_statement_can_be_said_to_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))
    guards = list(guard_statements("postgresql"))
    assert guards[0].strip().startswith("CREATE FUNCTION refuse_rewriting")
    assert len(guards) == len(list(guard_statements("sqlite"))) + 1


def test_a_whole_village_of_entries_is_read_in_order(village: Village) -> None:
    village.append(village.theirs, 0, *(entry(number) for number in range(2_500)))
    with village.store.read() as connection:
        leaves = entries.read_leaves(connection, village.theirs, 1_000, 2_000)
    assert leaves == [entry(number).leaf for number in range(1_000, 2_000)]


def test_a_ledger_must_exist_before_its_entries(store: Store) -> None:
    with pytest.raises(Stale), store.write() as connection:
        ledgers.append(connection, 99, 0, [entry(0)], growth(1))


def test_the_file_is_the_drivers_own(village: Village) -> None:
    """The columns stand in the order that bulk inserts give them in."""
    village.append(village.ours, 0, NewEntry(entry(0).leaf, sealed=b"sealed"))
    with sqlite3.connect(village.path) as connection:
        row = connection.execute("SELECT ledger, leaf, erased, sealed, raw FROM entry").fetchone()
    connection.close()
    assert row == (village.ours, entry(0).leaf, 0, b"sealed", None)
