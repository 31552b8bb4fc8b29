"""What one side writes the other reads: messages and recovery words."""

import unicodedata
from typing import Any

from node.keys import recovery_words, seed_of_words
from protocol.wire.digests import sha256
from protocol.wire.keys import PrivateKey
from protocol.wire.message import open_message, write_message
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
