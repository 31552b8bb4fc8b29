"""What a closer says next, and what it never says."""

import pytest

from protocol.federation.certificate import certificate, certified_rows
from protocol.federation.closing import (
    MAX_PATIENCE,
    lock_of,
    next_step,
    receipt_of,
    round_length,
)
from protocol.federation.steps import Commit, Forked, Listing, Receipt, Step, Vote
from protocol.federation.view import View, learn
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

FOUR = agreement(4)
RECEIPTS = [receipt(one, row("v")) for one in "abcd"]
FIRST = fresh_list(FOUR, 0, RECEIPTS)
SECOND = fresh_list(FOUR, 1, RECEIPTS[:3])
THIRD = fresh_list(FOUR, 2, RECEIPTS[1:])


def says(view: View, me: str, *, timed_out: bool = False) -> Step | None:
    return next_step(view, me, window_over=True, timed_out=timed_out)


def test_four_communities_close_without_a_word_too_many() -> None:
    held = [seen(row("a", final=True)), seen(row("v", 2)), seen(row("v", 5), at=101)]
    view, told = View(FOUR), list[tuple[str, str]]()
    while certificate(view) is None:
        for me in "abcd":
            step = next_step(view, me, window_over=True, timed_out=False, held=held)
            if isinstance(step, Receipt):
                step = receipt(me, *(one.row for one in step.seen))
            if step is not None:
                told.append((me, type(step).__name__))
                view = learn(view, step)
    proof = certificate(view)
    assert proof is not None
    assert dict(certified_rows(FOUR, proof)) == {
        "a": row("a", final=True),
        "b": None,
        "c": None,
        "d": None,
        "v": row("v", 2),
    }
    # a took the chair as soon as three receipts were there; d had not spoken yet.
    assert told.count(("a", "Listing")) == 1
    assert all(says(view, me, timed_out=True) is None for me in "abcd")


def test_before_the_window_is_over_nothing_is_said() -> None:
    view = know(FOUR, RECEIPTS[1:], FIRST)
    assert next_step(view, "a", window_over=False, timed_out=True) is None
    assert isinstance(says(view, "a"), Receipt)


def test_who_does_not_close_says_nothing() -> None:
    assert says(know(FOUR, RECEIPTS), "v") is None


def test_a_receipt_holds_what_was_in_time_and_asked_for() -> None:
    held = [seen(row("v", 2)), seen(row("v", 3)), seen(row("v", 9), at=101), seen(row("x"))]
    assert receipt_of(FOUR, "a", held) == Receipt(closer="a", id="", seen=(seen(row("v", 3)),))


def test_a_receipt_in_parts_is_owed_until_the_last() -> None:
    part = Receipt(closer="a", id="a0", part=0, parts=2)
    assert isinstance(says(know(FOUR, part, RECEIPTS[1:], FIRST), "a"), Receipt)
    whole = know(FOUR, part, Receipt(closer="a", id="a1", part=1, parts=2), RECEIPTS[1:])
    assert isinstance(says(whole, "a"), Listing)


def test_the_chair_waits_for_a_quorum_of_receipts() -> None:
    assert says(know(FOUR, RECEIPTS[:2]), "a") is None
    listed = says(know(FOUR, RECEIPTS[:3]), "a")
    assert listed == fresh_list(FOUR, 0, RECEIPTS[:3])
    assert says(know(FOUR, RECEIPTS[:3]), "b") is None


def test_the_chair_leaves_out_who_is_known_to_equivocate() -> None:
    listed = says(know(FOUR, RECEIPTS, Forked(closer="d")), "a")
    assert listed == fresh_list(FOUR, 0, RECEIPTS[:3])


def test_where_a_quorum_cannot_be_had_without_a_suspect_its_receipt_serves() -> None:
    listed = says(
        know(FOUR, RECEIPTS[1:], RECEIPTS[0], Forked(closer="c"), Forked(closer="d")), "a"
    )
    assert listed == fresh_list(FOUR, 0, RECEIPTS[:3])


def test_who_equivocated_falls_silent() -> None:
    view = know(FOUR, RECEIPTS, FIRST, Forked(closer="b"))
    assert says(view, "b", timed_out=True) is None
    assert isinstance(says(view, "c"), Vote)


def test_a_vote_is_for_a_list_that_can_be_recomputed_here() -> None:
    assert says(know(FOUR, RECEIPTS[:3], FIRST), "b") is None
    assert says(know(FOUR, RECEIPTS, FIRST), "b") == votes_for(FIRST, "b")[0]
    wrong = Listing(closer="a", round=0, text=FIRST.text.replace("empty d\n", ""))
    assert says(know(FOUR, RECEIPTS, wrong), "b") is None


def test_of_two_lists_by_an_equivocating_chair_one_gets_the_vote() -> None:
    other = fresh_list(FOUR, 0, RECEIPTS[1:])
    view = know(FOUR, RECEIPTS, FIRST, other)
    vote = says(view, "b")
    assert isinstance(vote, Vote)
    assert says(learn(view, vote), "b") is None


