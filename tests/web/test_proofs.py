"""Heads and receipts that a community gives out, checked by the browser's modules."""

from typing import Any

from protocol.identity.chain import open_chain
from protocol.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint
from protocol.ledger.cosignature import add_cosignatures, cosign
from protocol.ledger.entry import leaf_hash, write_entry
from protocol.ledger.merkle import Tree
from protocol.ledger.receipt import write_receipt
from protocol.wire.digests import CommunityId, sha256
from protocol.wire.keys import PrivateKey
from tests.protocol.ledgers import inception, key, nonce, rotation
from tests.web.browser import ask

# A community that changed its keys at index 1; its log key is another from size 2 on.
INCEPTION = inception()
ROTATION = rotation(open_chain((INCEPTION,)), 1, 1)
CHAIN = open_chain((INCEPTION, ROTATION))
OLD, NEW = key("log"), key("log1")
HOME, WITNESS = CommunityId(sha256(b"home").hex()), key("a witness")
TIME = 1_800_000_100


def entry(index: int, message: bytes) -> bytes:
    return write_entry(index=index, received=TIME, salt=nonce(index), message_raw=message)


ENTRIES = (entry(0, INCEPTION), entry(1, ROTATION))


def head(tree: Tree, signer: PrivateKey) -> bytes:
    checkpoint = Checkpoint(origin_of(CHAIN.community), tree.size, tree.root())
    line = cosign(WITNESS, HOME, checkpoint, TIME)
    return add_cosignatures(sign_checkpoint(signer, checkpoint), [line])


def proof(index: int, entries: tuple[bytes, ...], signer: PrivateKey) -> dict[str, Any]:
    tree = Tree(map(leaf_hash, entries))
    receipt = write_receipt(index, tree.inclusion(index, tree.size), head(tree, signer))
    return {
        "chain": [event.raw.hex() for event in CHAIN.events],
        "entry": entries[index].hex(),
        "receipt": receipt.hex(),
        "witnesses": {HOME: WITNESS.public.text},
    }


def code_of(given: dict[str, Any]) -> str:
    (answer,) = ask([("proof", given)])
    return str(answer["code"])


def test_a_receipt_holds_under_the_key_of_its_size() -> None:
    before, after = ask([("proof", proof(0, ENTRIES[:1], OLD)), ("proof", proof(1, ENTRIES, NEW))])
    cosignatures = [{"witness": HOME, "time": TIME}]
    assert before == {
        "code": "ok",
        "id": CHAIN.community,
        "index": 0,
        "size": 1,
        "cosignatures": cosignatures,
    }
    assert after == {
        "code": "ok",
        "id": CHAIN.current.event,
        "index": 1,
        "size": 2,
        "cosignatures": cosignatures,
    }


def test_a_receipt_under_a_key_that_was_replaced_does_not_hold() -> None:
    assert code_of(proof(1, ENTRIES, OLD)) == "note-unsigned"


def test_a_receipt_holds_for_its_own_entry_only() -> None:
    given = proof(0, ENTRIES, NEW) | {"entry": ENTRIES[1].hex()}
    assert code_of(given) == "inclusion-invalid"


def test_an_entry_that_names_another_place_does_not_hold() -> None:
    assert code_of(proof(1, (ENTRIES[0], entry(5, ROTATION)), NEW)) == "receipt-other"


def test_an_entry_whose_author_did_not_sign_does_not_hold() -> None:
    forged = ROTATION.replace(b'\\"size\\":1}', b'\\"size\\":2}')
    assert forged != ROTATION
    assert code_of(proof(1, (ENTRIES[0], entry(1, forged)), NEW)) == "signature-invalid"


def test_a_head_is_opened_by_a_chain_that_knows_its_key() -> None:
    tree = Tree(map(leaf_hash, ENTRIES))
    chain = [event.raw.hex() for event in CHAIN.events]
    note = head(tree, NEW).hex()
    whole, cut = ask(
        [("head", {"chain": chain, "note": note}), ("head", {"chain": chain[:1], "note": note})]
    )
    assert whole == {"code": "ok", "size": 2, "root": tree.root().hex()}
    assert cut["code"] == "note-unsigned"
