"""Rubbish at every door: an answer with a code each time, never our own mistake."""

import json
import random
from collections.abc import Iterator

import pytest

from node.api.submissions import PATH
from tests.node.api.house import House
from tests.node.api.test_matrix import MATRIX

PIECES = [
    "..",
    "%00",
    "%2f",
    "%ff",
    "'",
    "<x>",
    "a" * 300,
    "0" * 64,
    "-1",
    "%0d%0a",
    "٣",
    "{x}",
    "",
]


def rubbish(chance: random.Random, good: bytes) -> Iterator[bytes]:
    yield from (b"", b"null", b"{}", b"[]", b'"', b"\x00", b"\xff\xfe", b"0" * 10_000)
    for _ in range(12):
        altered = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            altered[chance.randrange(len(altered))] = chance.randrange(256)
        yield bytes(altered)
        cut = chance.randrange(len(good))
        yield good[:cut]
        yield good[:cut] + good
        yield json.dumps(odd_value(chance, 4)).encode()


def odd_value(chance: random.Random, depth: int) -> object:
    plain = [0, -1, 2**63, "", "\ud800", "\u202e", "payload", True, None, 1.5, "0" * 64]
    if depth == 0 or chance.random() < 0.4:
        return chance.choice(plain)
    names = ["payload", "kind", "body", "url", "proposal", "path", "x"]
    if chance.random() < 0.5:
        return [odd_value(chance, depth - 1) for _ in range(3)]
    return {chance.choice(names): odd_value(chance, depth - 1) for _ in range(3)}


@pytest.mark.parametrize(
    "route", [one for one in MATRIX if one[0] == "POST"], ids=lambda one: one[1]
)
async def test_rubbish_in_bodies(house: House, route: tuple[str, str]) -> None:
    chance = random.Random(f"bodies at {route}")  # noqa: S311 - the same rubbish each time
    _, path = route
    good = await house.bundle() if "bundle" in path else house.village.text(0, "Bien dicho")
    before = house.node.books.own.size
    for number, raw in enumerate(rubbish(chance, good)):
        caller = house.anybody if path == PATH else house.operator
        headers = {"content-type": "application/json"}
        answer = await caller.at(f"192.0.2.{number}").call("POST", path, raw, headers)
        assert answer.status < 500, (path, raw)
        if answer.status >= 400:
            assert answer.code
    assert house.node.books.own.size == before


async def test_rubbish_in_paths_and_queries(house: House) -> None:
    chance = random.Random("paths")  # noqa: S311
    for method, path in MATRIX:
        for number in range(12):
            odd = path
            while "{" in odd.replace("{x}", ""):
                start = odd.index("{")
                odd = odd[:start] + chance.choice(PIECES[:-2]) + odd[odd.index("}", start) + 1 :]
            odd += f"?start={chance.choice(PIECES)}&url={chance.choice(PIECES)}"
            caller = house.operator.at(f"198.51.100.{number}")
            answer = await caller.call(method, odd.encode("ascii", "replace").decode())
            assert answer.status < 500, (method, odd)
            if answer.status >= 400:
                assert answer.code
