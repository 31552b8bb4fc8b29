"""Counting positions, and shares of what was counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.decisions.tally import CHOICES, MAX_SHARE_PART, Choice, Share, Tally, count
from protocol.errors import Malformed
from protocol.wire.bodies import body_json, read_body

VILLAGE: dict[str, Choice] = {
    "alicia": "agree",
    "bento": "block",
    "carla": "reservations",
    "dora": "abstain",
    "elias": "aside",
    "fidel": "disagree",
}


def test_a_village_counted() -> None:
    tally = count(VILLAGE, 10)
    assert tally == Tally(
        electorate=10, agree=1, reservations=1, aside=1, disagree=1, block=1, abstain=1
    )
    assert (tally.supporting, tally.cast, tally.present, tally.absent) == (2, 5, 6, 4)
    assert [tally.size("cast"), tally.size("present"), tally.size("electorate")] == [5, 6, 10]
    assert [tally.voices(choice) for choice in CHOICES] == [1] * 6
    assert tally.if_absent_took("agree") == Tally(
        electorate=10, agree=5, reservations=1, aside=1, disagree=1, block=1, abstain=1
    )


def test_two_villages_together() -> None:
    joined = count(VILLAGE, 10).plus(count(["agree", "agree"], 3))
    assert joined == count([*VILLAGE.values(), "agree", "agree"], 13)


@given(st.lists(st.sampled_from(CHOICES)), st.lists(st.sampled_from(CHOICES)))
def test_counting_apart_and_adding_is_counting_together(
    here: list[Choice], there: list[Choice]
) -> None:
    apart = count(here, len(here) + 2).plus(count(there, len(there)))
    assert apart == count(here + there, len(here) + len(there) + 2)


def test_a_tally_reads_back() -> None:
    tally = count(VILLAGE, 10)
    assert read_body(Tally, body_json(tally)) == tally


@pytest.mark.parametrize(
    "counts",
    [
        {"electorate": 2, "agree": 3},
        {"electorate": 2, "agree": 3, "block": -1},
        {"electorate": -1},
        {"electorate": 1_000_000_001},
    ],
)
def test_what_cannot_have_been_counted(counts: dict[str, int]) -> None:
    with pytest.raises(Malformed, match="tally-invalid"):
        Tally(**counts)


def test_more_positions_than_voices() -> None:
    with pytest.raises(Malformed, match="tally-invalid"):
        count(VILLAGE, 5)


@pytest.mark.parametrize(
    ("num", "den"), [(1, 0), (0, 0), (-1, 2), (3, 2), (1, MAX_SHARE_PART + 1), (-2, -1)]
)
def test_what_is_no_share(num: int, den: int) -> None:
    with pytest.raises(Malformed, match="share-invalid"):
        Share(num=num, den=den)


@given(st.integers(1, 50), st.data())
def test_least_and_most_meet_where_the_share_is_exact(den: int, data: st.DataObject) -> None:
    num = data.draw(st.integers(0, den))
    whole = data.draw(st.integers(0, 10_000))
    share = Share(num=num, den=den)
    assert share.most(whole) * den <= num * whole < (share.most(whole) + 1) * den
    assert (share.least(whole) - 1) * den < num * whole <= share.least(whole) * den
    assert (share.least(whole) == share.most(whole)) is (num * whole % den == 0)
