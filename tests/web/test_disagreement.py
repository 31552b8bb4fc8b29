"""Looks for bytes about which the program and the browser's modules disagree.

Each round changes good and bad examples in a few places, always in the same way, and asks both.
A disagreement over so much as a code would let somebody show a browser something else than a node.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from protocol.errors import ProtocolError
from protocol.ledger.entry import read_entry
from protocol.ledger.note import read_note
from protocol.wire.encoding import read_json
from protocol.wire.keys import read_raw_public_key, verify
from protocol.wire.message import open_message
from tests.protocol.wire import curve
from tests.protocol.wire.vector_files import ROOT, raw_of
from tests.web.browser import ask

_PIECES = [
    *(b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\n", b"\t", b"0", b"-", b"1.5"),
    *(b"e5", b"\\u", b"\\ud83d", b"\\udca7", b"\xf0\x9f\x92\xa7", b"\xed\xa0\x80", b"\xff"),
    *(b"NaN", b"-Infinity", b"true", b"null", b'"a":1,', b"[" * 17, b"]" * 17, b"[]" * 17),
    *(b"9007199254740992", b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\x94 ", b"+", b"=", b"_"),
]


def changed(raw: bytes, dice: Random) -> bytes:
    for _ in range(dice.randint(1, 3)):
        at = dice.randint(0, len(raw))
        to = min(len(raw), at + dice.choice((0, 0, 1, 1, 2, 9)))
        raw = (
            raw[:at]
            + dice.choice((b"", dice.choice(_PIECES), bytes([dice.randrange(256)])))
            + raw[to:]
        )
    return raw


def code_of(read: Callable[[bytes], object], raw: bytes) -> str:
    try:
        read(raw)
    except ProtocolError as problem:
        return problem.code
    return "ok"


def examples(folder: str, member: str | None = None) -> list[bytes]:
    files = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / folder).glob("*.json"))]
    given: list[Any] = [vector["given"] for vector in files]
    return [
        raw for raw in (raw_of(one[member] if member else one) for one in given) if len(raw) < 4_000
    ]


@pytest.mark.parametrize(
    ("what", "read", "raws", "times"),
    [
        ("json", read_json, examples("wire/json"), 60),
        ("note", read_note, examples("ledger/note", "note"), 40),
        ("entry", read_entry, examples("ledger/entry"), 40),
        ("message", open_message, examples("wire/message"), 12),
    ],
    ids=["json", "note", "entry", "message"],
)
def test_both_say_the_same_of_changed_bytes(
    what: str, read: Callable[[bytes], object], raws: list[bytes], times: int
) -> None:
    dice = Random(20)  # noqa: S311
    cases = [changed(raw, dice) for raw in raws for _ in range(times)]
    answers = ask([(what, {"raw": raw.hex()}) for raw in cases])
    codes = [code_of(read, raw) for raw in cases]
    differ = [
        (raw, ours, answer["code"])
        for raw, ours, answer in zip(cases, codes, answers, strict=True)
        if ours != answer["code"]
    ]
    assert not differ, differ[:5]
    assert len(set(codes)) > 3
    if what == "json":
        for raw, answer in zip(cases, answers, strict=True):
            assert answer["code"] != "ok" or answer["value"] == read_json(raw)


def test_both_count_characters_and_see_spaces_alike() -> None:
    line = "text\n\n\u2014 wit{}ness AAAAAAA=\n"
    odd = "\u0085\u00a0\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
    notes = [line.format(letter).encode() for letter in odd]
    # A header may have 400 characters; each of these is two units of UTF-16.
    parts = {"payload": "{}", "signature": "A" * 86}
    messages = [
        json.dumps(parts | {"protected": "\U0001f4a7" * length}).encode() for length in (400, 401)
    ]
    ours = [code_of(read_note, raw) for raw in notes]
    ours += [code_of(open_message, raw) for raw in messages]
    questions = [("note", raw) for raw in notes] + [("message", raw) for raw in messages]
    answers = ask([(what, {"raw": raw.hex()}) for what, raw in questions])
    assert [answer["code"] for answer in answers] == ours
    assert [letter for letter, code in zip(odd, ours, strict=False) if code == "ok"] == [
        "\u180e",
        "\u200b",
        "\ufeff",
    ]
    assert ours[-2:] == ["base64url-invalid", "message-header"]


def test_both_say_the_same_of_odd_keys_and_signatures() -> None:
    dice = Random(21)  # noqa: S311
    torsion = curve.torsion_points()
    questions: list[tuple[str, dict[str, Any]]] = []
    codes = []
    for number in range(60):
        secret = dice.randrange(1, curve.L)
        honest = curve.multiply(secret, curve.BASE)
        raw = curve.encode(curve.add(honest, torsion[number % 8]))
        codes.append(code_of(read_raw_public_key, raw))
        questions.append(("key", {"raw": raw.hex()}))
        # A signature whose R carries a torsion part; with the cofactor it would hold.
        nonce, data = dice.randrange(1, curve.L), dice.randbytes(number)
        r = curve.encode(curve.add(curve.multiply(nonce, curve.BASE), torsion[number // 8 % 8]))
        key = curve.encode(honest)
        signature = curve.sign(secret, key, nonce, r, data)
        s = int.from_bytes(signature[32:], "little") + dice.choice((0, 0, 0, curve.L))
        signature = r + s.to_bytes(32, "little")

        def check(signature: bytes, key: bytes = key, data: bytes = data) -> None:
            verify(read_raw_public_key(key), signature, data)

        codes.append(code_of(check, signature))
        questions.append(
            ("signature", {"key": key.hex(), "signature": signature.hex(), "data": data.hex()})
        )
    assert [answer["code"] for answer in ask(questions)] == codes
    assert {"ok", "key-invalid", "signature-invalid"} == set(codes)
