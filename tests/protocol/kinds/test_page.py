"""docs/spec/kinds.md is the table that the program has."""

import re

import pytest

from protocol.kinds import KINDS
from tests.protocol.error_codes import ROOT

SPEC = ROOT / "docs/spec"
_ROW = re.compile(
    r"^\| `([a-z]+/[a-z-]+)` \| (\w+) \| (\w+) \| ([EF ]*)\| \[([a-z]+\.md)\]", re.MULTILINE
)
_LINK = re.compile(r"\]\(([^)#]+)\)")


def test_the_page_is_the_table() -> None:
    rows = _ROW.findall((SPEC / "kinds.md").read_text(encoding="utf-8"))
    told = {kind: (by, to, set(marks.split())) for kind, by, to, marks, _ in rows}
    table = {
        name: (
            kind.author,
            kind.audience,
            {mark for mark, held in (("E", kind.erasable), ("F", kind.founding)) if held},
        )
        for name, kind in KINDS.items()
    }
    assert told == table
    for kind, _, _, _, page in rows:
        family = kind.split("/")[0]
        assert family in (SPEC / page).read_text(encoding="utf-8")


PAGES = [
    "identity",
    "charter",
    "members",
    "proposal",
    "discussion",
    "position",
    "outcome",
    "assembly",
    "offices",
    "ballots",
    "operation",
    "book",
    "kinds",
    "README",
]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_points_nowhere(page: str) -> None:
    text = (SPEC / f"{page}.md").read_text(encoding="utf-8")
    for link in _LINK.findall(text):
        if "://" not in link:
            assert (SPEC / link).exists(), f"{page}.md points to {link}"
