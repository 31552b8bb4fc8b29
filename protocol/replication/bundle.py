"""The bundle: parts of ledgers on their way (docs/spec/bundle.md).

The answer to a pull, a push, a relay and a file are the same bytes: a magic line, the
number of sections, and the sections, each framed by the ledger's id and a length. All
lengths are big-endian and stand before what they measure. Nothing may follow the last
section; a cut or padded bundle is refused.

A frame is cut out before its section is read, so that one damaged section costs the others
nothing. There are no names or paths in a bundle, and nothing in it is unpacked to a disk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from protocol.errors import Malformed
from protocol.ledger.merkle import leaf_hash
from protocol.wire.digests import DIGEST_BYTES, CommunityId
from protocol.wire.limits import (
    MAX_BUNDLE_BYTES,
    MAX_BUNDLE_SECTIONS,
    MAX_CHAIN_EVENTS,
    MAX_INTEGER,
    MAX_MESSAGE_BYTES,
    MAX_NOTE_BYTES,
    MAX_PROOF_HASHES,
    MAX_SEALED_BYTES,
    MAX_SECTION_HEADS,
    MAX_SECTION_ITEMS,
)

MAGIC = b"acuerdo/bundle/1\n"

_ENTRY, _HASH, _SEALED = b"\x00", b"\x01", b"\x02"
_COUNT = 2
_LENGTH = 4


class Frame(NamedTuple):
    """A section that is not read yet, and the ledger that it claims to be about."""

    ledger: CommunityId
    body: bytes


class Item(NamedTuple):
    """An entry, whole; or without bytes, withheld; or sealed for the ledger's owner."""

    leaf: bytes
    raw: bytes | None = None
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Part of one ledger.

    Attributes:
        ledger: whose it is.
        chain: the messages of the key chain, first to last.
        heads: checkpoint notes with cosignatures, by size; the last one covers the items.
        start: index of the first item.
        items: what stands in the ledger from there on.
        proof: from the end of the items to the covering head, when that is larger.
    """

    ledger: CommunityId
    chain: tuple[bytes, ...]
    heads: tuple[bytes, ...]
    start: int
    items: Sequence[Item]
    proof: tuple[bytes, ...] = ()

    @property
    def end(self) -> int:
        """The size that the ledger has after the last item."""
        return self.start + len(self.items)


def split_bundle(raw: bytes) -> tuple[Frame, ...]:
    """Cut a bundle into its frames; sections are not read.

    Raises:
        Malformed: not a bundle, cut short, too long, or something follows it.
    """
    if len(raw) > MAX_BUNDLE_BYTES:
        raise Malformed("bundle-too-long", f"more than {MAX_BUNDLE_BYTES} bytes")
    if not raw.startswith(MAGIC):
        raise Malformed("bundle-malformed", "not a bundle of this version")
    reader = _Reader(raw, len(MAGIC))
    frames = [
        Frame(CommunityId(reader.take(DIGEST_BYTES).hex()), reader.take(reader.number(_LENGTH)))
        for _ in range(reader.count(_COUNT, MAX_BUNDLE_SECTIONS))
    ]
    reader.finish()
    return tuple(frames)


def join_bundle(frames: Iterable[Frame]) -> bytes:
    """Put frames together.

    Raises:
        Malformed: too many of them, or together too long.
    """
    held = tuple(frames)
    if len(held) > MAX_BUNDLE_SECTIONS:
        raise Malformed("bundle-malformed", f"more than {MAX_BUNDLE_SECTIONS} sections")
    parts = [MAGIC, len(held).to_bytes(_COUNT, "big")]
    for ledger, body in held:
        parts += (bytes.fromhex(ledger), len(body).to_bytes(_LENGTH, "big"), body)
    raw = b"".join(parts)
    if len(raw) > MAX_BUNDLE_BYTES:
        raise Malformed("bundle-too-long", f"more than {MAX_BUNDLE_BYTES} bytes")
    return raw


def read_section(frame: Frame) -> Section:
    """Read a section; nothing in it is verified, but entries are hashed.

    Raises:
        Malformed: not the one form of a section, or over a limit.
    """
    reader = _Reader(frame.body)
    chain = reader.texts(1, MAX_CHAIN_EVENTS, MAX_MESSAGE_BYTES)
    heads = reader.texts(_COUNT, MAX_SECTION_HEADS, MAX_NOTE_BYTES)
    start = reader.number(8)
    items = reader.items(reader.count(_LENGTH, MAX_SECTION_ITEMS))
    proof = tuple(reader.take(DIGEST_BYTES) for _ in range(reader.count(1, MAX_PROOF_HASHES)))
    reader.finish()
    if not chain or not heads:
        raise Malformed("section-malformed", "a section holds a key chain and a head")
    if start + len(items) > MAX_INTEGER:
        raise Malformed("section-malformed", "no ledger is that long")
    return Section(
        ledger=frame.ledger, chain=chain, heads=heads, start=start, items=items, proof=proof
    )


def end_of(frame: Frame) -> int:
    """The size that a section says its ledger has after its last item; the items are not read.

    Raises:
        Malformed: not the beginning of a section.
    """
    reader = _Reader(frame.body)
    reader.texts(1, MAX_CHAIN_EVENTS, MAX_MESSAGE_BYTES)
    reader.texts(_COUNT, MAX_SECTION_HEADS, MAX_NOTE_BYTES)
    return reader.number(8) + reader.count(_LENGTH, MAX_SECTION_ITEMS)


def write_section(section: Section) -> Frame:
    """Write a section as a frame.

    Raises:
        Malformed: a part is over its limit.
    """
    if len(section.items) > MAX_SECTION_ITEMS or not 0 <= section.start <= MAX_INTEGER:
        raise Malformed("section-malformed", f"more than {MAX_SECTION_ITEMS} items")
    parts: list[bytes] = []
    _write_texts(parts, section.chain, 1, MAX_CHAIN_EVENTS, MAX_MESSAGE_BYTES)
    _write_texts(parts, section.heads, _COUNT, MAX_SECTION_HEADS, MAX_NOTE_BYTES)
    parts.append(section.start.to_bytes(8, "big"))
    parts.append(len(section.items).to_bytes(_LENGTH, "big"))
    for leaf, raw, sealed in section.items:
        if raw is not None:
            parts += (_ENTRY, len(raw).to_bytes(2, "big"), raw)
        elif sealed is not None:
            parts += (_SEALED, leaf, len(sealed).to_bytes(_LENGTH, "big"), sealed)
        else:
            parts += (_HASH, leaf)
    parts += (len(section.proof).to_bytes(1, "big"), *section.proof)
    return Frame(section.ledger, b"".join(parts))


def _write_texts(
    parts: list[bytes], texts: tuple[bytes, ...], width: int, most: int, longest: int
) -> None:
    if not 0 < len(texts) <= most or any(len(text) > longest for text in texts):
        raise Malformed("section-malformed", "too many or too long chain messages or heads")
    parts.append(len(texts).to_bytes(width, "big"))
    for text in texts:
        parts += (len(text).to_bytes(2, "big"), text)


class _Reader:
    """Walks over bytes from front to back and never beyond them."""

    __slots__ = ("_at", "_raw")

    def __init__(self, raw: bytes, at: int = 0) -> None:
        self._raw = raw
        self._at = at

    def take(self, length: int) -> bytes:
        end = self._at + length
        taken = self._raw[self._at : end]
        if len(taken) != length:
            raise Malformed("bundle-cut", "the bytes end before what they announce")
        self._at = end
        return taken

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")

    def count(self, width: int, most: int) -> int:
        found = self.number(width)
        if found > most:
            raise Malformed("bundle-malformed", f"{found} of something, and {most} are allowed")
        return found

    def texts(self, width: int, most: int, longest: int) -> tuple[bytes, ...]:
        return tuple(self.take(self.count(2, longest)) for _ in range(self.count(width, most)))

    def items(self, count: int) -> list[Item]:
        # The hot loop of a catch-up: one slice and one hash for an entry.
        raw, at, items = self._raw, self._at, []
        for _ in range(count):
            if raw[at : at + 1] != _ENTRY:
                self._at = at
                items.append(self._hidden())
                at = self._at
                continue
            length = int.from_bytes(raw[at + 1 : at + 3], "big")
            entry = raw[at + 3 : at + 3 + length]
            if len(entry) != length or at + 3 > len(raw):
                raise Malformed("bundle-cut", "the bytes end within an entry")
            items.append(Item(leaf_hash(entry), entry))
            at += 3 + length
        self._at = at
        return items

    def _hidden(self) -> Item:
        sort, leaf = self.take(1), self.take(DIGEST_BYTES)
        if sort == _HASH:
            return Item(leaf)
        if sort == _SEALED:
            return Item(leaf, None, self.take(self.count(_LENGTH, MAX_SEALED_BYTES)))
        raise Malformed("section-malformed", f"there is no item of sort {sort.hex()}")

    def finish(self) -> None:
        if self._at != len(self._raw):
            raise Malformed("bundle-trailing", "something follows the end")
