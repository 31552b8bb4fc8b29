"""Lengths of time and moments as people type them, read strictly."""

import re
from datetime import UTC, datetime
from typing import Final

from node.cli.trouble import USAGE, Trouble
from protocol.errors import Malformed
from protocol.wire.text import read_decimal

_SPAN = re.compile(r"([0-9]+)([smhd])", re.ASCII)
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LONGEST_S: Final = 366 * 86_400


def read_span(text: str) -> int:
    """Seconds from `90s`, `15m`, `2h` or `3d`.

    Raises:
        Trouble: Anything else, nothing at all, or more than a year.
    """
    found = _SPAN.fullmatch(text)
    try:
        seconds = read_decimal(found[1]) * _UNITS[found[2]] if found else 0
    except Malformed:
        seconds = 0
    if not 0 < seconds <= _LONGEST_S:
        raise Trouble("span-invalid", f"{text!r}: 90s, 15m, 2h, 3d (<= 366d)", USAGE)
    return seconds


def read_moment(text: str) -> int:
    """Unix seconds from an ISO time that says its distance from UTC.

    Raises:
        Trouble: Not such a time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.microsecond:
        example = "2026-12-01T18:00:00-06:00"
        raise Trouble("moment-invalid", f"{text!r}: {example}", USAGE)
    return int(moment.timestamp())


def moment_text(seconds: int) -> str:
    """A moment in the reader's own time zone, with its distance from UTC."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")


def span_text(seconds: int) -> str:
    """A length of time in its largest whole unit."""
    for unit, size in reversed(_UNITS.items()):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return "0s"
