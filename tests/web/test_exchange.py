"""What one side writes the other reads: messages, heads, receipts, recovery words."""

import unicodedata
from typing import Any

from node.keys import recovery_words, seed_of_words
from protocol.identity.chain import open_chain
from protocol.ledger.checkpoint import Checkpoint, log_key_of, origin_of, sign_checkpoint
from protocol.ledger.cosignature import add_cosignatures, cosign
from protocol.ledger.entry import leaf_hash, write_entry
from protocol.ledger.merkle import Tree
from protocol.ledger.receipt import write_receipt
from protocol.wire.digests import sha256
from protocol.wire.keys import PrivateKey
from protocol.wire.message import open_message, write_message
from tests.protocol.ledgers import inception, key, nonce, rotation
from tests.web.browser import ask

SEEDS = [sha256(bytes([number])) for number in range(6)]
BODIES: list[dict[str, Any]] = [
    {},
    {"choice": "agree", "reason": None, "late": False, "weights": [0, -1, 2**53 - 1, -(2**53) + 1]},
    {"text": 'Agua: «sí» "ñ"\\/\b\f\n\r\t\x01\x1f\x7f\u2028\ufeff\U0001f4a7 e\u0301'},
    {"": {"__proto__": {"10": [[], {}]}, "9": "ten before nine", "10": ""}},
]
LANGUAGES = ("en", "es", "fr", "it", "pt")


def test_messages_that_the_browser_writes_are_read_here() -> None:
    statements: list[dict[str, Any]] = [
        {
            "ledger": sha256(seed).hex(),
            "kind": "position/take/2",
            "audience": f"federation:{sha256(seed).hex()}",
            "nonce": seed[:16].hex(),
            "body": body,
        }
        for seed in SEEDS
        for body in BODIES
    ]
    seeds = [seed.hex() for seed in SEEDS for _ in BODIES]
    pairs = list(zip(seeds, statements, strict=True))
    answers = ask([("write", {"seed": seed, "statement": said}) for seed, said in pairs])
    for (seed, said), answer in zip(pairs, answers, strict=True):
        message = open_message(bytes.fromhex(answer["raw"]))
        assert message.id == answer["id"]
        assert message.author == PrivateKey.from_seed(bytes.fromhex(seed)).public
        assert message.body == said["body"]
        assert (message.ledger, message.kind) == (said["ledger"], said["kind"])
        assert message.audience == said["audience"]


def test_messages_that_are_written_here_are_read_by_the_browser() -> None:
    messages = [
        write_message(
            PrivateKey.from_seed(seed),
            ledger=sha256(seed).hex(),
            kind="discussion/comment",
            audience="community",
            nonce=seed[:16],
            body=body,
        )
        for seed in SEEDS
        for body in BODIES
    ]
    answers = ask([("message", {"raw": raw.hex()}) for raw in messages])
    for raw, answer in zip(messages, answers, strict=True):
        message = open_message(raw)
        assert answer == {
            "code": "ok",
            "id": message.id,
            "author": message.author.text,
            "ledger": message.ledger,
            "kind": message.kind,
            "audience": message.audience,
            "nonce": message.nonce,
            "body": message.body,
        }


def test_a_receipt_under_a_rotated_key_holds_in_the_browser() -> None:
    first = inception()
    before = open_chain((first,))
    second = rotation(before, 1, 1)
    chain = open_chain((first, second))
    entries = [
        write_entry(index=at, received=1_800_000_000 + at, salt=nonce(at), message_raw=raw)
        for at, raw in enumerate((first, second))
    ]
    tree = Tree(map(leaf_hash, entries))
    origin, home = origin_of(chain.community), sha256(b"home").hex()
    old, new = (
        next(one for one in map(key, ("log", "log0", "log1")) if one.public == keys.log)
        for keys in chain.keysets
    )
    witness = key("a witness")
    heads = {}
    for size, signer in ((1, old), (2, new), (2, old)):
        head = Checkpoint(origin, size, tree.root(size))
        line = cosign(witness, home, head, 1_800_000_100)  # type: ignore[arg-type]
        heads[size, signer is new] = add_cosignatures(sign_checkpoint(signer, head), [line])
    raws = [raw.hex() for raw in (first, second)]

    def proof(head: bytes, index: int, size: int) -> tuple[str, dict[str, Any]]:
        receipt = write_receipt(index, tree.inclusion(index, size), head)
        return "proof", {
            "chain": raws,
            "entry": entries[index].hex(),
            "receipt": receipt.hex(),
            "witnesses": {home: witness.public.text},
        }

    other = proof(heads[2, True], 0, 2)
    other[1]["entry"] = entries[1].hex()
    answers = ask(
        [
            proof(heads[1, False], 0, 1),
            proof(heads[2, True], 1, 2),
            proof(heads[2, False], 1, 2),
            other,
            ("head", {"chain": raws, "note": heads[2, True].hex()}),
            ("head", {"chain": raws[:1], "note": heads[2, True].hex()}),
        ]
    )
    cosignatures = [{"witness": home, "time": 1_800_000_100}]
    assert answers[0] == {
        "code": "ok",
        "id": chain.community,
        "index": 0,
        "size": 1,
        "cosignatures": cosignatures,
    }
    assert answers[1]["id"] == chain.current.event
    assert answers[1]["cosignatures"] == cosignatures
    assert answers[2]["code"] == "note-unsigned"
    assert answers[3]["code"] == "inclusion-invalid"
    assert answers[4] == {"code": "ok", "size": 2, "root": tree.root().hex()}
    assert answers[5]["code"] == "note-unsigned"
    assert log_key_of(origin, old.public).key_id != log_key_of(origin, new.public).key_id


def test_recovery_words_are_the_same_in_every_language() -> None:
    cases = [(seed, language) for seed in SEEDS for language in LANGUAGES]
    written = ask([("words", {"seed": s.hex(), "language": lang}) for s, lang in cases])
    ours = [recovery_words(seed, language) for seed, language in cases]
    for answer, words, (seed, _) in zip(written, ours, cases, strict=True):
        assert " ".join(answer["words"]) == unicodedata.normalize("NFC", words)
        assert seed_of_words(" ".join(answer["words"])) == seed
    typed = [*ours, *map(without_accents, ours), *(f" {words.upper()}\n" for words in ours)]
    read = ask([("seed", {"words": words}) for words in typed])
    assert [answer["seed"] for answer in read] == [seed.hex() for seed, _ in cases] * 3


def test_words_that_hold_no_seed_are_refused() -> None:
    words = recovery_words(SEEDS[0], "es").split()
    known = recovery_words(bytes(range(32)), "es")
    answers = ask(
        [
            ("seed", {"words": " ".join(typed)})
            for typed in (
                words[:23],
                [*words, words[0]],
                [words[1], words[0], *words[2:]],
                [*words[:23], "agua-"],
                [],
                known.split(),
            )
        ]
    )
    assert [answer["code"] for answer in answers] == ["words-invalid"] * 5 + ["seed-published"]


def without_accents(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
