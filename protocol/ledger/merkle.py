"""The Merkle tree of RFC 9162 section 2.1 (RFC 6962): roots and proofs (docs/spec/merkle.md).

A leaf is hashed with a zero byte before it, a node with a one. `Tree` keeps every complete
subtree and answers any question about any earlier size. `Frontier` keeps the right edge
alone and computes roots by other code: before a head is signed, both must agree.

Leaves are given as leaf hashes throughout; only `leaf_hash` sees an entry. What the RFC
leaves open about proofs is closed: from size 0 and between equal sizes the proof is empty,
and a proof with a hash too many or too few fails.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from protocol.errors import Inconsistent
from protocol.wire.digests import DIGEST_BYTES

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(raw: bytes) -> bytes:
    """Hash of an entry's bytes as a leaf."""
    return sha256(b"\x00" + raw).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root of the tree over these leaf hashes."""
    return Frontier().extend(leaves).root()


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash is number `index` in the tree of that size and root.

    Raises:
        Inconsistent: the proof does not show it.
    """
    if not 0 <= index < size:
        raise Inconsistent("inclusion-invalid", "the index is outside the tree")
    if not _are_hashes(leaf, root, *proof):
        raise Inconsistent("inclusion-invalid", "a hash has 32 bytes")
    place, last = index, size - 1
    result = leaf
    for sibling in proof:
        if last == 0:
            raise Inconsistent("inclusion-invalid", "the proof is too long")
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise Inconsistent("inclusion-invalid", "the proof is too short")
    if result != root:
        raise Inconsistent("inclusion-invalid", "the proof leads to another root")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the old tree is the beginning of the new one.

    Raises:
        Inconsistent: the proof does not show it.
    """
    if not 0 <= old <= new:
        raise Inconsistent("consistency-invalid", "the old size is beyond the new one")
    if not _are_hashes(old_root, new_root, *proof):
        raise Inconsistent("consistency-invalid", "a hash has 32 bytes")
    if old in (0, new):
        if proof:
            raise Inconsistent("consistency-invalid", "nothing to prove, yet a proof")
        if old_root != (EMPTY_ROOT if old == 0 else new_root):
            raise Inconsistent("consistency-invalid", "the same size has two roots")
        if new == 0 and new_root != EMPTY_ROOT:
            raise Inconsistent("consistency-invalid", "an empty tree has another root")
        return
    from_old, from_new = _both_roots(old, new, old_root, proof)
    if from_old != old_root:
        raise Inconsistent("consistency-invalid", "the proof leads to another old root")
    if from_new != new_root:
        raise Inconsistent("consistency-invalid", "the proof leads to another new root")


@dataclass(frozen=True, slots=True)
class Frontier:
    """The complete subtrees on the right edge, largest first: all that a root needs."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a frontier that no tree has."""
        if len(self.hashes) != self.size.bit_count() or any(
            len(known) != DIGEST_BYTES for known in self.hashes
        ):
            raise ValueError("a frontier has one hash for each bit of its size")

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaf hashes as well."""
        size = self.size
        hashes = list(self.hashes)
        for leaf in leaves:
            subtree = leaf
            complete = size
            while complete & 1:
                subtree = node_hash(hashes.pop(), subtree)
                complete >>= 1
            hashes.append(subtree)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """Root of the whole tree."""
        return _join(self.hashes)


class Tree:
    """A growing tree in memory; `_levels[k]` holds the roots of its subtrees of 2**k leaves."""

    __slots__ = ("_levels", "_size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Start with these leaf hashes."""
        self._levels: list[bytearray] = [bytearray()]
        self._size = 0
        self.extend(leaves)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes, a level at a time."""
        added = b"".join(leaves)
        if len(added) % DIGEST_BYTES:
            raise ValueError("a leaf hash has 32 bytes")
        self._levels[0] += added
        self._complete()
        # Last: whoever reads on another thread asks for nothing that is not complete.
        self._size = len(self._levels[0]) // DIGEST_BYTES

    def truncate(self, size: int) -> None:
        """Forget every leaf from `size` on."""
        if not 0 <= size <= self.size:
            raise ValueError("cannot truncate a tree to more than it has")
        self._size = size
        for level, nodes in enumerate(self._levels):
            del nodes[(size >> level) * DIGEST_BYTES :]

    def leaf(self, index: int) -> bytes:
        """One leaf hash."""
        if not 0 <= index < self.size:
            raise IndexError("no such leaf")
        return self._node(0, index)

    def nodes(self, level: int, start: int, count: int) -> bytes:
        """Roots of `count` complete subtrees of 2**level leaves, from the given one on.

        Raises:
            IndexError: not all of them are complete.
        """
        nodes = self._levels[level] if 0 <= level < len(self._levels) else b""
        if min(start, count) < 0 or (start + count) * DIGEST_BYTES > len(nodes):
            raise IndexError("no such complete subtrees")
        return bytes(nodes[start * DIGEST_BYTES : (start + count) * DIGEST_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, of all by default."""
        return self._range(0, self._known(self.size if size is None else size))

    def frontier(self, size: int | None = None) -> Frontier:
        """Frontier of the first `size` leaves, of all by default."""
        end = self._known(self.size if size is None else size)
        return Frontier(end, tuple(self._peaks(0, end)))

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Proof that the leaf is in the tree of that size; the leaf's sibling comes first."""
        last = self._known(size) - 1
        if not 0 <= index <= last:
            raise ValueError("the leaf is outside the tree")
        proof = []
        level, place = 0, index
        while last:
            if place & 1:
                proof.append(self._node(level, place - 1))
            elif place < last:
                start = (place + 1) << level
                proof.append(self._range(start, min(start + (1 << level), size)))
            level, place, last = level + 1, place >> 1, last >> 1
        return tuple(proof)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Proof that the tree of size `old` is the beginning of the one of size `new`."""
        if not 0 <= old <= self._known(new):
            raise ValueError("the old size is beyond the new one")
        if old == 0:
            return ()
        proof = []
        low, high, left_edge = 0, new, True
        while old != high:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            if old <= middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low, left_edge = middle, False
        if not left_edge:
            proof.append(self._range(low, high))
        return tuple(reversed(proof))

    def _known(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError("the tree has no such size")
        return size

    def _node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES])

    def _peaks(self, start: int, end: int) -> Sequence[bytes]:
        # Complete subtrees from `start`, which is a multiple of the largest of them.
        peaks = []
        while start < end:
            level = (end - start).bit_length() - 1
            peaks.append(self._node(level, start >> level))
            start += 1 << level
        return peaks

    def _range(self, start: int, end: int) -> bytes:
        return _join(self._peaks(start, end))

    def _complete(self) -> None:
        level = 0
        while len(self._levels[level]) >= 2 * DIGEST_BYTES:
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            below, above = self._levels[level], self._levels[level + 1]
            pairs = range(len(above) * 2, len(below) - 2 * DIGEST_BYTES + 1, 2 * DIGEST_BYTES)
            if not pairs:
                return
            above += b"".join(
                [sha256(b"\x01" + below[at : at + 2 * DIGEST_BYTES]).digest() for at in pairs]
            )
            level += 1


def _join(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def _both_roots(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    # A complete old tree is itself the first hash of the path; then it is left out.
    path = (old_root, *proof) if old & (old - 1) == 0 else tuple(proof)
    if not path:
        raise Inconsistent("consistency-invalid", "the proof is too short")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Inconsistent("consistency-invalid", "the proof is too long")
        if place & 1 or place == last:
            from_old = node_hash(sibling, from_old)
            from_new = node_hash(sibling, from_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise Inconsistent("consistency-invalid", "the proof is too short")
    return from_old, from_new


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(known) == DIGEST_BYTES for known in hashes)
