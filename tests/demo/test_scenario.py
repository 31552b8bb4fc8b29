"""A scenario is data that people edit: it plays as written, or is refused with its place."""

import json
import tomllib
from pathlib import Path

import pytest

from deploy.demo.scenario import Scenario, ScenarioError, read_scenario
from protocol.community.charter import check_charter, read_charter
from protocol.decisions.rules import read_rule
from protocol.decisions.terms import check_terms

SCENARIOS = Path(__file__).parents[2] / "docs" / "scenarios"
AGUA = SCENARIOS / "agua.toml"


def every_scenario() -> list[Path]:
    return sorted(SCENARIOS.glob("*.toml"))


@pytest.mark.parametrize("path", every_scenario(), ids=lambda path: path.stem)
def test_every_scenario_fits_together(path: Path) -> None:
    scenario = read_scenario(path)
    read_rule(scenario.federation.rule)
    for community in scenario.community:
        charter = read_charter(json.loads(json.dumps(community.charter)))
        check_charter(charter)
        check_terms(charter)


def test_the_village_story_shows_what_it_promises() -> None:
    scenario = read_scenario(AGUA)
    assert len(scenario.community) >= 5
    assert sum(bool(one.households) for one in scenario.community) >= 2
    assert {one.network for one in scenario.community} == {True, False}
    assert {one.open_books for one in scenario.community} == {True, False}
    rules = {
        json.dumps(one.charter["decisions"]["general"]["rule"], sort_keys=True)
        for one in scenario.community
    }
    assert len(rules) == len(scenario.community)
    for community in scenario.community:
        assert community.is_complete(community.ratify)
        assert community.is_complete(community.answer)


def test_accepted_amendments_are_in_the_final_text_and_declined_ones_are_not() -> None:
    proposal = read_scenario(AGUA).proposal
    final = proposal.final_text
    assert any(one.accepted for one in proposal.amendment)
    assert not all(one.accepted for one in proposal.amendment)
    for amendment in proposal.amendment:
        assert (amendment.by.es in final.es) is amendment.accepted
        assert (amendment.by.en in final.en) is amendment.accepted


def test_a_voice_is_a_persons_or_her_households() -> None:
    scenario = read_scenario(AGUA)
    assert scenario.named("agua-clara").voice("Rosa") == "Rosa"
    assert scenario.named("ojo-de-agua").voice("Domingo") == "casa-del-cerro"


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('who = "Jacinta"', 'who = "Nobody"', "nobody in agua-clara is called Nobody"),
        ('peers = ["agua-clara"', 'peers = ["atlantis"', "there is no community `atlantis`"),
        ('choice = "block"', 'choice = "veto"', "choice"),
        ("prologue.es", "prolouge.es", "prolouge"),
        ('replaces.en = "Every', 'replaces.en = "No', "0 times, not once"),
        ("after = 3", "after = 30", "nothing is left to say"),
        ('who = "Marta"\nwhy', 'who = "Ramón"\nwhy', "does not agree in the end"),
        ("network = false", 'network = false\nhome = "agua-clara"', "no network"),
        ('[verification]\ncommunity = "tierra-nueva"', "[verification]", "verification.community"),
        ('closes_in = "1h"', 'closes_in = "soon"', "proposal.closes_in"),
        ("[federation]", "[federation", "line"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, was: str, becomes: str, complaint: str
) -> None:
    text = AGUA.read_text("utf-8")
    assert was in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(was, becomes, 1), "utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.toml") as refused:
        read_scenario(path)
    assert complaint in str(refused.value)


def test_silence_is_noticed() -> None:
    value = tomllib.loads(AGUA.read_text("utf-8"))
    value["community"][2]["answer"].pop(1)
    quieter = Scenario.model_validate(value).named("la-ceiba")
    assert not quieter.is_complete(quieter.answer)
