"""The federation as a picture: SVG drawn here, beside a list that says the same in words.

Communities stand on an oval, half of them on each side, each on a line of its own, and their names
outside of it. So no name lies on another, and no line, all of which run inside, crosses one.
The picture is for eyes alone; nothing in it can be followed or read aloud.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Final

from markupsafe import Markup

MOST_DRAWN: Final = 24
_WIDTH: Final = 430
_REACH: Final = 74
_STEP: Final = 34
_LEAST_TALL: Final = 130
_EDGE: Final = 24
_DOT: Final = 7
_GAP: Final = 13
_LETTERS: Final = 14
_MOST_GROUPS: Final = 6
_ARROW: Final = Markup(
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A community: what it is called and how it is heard."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    right: bool


def draw_map(
    dots: Sequence[Dot],
    talks: Sequence[tuple[int, int]],
    witnesses: Sequence[tuple[int, int]],
    groups: Sequence[Sequence[int]],
) -> Markup:
    """The picture.

    Args:
        dots: the communities, ours first.
        talks: pairs that speak with each other.
        witnesses: from whom to the community that cosigns for it.
        groups: federations, each as the communities that it names.
    """
    places = _places(len(dots))
    height = _height(len(dots))
    parts = [
        *(_group(places, sorted(group), number) for number, group in enumerate(_drawn(groups))),
        *(_line(places, pair) for pair in talks),
        *(_arrow(places, pair) for pair in witnesses),
        *(_dot(dot, place) for dot, place in zip(dots, places, strict=True)),
    ]
    return Markup(
        '<svg class="map" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}{}</svg>'
    ).format(_WIDTH, height, _ARROW, Markup("").join(parts))


def _drawn(groups: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    return [one for one in groups if len(one) > 1][:_MOST_GROUPS]


def _height(count: int) -> int:
    return round(2 * _EDGE + max(0, _rows(count) - 1) * _step(count))


def _rows(count: int) -> int:
    return (count + 1) // 2


def _step(count: int) -> float:
    """From one line to the next: a few communities stand further apart."""
    return max(_STEP, _LEAST_TALL / max(1, _rows(count) - 1)) if count > 2 else _STEP


def _places(count: int) -> list[_Place]:
    """Clockwise from the top right."""
    right, step = _rows(count), _step(count)
    middle = _height(count) / 2
    # Somewhat taller than the column, so that the first and last stand apart from the middle.
    tall = middle * 1.15
    places = []
    for number in range(count):
        row = number if number < right else count - 1 - number
        y = _EDGE + row * step
        off = _REACH * sqrt(max(0.0, 1 - ((y - middle) / tall) ** 2))
        x = _WIDTH / 2 + (off if number < right else -off)
        places.append(_Place(x, y, number < right))
    return places


def _group(places: Sequence[_Place], members: Sequence[int], number: int) -> Markup:
    points = " ".join(f"{places[one].x:.1f},{places[one].y:.1f}" for one in members)
    return Markup('<polygon class="together of-{}" points="{}"/>').format(number, points)


def _line(places: Sequence[_Place], pair: tuple[int, int]) -> Markup:
    a, b = places[pair[0]], places[pair[1]]
    return Markup('<path class="talks" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>').format(
        a.x, a.y, b.x, b.y
    )


def _arrow(places: Sequence[_Place], pair: tuple[int, int]) -> Markup:
    """From the edge of one dot to the edge of the other."""
    a, b = places[pair[0]], places[pair[1]]
    long = hypot(b.x - a.x, b.y - a.y) or 1.0
    dx, dy = (b.x - a.x) / long * _DOT * 1.3, (b.y - a.y) / long * _DOT * 1.3
    return Markup(
        '<path class="witness" d="M{:.1f} {:.1f}L{:.1f} {:.1f}" marker-end="url(#arrow)"/>'
    ).format(a.x + dx, a.y + dy, b.x - dx, b.y - dy)


def _dot(dot: Dot, place: _Place) -> Markup:
    off = _GAP if place.right else -_GAP
    return Markup(
        '<g class="{}"><circle cx="{:.1f}" cy="{:.1f}" r="{}"/>{}'
        '<text x="{:.1f}" y="{:.1f}" class="{}">{}</text></g>'
    ).format(
        dot.state,
        place.x,
        place.y,
        _DOT,
        _sign(dot.state, place),
        place.x + off,
        place.y + 4.5,
        "right" if place.right else "left",
        _short(dot.name),
    )


def _sign(state: str, place: _Place) -> Markup:
    """What tells a dot from others where colours cannot be told apart."""
    x, y = place.x, place.y
    if state == "own":
        return Markup('<circle class="ring" cx="{:.1f}" cy="{:.1f}" r="{}"/>').format(x, y, 11)
    if state == "forked":
        return Markup('<path class="cross" d="M{:.1f} {:.1f}l8 8m0 -8l-8 8"/>').format(x - 4, y - 4)
    return Markup("")


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
