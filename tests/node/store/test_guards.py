"""History is not rewritten, not even with a database shell."""

import sqlite3
from contextlib import closing

import pytest

from node.store import ledgers
from node.store.values import Evidence, Head, StoredCosignature
from tests.node.store.conftest import THEIRS, Village, entry, growth, hidden


@pytest.fixture
def history(village: Village) -> Village:
    village.append(village.ours, 0, entry(0), entry(1), hidden(2))
    with village.store.write() as connection:
        ledgers.extend_chain(connection, village.ours, 0, [b"inception"])
        ledgers.put_head(connection, village.ours, Head(3, growth(3).root, b"note"))
        line = StoredCosignature(3, THEIRS, growth(3).root, 1_800_000_000, b"line")
        ledgers.put_cosignatures(connection, village.ours, [line])
        ledgers.advance_witnessed(connection, "acuerdo/l/b", None, (5, b"r" * 32))
        evidence = Evidence(community=THEIRS, first=b"one", second=b"two", raw=b"proof")
        ledgers.put_evidence(connection, evidence)
    return village


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry",
        'UPDATE entry SET "index" = 7 WHERE "index" = 1',
        "UPDATE entry SET leaf = zeroblob(32)",
        "UPDATE entry SET raw = x'00' WHERE raw IS NOT NULL",
        "UPDATE entry SET raw = NULL WHERE raw IS NOT NULL",
        "UPDATE entry SET message_id = x'00' WHERE message_id IS NOT NULL",
        "UPDATE entry SET message_id = NULL WHERE message_id IS NOT NULL",
        "UPDATE entry SET erased = 1 WHERE raw IS NOT NULL",
        "UPDATE ledger SET size = size - 1",
        "UPDATE ledger SET root = zeroblob(32)",
        "UPDATE ledger SET own = NOT own",
        "UPDATE ledger SET community = 'x'",
        "DELETE FROM ledger",
        "UPDATE chain SET raw = x'00'",
        "DELETE FROM chain",
        "UPDATE head SET note = x'00'",
        "DELETE FROM head",
        "UPDATE cosignature SET time = 0",
        "DELETE FROM cosignature",
        "UPDATE witnessed SET size = size - 1",
        "UPDATE witnessed SET root = zeroblob(32)",
        "DELETE FROM witnessed",
        "UPDATE evidence SET first = x'00'",
        "DELETE FROM evidence",
    ],
)
def test_it_aborts(history: Village, statement: str) -> None:
    with (
        closing(sqlite3.connect(history.path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="history is not rewritten"),
    ):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET size = size + 1, root = zeroblob(32)",
        "UPDATE ledger SET alarm = 'forked', note = x'00'",
        "UPDATE entry SET raw = x'00', message_id = x'01' WHERE raw IS NULL",
        "UPDATE entry SET erased = 1, raw = NULL WHERE raw IS NOT NULL",
        "UPDATE witnessed SET size = size + 1, root = zeroblob(32)",
    ],
)
def test_growth_filling_in_and_erasure_are_no_rewriting(history: Village, statement: str) -> None:
    with closing(sqlite3.connect(history.path)) as connection:
        assert connection.execute(statement).rowcount >= 1


def test_what_was_erased_is_not_brought_back(history: Village) -> None:
    with closing(sqlite3.connect(history.path)) as connection:
        connection.execute("UPDATE entry SET erased = 1, raw = NULL")
        for statement in ("UPDATE entry SET raw = x'00'", "UPDATE entry SET erased = 0"):
            with pytest.raises(sqlite3.IntegrityError, match="history is not rewritten"):
                connection.execute(statement)
