"""Bars say in words and numbers what they show, and hostile words stay words."""

from xml.etree import ElementTree as ET

from node.pages.deciding.bars import Bar, draw
from tests.pages.hostile import HOSTILE


def bar(part: int, whole: int, mark: int | None = None, words: str = "Apoyan") -> Bar:
    number = f"{part} de {whole}"
    return Bar(style="agree", words=words, number=number, part=part, whole=whole, mark=mark)


def test_a_bar_is_as_long_as_its_part_and_its_line_stands_where_it_must() -> None:
    drawn = ET.fromstring(str(draw([bar(28, 33, 27)], "28 de 33")))  # noqa: S314 - ours
    rects = [one.get("width") for one in drawn.iter("rect")]
    assert rects == ["100%", "84.8%"]
    (line,) = drawn.iter("line")
    assert line.get("x1") == "81.8%"
    assert [text.text for text in drawn.iter("text")] == ["Apoyan", "28 de 33"]
    assert (drawn.get("role"), drawn.get("aria-label")) == ("img", "28 de 33")
    assert drawn.get("style") is None


def test_nobody_is_an_empty_bar() -> None:
    drawn = ET.fromstring(str(draw([bar(0, 0, 0)], "nadie")))  # noqa: S314 - ours
    assert [one.get("width") for one in drawn.iter("rect")] == ["100%", "0.0%"]


def test_words_stay_words() -> None:
    for words in HOSTILE:
        if words.isprintable():
            drawn = ET.fromstring(str(draw([bar(1, 2, words=words)], words)))  # noqa: S314 - ours
            assert next(drawn.iter("text")).text == words
