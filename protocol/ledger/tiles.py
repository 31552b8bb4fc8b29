"""A ledger served as static files: tiles and entry bundles (C2SP tlog-tiles).

A tile holds up to 256 hashes: level 0 the leaf hashes, level l the roots of full tiles of
the level below. Paths have one spelling; nothing else names a file (docs/spec/tiles.md).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from protocol.errors import Malformed
from protocol.ledger.merkle import Tree
from protocol.wire.digests import DIGEST_BYTES
from protocol.wire.limits import MAX_ENTRY_BYTES
from protocol.wire.text import read_decimal

TILE_WIDTH = 256
MAX_TILE_LEVEL = 63

_LENGTH_BYTES = 2
_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of hashes; `width` is 256 when it is full."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the ledger's prefix."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"


@dataclass(frozen=True, slots=True)
class EntryTile:
    """A tile of whole entries (C2SP: entry bundle); `width` is 256 when it is full."""

    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the ledger's prefix."""
        return f"tile/entries/{_place(self.index, self.width)}"


def read_path(path: str) -> Tile | EntryTile:
    """Read a tile's path in its only spelling.

    Raises:
        Malformed: not the path of a tile.
    """
    parts = _PATH.fullmatch(path)
    if parts is None:
        raise Malformed("tile-path", "not the path of a tile")
    kind, groups, partial = parts.groups()
    index = read_decimal(groups.replace("/", "").replace("x", "").lstrip("0") or "0")
    width = TILE_WIDTH if partial is None else read_decimal(partial)
    tile = EntryTile(index, width) if kind == "entries" else Tile(read_decimal(kind), index, width)
    # Written back and compared: x000/001, .p/256 and .p/0 are other spellings or nothing.
    if tile.path != path or width == 0:
        raise Malformed("tile-path", "not the only spelling of a tile's path")
    if isinstance(tile, Tile) and tile.level > MAX_TILE_LEVEL:
        raise Malformed("tile-path", f"no level beyond {MAX_TILE_LEVEL}")
    return tile


def tile_bytes(tree: Tree, tile: Tile) -> bytes:
    """The hashes of a tile.

    Raises:
        IndexError: the tree has not grown that far.
    """
    return tree.nodes(8 * tile.level, tile.index * TILE_WIDTH, tile.width)


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a tree of size `new` has and one of size `old` had not, lowest first."""
    for level in range(MAX_TILE_LEVEL + 1):
        before, after = old >> (8 * level), new >> (8 * level)
        if after == 0:
            return
        if before == after:
            continue
        for index in range(before // TILE_WIDTH, after // TILE_WIDTH):
            yield Tile(level, index)
        if after % TILE_WIDTH:
            yield Tile(level, after // TILE_WIDTH, after % TILE_WIDTH)


def read_tile(raw: bytes, width: int) -> tuple[bytes, ...]:
    """The hashes out of a tile's bytes.

    Raises:
        Malformed: not exactly that many hashes.
    """
    if len(raw) != width * DIGEST_BYTES:
        raise Malformed("tile-malformed", f"expected {width} hashes")
    return tuple(raw[at : at + DIGEST_BYTES] for at in range(0, len(raw), DIGEST_BYTES))


def write_entries(entries: Iterable[bytes]) -> bytes:
    """Frame whole entries, each behind its length in two bytes."""
    framed = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise ValueError("an entry is too long for its frame")
        framed += [len(entry).to_bytes(_LENGTH_BYTES, "big"), entry]
    return b"".join(framed)


def read_entries(raw: bytes, width: int) -> tuple[bytes, ...]:
    """The entries out of an entry tile's bytes; what they say is not looked at.

    Raises:
        Malformed: cut short, or not exactly that many entries.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(raw) and len(entries) < width:
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(raw[at:start], "big")
        entries.append(raw[start:at])
    if at != len(raw) or len(entries) != width:
        raise Malformed("tile-malformed", f"expected {width} entries")
    return tuple(entries)


def _place(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"
