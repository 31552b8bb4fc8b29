"""Counts as bars: SVG drawn here, with the words and numbers in it and the line that had to be met.

Widths are per cent and heights are in `em`, so that a bar is as wide as the screen and its words
as large as the reader's other words. Each choice has a pattern beside its colour; colours are
those of the style sheet, light or dark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_ROW: Final = 3.6
_PATTERNS: Final = Markup(
    "<defs>"
    '<pattern id="hatch-reservations" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M0 3h6"/></pattern>'
    '<pattern id="hatch-aside" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M3 0v6"/></pattern>'
    '<pattern id="hatch-disagree" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<path d="M0 7L7 0M-1 1l2-2M6 8l2-2"/></pattern>'
    '<pattern id="hatch-block" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<path d="M0 7L7 0M0 0l7 7"/></pattern>'
    '<pattern id="hatch-abstain" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M1 3h1M4 0h1"/></pattern>'
    "</defs>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """So many of a whole.

    Attributes:
        style: The choice, or `support` or `present`; decides colour and pattern.
        words: What it counts.
        number: The numbers in words, at the end of the line.
        mark: Where a line is drawn that had to be reached, counted as `part` is.
    """

    style: str
    words: str
    number: str
    part: int
    whole: int
    mark: int | None = None


def draw(bars: Sequence[Bar], label: str) -> Markup:
    """The bars, one below the other."""
    rows = Markup("").join(_bar(bar, _ROW * row) for row, bar in enumerate(bars))
    return Markup(
        '<svg class="bars" width="100%" height="{}em" role="img" aria-label="{}">{}{}</svg>'
    ).format(_em(_ROW * len(bars)), label, _PATTERNS, rows)


def _bar(bar: Bar, top: float) -> Markup:
    words = Markup(
        '<text x="0" y="{y}em">{words}</text>'
        '<text x="100%" y="{y}em" class="number">{number}</text>'
    ).format(y=_em(top + 1.1), words=bar.words, number=bar.number)
    place = Markup('y="{}em" height="1.2em"').format(_em(top + 1.6))
    width = _per_cent(bar.part, bar.whole)
    filled = Markup('<rect width="{}" {} class="fill {}"/>').format(width, place, bar.style)
    hatched = Markup('<rect width="{}" {} fill="url(#hatch-{})"/>').format(width, place, bar.style)
    plain = bar.style in ("agree", "support", "present")
    return Markup('<g>{}<rect width="100%" {} class="ground"/>{}{}{}</g>').format(
        words, place, filled, "" if plain else hatched, _line(bar, top)
    )


def _line(bar: Bar, top: float) -> Markup:
    if bar.mark is None:
        return Markup("")
    return Markup('<line x1="{x}" x2="{x}" y1="{above}em" y2="{below}em"/>').format(
        x=_per_cent(bar.mark, bar.whole), above=_em(top + 1.35), below=_em(top + 3.05)
    )


def _per_cent(part: int, whole: int) -> str:
    tenths = min(1_000, part * 1_000 // whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


def _em(value: float) -> str:
    return f"{value:.2f}"
