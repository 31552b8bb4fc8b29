"""Every vector of the ledger formats: accepted, or refused with exactly its code."""

from typing import Any

from protocol.ledger.checkpoint import Checkpoint, open_checkpoint
from protocol.ledger.cosignature import verify_line
from protocol.ledger.entry import leaf_hash, read_entry, write_entry
from protocol.ledger.fork import read_evidence, verify_evidence, write_evidence
from protocol.ledger.merkle import (
    Frontier,
    Tree,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from protocol.ledger.note import (
    read_note,
    read_signature_line,
    read_vkey,
    verify_note,
    write_note,
)
from protocol.ledger.receipt import open_receipt, write_receipt
from protocol.ledger.tiles import read_entries, read_path, write_entries
from protocol.ledger.witnessing import (
    Accept,
    judge,
    read_add_checkpoint,
    write_add_checkpoint,
)
from protocol.wire.digests import CommunityId
from protocol.wire.keys import read_public_key
from tests.protocol.wire.vector_files import Verdict, raw_of, vectors


def unhex(hashes: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(known) for known in hashes)


@vectors("ledger/entry")
def test_entry(vector: dict[str, Any]) -> None:
    raw = raw_of(vector["given"])
    with Verdict() as verdict:
        entry = read_entry(raw)
        verdict.gives = {"index": entry.index, "leaf": leaf_hash(raw).hex()}
        again = write_entry(
            index=entry.index,
            received=entry.received,
            salt=entry.salt,
            message_raw=entry.message.raw,
        )
        assert again == raw == entry.raw
    verdict.check(vector)


@vectors("ledger/tree")
def test_tree(vector: dict[str, Any]) -> None:
    leaves = [leaf_hash(entry) for entry in unhex(vector["given"]["entries"])]
    root = bytes.fromhex(vector["gives"]["root"])
    assert Tree(leaves).root() == Frontier().extend(leaves).root() == root_of(leaves) == root


@vectors("ledger/inclusion")
def test_inclusion(vector: dict[str, Any]) -> None:
    given = vector["given"]
    leaf, root = bytes.fromhex(given["leaf"]), bytes.fromhex(given["root"])
    with Verdict() as verdict:
        verify_inclusion(leaf, given["index"], given["size"], unhex(given["proof"]), root)
    verdict.check(vector)


@vectors("ledger/consistency")
def test_consistency(vector: dict[str, Any]) -> None:
    given = vector["given"]
    old_root, new_root = bytes.fromhex(given["old_root"]), bytes.fromhex(given["new_root"])
    with Verdict() as verdict:
        verify_consistency(given["old"], given["new"], old_root, new_root, unhex(given["proof"]))
    verdict.check(vector)


@vectors("ledger/vkey")
def test_vkey(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        key = read_vkey(vector["given"]["vkey"])
        verdict.gives = {"id": key.key_id.hex()}
        assert key.vkey == vector["given"]["vkey"]
    verdict.check(vector)


@vectors("ledger/note")
def test_note(vector: dict[str, Any]) -> None:
    raw, key = raw_of(vector["given"]["note"]), read_vkey(vector["given"]["vkey"])
    with Verdict() as verdict:
        note = read_note(raw)
        verify_note(note, key)
        assert write_note(note) == raw
    verdict.check(vector)


@vectors("ledger/checkpoint")
def test_checkpoint(vector: dict[str, Any]) -> None:
    given = vector["given"]
    with Verdict() as verdict:
        key = read_public_key(given["key"])
        checkpoint = open_checkpoint(raw_of(given["note"]), key, given["origin"])
        verdict.gives = {"size": checkpoint.size, "root": checkpoint.root.hex()}
    verdict.check(vector)


@vectors("ledger/cosignature")
def test_cosignature(vector: dict[str, Any]) -> None:
    given = vector["given"]
    with Verdict() as verdict:
        line = read_signature_line(raw_of(given["line"]))
        time = verify_line(line, given["text"].encode(), read_vkey(given["vkey"]))
        verdict.gives = {"time": time}
        assert time == 0x641850CB
    verdict.check(vector)


@vectors("ledger/tile-path")
def test_tile_path(vector: dict[str, Any]) -> None:
    with Verdict() as verdict:
        assert read_path(vector["given"]["path"]).path == vector["given"]["path"]
    verdict.check(vector)


@vectors("ledger/entry-tile")
def test_entry_tile(vector: dict[str, Any]) -> None:
    raw = raw_of(vector["given"])
    with Verdict() as verdict:
        entries = read_entries(raw, vector["given"]["width"])
        verdict.gives = {"entries": [entry.hex() for entry in entries]}
        assert write_entries(entries) == raw
    verdict.check(vector)


@vectors("ledger/add-checkpoint")
def test_add_checkpoint(vector: dict[str, Any]) -> None:
    given = vector["given"]
    with Verdict() as verdict:
        request = read_add_checkpoint(given["request"].encode())
        again = write_add_checkpoint(request.old, request.proof, request.note)
        assert again == given["request"].encode()
        seen = given["seen"] and Checkpoint(
            request.checkpoint.origin, given["seen"]["size"], bytes.fromhex(given["seen"]["root"])
        )
        decision = judge(request, given["key"] and read_public_key(given["key"]), seen)
        if isinstance(decision, Accept):
            assert decision.checkpoint == request.checkpoint
        else:
            verdict.code = decision.reason.value
            assert decision.size == (seen.size if seen else 0)
    verdict.check(vector)


@vectors("ledger/receipt")
def test_receipt(vector: dict[str, Any]) -> None:
    given = vector["given"]
    raw, leaf = given["receipt"].encode(), bytes.fromhex(given["leaf"])
    with Verdict() as verdict:
        receipt = open_receipt(raw, leaf, read_public_key(given["key"]))
        verdict.gives = {"index": receipt.index, "size": receipt.checkpoint.size}
        assert write_receipt(receipt.index, receipt.proof, receipt.note) == raw
    verdict.check(vector)


@vectors("ledger/fork")
def test_fork(vector: dict[str, Any]) -> None:
    given = vector["given"]
    with Verdict() as verdict:
        evidence = read_evidence(given["evidence"].encode())
        assert read_evidence(write_evidence(evidence)) == evidence
        keys = [read_public_key(key) for key in given["keys"]]
        fork = verify_evidence(evidence, CommunityId(given["ledger"]), keys)
        assert fork.first.size <= fork.second.size
    verdict.check(vector)
