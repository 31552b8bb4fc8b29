"""The two engines on one database, and all SQL that is not the same on SQLite and PostgreSQL.

SQLite, the default: one writer connection whose transactions begin with `BEGIN IMMEDIATE` (a plain
`BEGIN` that turns from reading to writing fails under concurrency, whatever the busy timeout), and
readers that cannot write. `synchronous=FULL`: what `commit` returned from survives a power cut,
except what is said not to have to last (`NORMAL`: at worst it is gone, never half there).
`secure_delete`: erased text is overwritten in the file, not only unlinked.

PostgreSQL: several processes may write; every append is a compare-and-swap on the ledger's row, so
the slower of two gets `Stale` and reads again.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    Table,
    create_engine,
    event,
    insert,
    make_url,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from node.store.guards import guard_statements

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

__all__ = [
    "Connection",
    "Stale",
    "Store",
    "insert_if_new",
    "insert_many",
    "insert_new",
    "install_guards",
    "only_one",
    "open_store",
    "upsert",
]

_BUSY_MS = 5_000
_READERS = 4
_MIGRATION_LOCK = 0x61637565  # any constant that other programs on the server are unlikely to use

_PRAGMAS = (
    "PRAGMA page_size=8192",  # heeded by an empty file only: fewer pages for long rows
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_MS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)


class Stale(Exception):  # noqa: N818 - named like the protocol's errors, for what is the case
    """Another writer was here first: the compare of a compare-and-swap failed. Read again."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open database. `write()` and `read()` are one transaction each."""

    writer: Engine
    reader: Engine

    def write(self, *, lasting: bool = True) -> AbstractContextManager[Connection]:
        """Commits at the end, durably; rolls back on any exception. One at a time on SQLite.

        What the node can make or learn again need not be `lasting`: it outlives the process,
        but may be lost with the power, unless something lasting was committed after it.
        """
        writer = self.writer if lasting else self.writer.execution_options(lasting=False)
        return writer.begin()

    def read(self) -> AbstractContextManager[Connection]:
        """One consistent view of the whole database; every attempt to write raises."""
        return self.reader.begin()

    def scrub(self) -> None:
        """Takes erased bytes out of SQLite's write-ahead log too; call it after an erasure."""
        if self.writer.dialect.name == "sqlite":
            raw = self.writer.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()

    def close(self) -> None:
        """Gives all connections back; SQLite's write-ahead log is folded into the file."""
        self.reader.dispose()
        self.writer.dispose()


def open_store(url: str) -> Store:
    """The two engines for a database URL (`sqlite:///...` or `postgresql+psycopg://...`)."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    writer = create_engine(url, pool_size=_READERS, pool_pre_ping=True)
    reader = create_engine(
        url,
        pool_size=_READERS,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    return Store(writer, reader)


def _open_sqlite(url: str) -> Store:
    arguments = {"check_same_thread": False}
    writer = create_engine(url, pool_size=1, max_overflow=0, connect_args=arguments)
    reader = create_engine(url, pool_size=_READERS, max_overflow=0, connect_args=arguments)
    event.listen(writer, "connect", _connect_writer)
    event.listen(reader, "connect", _connect_reader)
    event.listen(writer, "begin", _begin_immediate)
    event.listen(reader, "begin", _begin)
    return Store(writer, reader)


def _connect_writer(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    _configure(connection, _PRAGMAS)


def _connect_reader(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    _configure(connection, (*_PRAGMAS, "PRAGMA query_only=ON"))


def _configure(connection: DBAPIConnection, pragmas: Iterable[str]) -> None:
    # The driver's own habit of opening transactions is off: the `begin` event says how.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(pragma)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    lasting = connection.get_execution_options().get("lasting", True)
    if connection.info.setdefault("lasting", True) is not lasting:
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
        connection.info["lasting"] = lasting
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def install_guards(connection: Connection) -> None:
    """Creates the triggers that refuse to rewrite history."""
    for statement in guard_statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def only_one(connection: Connection) -> None:
    """Until the end of this transaction nobody else changes the schema."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})


def insert_many(connection: Connection, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    """Inserts rows that give every column in order: the fast road for entries by the thousand.

    The values go to the driver as they are; SQLAlchemy's conversion of each of them took longer
    than the database did. So they must be what the driver takes: int, str, bytes, bool or None.
    """
    sql, names = _compiled_insert(connection.dialect, table)
    if names is None:
        connection.exec_driver_sql(sql, list(rows))
    else:
        connection.exec_driver_sql(sql, [dict(zip(names, row, strict=True)) for row in rows])


@lru_cache(maxsize=16)
def _compiled_insert(dialect: Dialect, table: Table) -> tuple[str, tuple[str, ...] | None]:
    """The statement in a driver's words, and the parameters' names where it goes by name."""
    compiled = insert(table).compile(dialect=dialect)
    names = tuple(column.name for column in table.columns)
    return str(compiled), None if compiled.positional else names


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts the rows whose keys are not there yet and leaves the others as they are."""
    if rows:
        connection.execute(_insert_new(connection.dialect.name, table), rows)


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Inserts one row unless its key is there already; whether it did."""
    return connection.execute(_insert_new(connection.dialect.name, table), row).rowcount == 1


def upsert(
    connection: Connection,
    table: Table,
    keys: Sequence[str],
    rows: Sequence[Mapping[str, object]],
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Inserts rows; where the keys exist, sets what the row brings and `changes` beside it."""
    if not rows:
        return
    statement = _insert(connection.dialect.name, table)
    brought = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = statement.on_conflict_do_update(
        index_elements=list(keys), set_={**brought, **(changes or {})}
    )
    connection.execute(statement, rows)


@lru_cache(maxsize=16)
def _insert_new(dialect: str, table: Table) -> "postgresql.Insert | sqlite.Insert":
    statement = _insert(dialect, table).on_conflict_do_nothing()
    # SQLAlchemy forgets the count of an insert unless it is told to keep it.
    return statement.execution_options(preserve_rowcount=True)


def _insert(dialect: str, table: Table) -> "postgresql.Insert | sqlite.Insert":
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as into  # noqa: PLC0415 - 2 MB

        return into(table)
    return sqlite.insert(table)
