"""A difference that people can read, and that nobody can make slow."""

import time

import pytest

from node.pages.deciding.difference import Piece, compare, lines_between


def marked(old: str, new: str) -> str:
    """With [-gone-] and [+new+], lines below one another."""
    signs = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "\n".join(
        "..." if line is None else "".join(signs[piece.mark].format(piece.text) for piece in line)
        for line in lines_between(old, new)
    )


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Una bomba nueva.", "Una bomba usada.", "Una bomba [-nueva-][+usada+]."),
        ("uno\ndos", "uno\ndos\ntres", "uno\ndos\n[+tres+]"),
        ("uno\ndos\ntres", "uno\ntres", "uno\n[-dos-]\ntres"),
        ("", "algo", "[+algo+]"),
        ("algo", "", "[-algo-]"),
        ("igual", "igual", "..."),
        ("a b", "a c b", "a [+c +]b"),
        ("40 %", "60 %", "[-40-][+60+] %"),
        ("ñandú", "ñandúes", "[-ñandú-][+ñandúes+]"),
    ],
)
def test_what_went_and_what_came(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


def test_long_unchanged_parts_are_left_out() -> None:
    lines = [f"línea {number}" for number in range(50)]
    changed = [*lines[:25], "otra", *lines[26:]]
    shown = marked("\n".join(lines), "\n".join(changed)).splitlines()
    assert shown[0] == shown[-1] == "..."
    assert len(shown) == 7
    assert "línea 24" in shown


def test_both_texts_can_be_read_off_it() -> None:
    old = "uno dos tres\ncuatro\ncinco seis\nsiete"
    new = "uno tres\ncuatro y medio\nocho\nsiete y nueve"
    for mark, text in (("new", old), ("gone", new)):
        kept = [
            "".join(piece.text for piece in line if piece.mark != mark)
            for line in lines_between(old, new)
            if line is not None
        ]
        assert [line for line in kept if line] == text.splitlines()


def test_each_language_is_compared_with_itself() -> None:
    old = ({"es": "Bomba"}, {"es": "Nueva", "en": "New"})
    new = ({"es": "Bomba"}, {"es": "Usada", "qu": "Musuq"})
    found = {one.language: one for one in compare(old, new, ["en", "es"])}
    assert list(found) == ["en", "es", "qu"]
    assert found["en"].lines == ((Piece("gone", "New"),),)
    assert found["es"].changed
    assert found["es"].title == (Piece("same", "Bomba"),)
    assert not compare(old, old, ["es"])[0].changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 5_000, "b a " * 5_000),
        ("\n".join("ab" * 3_000), "\n".join("ba" * 3_000)),
        ("\n".join(["a b c d " * 25] * 99), "\n".join(["d c b a " * 25] * 99)),
        ("".join(f"{n % 7} " for n in range(9_000)), "".join(f"{n % 5} " for n in range(9_000))),
        ("\n".join(f"{n % 7}" for n in range(9_000)), "\n".join(f"{n % 5}" for n in range(9_000))),
        ("x" * 20_000, "y" * 20_000),
    ],
)
def test_no_pair_of_texts_takes_long(old: str, new: str) -> None:
    began = time.monotonic()
    lines_between(old, new)
    assert time.monotonic() - began < 3
