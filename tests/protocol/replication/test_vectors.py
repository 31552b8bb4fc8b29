"""Every vector of bundles and sections: read and verified, or refused with exactly its code."""

from pathlib import Path
from typing import Any

import pytest

from protocol.errors import Behind, ProtocolError
from protocol.identity.chain import open_chain
from protocol.ledger.merkle import Tree
from protocol.replication.branch import Held
from protocol.replication.bundle import (
    Frame,
    Item,
    join_bundle,
    read_section,
    split_bundle,
    write_section,
)
from protocol.replication.extend import Extension, extend, open_head
from protocol.replication.parts import join_parts, read_part
from protocol.wire.digests import CommunityId
from protocol.wire.keys import read_public_key
from tests.protocol.wire.vector_files import ROOT, Verdict, raw_of, vectors
from tests.vectors import make_replication, vector_writer


def _sort(item: Item, *, readable: bool) -> str:
    if item.raw is not None:
        return "entry"
    if item.sealed is None:
        return "withheld"
    return f"sealed {item.sealed.decode() if readable else item.sealed.hex()}"


def _read(frame: Frame) -> dict[str, Any]:
    try:
        section = read_section(frame)
    except ProtocolError as problem:
        return {"ledger": frame.ledger, "code": problem.code}
    assert write_section(section) == frame
    return {
        "ledger": section.ledger,
        "chain": [raw.decode() for raw in section.chain],
        "heads": [raw.decode() for raw in section.heads],
        "start": section.start,
        "end": section.end,
        "leaves": [item.leaf.hex() for item in section.items],
        "sorts": [_sort(item, readable=True) for item in section.items],
        "proof": [known.hex() for known in section.proof],
    }


@vectors("replication/bundle")
def test_bundle(vector: dict[str, Any]) -> None:
    raw = raw_of(vector["given"])
    with Verdict() as verdict:
        frames = split_bundle(raw)
        verdict.gives = {"sections": [_read(frame) for frame in frames]}
        assert join_bundle(frames) == raw
    verdict.check(vector)


@vectors("replication/parts")
def test_parts(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        parts = [read_part(text) for text in vector["given"]["parts"]]
        assert [part.text for part in parts] == vector["given"]["parts"]
        verdict.gives = {"file": join_parts(parts).hex()}
    verdict.check(vector)


def _held(ledger: CommunityId, given: dict[str, Any] | None) -> Held:
    if given is None:
        return Held(chain=None, tree=Tree(), size=0)
    chain = open_chain(tuple(raw.encode() for raw in given["chain"]))
    leaves = [bytes.fromhex(leaf) for leaf in given["leaves"]]
    heads = tuple(open_head(ledger, chain, note.encode()) for note in given["heads"])
    return Held(chain=chain, tree=Tree(leaves), size=len(leaves), heads=heads)


def _adds(found: Extension) -> dict[str, Any]:
    return {
        "start": found.start,
        "size": found.size,
        "root": found.frontier.root().hex(),
        "leaves": [item.leaf.hex() for item in found.items],
        "sorts": [_sort(item, readable=False) for item in found.items],
        "known": [index for index, _ in found.known],
        "heads": [
            {
                "size": head.checkpoint.size,
                "root": head.checkpoint.root.hex(),
                "witnesses": [line.witness for line in head.cosignatures],
            }
            for head in found.heads
        ],
        "chain": len(found.chain.events),
    }


@vectors("replication/section")
def test_section(vector: dict[str, Any]) -> None:
    given = vector["given"]
    frame = Frame(CommunityId(given["ledger"]), bytes.fromhex(given["section"]))
    held = _held(frame.ledger, given["held"])
    witnesses = {CommunityId(one): read_public_key(key) for one, key in given["witnesses"].items()}
    with Verdict() as verdict:
        section = read_section(frame)
        assert write_section(section) == frame
        if vector["expect"] == "ledger-gap":
            with pytest.raises(Behind) as caught:
                extend(section, held, (witnesses,))
            assert caught.value.size == held.size
        verdict.gives = _adds(extend(section, held, (witnesses,)))
    verdict.check(vector)


def test_the_files_are_those_that_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_writer, "ROOT", tmp_path)
    make_replication.main()
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.json")}
    kept = (ROOT / "replication").rglob("*.json")
    assert {path.relative_to(ROOT): path.read_bytes() for path in kept} == made
