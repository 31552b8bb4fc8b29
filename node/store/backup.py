"""A copy of the whole database while the node goes on working.

The copy is one consistent state. It lacks the node's keys: those are a file of their own, and a
backup that a neighbour keeps must not be able to speak for the community.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from node.store.engine import Store, open_store
from node.store.schema import WrongSchema, bring_up_to_date


class NotHere(Exception):  # noqa: N818 - named for what is the case
    """This database has its own means of backup."""


class Damaged(Exception):  # noqa: N818 - named for what is the case
    """A copy that cannot be opened or read as a database of ours."""


@contextmanager
def opened_copy(path: Path) -> Iterator[Store]:
    """A backup, copied once more into a folder of its own and opened as a start would open it.

    Raises:
        Damaged: it cannot be read, here or by what is done with it.
    """
    with tempfile.TemporaryDirectory(prefix="acuerdo-drill-") as folder:
        restored = Path(folder) / "acuerdo.db"
        store = open_store(f"sqlite:///{restored}")
        try:
            shutil.copyfile(path, restored)
            bring_up_to_date(store)
            yield store
        except (OSError, SQLAlchemyError, WrongSchema) as problem:
            raise Damaged(str(problem)) from problem
        finally:
            store.close()


def back_up(store: Store, target: Path) -> int:
    """Writes a copy to `target`, whole or not at all; its size in bytes.

    Raises:
        NotHere: the database is PostgreSQL's.
        OSError: the copy could not be written.
    """
    if store.reader.dialect.name != "sqlite":
        raise NotHere("a PostgreSQL database is backed up with pg_dump")
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    source = store.reader.raw_connection()
    copy = sqlite3.connect(partial, isolation_level=None)
    try:
        connection = source.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the dialect says so
        connection.backup(copy)
        # One file that can be carried away: no write-ahead log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        copy.close()
        source.close()
    if verdict != "ok":
        raise OSError(f"the copy is damaged: {verdict}")
    partial.chmod(0o600)
    _settle(partial)
    partial.replace(target)
    _settle(target.parent)
    return target.stat().st_size


def _settle(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
