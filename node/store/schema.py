"""Brings a database to the schema of this code, once, before anything else touches it.

An empty database gets the schema as the models draw it; an older one takes the migrations that it
lacks. A test proves that both roads end at the same schema. Alembic is loaded only when there is
something to migrate: most starts have nothing to do and need neither its time nor its memory.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from node.store.engine import Store, install_guards, only_one
from node.store.tables import METADATA

SCHEMA = "0002"
"""The newest migration: what `alembic_version` says of a database that this code can use."""


class WrongSchema(Exception):  # noqa: N818 - named for what is the case
    """The database is newer than this code, or is not ours."""


def bring_up_to_date(store: Store) -> None:
    """Creates or migrates the schema in one transaction: a crash leaves the old one whole.

    Raises:
        WrongSchema: the database was written by a newer version, or is somebody else's.
    """
    with store.read() as connection:
        if _version(connection) == SCHEMA:
            return
    with store.write() as connection:
        only_one(connection)
        version = _version(connection)
        if version is None:
            _create(connection)
        elif version != SCHEMA:
            migrate(connection)


def _version(connection: Connection) -> str | None:
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)
    if names:
        raise WrongSchema("this database belongs to another program: it holds tables of its own")
    return None


def _create(connection: Connection) -> None:
    METADATA.create_all(connection)
    install_guards(connection)
    connection.execute(
        text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": SCHEMA})


def migrate(connection: Connection) -> None:
    """Applies the migrations that the database lacks, in the caller's transaction.

    Raises:
        WrongSchema: the database was written by a newer version.
    """
    from alembic import command  # noqa: PLC0415 - loaded on demand, see the top of this file
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise WrongSchema(
            "this database was written by a newer version of acuerdo: install that one, "
            "or restore a backup that this version made"
        ) from error
