"""Faults of a disk, made with the database's own means: no stand-ins for the code under test."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

from node.store.engine import Store


@dataclass(slots=True)
class Plan:
    """Which commit fails, counted from now, and whether what it wrote persists all the same."""

    failing: int = -1
    persisting: bool = False


@dataclass(frozen=True, slots=True)
class FailingStore(Store):
    """A database whose commit fails when planned, before or after the bytes are on disk."""

    plan: Plan = field(default_factory=Plan)

    def write(self, *, lasting: bool = True) -> AbstractContextManager[Connection]:
        return self._write(lasting=lasting)

    @contextmanager
    def _write(self, *, lasting: bool) -> Iterator[Connection]:
        self.plan.failing -= 1
        fails = self.plan.failing == 0
        with Store.write(self, lasting=lasting) as connection:
            yield connection
            if fails and not self.plan.persisting:
                raise OSError(5, "Input/output error")
        if fails:
            raise OSError(5, "Input/output error")


def failing(store: Store) -> FailingStore:
    return FailingStore(store.writer, store.reader)


class Commits:
    """Counts the transactions that changed a database."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        event.listen(store.writer, "commit", self._commit)

    def _commit(self, _connection: Connection) -> None:
        self.count += 1


def fill_disk(store: Store, spare_pages: int) -> None:
    """From now on the database cannot grow by more than so many pages: SQLite says it is full."""
    with store.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + spare_pages}")


def flip_a_bit_of(store: Store, needle: bytes) -> None:
    """Corrupts an entry that holds these bytes as soon as it is written, before the commit."""

    def corrupt(connection: Connection, _cursor: object, sql: str, *_rest: Any) -> None:
        if not sql.startswith("INSERT INTO entry"):
            return
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        for trigger in ("guard_entry_update", "guard_entry_delete"):
            raw.execute(f"DROP TRIGGER IF EXISTS {trigger}")  # a bad disk asks no trigger
        changed = bytes([needle[0] ^ 1]) + needle[1:]
        query = 'SELECT ledger, "index", raw FROM entry WHERE instr(raw, ?) > 0'
        for ledger, index, text in raw.execute(query, (needle,)).fetchall():
            raw.execute(
                'UPDATE entry SET raw = ? WHERE ledger = ? AND "index" = ?',
                (text.replace(needle, changed), ledger, index),
            )

    event.listen(store.writer, "after_cursor_execute", corrupt)


def stored(path: str, message_id: str) -> tuple[int, bytes | None] | None:
    """What another program finds on disk for a message: its index and bytes."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found: tuple[int, bytes | None] | None = connection.execute(
            'SELECT "index", raw FROM entry WHERE message_id = ?', (bytes.fromhex(message_id),)
        ).fetchone()
    finally:
        connection.close()
    return found
