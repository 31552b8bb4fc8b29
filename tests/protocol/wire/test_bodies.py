"""Bodies: strict inside, tuples out of lists, short errors."""

from typing import Literal

import pytest

from protocol.errors import Malformed
from protocol.wire.bodies import (
    Count,
    Hex32,
    KeyText,
    Line,
    Rows,
    Seconds,
    SignatureText,
    Text,
    Texts,
    body,
    body_json,
    read_body,
)
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.text import b64url_encode
from tests.protocol.wire import curve

ALICE = PrivateKey.from_seed(bytes(range(32)))
ID = "ab" * 32


@body
class Share:
    num: Count
    den: Count


@body
class Sample:
    choice: Literal["agree", "block"]
    proposal: Hex32
    reason: Hex32 | None
    until: Seconds
    early: bool
    share: Share
    rows: Rows[Share]
    key: KeyText
    proof: SignatureText
    name: Line
    note: Text
    title: Texts
    rule: dict[str, JsonValue]
    ids: Rows[Hex32] = ()


GOOD: dict[str, JsonValue] = {
    "choice": "agree",
    "proposal": ID,
    "reason": None,
    "until": 1_700_000_000,
    "early": True,
    "share": {"num": 1, "den": 2},
    "rows": [{"num": 0, "den": 1}, {"num": 2, "den": 3}],
    "key": ALICE.public.text,
    "proof": b64url_encode(ALICE.sign(b"")),
    "name": "La Comuna",
    "note": "line\nline",
    "title": {"es": "El pozo", "pt-BR": "O poço"},
    "rule": {"method": "consent", "more": [1, {"a": None}]},
}


def test_a_body_reads_and_writes_back() -> None:
    made = read_body(Sample, GOOD)
    assert made.rows == (Share(num=0, den=1), Share(num=2, den=3))
    assert made.share.den == 2
    assert made.ids == ()
    assert body_json(made) == GOOD | {"ids": []}
    assert read_body(Sample, body_json(made)) == made


def test_a_body_cannot_be_changed() -> None:
    made = read_body(Share, {"num": 1, "den": 2})
    with pytest.raises(AttributeError):
        made.num = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("choice", "aside"),
        ("choice", None),
        ("proposal", ID.upper()),
        ("proposal", ID + "\n"),
        ("reason", ""),
        ("until", "5"),
        ("until", True),
        ("until", -1),
        ("until", 2**53),
        ("early", 1),
        ("early", "true"),
        ("share", None),
        ("share", {"num": 1}),
        ("share", {"num": 1, "den": 2, "more": 3}),
        ("share", {"num": 1, "den": "2"}),
        ("rows", {"num": 1, "den": 2}),
        ("rows", "ab"),
        ("rows", [[1, 2]]),
        ("rows", [{"num": 1, "den": 2}] * 2_001),
        ("key", b64url_encode(curve.encode(curve.torsion_points()[1]))),
        ("key", ALICE.public.text + "="),
        ("proof", "A" * 85 + "B"),
        ("name", ""),
        ("name", "two\nlines"),
        ("name", "x" * 201),
        ("note", "x" * 20_001),
        ("title", {}),
        ("title", {"Spanish": "x"}),
        ("title", {"es": None}),
        ("ids", [ID, None]),
        ("unknown", 1),
    ],
)
def test_what_does_not_fit_is_refused(member: str, value: JsonValue) -> None:
    with pytest.raises(Malformed) as caught:
        read_body(Sample, GOOD | {member: value})
    assert caught.value.code == "body-invalid"
    assert member in caught.value.detail


def test_every_member_without_a_default_is_needed() -> None:
    for member in GOOD:
        with pytest.raises(Malformed):
            read_body(Sample, {name: value for name, value in GOOD.items() if name != member})
    others: list[JsonValue] = [None, [], "x", 1]
    for value in others:
        with pytest.raises(Malformed):
            read_body(Sample, value)


def test_an_error_is_short_and_repeats_no_value() -> None:
    hostile = "<script>" * 1000
    for member in ("choice", "proposal", "key", "until"):
        with pytest.raises(Malformed) as caught:
            read_body(Sample, GOOD | {member: hostile})
        assert "script" not in caught.value.detail
    with pytest.raises(Malformed) as caught:
        read_body(Sample, GOOD | {hostile: 1})
    assert len(caught.value.detail) < 200
