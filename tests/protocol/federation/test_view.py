"""A view is a set: of everything said, by nobody's leave, in no order."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import ProtocolError
from protocol.federation.closing import current_round
from protocol.federation.steps import Commit, Forked, Listing, Receipt, Step, Turn, Vote
from protocol.federation.view import learn
from tests.model.scenario import agreement_of
from tests.model.simulate import Story
from tests.protocol.federation.values import (
    again,
    agreement,
    commit_to,
    fresh_list,
    know,
    receipt,
    row,
    seen,
    turn,
    votes_for,
)

CLOSE = agreement(4)
RECEIPTS = [receipt(one, row("v")) for one in "abcd"]
LIST = fresh_list(CLOSE, 0, RECEIPTS)
OTHER = fresh_list(CLOSE, 1, RECEIPTS[:3])
VOTES = votes_for(LIST, "abc")


@given(st.integers(1, 7), st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_in_which_steps_come_leaves_no_trace(
    closers: int, seed: int, shuffled: Random
) -> None:
    chance = Random(seed)  # noqa: S311
    close = agreement_of(closers)
    hostile = frozenset(chance.sample(close.closers.ids, close.closers.faulty))
    story = Story(close, hostile, 3, chance)
    story.run(120)
    steps = sorted(story.all.steps, key=repr)
    shuffled.shuffle(steps)
    view = know(close, steps, steps[:3])
    assert view == story.all
    for name in ("receipts", "listings", "texts", "votes", "commits", "reached", "suspects"):
        assert getattr(view, name) == getattr(story.all, name)
    assert [view.backing(*key) for key in view.quorums] == [
        story.all.backing(*key) for key in story.all.quorums
    ]


def test_carried_votes_are_heard_too() -> None:
    assert know(CLOSE, commit_to(LIST, "a", VOTES)).quorums == ((0, LIST.digest),)
    assert know(CLOSE, again(LIST, CLOSE, 1, VOTES)).quorums == ((0, LIST.digest),)


@pytest.mark.parametrize(
    ("steps", "suspect"),
    [
        pytest.param([VOTES[0], VOTES[0]], False, id="same-vote-twice"),
        pytest.param([VOTES[0], *votes_for(LIST, "a", 1)], False, id="votes-of-two-rounds"),
        pytest.param([VOTES[0], *votes_for(OTHER, "a", 0)], True, id="two-votes"),
        pytest.param(
            [LIST, replace(LIST, text=fresh_list(CLOSE, 0, RECEIPTS[1:]).text)],
            True,
            id="two-lists",
        ),
        pytest.param(
            [commit_to(LIST, "a", VOTES), commit_to(LIST, "a", votes_for(LIST, "abd"))],
            True,
            id="two-commits",
        ),
        pytest.param([RECEIPTS[0], replace(RECEIPTS[0], id="x")], True, id="two-receipts"),
        pytest.param(
            [
                Receipt(closer="a", id="x", part=0, parts=2),
                Receipt(closer="a", id="y", part=1, parts=3),
            ],
            True,
            id="receipts-of-two-lengths",
        ),
        pytest.param([turn("a", 1), turn("a", 2)], False, id="two-turns"),
        pytest.param([Forked(closer="a")], True, id="forked-ledger"),
    ],
)
def test_two_statements_where_one_was_allowed_convict(steps: list[Step], suspect: bool) -> None:
    assert know(CLOSE, steps).suspects == ({"a"} if suspect else set())


def test_a_receipt_is_whole_when_all_parts_are_there() -> None:
    parts = [Receipt(closer="a", id=f"a{n}", part=n, parts=3) for n in range(3)]
    assert know(CLOSE, parts[1:]).whole_receipt("a") == ()
    assert know(CLOSE, reversed(parts)).whole_receipt("a") == tuple(parts)


def test_one_honest_closer_at_least_carries_the_others_into_a_round() -> None:
    assert current_round(know(CLOSE, turn("b", 9)), "a") == 0
    assert current_round(know(CLOSE, turn("b", 9), turn("c", 4)), "a") == 4
    assert current_round(know(CLOSE, turn("a", 5), turn("c", 4)), "a") == 5


@pytest.mark.parametrize(
    ("step", "code"),
    [
        pytest.param(turn("x", 1), "closer-unknown", id="stranger"),
        pytest.param(replace(LIST, closer="b"), "list-not-chair", id="not-the-chair"),
        pytest.param(turn("a", 0), "round-invalid", id="turn-to-the-first-round"),
        pytest.param(turn("a", 10**12), "round-invalid", id="round-too-large"),
        pytest.param(replace(LIST, round=-4), "round-invalid", id="round-below-nothing"),
        pytest.param(commit_to(LIST, "a", VOTES[:2]), "votes-quorum", id="too-few-votes"),
        pytest.param(
            commit_to(LIST, "a", (*VOTES[:2], VOTES[0])), "votes-quorum", id="one-vote-twice"
        ),
        pytest.param(
            commit_to(LIST, "a", votes_for(LIST, "abx")), "votes-quorum", id="vote-of-a-stranger"
        ),
        pytest.param(commit_to(OTHER, "a", VOTES), "votes-differ", id="votes-for-another-list"),
        pytest.param(
            commit_to(LIST, "a", (*VOTES[:2], *votes_for(LIST, "c", 1))),
            "votes-differ",
            id="votes-of-two-rounds",
        ),
        pytest.param(
            replace(commit_to(LIST, "a", VOTES), round=1),
            "votes-round",
            id="votes-of-another-round",
        ),
        pytest.param(again(LIST, CLOSE, 0, VOTES), "votes-round", id="backed-by-its-own-round"),
        pytest.param(
            Receipt(closer="a", id="x", part=2, parts=2), "receipt-part", id="part-beyond"
        ),
        pytest.param(Receipt(closer="a", id="x", parts=10**6), "receipt-part", id="too-many-parts"),
        pytest.param(receipt("a", row("x")), "receipt-stranger", id="stranger-asked"),
        pytest.param(receipt("a", row("v"), row("v", 2)), "receipt-twice", id="community-twice"),
        pytest.param(
            Receipt(closer="a", id="x", seen=(seen(row("v"), at=101),)), "position-late", id="late"
        ),
    ],
)
def test_what_cannot_count_is_refused(step: Step, code: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        learn(know(CLOSE), step)
    assert caught.value.code == code
    assert isinstance(step, Receipt | Listing | Vote | Commit | Turn)
