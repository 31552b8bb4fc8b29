"""When our own decision on a federated proposal closes, if minutes of a room can be contested."""

import pytest

from node.owed import contest_time
from tests.protocol.ledgers import charter, found, room


@pytest.mark.parametrize(
    ("contest_s", "left_s", "leaves"), [(600, 1_200, 600), (600, 1_199, 0), (0, 10, 0), (600, 0, 0)]
)
def test_time_is_left_to_contest_unless_it_is_half_of_all(
    contest_s: int, left_s: int, leaves: int
) -> None:
    village = found("Alice", rules=charter(assembly=room(contest_s=contest_s)))
    assert contest_time(village.book, left_s) == leaves


def test_without_a_room_nothing_is_left() -> None:
    assert contest_time(found("Alice").book, 86_400) == 0
