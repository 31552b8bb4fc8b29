"""Charters to start from."""

from pathlib import Path

import pytest

from node.charters import TEMPLATES
from node.cli.charters import chosen_charter, chosen_joint_terms
from node.cli.trouble import Trouble
from protocol.community.charter import charter_json
from protocol.decisions.quorum import Quorum, resolve
from protocol.decisions.rules import read_rule
from protocol.decisions.tally import Tally
from protocol.decisions.terms import read_terms
from protocol.wire.encoding import write_json

TYPES = {"general", "charter", "federation", "federated"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_a_charter_for_everything_the_program_decides(name: str) -> None:
    charter = chosen_charter(name)
    assert set(charter.decisions) == TYPES
    assert charter.audience == "community"
    assert charter.assembly is not None
    assert charter.assembly.contests >= 2, "one member alone undoes no assembly"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_federated_answer_fits_into_any_time(name: str) -> None:
    terms = read_terms(chosen_charter(name).terms("federated"))
    assert (terms.discussion_s, terms.voting_s) == (0, 0)


@pytest.mark.parametrize("name", TEMPLATES)
def test_changing_the_charter_is_never_easier_than_deciding_under_it(name: str) -> None:
    general = read_terms(chosen_charter(name).terms("general"))
    change = read_terms(chosen_charter(name).terms("charter"))
    assert change.discussion_s > general.discussion_s
    assert change.voting_s > general.voting_s
    for agree in range(31):
        for present in range(agree, 31):
            tally = Tally(electorate=30, agree=agree, disagree=present - agree)
            if resolve(change.rule, change.quorum, tally).verdict == "adopted":
                assert resolve(general.rule, general.quorum, tally).verdict == "adopted"


@pytest.mark.parametrize(
    ("name", "tally", "verdict"),
    [
        ("consensus", Tally(electorate=10, agree=8, aside=2), "adopted"),
        ("consensus", Tally(electorate=10, agree=9, block=1), "rejected"),
        ("consent", Tally(electorate=10, agree=1, disagree=4), "adopted"),
        ("consent", Tally(electorate=10, agree=9, block=1), "rejected"),
        ("majority", Tally(electorate=10, agree=3, disagree=2), "adopted"),
        ("majority", Tally(electorate=10, agree=3, disagree=3), "rejected"),
        ("two-thirds", Tally(electorate=9, agree=6, disagree=3), "adopted"),
        ("two-thirds", Tally(electorate=9, agree=4), "lapsed"),
        ("households", Tally(electorate=40, agree=37, block=3), "adopted"),
        ("households", Tally(electorate=40, agree=34, block=6), "rejected"),
    ],
)
def test_a_template_decides_as_its_name_says(name: str, tally: Tally, verdict: str) -> None:
    terms = read_terms(chosen_charter(name).terms("general"))
    assert resolve(terms.rule, terms.quorum, tally).verdict == verdict


def test_households_decide_where_the_name_says_so() -> None:
    for kind in TYPES:
        assert read_terms(chosen_charter("households").terms(kind)).unit == "household"


def test_a_file_holds_a_charter_of_ones_own(tmp_path: Path) -> None:
    own = chosen_charter("consent", "public")
    file = tmp_path / "carta.json"
    file.write_bytes(write_json(charter_json(own)) + b"\n")
    assert chosen_charter(str(file)) == own


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json-invalid"),
        ("[]", "charter-file"),
        ("{}", "body-invalid"),
        (
            write_json(
                {
                    "audience": "public",
                    "admission": {"sponsors": 1},
                    "recovery": {"confirmations": 1},
                    "decisions": {},
                }
            ).decode(),
            "charter-general",
        ),
    ],
)
def test_a_file_that_is_no_charter_is_refused(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "carta.json"
    file.write_text(text)
    with pytest.raises(Trouble) as caught:
        chosen_charter(str(file))
    assert caught.value.code == code


def test_a_missing_file_names_the_templates() -> None:
    with pytest.raises(Trouble, match="two-thirds"):
        chosen_charter("no-such-charter")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_lends_its_rule_to_communities(name: str) -> None:
    terms = chosen_joint_terms(name)
    assert read_rule(terms.rule) == read_terms(chosen_charter(name).terms("federation")).rule
    assert isinstance(terms.quorum, Quorum)


def test_a_file_holds_a_rule_for_communities(tmp_path: Path) -> None:
    file = tmp_path / "regla.json"
    file.write_text('{"rule":{"method":"consent"},"quorum":{"num":1,"den":1}}')
    assert chosen_joint_terms(str(file)).quorum == Quorum(num=1, den=1)
    file.write_text('{"rule":{"method":"dice"},"quorum":{"num":1,"den":1}}')
    with pytest.raises(Trouble) as caught:
        chosen_joint_terms(str(file))
    assert caught.value.code == "rule-unknown"
