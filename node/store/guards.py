"""Triggers that abort what must never happen to history, in both databases' words.

A ledger only grows; an entry keeps its place and its leaf hash for ever. Two changes are allowed:
bytes that were withheld may be filled in once, and an entry's bytes may be erased for good. A head,
a chain event, a cosignature and evidence never change; what our witness cosigned never goes back.
"""

from collections.abc import Iterator

# A change to an entry that is neither a filling-in nor an erasure. `IS DISTINCT FROM` minds nulls.
_REWRITES_ENTRY = """
    NEW.ledger <> OLD.ledger
    OR NEW."index" <> OLD."index"
    OR NEW.leaf <> OLD.leaf
    OR (OLD.message_id IS NOT NULL AND NEW.message_id IS DISTINCT FROM OLD.message_id)
    OR (OLD.erased AND NOT NEW.erased)
    OR (NEW.erased AND (NEW.raw IS NOT NULL OR NEW.sealed IS NOT NULL))
    OR (NOT NEW.erased AND OLD.raw IS NOT NULL AND NEW.raw IS DISTINCT FROM OLD.raw)
    OR (NOT NEW.erased AND OLD.sealed IS NOT NULL AND NEW.raw IS NULL
        AND NEW.sealed IS DISTINCT FROM OLD.sealed)
"""
_SHRINKS_LEDGER = """
    NEW.id <> OLD.id OR NEW.community <> OLD.community OR NEW.own <> OLD.own
    OR NEW.size < OLD.size
    OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
"""
_GOES_BACK = """
    NEW.origin <> OLD.origin OR NEW.size < OLD.size
    OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
"""

_UPDATES = {"entry": _REWRITES_ENTRY, "ledger": _SHRINKS_LEDGER, "witnessed": _GOES_BACK}
_FROZEN = ("chain", "head", "cosignature", "evidence")


def guard_statements(dialect: str) -> Iterator[str]:
    """The statements that create every guard.

    Args:
        dialect: `sqlite` or `postgresql`.
    """
    make = _on_postgresql if dialect == "postgresql" else _on_sqlite
    if dialect == "postgresql":
        yield _REFUSE
    for table, condition in _UPDATES.items():
        yield make(table, "UPDATE", condition)
        yield make(table, "DELETE", "")
    for table in _FROZEN:
        yield make(table, "UPDATE", "")
        yield make(table, "DELETE", "")


def _on_sqlite(table: str, verb: str, condition: str) -> str:
    when = f"WHEN {condition}" if condition else ""
    return (
        f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW {when} "
        f"BEGIN SELECT RAISE(ABORT, 'history is not rewritten: {table}'); END"
    )


_REFUSE = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = 'history is not rewritten: ' || TG_TABLE_NAME; END $$
"""


def _on_postgresql(table: str, verb: str, condition: str) -> str:
    when = f"WHEN ({condition})" if condition else ""
    return (
        f"CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW {when} "
        "EXECUTE FUNCTION refuse_rewriting()"
    )
