"""docs/spec/errors.md names every code that the program raises, and no other."""

import re

from tests.protocol.error_codes import ROOT, codes

_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([A-Za-z, ]+) \| (.+) \|$", re.MULTILINE)


def page() -> dict[str, tuple[str, str]]:
    text = (ROOT / "docs/spec/errors.md").read_text(encoding="utf-8")
    return {code: (family, meaning) for code, family, meaning in _ROW.findall(text)}


def raised() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for code, family in codes("protocol", "node"):
        found.setdefault(code, set()).add(family)
    return {code: ", ".join(sorted(families)) for code, families in found.items()}


def test_the_page_and_the_program_agree() -> None:
    told = {code: family for code, (family, _) in page().items()}
    program = raised()
    assert program.keys() - told.keys() == set(), "add these to docs/spec/errors.md"
    assert told.keys() - program.keys() == set(), "nothing raises these any more"
    assert told == program


def test_the_page_is_in_order_and_says_something() -> None:
    told = page()
    assert list(told) == sorted(told)
    assert all(len(meaning) > 8 for _, meaning in told.values())
    assert len(told) > 150
