"""What people write can be bold and can hold links; it can do nothing."""

import re

import pytest

from node.pages.markup import bdi, rich
from tests.pages.hostile import HOSTILE

_ALLOWED = re.compile(
    r"</?(p|ul|ol|li|blockquote|h[3-6]|table|thead|tbody|tr|th|td|pre|em|strong|code|s|bdi)"
    r'( dir="auto")?>|<(hr|br)>|</a>'
    r'|<a href="(https?:|mailto:)[^"<>]*" rel="nofollow noopener noreferrer">'
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_no_markup_of_its_own(text: str) -> None:
    for place in (text, f"* {text}", f"> {text}", f"| {text} | b |\n|---|---|\n| {text} | c |"):
        assert "<" not in _ALLOWED.sub("", str(rich(place)))


def test_writing_is_kept() -> None:
    shown = rich(
        "# Agua\n\n**Todas** y *todos*\n\n1. uno\n2. dos\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert "<strong>Todas</strong>" in shown
    assert "<ol" in shown
    assert "<td>1</td>" in shown
    assert '<h3 dir="auto">Agua</h3>' in shown


def test_a_link_says_where_it_leads() -> None:
    shown = rich("[banco](https://evil.example/banco?a=1&b=2)")
    assert 'href="https://evil.example/banco?a=1&amp;b=2"' in shown
    assert "<bdi>(evil.example)</bdi>" in shown
    assert "(evil.example)" in rich("<https://evil.example/x>")
    assert "<bdi>(evil.example)</bdi>" in rich("[http://banco.example](http://evil.example)")


def test_a_link_to_a_script_is_no_link() -> None:
    for scheme in ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"):
        assert "<a" not in rich(f"[x]({scheme})")
        assert "<a" not in rich(f"<{scheme}>")


def test_pictures_are_not_loaded() -> None:
    assert "<img" not in rich("![foto](https://evil.example/p.png)")
    assert "foto" in rich("![foto](https://evil.example/p.png)")


def test_a_name_keeps_to_itself() -> None:
    assert bdi("<b>\u202eAna") == "<bdi>&lt;b&gt;\u202eAna</bdi>"
