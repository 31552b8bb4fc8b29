"""The vectors of docs/spec/rules.md; any other implementation reads the same files."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from protocol import errors
from protocol.decisions import quorum as quorums
from protocol.decisions import rules
from protocol.decisions.quorum import Quorum, resolve, settled
from protocol.decisions.rules import LANGUAGES, eligible, read_rule, rule_json
from protocol.decisions.tally import Tally
from protocol.wire.bodies import read_body

ROOT = Path(__file__).parents[4]
VECTORS = ROOT / "tests" / "vectors" / "rules"
SPEC = ROOT / "docs" / "spec" / "rules.md"
EXAMPLE = re.compile(r"Vector: `(?P<path>[^`]+)`\n\n```json\n(?P<json>.*?)```", re.DOTALL)


def files(folder: str) -> list[Any]:
    found = sorted((VECTORS / folder).glob("*.json"))
    assert found
    return [pytest.param(path, id=path.stem) for path in found]


def read(path: Path) -> Any:  # a test fails loudly on whatever is not there
    return json.loads(path.read_bytes())


@pytest.mark.parametrize("path", files("decisions"))
def test_decision(path: Path) -> None:
    vector = read(path)
    rule = read_rule(vector["rule"])
    quorum = read_body(Quorum, vector["quorum"])
    tally = read_body(Tally, vector["tally"])
    decision = resolve(rule, quorum, tally)
    assert (decision.verdict, decision.ground) == (vector["verdict"], vector["ground"])
    assert settled(rule, quorum, tally) is vector["settled"]
    unit = vector["unit"]
    sentences = {
        language: quorums.explain(rule, quorum, tally, language, unit) for language in LANGUAGES
    }
    assert sentences == vector["explain"]
    assert rule_json(rule) == vector["rule"]


@pytest.mark.parametrize("path", files("unreadable"))
def test_unreadable_rule(path: Path) -> None:
    vector = read(path)
    with pytest.raises(getattr(errors, vector["family"])) as caught:
        read_rule(vector["rule"])
    assert caught.value.code == vector["code"]


@pytest.mark.parametrize("path", files("positions"))
def test_positions_that_the_rule_takes(path: Path) -> None:
    vector = read(path)
    rule = read_rule(vector["rule"])
    for position in vector["positions"]:
        code = None
        try:
            eligible(rule, position["choice"], position["reason"])
        except errors.Refused as refused:
            code = refused.code
        assert code == position["code"], position


def test_every_method_has_a_worked_example_that_is_a_vector() -> None:
    methods = set()
    for example in EXAMPLE.finditer(SPEC.read_text(encoding="utf-8")):
        shown = json.loads(example["json"])
        assert shown == read(ROOT / example["path"]), example["path"]
        methods.add(shown["rule"]["method"])
    assert methods == set(rules.METHODS)
