"""Every vector of the close: what must be read, or exactly the code it is refused with."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from protocol.federation.agreement import Agreement
from protocol.federation.closers import Closers, draw_closers
from protocol.federation.evidence import Chains, SeenPosition, open_evidence
from protocol.federation.listing import check_list, cited_receipts, write_list
from protocol.federation.statements import step_of
from protocol.federation.steps import Commit, Forked, Listing, Receipt, Row, Seen, Step, Turn, Vote
from protocol.federation.view import View, learn
from protocol.identity.chain import open_chain
from protocol.wire.bodies import read_body
from protocol.wire.message import open_message
from tests.protocol.wire.vector_files import ROOT, Verdict, vectors
from tests.vectors import make_federation, vector_writer


@vectors("federation/closers")
def test_closers(vector: dict[str, Any]) -> None:
    given = vector["given"]
    with Verdict() as verdict:
        closers = Closers(tuple(given["closers"]))
        verdict.gives = {
            "faulty": closers.faulty,
            "quorum": closers.quorum,
            "witnesses for another's position": closers.witnesses_needed("z"),
            "witnesses for the first closer's": closers.witnesses_needed("a"),
            "chairs of rounds 0 to 3": [closers.chair(at, given["proposal"]) for at in range(4)],
        }
    verdict.check(vector)


@vectors("federation/drawing")
def test_drawing(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        drawn, others = draw_closers(vector["given"]["seed"], vector["given"]["communities"])
        verdict.gives = {"closers": list(drawn.ids), "substitutes": list(others)}
    verdict.check(vector)


def _receipt(given: dict[str, Any]) -> Receipt:
    rows = [
        Row(message="", **{key: _as_row(value) for key, value in row.items()})
        for row in given["rows"]
    ]
    return Receipt(
        closer=given["closer"],
        id=given["id"],
        part=given.get("part", 0),
        parts=given.get("parts", 1),
        seen=tuple(Seen(row=row, cosigned=()) for row in rows),
    )


def _as_row(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@vectors("federation/list-text")
def test_list_text(vector: dict[str, Any]) -> None:
    given = vector["given"]
    closers = Closers(tuple(given["closers"]))
    close = Agreement(given["proposal"], tuple(given["electorate"]), closers, 0)
    # That the rows came in time was checked when the receipts were learned.
    view = View(close, frozenset(_receipt(one) for one in given["receipts"]))
    with Verdict() as verdict:
        check_list(view, given["text"])
        cited = cited_receipts(view, given["text"])
        assert write_list(close, cited[::-1]) == given["text"]
    verdict.check(vector)


def _council(name: str) -> tuple[Agreement, Chains]:
    text = (ROOT / "federation/council" / f"{name}.json").read_text(encoding="utf-8")
    given = json.loads(text)["given"]
    chains = [open_chain(tuple(raw.encode() for raw in raws)) for raws in given["chains"].values()]
    assert [chain.community for chain in chains] == list(given["chains"])
    close = Agreement(
        given["proposal"],
        tuple(given["electorate"]),
        Closers(tuple(given["closers"])),
        given["deadline_s"],
    )
    return close, {chain.community: chain for chain in chains}


@vectors("federation/evidence")
def test_evidence(vector: dict[str, Any]) -> None:
    close, chains = _council(vector["given"]["council"])
    with Verdict() as verdict:
        position = read_body(SeenPosition, vector["given"]["seen"])
        found = open_evidence(position, close.proposal, chains)
        people, households = found.row.people, found.row.households
        verdict.gives = {
            "row": asdict(found.row)
            | {"people": people and list(people), "households": households and list(households)},
            "cosigned": [list(one) for one in found.cosigned],
            "timely": close.is_timely(found),
        }
    verdict.check(vector)


def _says(step: Step) -> dict[str, Any]:
    said: dict[str, Any] = {"closer": step.closer}
    match step:
        case Receipt():
            rows = [[one.row.ledger, one.row.index] for one in step.seen]
            said |= {"part": step.part, "parts": step.parts, "rows": rows}
        case Listing() | Commit():
            voters = [vote.closer for vote in step.votes]
            said |= {"round": step.round, "list": step.digest, "votes": voters}
        case Vote():
            said |= {"round": step.round, "list": step.digest}
        case Turn():
            said |= {"round": step.round}
        case Forked():
            pytest.fail("fork evidence is no closing message")
    return said


def _check_step(vector: dict[str, Any]) -> None:
    close, chains = _council(vector["given"]["council"])
    with Verdict() as verdict:
        step = step_of(open_message(vector["given"]["message"].encode()), close, chains)
        assert step in learn(View(close), step).steps
        verdict.gives = _says(step)
    verdict.check(vector)


@vectors("federation/receipt")
def test_receipt(vector: dict[str, Any]) -> None:
    _check_step(vector)


@vectors("federation/list")
def test_list(vector: dict[str, Any]) -> None:
    _check_step(vector)


@vectors("federation/vote")
def test_vote(vector: dict[str, Any]) -> None:
    _check_step(vector)


@vectors("federation/commit")
def test_commit(vector: dict[str, Any]) -> None:
    _check_step(vector)


@vectors("federation/turn")
def test_turn(vector: dict[str, Any]) -> None:
    _check_step(vector)


def test_the_files_are_those_that_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_writer, "ROOT", tmp_path)
    make_federation.main()
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.json")}
    kept = (ROOT / "federation").rglob("*.json")
    assert {path.relative_to(ROOT): path.read_bytes() for path in kept} == made
