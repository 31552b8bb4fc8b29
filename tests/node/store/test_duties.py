"""What is owed is owed once, until it is done, and nothing owed is forgotten."""

from node.store import duties
from node.store.engine import Store
from node.store.values import NewDuty


def _push(target: str, due_ms: int, payload: bytes = b"") -> NewDuty:
    return NewDuty(kind="push", target=target, subject="ledger", due_ms=due_ms, payload=payload)


def test_duties_come_due_in_turn(store: Store) -> None:
    with store.write() as connection:
        assert duties.next_due_ms(connection) is None
        duties.owe(connection, [_push("late", 300), _push("soon", 100), _push("next", 200)])
        assert duties.next_due_ms(connection) == 100
        assert [it.target for it in duties.due(connection, 250, 9)] == ["soon", "next"]
        assert [it.target for it in duties.due(connection, 250, 1)] == ["soon"]
        assert [it.target for it in duties.due(connection, 250, 9, busy=["soon"])] == ["next"]
        assert duties.count(connection) == 3
        assert [it.target for it in duties.all_duties(connection, 2)] == ["soon", "next"]
        duties.owe(connection, [])


def test_owing_again_renews_the_payload_and_not_the_patience(store: Store) -> None:
    with store.write() as connection:
        duties.owe(connection, [_push("north", 100, b"old")])
        (duty,) = duties.due(connection, 100, 9)
        duties.postpone(connection, duty, 5_000, "no answer")
        duties.owe(connection, [_push("north", 200, b"new")])
        (again,) = duties.all_duties(connection, 9)
        assert (again.payload, again.due_ms, again.attempts) == (b"new", 5_000, 1)
        assert again.error == "no answer"


def test_what_is_owed_again_meanwhile_is_not_struck_off(store: Store) -> None:
    with store.write() as connection:
        duties.owe(connection, [_push("north", 100, b"old")])
        (under_way,) = duties.due(connection, 100, 9)
        duties.owe(connection, [_push("north", 150, b"new")])
        assert not duties.done(connection, under_way)
        (left,) = duties.due(connection, 150, 9)
        assert left.payload == b"new"
        assert duties.done(connection, left)
        assert duties.count(connection) == 0


def test_a_target_that_is_heard_again_is_served_at_once(store: Store) -> None:
    with store.write() as connection:
        duties.owe(connection, [_push("north", 9_000), _push("south", 9_000)])
        assert duties.hurry(connection, "north", 100) == 1
        assert [it.target for it in duties.due(connection, 100, 9)] == ["north"]


def test_nothing_is_owed_to_a_target_that_is_gone(store: Store) -> None:
    pull = NewDuty(kind="pull", target="north", subject="ledger", due_ms=1)
    with store.write() as connection:
        duties.owe(connection, [_push("north", 1), pull, _push("south", 1)])
        assert duties.forget(connection, "north", "pull") == 1
        assert duties.forget(connection, "north") == 1
        assert [it.target for it in duties.due(connection, 1, 9)] == ["south"]


def test_duties_survive_a_restart(store: Store) -> None:
    with store.write() as connection:
        duties.owe(connection, [_push("north", 100)])
    store.close()
    with store.read() as connection:
        assert duties.count(connection) == 1
