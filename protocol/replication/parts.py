"""A small bundle as several short texts, for pictures (docs/spec/bundle.md, "In pictures").

    ACUERDO-B1:<check>:<number>:<total>:<digest>:<data>

Every character of it stands in the alphabet of a QR code that needs least room. Parts come in any
order and from any road: scanned, typed in, sent in a chat. `check` tells at once that one was
read wrongly; `digest` tells which parts belong together and that the whole is what was sent.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from protocol.errors import Malformed
from protocol.wire.digests import sha256
from protocol.wire.limits import MAX_PART_CHARS, MAX_PARTS, MAX_PARTS_BYTES
from protocol.wire.text import b32_decode, b32_encode, read_decimal

PREFIX = "ACUERDO-B1"
PART_BYTES = 480
"""So much goes into one part of ours: a code that an old phone reads from another's screen."""

_CHECK_BYTES = 5
_DIGEST_BYTES = 10
_PART = re.compile(
    rf"{PREFIX}:([A-Z2-7]{{8}}):([0-9]{{1,3}}):([0-9]{{1,3}}):([A-Z2-7]{{16}}):([A-Z2-7]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of `total` parts, counted from 1."""

    number: int
    total: int
    digest: str
    data: bytes

    @property
    def text(self) -> str:
        """As it is written."""
        rest = f"{self.number}:{self.total}:{self.digest}:{b32_encode(self.data)}"
        return f"{PREFIX}:{_check(rest)}:{rest}"


def split_parts(raw: bytes, part_bytes: int = PART_BYTES) -> tuple[Part, ...]:
    """A file as parts of equal length, the last one perhaps shorter.

    Raises:
        Malformed: it is empty, or needs too many parts.
    """
    total = -(-len(raw) // part_bytes)
    if not 0 < total <= MAX_PARTS or len(raw) > MAX_PARTS_BYTES:
        raise Malformed("parts-too-many", f"at most {MAX_PARTS} parts, and not nothing")
    digest = _digest(raw)
    return tuple(
        Part(
            number=number + 1,
            total=total,
            digest=digest,
            data=raw[number * part_bytes : (number + 1) * part_bytes],
        )
        for number in range(total)
    )


def read_part(text: str) -> Part:
    """Read one part.

    Raises:
        Malformed: it is none, or was read wrongly on its way.
    """
    found = _PART.fullmatch(text) if len(text) <= MAX_PART_CHARS else None
    if found is None:
        raise Malformed("part-malformed", "not a part of a bundle in pictures")
    check, number, total, digest, data = found.groups()
    if check != _check(text[len(PREFIX) + len(check) + 2 :]):
        raise Malformed("part-damaged", "a character of the part is wrong or missing")
    part = Part(
        number=read_decimal(number),
        total=read_decimal(total),
        digest=digest,
        data=b32_decode(data),
    )
    if not 1 <= part.number <= part.total <= MAX_PARTS:
        raise Malformed("part-malformed", f"a part is one of at most {MAX_PARTS}")
    return part


def join_parts(parts: Iterable[Part]) -> bytes:
    """The file, from all of its parts in any order; a part may come twice.

    Raises:
        Malformed: parts are missing, of different files, or do not make up what was sent.
    """
    by_number: dict[int, Part] = {}
    for part in parts:
        first = by_number.setdefault(part.number, part)
        if first != part or any(
            (one.digest, one.total) != (part.digest, part.total) for one in by_number.values()
        ):
            raise Malformed("parts-mixed", "these parts are not all of one file")
    total = next((part.total for part in by_number.values()), 1)
    if len(by_number) != total:
        raise Malformed("parts-missing", f"{len(by_number)} of {total} parts are here")
    raw = b"".join(by_number[number].data for number in range(1, total + 1))
    if len(raw) > MAX_PARTS_BYTES or _digest(raw) != next(iter(by_number.values())).digest:
        raise Malformed("parts-damaged", "the parts do not make up what was sent")
    return raw


def _check(rest: str) -> str:
    return b32_encode(sha256(rest.encode("ascii"))[:_CHECK_BYTES])


def _digest(raw: bytes) -> str:
    return b32_encode(sha256(raw)[:_DIGEST_BYTES])
