"""How many are enough, whose turn it is, and who is drawn."""

import pytest

from protocol.errors import Malformed
from protocol.federation.closers import MAX_CLOSERS, Closers, draw_closers

SEED = "5" * 64


def ids(count: int) -> list[str]:
    return [f"{number:064x}" for number in range(count)]


@pytest.mark.parametrize(
    ("size", "faulty", "quorum", "witnesses"),
    [
        (1, 0, 1, 1),
        (2, 0, 2, 1),
        (3, 0, 2, 1),
        (4, 1, 3, 2),
        (5, 1, 4, 2),
        (6, 1, 4, 2),
        (7, 2, 5, 3),
    ],
)
def test_quorums_overlap_in_somebody_honest(
    size: int, faulty: int, quorum: int, witnesses: int
) -> None:
    closers = Closers(tuple("abcdefg"[:size]))
    assert (closers.faulty, closers.quorum) == (faulty, quorum)
    assert closers.witnesses_needed("v") == witnesses
    assert 2 * quorum - size > faulty
    assert size - faulty >= quorum


def test_a_closer_is_no_witness_of_its_own() -> None:
    assert Closers(("a",)).witnesses_needed("a") == 0
    assert Closers(("a", "b")).witnesses_needed("a") == 1


@pytest.mark.parametrize("named", [(), ("a", "a"), tuple("abcdefgh")])
def test_closers_are_few_and_named_once(named: tuple[str, ...]) -> None:
    with pytest.raises(Malformed, match="closers-invalid"):
        Closers(named)


def test_everybody_takes_the_chair_in_turn() -> None:
    closers = Closers(("a", "b", "c"))
    chairs = [closers.chair(number, f"{4:064x}") for number in range(4)]
    assert chairs == ["b", "c", "a", "b"]


def test_up_to_seven_all_close_whatever_the_seed() -> None:
    drawn, substitutes = draw_closers(SEED, reversed(ids(7)))
    assert drawn.ids == tuple(ids(7))
    assert substitutes == ()


def test_of_more_seven_are_drawn_and_the_rest_stand_by() -> None:
    drawn, substitutes = draw_closers(SEED, ids(20))
    assert drawn.size == MAX_CLOSERS
    assert {*drawn.ids, *substitutes} == set(ids(20))
    assert draw_closers(SEED, reversed(ids(20))) == (drawn, substitutes)
    assert draw_closers("6" * 64, ids(20))[0] != drawn
