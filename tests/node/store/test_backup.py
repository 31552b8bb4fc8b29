"""A backup is one consistent file, made while the node works, and it can be started from."""

import sqlite3
import stat
from pathlib import Path

import pytest

from node.store import entries
from node.store.backup import NotHere, back_up
from node.store.engine import open_store
from node.store.schema import bring_up_to_date
from tests.node.store.conftest import Village, entry


def test_a_node_starts_from_its_backup(village: Village, tmp_path: Path) -> None:
    village.append(village.ours, 0, entry(0), entry(1))
    target = tmp_path / "copy" / "backup.db"
    target.parent.mkdir()
    with village.store.read() as reading:
        entries.all_ledgers(reading)
        assert back_up(village.store, target) == target.stat().st_size
    village.append(village.ours, 2, entry(2))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["backup.db"]
    restored = open_store(f"sqlite:///{target}")
    bring_up_to_date(restored)
    with restored.read() as connection:
        ledger = entries.own_ledger(connection)
        assert ledger is not None
        assert ledger.size == 2
        assert len(entries.read_entries(connection, ledger.id, 0, 9)) == 2
    restored.close()


def test_a_backup_takes_the_place_of_an_older_one(village: Village, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    back_up(village.store, target)
    village.append(village.ours, 0, entry(0))
    (tmp_path / "backup.db.partial").write_bytes(b"of a backup that was cut short")
    back_up(village.store, target)
    connection = sqlite3.connect(target)
    assert connection.execute("SELECT count(*) FROM entry").fetchone() == (1,)
    connection.close()


def test_an_impossible_target_leaves_nothing(village: Village, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        back_up(village.store, tmp_path / "nowhere" / "backup.db")
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_postgresql_has_its_own_means(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(village.store.reader.dialect, "name", "postgresql")
    with pytest.raises(NotHere, match="pg_dump"):
        back_up(village.store, Path("unused"))
