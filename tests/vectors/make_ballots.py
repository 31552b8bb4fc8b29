"""Write tests/vectors/ballots: python -m tests.vectors.make_ballots

Run when a case is added; the files are what counts, and are committed. Who is elected is said by
hand; only where a tie is broken, the hash says it.
"""

from collections.abc import Sequence

from protocol.wire.digests import sha256
from protocol.wire.encoding import JsonValue
from tests.vectors.vector_writer import Folder

SEED = sha256(b"the election").hex()
NAMES = {name: sha256(name.encode()).hex() for name in ("Ana", "Bento", "Carla", "Dora")}


def times(number: int, *names: str) -> list[list[str]]:
    return [list(names) for _ in range(number)]


def ids(names: Sequence[str]) -> list[JsonValue]:
    return [NAMES.get(name, name) for name in names]


def given(
    rule: dict[str, JsonValue],
    ballots: list[list[str]],
    seats: int = 1,
    among: str = "Ana Bento Carla",
) -> dict[str, JsonValue]:
    cast: list[JsonValue] = [ids(ballot) for ballot in ballots]
    return {
        "seed": SEED,
        "options": ids(among.split()),
        "names": {NAMES[name]: name for name in among.split()},
        "seats": seats,
        "rule": rule,
        "ballots": cast,
    }


def gives(elected: Sequence[str], by_lot: Sequence[str] = ()) -> dict[str, JsonValue]:
    return {"elected": ids(elected), "by_lot": ids(by_lot)}


def first(*names: str) -> str:
    """Whom the hash puts before the others."""
    seed = bytes.fromhex(SEED)
    return min(names, key=lambda name: sha256(seed + bytes.fromhex(NAMES[name])))


def plain(num: int = 0, den: int = 1) -> dict[str, JsonValue]:
    return {"method": "approval", "least": {"num": num, "den": den}}


def make_approval() -> None:
    folder = Folder("ballots/approval")
    votes = [*times(4, "Ana", "Bento"), *times(3, "Bento"), *times(2, "Carla", "Ana"), *times(1)]
    folder.good(
        "most-approvals", given(plain(), votes), "Bento 7, Ana 6, Carla 2", gives(["Bento"])
    )
    folder.good(
        "two-seats",
        given(plain(), votes, 2),
        "the next takes the second seat",
        gives(["Bento", "Ana"]),
    )
    folder.good(
        "too-few-for-the-share",
        given(plain(2, 3), votes, 3),
        "of ten ballots seven are needed",
        gives(["Bento"]),
    )
    folder.good("nobody", given(plain(), times(3)), "empty ballots approve nobody", gives([]))
    tie = [*times(2, "Ana"), *times(2, "Bento"), *times(1, "Carla")]
    winner = first("Ana", "Bento")
    folder.good("tie", given(plain(), tie), "broken by the hash", gives([winner], [winner]))
    folder.good(
        "tie-that-costs-nobody-a-seat",
        given(plain(), tie, 2),
        "both are elected, in the order of the hash",
        gives([winner, "Ana" if winner == "Bento" else "Bento"]),
    )
    twice = given(plain(), [["Ana", "Ana"]])
    folder.bad("option-twice", twice, "ballot-invalid", "a ballot names an option once")
    other = given(plain(), [["f" * 64]])
    folder.bad("option-unknown", other, "ballot-invalid", "a ballot names options of the election")


def make_ranked() -> None:
    folder = Folder("ballots/ranked")
    rule: dict[str, JsonValue] = {"method": "ranked"}
    middle = [
        *times(4, "Ana", "Carla", "Bento"),
        *times(3, "Bento", "Carla", "Ana"),
        *times(2, "Carla", "Bento", "Ana"),
    ]
    folder.good(
        "second-choice-of-all",
        given(rule, middle),
        "Carla is first for two of nine, and preferred to each of the others by five or six",
        gives(["Carla"]),
    )
    circle = [
        *times(5, "Ana", "Bento", "Carla"),
        *times(4, "Bento", "Carla", "Ana"),
        *times(2, "Carla", "Ana", "Bento"),
    ]
    folder.good(
        "circle",
        given(rule, circle),
        "Ana over Bento 7, Bento over Carla 9, Carla over Ana 6: the weakest pair gives way",
        gives(["Ana"]),
    )
    folder.good("three-seats", given(rule, circle, 3), "in order", gives(["Ana", "Bento", "Carla"]))
    folder.good(
        "left-out-is-behind",
        given(rule, [*times(3, "Dora"), *times(2, "Ana", "Bento")], 2, "Ana Bento Dora"),
        "whoever is not named stands behind all who are",
        gives(["Dora", "Ana"]),
    )
    winner = first("Ana", "Bento")
    folder.good(
        "tie",
        given(rule, [*times(1, "Ana"), *times(1, "Bento")], 1, "Ana Bento"),
        "broken by the hash",
        gives([winner], [winner]),
    )
    folder.good("nobody", given(rule, []), "without a ballot nobody is elected", gives([]))
    folder.bad(
        "option-twice", given(rule, [["Ana", "Bento", "Ana"]]), "ballot-invalid", "each option once"
    )


if __name__ == "__main__":
    make_approval()
    make_ranked()
