"""Who has a voice: people or households, as of the entry that opens the vote."""

import hashlib

from protocol.decisions.proposal import State
from tests.protocol.ledgers import Body, Ledger, charter, found, terms

HOMES = {"Alice": "house-1", "Ana": "house-1", "Bento": "house-2", "Carla": "house-3"}


def by_household() -> Ledger:
    village = found(
        "Alice", "Ana", "Bento", "Carla", "Dora",
        households=HOMES,
        rules=charter(general=terms("majority", unit="household")),
    )  # fmt: skip
    village.marks["well"] = village.draft("Alice")
    village.open("Alice", village.marks["well"])
    return village


def test_a_household_has_one_voice_and_its_last_word_stands() -> None:
    village = by_household()
    well = village.marks["well"]
    village.take("Alice", well, "agree")
    village.take("Bento", well, "agree")
    village.take("Ana", well, "disagree")
    assert set(village.proposal(well).positions) == {"house-1", "house-2"}
    village.take("Carla", well, "disagree")
    village.close(well)
    outcome = village.proposal(well).outcome
    assert outcome is not None
    assert (outcome.tally.electorate, outcome.tally.agree, outcome.tally.disagree) == (3, 1, 2)
    assert village.proposal(well).state is State.REJECTED


def test_without_a_household_there_is_no_voice_among_households() -> None:
    village = by_household()
    body: Body = {"proposal": village.marks["well"], "choice": "agree", "reason": None}
    assert village.refused("position/take", body, "Dora") == "no-voice"


def test_moving_house_counts_from_the_next_opening() -> None:
    village = by_household()
    well = village.marks["well"]
    village.take("Ana", well, "agree")
    village.move("Ana", "house-2", "Bento")
    village.take("Ana", well, "disagree")
    assert {name: one.choice for name, one in village.proposal(well).positions.items()} == {
        "house-1": "disagree"
    }
    later = village.draft("Bento")
    village.open("Bento", later)
    village.take("Ana", later, "agree")
    assert set(village.proposal(later).positions) == {"house-2"}


def test_the_root_is_over_the_sorted_voices() -> None:
    """RFC 9162 over three leaves, by hand."""
    village = by_household()
    frozen = village.proposal(village.marks["well"]).frozen
    assert frozen is not None
    one, two, three = (
        hashlib.sha256(b"\x00" + voice).digest() for voice in (b"house-1", b"house-2", b"house-3")
    )
    left = hashlib.sha256(b"\x01" + one + two).digest()
    assert frozen.electorate.root == hashlib.sha256(b"\x01" + left + three).hexdigest()
    assert frozen.electorate.voices == ("house-1", "house-2", "house-3")


def test_the_electorate_is_frozen_where_voting_opens() -> None:
    village = found("Alice", "Bento", "Carla")
    well = village.draft("Alice")
    village.open("Alice", well)
    before = village.electorate(well)
    village.say("member/leave", {}, "Carla")
    village.invite("Alice", "for Dora")
    village.join("Dora", "for Dora")
    assert village.electorate(well) == before
    assert len(before) == 3


def test_an_opening_signed_before_somebody_joined_is_refused() -> None:
    village = found("Alice", "Bento")
    well = village.draft("Alice")
    signed = village.write("proposal/open", village.opening(well), "Alice")
    village.invite("Bento", "for Dora")
    village.join("Dora", "for Dora")
    assert village.force(signed) == "opening-electorate"
    village.open("Alice", well)
