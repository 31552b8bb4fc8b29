"""What hostile ledgers say must neither stop an outcome nor make it dear to compute."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from protocol.decisions.tally import MAX_ELECTORATE
from protocol.federation.certificate import certificate
from protocol.federation.compact import Compact
from protocol.federation.joint import Joint, outcome_of
from protocol.federation.steps import Step
from protocol.federation.view import View, learn_all
from protocol.wire.bodies import read_body
from tests.protocol.federation.values import (
    agreement,
    commit_to,
    fresh_list,
    know,
    receipt,
    row,
    turn,
    votes_for,
)
from tests.protocol.joint_bodies import compact

CLOSE = agreement(4)


@pytest.mark.parametrize(
    ("stated", "people"),
    [
        pytest.param((MAX_ELECTORATE, 10), None, id="more-than-a-tally-holds"),
        pytest.param((30, 10), 40, id="what-communities-state"),
    ],
)
def test_people_that_a_community_makes_up_do_not_stop_the_outcome(
    stated: tuple[int, int], people: int | None
) -> None:
    rows = [
        replace(row(one), people=(size, 0, 0, 0, 0, 0, 0))
        for one, size in zip("va", stated, strict=True)
    ]
    receipts = [receipt(one, *rows) for one in "abc"]
    listing = fresh_list(CLOSE, 0, receipts)
    commits = [commit_to(listing, one, votes_for(listing, "abc")) for one in "abc"]
    view = know(CLOSE, receipts, listing, commits)
    body = read_body(Compact, compact())
    roster = SimpleNamespace(agreement=CLOSE, compact=SimpleNamespace(body=body))
    joint = Joint(roster=cast(Any, roster), view=view, certificate=certificate(view))
    outcome = outcome_of(joint)
    assert outcome is not None
    assert outcome.tally.agree == 2
    assert (None if outcome.people is None else outcome.people.electorate) == people


def test_many_steps_are_learned_together_as_one_by_one() -> None:
    listing = fresh_list(CLOSE, 0, [receipt(one, row("v")) for one in "abc"])
    commit = commit_to(listing, "a", votes_for(listing, "abc"))
    known = [turn("a", number) for number in range(1, 50)]
    void: list[Step] = [turn("x", 1), replace(commit, votes=commit.votes[:2])]
    steps: list[Step] = [*void, *known, commit]
    assert learn_all(View(CLOSE), steps) == know(CLOSE, known, commit)
