"""Positions and the outcome that everybody recomputes."""

import pytest

from protocol.decisions.closing import may_close, outcome_of, positions_root
from protocol.decisions.position import voices_missing
from protocol.decisions.proposal import State
from protocol.errors import ProtocolError
from protocol.ledger.merkle import EMPTY_ROOT, leaf_hash, root_of
from tests.protocol.kinds import histories as past
from tests.protocol.ledgers import VOICE, Body, Ledger, charter, found, replay, terms


def test_bento_blocks_with_a_reason_and_it_is_counted() -> None:
    village = past.commented()
    well = village.marks["well"]
    village.take("Bento", well, "block", village.marks["why"])
    village.take("Alice", well, "agree")
    village.take("Carla", well, "agree")
    village.close(well)
    outcome = village.proposal(well).outcome
    assert outcome is not None
    assert (outcome.verdict, outcome.ground) == ("rejected", "blocked")
    assert (outcome.tally.agree, outcome.tally.block, outcome.tally.electorate) == (2, 1, 3)


def test_the_last_word_before_closing_stands() -> None:
    village = past.opened()
    well = village.marks["well"]
    for choice in ("disagree", "abstain", "agree"):
        village.take("Bento", well, choice)
    assert voices_missing(village.proposal(well)) == 2
    village.take("Alice", well, "agree")
    village.take("Carla", well, "agree")
    village.take("Bento", well, "reservations")
    village.close(well)
    outcome = village.proposal(well).outcome
    assert outcome is not None
    assert (outcome.tally.agree, outcome.tally.reservations, outcome.tally.absent) == (2, 1, 0)
    body: Body = {"proposal": well, "choice": "disagree", "reason": None}
    assert village.void("position/take", body, "Bento") == "voting-not-open"
    assert village.proposal(well).outcome == outcome


def test_the_root_is_over_the_leaves_of_what_was_counted_in_order() -> None:
    village = past.opened()
    well = village.marks["well"]
    village.take("Bento", well, "disagree")
    village.take("Alice", well, "agree")
    village.take("Bento", well, "agree")
    expected = root_of([leaf_hash(village.raws[-2]), leaf_hash(village.raws[-1])])
    assert positions_root(village.proposal(well)) == expected.hex()


@pytest.mark.parametrize(
    ("early", "spoken", "after_s", "may"),
    [
        (True, 3, 0, True),
        (True, 2, 0, False),
        (True, 2, 3_599, False),
        (True, 2, 3_600, True),
        (True, 0, 3_600, True),
        (False, 3, 0, False),
        (False, 3, 3_599, False),
        (False, 3, 3_600, True),
    ],
)
def test_when_a_vote_may_close(early: bool, spoken: int, after_s: int, may: bool) -> None:
    rules = charter(general=terms("consensus", early=early))
    village = found("Alice", "Bento", "Carla", rules=rules)
    well = village.draft("Alice")
    village.open("Alice", well)
    for name in ("Alice", "Bento", "Carla")[:spoken]:
        village.take(name, well, "agree")
    village.now += after_s
    assert may_close(village.proposal(well), village.now) == may
    if may:
        village.close(well)
    else:
        with pytest.raises(ProtocolError, match="too-early"):
            outcome_of(village.proposal(well), village.now)


def test_nobody_came() -> None:
    village = past.late()
    well = village.marks["well"]
    village.close(well)
    outcome = village.proposal(well).outcome
    assert outcome is not None
    assert (outcome.verdict, outcome.ground, outcome.early) == ("lapsed", "no-quorum", False)
    assert outcome.positions_root == EMPTY_ROOT.hex()
    assert village.proposal(well).state is State.LAPSED


FIGURES: dict[str, Body] = {
    "agree": {"agree": 2, "disagree": 1},
    "reservations": {"agree": 2, "reservations": 1},
    "aside": {"agree": 2, "aside": 1},
    "disagree": {"agree": 0, "disagree": 3},
    "block": {"agree": 2, "block": 1},
    "abstain": {"agree": 2, "abstain": 1},
    "absent": {"agree": 2},
    "electorate": {"electorate": 4},
}


@pytest.mark.parametrize("changed", FIGURES.values(), ids=FIGURES)
def test_one_figure_altered_closes_nothing(changed: Body) -> None:
    village = past.all_agree()
    well = village.marks["well"]
    body = village.closing(well)
    outcome = body["outcome"]
    assert isinstance(outcome, dict)
    tally = outcome["tally"]
    assert isinstance(tally, dict)
    lie: Body = body | {"outcome": outcome | {"tally": tally | changed}}
    assert village.void("proposal/close", lie, VOICE) == "outcome-differs"
    assert village.proposal(well).state is State.OPEN
    village.close(well)
    assert replay(village) == village.book
    assert village.proposal(well).state is State.ADOPTED


def test_a_position_that_came_in_between_makes_the_outcome_stale() -> None:
    """The node signed the closing; before it stood, Carla changed her mind."""
    village = past.all_agree()
    well = village.marks["well"]
    signed = village.write("proposal/close", village.closing(well), VOICE)
    village.take("Carla", well, "aside")
    assert village.force(signed) == "outcome-differs"


def test_nobody_votes_for_two() -> None:
    """Every way in which a person might be counted twice, in one story."""
    village = found("Alice", "Bento", "Carla", rules=charter(confirmations=1))
    well = village.draft("Alice")
    village.open("Alice", well)
    village.take("Bento", well, "agree")
    village.take("Bento", well, "agree")
    village.marks["Bento"] = village.member("Bento").id
    village.say("member/replace", past.replacing(village), "Alice")
    village.take("Bento's new phone", well, "agree")
    village.move("Bento's new phone", "house-9", "Carla")
    village.say("member/leave", {}, "Bento's new phone")
    village.invite("Alice", "for Bento")
    village.join("Bento again", "for Bento")
    body: Body = {"proposal": well, "choice": "agree", "reason": None}
    for name in ("Bento", "Bento's new phone", "Bento again", VOICE):
        assert village.void("position/take", body, name) is not None
    village.now += 3_600
    village.close(well)
    outcome = village.proposal(well).outcome
    assert outcome is not None
    assert (outcome.tally.electorate, outcome.tally.agree) == (3, 1)


def check_ledger(village: Ledger) -> None:
    assert replay(village) == village.book


def test_alice_proposes_bento_objects_carla_amends() -> None:
    """The whole story, and then everybody reads it again from the bytes."""
    village = past.amended()
    well = village.marks["well"]
    objection = village.comment("Bento", well, "The school has a well already")
    village.say("amendment/accept", {"amendment": village.marks["change"]}, "Alice")
    village.open("Alice", well)
    village.take("Bento", well, "block", objection)
    village.take("Carla", well, "agree")
    village.say("entry/erase", {"index": village.book.ids[objection]}, "Bento")
    village.take("Bento", well, "aside")
    village.take("Alice", well, "agree")
    village.close(well)
    outcome = village.proposal(well).outcome
    assert outcome is not None
    assert (outcome.verdict, outcome.tally.agree, outcome.tally.aside) == ("adopted", 2, 1)
    check_ledger(village)
