"""The vectors of docs/spec/ballots.md; any other implementation reads the same files."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from protocol.decisions.ballots import approval, lot, ranked
from protocol.decisions.ballots.options import Election
from protocol.errors import Malformed, Refused
from protocol.wire.bodies import read_body
from protocol.wire.digests import sha256
from tests.protocol.wire.vector_files import Verdict, vectors

ROOT = Path(__file__).parents[4]
SPEC = ROOT / "docs/spec/ballots.md"
VECTORS = ROOT / "tests/vectors/ballots"
ONE, OTHER = sha256(b"one").hex(), sha256(b"other").hex()


def election_of(given: dict[str, Any]) -> tuple[Election, list[tuple[str, ...]]]:
    election = Election(seed=given["seed"], options=tuple(given["options"]), seats=given["seats"])
    return election, [tuple(ballot) for ballot in given["ballots"]]


@vectors("ballots/approval")
def test_approval(vector: dict[str, Any]) -> None:
    rule = read_body(approval.Approval, vector["given"]["rule"])
    with Verdict() as verdict:
        election, ballots = election_of(vector["given"])
        for ballot in ballots:
            approval.eligible(election, ballot)
        chosen = approval.decide(rule, election, ballots)
        verdict.gives = {"elected": list(chosen.elected), "by_lot": list(chosen.by_lot)}
    verdict.check(vector)


@vectors("ballots/ranked")
def test_ranked(vector: dict[str, Any]) -> None:
    rule = read_body(ranked.Ranked, vector["given"]["rule"])
    with Verdict() as verdict:
        election, ballots = election_of(vector["given"])
        for ballot in ballots:
            ranked.eligible(election, ballot)
        chosen = ranked.decide(rule, election, ballots)
        verdict.gives = {"elected": list(chosen.elected), "by_lot": list(chosen.by_lot)}
    verdict.check(vector)


def test_the_worked_examples_are_vectors() -> None:
    """Each example on the page names its file, and says what the file expects."""
    text = SPEC.read_text(encoding="utf-8")
    shown = re.findall(r"\| `([a-z-]+/[a-z-]+)` \| [^|]+ \| ([^|]+) \|", text)
    assert len(shown) >= 6
    for path, elected in shown:
        vector = json.loads((VECTORS / f"{path}.json").read_bytes())
        names = [vector["given"]["names"][one] for one in vector["gives"]["elected"]]
        assert (", ".join(names) or "nobody") == elected.strip(), path


def test_what_people_read() -> None:
    path = ROOT / "tests/vectors/ballots/approval/most-approvals.json"
    given = json.loads(path.read_bytes())["given"]
    election, ballots = election_of(given)
    said = approval.explain(approval.Approval(), election, ballots, given["names"], "es")
    assert said == ["Bento: 7 de 10 papeletas; hacía falta 1."]
    path = ROOT / "tests/vectors/ballots/ranked/circle.json"
    given = json.loads(path.read_bytes())["given"]
    election, ballots = election_of(given)
    said = ranked.explain(ranked.Ranked(), election, ballots, given["names"], "en")
    assert said == ["Ana: no other option beats it, by pairs or by chains of pairs."]


@pytest.mark.parametrize(
    ("seed", "options", "seats"),
    [
        (ONE, (), 1),
        (ONE, (OTHER, OTHER), 1),
        (ONE, (OTHER,), 0),
        (ONE, tuple(f"{number:064x}" for number in range(101)), 1),
        ("x", (OTHER,), 1),
        (ONE, ("Ana",), 1),
    ],
)
def test_what_is_no_election(seed: str, options: tuple[str, ...], seats: int) -> None:
    with pytest.raises(Malformed):
        Election(seed=seed, options=options, seats=seats)


def test_a_secret_is_what_was_committed_to() -> None:
    lot.require_revealed(lot.commitment(ONE), ONE)
    with pytest.raises(Refused) as refused:
        lot.require_revealed(lot.commitment(ONE), OTHER)
    assert refused.value.code == "lot-other"


def test_every_secret_and_their_order_make_the_lot() -> None:
    options = tuple(f"{number:064x}" for number in range(100))
    election = Election(seed=ONE, options=options, seats=100)
    orders = {
        lot.draw(election, some).elected
        for some in ([], [ONE], [OTHER], [ONE, OTHER], [OTHER, ONE])
    }
    assert len(orders) == 5
