"""However a database came to be, its schema is the one that the models draw."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from node.store import schema
from node.store.engine import Store, open_store
from node.store.schema import SCHEMA, WrongSchema, bring_up_to_date
from node.store.tables import METADATA

_MIGRATIONS = Path(schema.__file__).parent / "migrations"


def _drawn(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        found = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        )
        return [
            (str(name), " ".join(str(sql).split()))
            for name, sql in found
            if name != "alembic_version"
        ]


def _stamp(store: Store) -> str:
    with store.read() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def test_models_and_migrations_agree(store: Store, tmp_path: Path) -> None:
    migrated = open_store(f"sqlite:///{tmp_path / 'migrated.db'}")
    with migrated.write() as connection:
        schema.migrate(connection)
    assert _drawn(migrated) == _drawn(store)
    assert _stamp(migrated) == _stamp(store) == SCHEMA
    with migrated.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    migrated.close()


def test_the_newest_migration_is_the_one_this_code_wants() -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


def test_a_migrated_database_is_left_alone(store: Store) -> None:
    before = _drawn(store)
    bring_up_to_date(store)
    assert _drawn(store) == before


def test_a_newer_database_is_refused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongSchema, match="newer version"):
        bring_up_to_date(store)


def test_a_strangers_database_is_refused(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'theirs.db'}")
    with store.write() as connection:
        connection.execute(text("CREATE TABLE recipes (name TEXT)"))
    with pytest.raises(WrongSchema, match="another program"):
        bring_up_to_date(store)
    store.close()


def test_a_start_without_migrations_does_not_load_alembic(store: Store, path: Path) -> None:
    store.close()
    code = (
        "import sys\n"
        "from node.store.engine import open_store\n"
        "from node.store.schema import bring_up_to_date\n"
        f"store = open_store('sqlite:///{path}')\n"
        "bring_up_to_date(store)\n"
        "store.close()\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)  # noqa: S603