def test_a_vote_is_given_in_the_own_round_only() -> None:
    ahead = know(FOUR, RECEIPTS, FIRST, turn("b", 1))
    assert says(ahead, "b") is None or isinstance(says(ahead, "b"), Listing)
    assert says(know(FOUR, RECEIPTS, SECOND), "c") is None


def test_a_quorum_of_votes_binds() -> None:
    view = know(FOUR, RECEIPTS, FIRST, votes_for(FIRST, "abc"))
    commit = says(view, "d")
    assert commit == commit_to(FIRST, "d", votes_for(FIRST, "abc"))
    assert lock_of(learn(view, commit), "d") == commit


def test_nobody_commits_to_a_list_it_never_saw() -> None:
    assert says(know(FOUR, RECEIPTS, votes_for(FIRST, "abc")), "d") is None


def test_a_commit_comes_late_but_not_after_a_vote_in_a_later_round() -> None:
    late: list[Step] = [*RECEIPTS, FIRST, *votes_for(FIRST, "abd")]
    assert isinstance(says(know(FOUR, late, turn("c", 1)), "c"), Commit)
    after = says(know(FOUR, late, SECOND, votes_for(SECOND, "c")), "c")
    assert after is None


LOCK = commit_to(SECOND, "d", votes_for(SECOND, "abc"))


@pytest.mark.parametrize(
    ("listing", "votes"),
    [
        pytest.param(THIRD, False, id="fresh"),
        pytest.param(again(FIRST, FOUR, 2, votes_for(FIRST, "abc", 0)), False, id="older-votes"),
        pytest.param(again(FIRST, FOUR, 2, votes_for(FIRST, "abc", 1)), True, id="votes-as-old"),
        pytest.param(again(SECOND, FOUR, 2, ()), True, id="the-list-it-is-bound-to"),
    ],
)
def test_a_bound_closer_votes_otherwise_only_if_newer_votes_free_it(
    listing: Listing, votes: bool
) -> None:
    view = know(FOUR, RECEIPTS, SECOND, LOCK, listing, turn("d", 2))
    vote = Vote(closer="d", round=2, digest=listing.digest)
    assert says(view, "d") == (vote if votes else None)


def test_a_chair_that_saw_a_quorum_lists_that_list_again_with_its_votes() -> None:
    votes = votes_for(FIRST, "acd")
    view = know(FOUR, RECEIPTS, FIRST, votes_for(FIRST, "b"), votes, turn("b", 1), turn("c", 1))
    view = learn(view, commit_to(FIRST, "b", votes))
    assert says(view, "b") == again(FIRST, FOUR, 1, votes_for(FIRST, "abc"))


def test_of_two_quorums_the_later_is_listed_again() -> None:
    quorums = [*votes_for(FIRST, "abd"), *votes_for(SECOND, "abd")]
    view = know(FOUR, RECEIPTS, FIRST, SECOND, quorums, commit_to(SECOND, "c", tuple(quorums[3:])))
    view = know(FOUR, view.steps, turn("c", 2))
    assert says(view, "c") == again(SECOND, FOUR, 2, tuple(quorums[3:]))


def test_impatience_opens_the_next_round_once_a_quorum_is_here() -> None:
    view = know(FOUR, RECEIPTS)
    assert says(view, "c") is None
    assert says(view, "c", timed_out=True) == turn("c", 1)
    # The others have not come yet: to go on alone would only fill the ledger.
    alone = learn(view, turn("c", 1))
    assert says(alone, "c", timed_out=True) is None
    assert says(learn(alone, turn("a", 1)), "c", timed_out=True) is None
    together = know(FOUR, alone.steps, turn("a", 1), turn("d", 1))
    assert says(together, "c", timed_out=True) == turn("c", 2)


def test_whoever_is_carried_into_a_round_says_so() -> None:
    view = know(FOUR, RECEIPTS, turn("b", 3), turn("c", 3))
    assert says(view, "a") == turn("a", 3)
    assert says(learn(view, turn("a", 3)), "a") is None


def test_two_hostile_turns_and_one_honest_do_not_strand_the_others() -> None:
    # Once four honest closers waited for ever in a round that they never said they were in.
    seven = agreement(7)
    assert seven.chair(7) == "a"
    turns = [turn(one, 7) for one in "agc"]
    view = know(seven, [receipt(one) for one in "bcdef"], turns)
    for me in "bdef":
        step = says(view, me)
        assert step == turn(me, 7)
        view = learn(view, turn(me, 7))
    assert says(view, "c", timed_out=True) == turn("c", 8)


def test_patience_grows_and_has_an_end() -> None:
    assert [round_length(10, number) for number in (0, 1, 2)] == [10, 20, 30]
    assert round_length(10, 10**9) == 10 * MAX_PATIENCE


@pytest.mark.parametrize("size", [1, 2])
def test_one_or_two_use_the_same_machine(size: int) -> None:
    close = agreement(size)
    view = know(close, [receipt(one, row("v")) for one in "ab"[:size]])
    while certificate(view) is None:
        steps = [step for me in "ab"[:size] if (step := says(view, me))]
        assert steps
        for step in steps:
            view = learn(view, step)
