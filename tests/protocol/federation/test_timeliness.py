"""A position is in time because closers say so, and the last one in time stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.federation.closers import Closers
from protocol.federation.steps import Cosigned
from protocol.federation.timeliness import is_ready, is_timely, standing, standing_rows
from tests.protocol.federation.values import DEADLINE_S, row, seen

FOUR = Closers(("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("author", "cosigned", "timely"),
    [
        pytest.param("v", [("a", 100), ("b", 99)], True, id="two-by-the-deadline"),
        pytest.param("v", [("a", 100)], False, id="one-too-few"),
        pytest.param("v", [("a", 100), ("b", 101)], False, id="one-a-second-late"),
        pytest.param("v", [("a", 100), ("x", 99)], False, id="one-does-not-close"),
        pytest.param("v", [("a", 98), ("a", 99)], False, id="one-twice"),
        pytest.param("a", [("a", 1), ("b", 1)], False, id="one-is-the-author"),
        pytest.param("a", [("a", 1), ("b", 1), ("c", 1)], True, id="two-beside-the-author"),
    ],
)
def test_enough_other_closers_saw_it_in_time(
    author: str, cosigned: list[tuple[str, int]], timely: bool
) -> None:
    found = [Cosigned(*one) for one in cosigned]
    assert is_timely(author, found, FOUR, DEADLINE_S) is timely


@given(st.sets(st.tuples(st.sampled_from("abcdvx"), st.integers(98, 102)), max_size=8))
def test_more_evidence_never_makes_a_position_late(pairs: set[tuple[str, int]]) -> None:
    found = [Cosigned(*one) for one in pairs]
    if any(is_timely("v", found[:some], FOUR, DEADLINE_S) for some in range(len(found))):
        assert is_timely("v", found, FOUR, DEADLINE_S)


def test_the_last_position_stands() -> None:
    assert standing([row("v", 2), row("v", 7), row("v", 5)]) == row("v", 7)
    assert standing([]) is None


def test_nothing_follows_a_final_word() -> None:
    final = row("v", 5, final=True)
    assert standing([row("v", 2), row("v", 9), row("v", 7, final=True), final]) == final


def test_of_two_branches_of_a_fork_all_take_the_same() -> None:
    one, other = row("v", 5, leaf="aa"), row("v", 5, leaf="bb")
    assert standing([one, other]) == standing([other, one]) == one


def test_the_electorate_gives_the_order_and_strangers_are_left_out() -> None:
    found = standing_rows([row("v"), row("stranger"), row("a")], ("a", "b", "v"))
    assert found == (("a", row("a")), ("b", None), ("v", row("v")))


def test_nothing_is_waited_for_once_all_have_said_their_last_word() -> None:
    last = [seen(row("a", final=True)), seen(row("b", final=True))]
    assert is_ready(last, ("a", "b"))
    assert not is_ready(last, ("a", "b", "v"))
    assert not is_ready([last[0], seen(row("b"))], ("a", "b"))
