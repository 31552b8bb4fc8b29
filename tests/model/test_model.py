"""The model check with a bound that fits into the suite; `make model` goes further."""

from random import Random

import pytest

from protocol.federation.steps import Step
from tests.model.broken import ByArrival, LowQuorum, NoWayOut, StaleVotesFree, Unbound
from tests.model.explore import Explorer
from tests.model.liveness import check_liveness
from tests.model.run import tell
from tests.model.scenario import Scenario, agreement_of
from tests.model.simulate import Story
from tests.model.world import ROOT, Node, World


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(Scenario(agreement_of(1), 3), id="alone"),
        pytest.param(Scenario(agreement_of(2), 3), id="two"),
        pytest.param(Scenario(agreement_of(3), 1), id="three"),
        *(
            pytest.param(
                Scenario(agreement_of(4), 1, hostile=one, receipts_known=True),
                id=f"four-{one}-hostile",
            )
            for one in "abcd"
        ),
    ],
)
def test_every_state_is_safe_and_leads_to_a_certificate(scenario: Scenario) -> None:
    explorer = Explorer(scenario)
    result = explorer.run()
    assert result.exhausted
    assert result.problem is None
    assert result.certified
    acts = scenario.hostile is not None
    problem, _, completion = check_liveness(explorer.world, list(result.seen), hostile_acts=acts)
    assert problem is None
    assert completion.worst <= scenario.agreement.closers.faulty + 1


def test_two_rounds_are_safe_as_far_as_they_are_searched() -> None:
    three = Explorer(Scenario(agreement_of(3), 2, few_lists=True)).run(most=8_000)
    four = Scenario(agreement_of(4), 2, hostile="d", receipts_known=True)
    assert three.problem is None
    assert Explorer(four).run(most=5_000).problem is None


@pytest.mark.parametrize(
    ("scenario", "problem", "events"),
    [
        pytest.param(
            Scenario(agreement_of(3, kind=Unbound), 2, few_lists=True),
            "two certificates for different lists",
            11,
            id="lock-dropped",
        ),
        pytest.param(
            Scenario(agreement_of(3, council=LowQuorum), 2, few_lists=True),
            "two certificates for different lists",
            7,
            id="quorum-one-lower",
        ),
        pytest.param(
            Scenario(agreement_of(4, council=LowQuorum), 2, hostile="d", receipts_known=True),
            "two certificates for different lists",
            7,
            id="quorum-one-lower-of-four",
        ),
        pytest.param(
            Scenario(agreement_of(3, kind=ByArrival), 1),
            "the position of b counts and was not in time",
            5,
            id="timely-by-arrival",
        ),
        pytest.param(
            Scenario(agreement_of(3), 1, forgetful=True),
            "two certificates for different lists",
            11,
            id="backup-not-relearned",
        ),
    ],
)
def test_a_weakened_rule_is_found_by_its_shortest_story(
    scenario: Scenario, problem: str, events: int
) -> None:
    result = Explorer(scenario).run()
    assert result.problem == problem
    assert len(result.story) == events


def test_a_lock_that_nothing_opens_is_found_to_wait_for_ever() -> None:
    with pytest.raises(AssertionError, match="no certificate"):
        tell(4, 2710, kind=NoWayOut)
    tell(4, 2710)


def test_a_lock_that_old_votes_open_is_found_to_be_worth_nothing() -> None:
    with pytest.raises(AssertionError, match="two certificates"):
        tell(3, 1050, kind=StaleVotesFree)
    tell(3, 1050)


def test_stories_with_knowledge_kept_never_leave_the_states_searched() -> None:
    close = agreement_of(3)
    explorer = Explorer(Scenario(close, 1))
    searched = explorer.run().seen
    met = set()
    for seed in range(150):
        story = Story(close, frozenset(), 1, Random(seed))  # noqa: S311
        for _ in range(60):
            story.run(1)
            ledgers = [one.ledger for one in story.honest.values()]
            if all(ledgers):
                state = *(_node(explorer.world, steps) for steps in ledgers), ROOT
                assert state in searched
                met.add(state)
    assert len(met) > 60


def _node(world: World, steps: list[Step]) -> Node:
    node = ROOT
    for step in steps:
        node = world.append(node, step)
    return node
