"""The file in which a secretary writes down an assembly: TOML, and CSV for who was there.

held = 2026-12-01T18:00:00-06:00
ended = 2026-12-01T20:30:00-06:00
guests = 2
present = ["Ana", "Bento", "9c04e1f2"]

[[items]]
proposal = "3f9a21c4"
agree = 12
abstain = 1

[[items.positions]]
member = "Rosa"
choice = "block"
helper = "Bento"
reason = "It dries the spring"
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from node.cli.answers import JsonObject, text, text_or_none
from node.cli.position import CHOICES
from node.cli.spans import read_moment
from node.cli.texts import read_words
from node.cli.trouble import USAGE, Trouble

_HEAD: Final = {"held", "ended", "guests", "present", "assembly", "corrects", "items"}
_ITEM: Final = {"proposal", "positions", *CHOICES}
_POSITION: Final = {"member", "choice", "helper", "reason"}
_TITLES: Final = {"member", "miembro", "name", "nombre"}
_LEAST_ID: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What somebody said by name, as it was typed."""

    member: str
    choice: str
    helper: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of the agenda."""

    proposal: str
    counts: Mapping[str, int]
    positions: Sequence[Spoken]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole file."""

    held_at: int
    ended_at: int
    guests: int
    assembly: str | None
    corrects: str | None
    present: Sequence[str]
    items: Sequence[Point]


def read_sheet(name: str, attendance: str | None = None) -> Sheet:
    """The minutes in a TOML file, with more of those present from a CSV file if one is given.

    Raises:
        Trouble: It cannot be read, says something unknown, or misses something.
    """
    try:
        table = tomllib.loads(read_words(name))
    except tomllib.TOMLDecodeError as problem:
        raise Trouble("minutes-file", f"{name}: {problem}", USAGE) from None
    _require_known(table, _HEAD, "")
    present = [*_texts(table, "present"), *(() if attendance is None else read_names(attendance))]
    return Sheet(
        held_at=_moment(table, "held"),
        ended_at=_moment(table, "ended"),
        guests=_number(table, "guests"),
        assembly=_text(table, "assembly"),
        corrects=_text(table, "corrects"),
        present=present,
        items=[_point(row) for row in _tables(table, "items")],
    )


def read_names(name: str) -> list[str]:
    """Those present, from the first column of a CSV file; a title above them is passed over."""
    lines = read_words(name).splitlines()
    # Where a comma stands before cents, spreadsheets part columns by semicolons.
    delimiter = ";" if ";" in lines[0] else ","
    found = [row[0].strip() for row in csv.reader(lines, delimiter=delimiter) if row]
    names = [one for one in found if one]
    return names[1:] if names[0].casefold() in _TITLES else names


def find_member(members: Sequence[JsonObject], typed: str) -> str:
    """The active member of that name, or whose id begins so.

    Raises:
        Trouble: Nobody is, or several are.
    """
    active = [row for row in members if text_or_none(row, "standing") == "active"]
    found = [
        row for row in active if (text_or_none(row, "name") or "").casefold() == typed.casefold()
    ]
    if not found and len(typed) >= _LEAST_ID:
        found = [row for row in active if text(row, "id").startswith(typed)]
    if len(found) > 1:
        raise Trouble("name-ambiguous", typed, USAGE)
    if not found:
        raise Trouble("name-unknown", typed, USAGE)
    return text(found[0], "id")


def _point(row: Mapping[str, object]) -> Point:
    _require_known(row, _ITEM, "items")
    counts = {choice: _number(row, choice) for choice in CHOICES if choice in row}
    return Point(
        proposal=_needed(row, "proposal"),
        counts=counts,
        positions=[_spoken(one) for one in _tables(row, "positions")],
    )


def _spoken(row: Mapping[str, object]) -> Spoken:
    _require_known(row, _POSITION, "items.positions")
    choice = _needed(row, "choice")
    if choice not in CHOICES:
        raise Trouble("choice-unknown", f"{choice}: {', '.join(CHOICES)}", USAGE)
    return Spoken(
        member=_needed(row, "member"),
        choice=choice,
        helper=_text(row, "helper"),
        reason=_text(row, "reason"),
    )


def _require_known(row: Mapping[str, object], known: set[str], place: str) -> None:
    for name in row:
        if name not in known:
            raise _wrong(f"{place}.{name}".lstrip("."), ", ".join(sorted(known)))


def _wrong(name: str, expected: str) -> Trouble:
    return Trouble("minutes-file", f"{name}: {expected}", USAGE)


def _text(row: Mapping[str, object], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong(name, '"..."')
    return value


def _needed(row: Mapping[str, object], name: str) -> str:
    value = _text(row, name)
    if not value:
        raise _wrong(name, '"..."')
    return value


def _number(row: Mapping[str, object], name: str) -> int:
    value = row.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(name, "0, 1, 2, ...")
    return value


def _moment(row: Mapping[str, object], name: str) -> int:
    value = row.get(name)
    if isinstance(value, datetime):
        return read_moment(value.isoformat())
    return read_moment(_needed(row, name))


def _texts(row: Mapping[str, object], name: str) -> list[str]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _wrong(name, '["...", "..."]')
    return value


def _tables(row: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _wrong(name, f"[[{name}]]")
    return value
