"""What the node owes to the outside, durable until it is done.

A duty is owed once for a kind, target and subject. Owing it again while it waits only renews its
payload, so that a silent peer is not asked more often because more happened; owing it again while
it is carried out raises its revision, so that finishing the old one does not forget the new one.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, select, update

from node.store.engine import upsert
from node.store.tables import DUTY
from node.store.values import Duty, NewDuty


def owe(connection: Connection, duties: Iterable[NewDuty]) -> None:
    """Adds duties; one that is owed already takes the new payload and the earlier due time."""
    rows: list[dict[str, object]] = [
        {
            "kind": duty.kind,
            "target": duty.target,
            "subject": duty.subject,
            "revision": 0,
            "attempts": 0,
            "due_ms": duty.due_ms,
            "payload": duty.payload,
        }
        for duty in duties
    ]
    kept = {"revision": DUTY.c.revision + 1, "attempts": DUTY.c.attempts, "due_ms": DUTY.c.due_ms}
    upsert(connection, DUTY, ("kind", "target", "subject"), rows, kept)


def due(
    connection: Connection, now_ms: int, limit: int, *, busy: Sequence[str] = ()
) -> tuple[Duty, ...]:
    """The duties whose time has come, longest waiting first.

    Args:
        connection: an open transaction.
        now_ms: the node's clock.
        limit: how many at most.
        busy: targets to leave out, because something is under way to them already.
    """
    statement = select(DUTY).where(DUTY.c.due_ms <= now_ms).order_by(DUTY.c.due_ms, DUTY.c.id)
    if busy:
        statement = statement.where(DUTY.c.target.not_in(sorted(busy)))
    rows = connection.execute(statement.limit(limit)).mappings()
    return tuple(Duty(**row) for row in rows)


def next_due_ms(connection: Connection, *, busy: Sequence[str] = ()) -> int | None:
    """When the next duty to a target that is not busy falls due; None when nothing is owed."""
    statement = select(func.min(DUTY.c.due_ms))
    if busy:
        statement = statement.where(DUTY.c.target.not_in(sorted(busy)))
    found = connection.execute(statement).scalar()
    return None if found is None else int(found)


def all_duties(connection: Connection, limit: int) -> tuple[Duty, ...]:
    """What is owed, for the operator to look at, soonest first."""
    statement = select(DUTY).order_by(DUTY.c.due_ms, DUTY.c.id).limit(limit)
    return tuple(Duty(**row) for row in connection.execute(statement).mappings())


def count(connection: Connection) -> int:
    """How many duties are owed."""
    return int(connection.execute(select(func.count()).select_from(DUTY)).scalar_one())


def done(connection: Connection, duty: Duty) -> bool:
    """Strikes a duty off. False: it was owed again meanwhile and stays, due as it stands."""
    statement = delete(DUTY).where(DUTY.c.id == duty.id, DUTY.c.revision == duty.revision)
    return connection.execute(statement).rowcount == 1


def postpone(connection: Connection, duty: Duty, due_ms: int, error: str | None = None) -> None:
    """Puts a duty off after an attempt that did not succeed, and says why."""
    connection.execute(
        update(DUTY)
        .where(DUTY.c.id == duty.id)
        .values(due_ms=due_ms, attempts=DUTY.c.attempts + 1, error=error)
    )


def hurry(connection: Connection, target: str, now_ms: int) -> int:
    """Makes everything owed to a target due at once, when it is heard from again; how many."""
    statement = (
        update(DUTY)
        .where(DUTY.c.target == target, DUTY.c.due_ms > now_ms)
        .values(due_ms=now_ms, attempts=0)
    )
    return connection.execute(statement).rowcount


def forget(connection: Connection, target: str, kind: str | None = None) -> int:
    """Strikes off everything owed to a target, or one kind of it; how many."""
    statement = delete(DUTY).where(DUTY.c.target == target)
    if kind is not None:
        statement = statement.where(DUTY.c.kind == kind)
    return connection.execute(statement).rowcount
