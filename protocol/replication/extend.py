"""What a section of a bundle adds to a copy of a ledger (docs/spec/replication.md).

    section + what is held -> Extension, or an error that says who is at fault

Pure, and the same for a push, a pull, a relay, a file, and our own ledger after a restore.
The order of the checks:

1. the key chain continues the one that is held, or is a beginning of it;
2. every head is signed by the log key of its size, and heads come by size;
3. no head contradicts what is held;
4. the section starts where the copy ends, or before: else `Behind`;
5. the leaf hashes lead to the root of every head on the way, and the proof to the last one;
6. where the section and the copy overlap, they have the same leaf hashes;
7. cosignatures by known witnesses verify; lines of others are left aside.

Only when the section holds in itself (5) is a difference from what is held the ledger's
own doing: then it is a `Contradiction`, with evidence wherever evidence can be made. A
section that does not hold in itself says nothing about the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from protocol.errors import Behind, Inconsistent, Malformed
from protocol.identity.chain import Chain, open_chain, same_or_longer
from protocol.ledger.checkpoint import (
    log_key_of,
    open_checkpoint,
    origin_of,
    read_checkpoint,
)
from protocol.ledger.cosignature import Cosignature, read_cosignatures
from protocol.ledger.merkle import Frontier
from protocol.ledger.note import Note, read_note, write_note
from protocol.replication.branch import Held, SignedHead, check_branch, check_head
from protocol.replication.bundle import Item, Section
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PublicKey

Witnesses = Sequence[Mapping[CommunityId, PublicKey]]
"""Witness keys by generation: each community's newest first, then those it had before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """What a section adds; everything in it is verified.

    Attributes:
        chain: the longer of both key chains.
        start: how much was held.
        items: what stands behind that.
        known: index and item where section and copy overlap.
        frontier: of the ledger with the new items.
        heads: by size; the last one covers all, and is larger where the section is partial.
    """

    ledger: CommunityId
    chain: Chain
    start: int
    items: tuple[Item, ...]
    known: tuple[tuple[int, Item], ...]
    frontier: Frontier
    heads: tuple[SignedHead, ...]

    @property
    def size(self) -> int:
        """How much is held with the new items."""
        return self.frontier.size

    @property
    def head(self) -> SignedHead | None:
        """The head of just this size, if there is one."""
        last = self.heads[-1]
        return last if last.checkpoint.size == self.size else None


def extend(section: Section, held: Held, witnesses: Witnesses) -> Extension:
    """Verify a section against what is held.

    Args:
        section: as read.
        held: what the copy has; a new, empty one for a ledger that is not known yet.
        witnesses: whose cosignatures to look for.

    Raises:
        Malformed: a message, note or cosignature cannot be read, or heads are out of order.
        Unauthentic: a key may not be one, or a signature by a known key fails.
        Behind: entries between the copy and the section are missing here.
        Inconsistent: the section does not hold in itself, or is of another key chain.
        Contradiction: it holds, and the ledger signed something else before.
    """
    chain = _open_chain(section, held.chain)
    heads = [open_head(section.ledger, chain, note) for note in section.heads]
    _check_order(section, heads)
    for head in heads:
        check_head(section.ledger, head, held)
    if section.start > held.size:
        detail = f"held here up to {held.size}; the section starts at {section.start}"
        raise Behind("ledger-gap", detail, size=held.size)
    frontier = check_branch(section, heads, held)
    overlap = max(0, held.size - section.start)
    return Extension(
        ledger=section.ledger,
        chain=chain,
        start=held.size,
        items=tuple(section.items[overlap:]),
        known=tuple(enumerate(section.items[:overlap], section.start)),
        frontier=frontier if frontier.size > held.size else held.tree.frontier(held.size),
        heads=tuple(
            replace(head, cosignatures=_cosignatures(note, witnesses))
            for head, note in zip(heads, section.heads, strict=True)
        ),
    )


def open_head(ledger: CommunityId, chain: Chain, raw: bytes) -> SignedHead:
    """A ledger's head, checked by the key that signs at its size; other lines are left aside.

    Raises:
        Malformed: not a checkpoint note.
        Unauthentic: of another ledger, or not signed by that key.
        Inconsistent: an empty ledger with another root than the empty one.
    """
    note = read_note(raw)
    key = chain.log_key(read_checkpoint(note.text).size)
    checkpoint = open_checkpoint(raw, key, origin_of(ledger))
    # One line says it all; more of them could make evidence too long to pass on.
    own = Note(note.text, note.lines_of(log_key_of(checkpoint.origin, key))[:1])
    return SignedHead(checkpoint=checkpoint, note=write_note(own))


def _open_chain(section: Section, held: Chain | None) -> Chain:
    """Check 1; a chain that is held already is not verified again."""
    if held is not None and section.chain == tuple(event.raw for event in held.events):
        return held
    offered = open_chain(section.chain)
    if offered.community != section.ledger:
        raise Inconsistent("section-chain", "the key chain is another community's")
    return offered if held is None else same_or_longer(held, offered)


def _check_order(section: Section, heads: Sequence[SignedHead]) -> None:
    sizes = [head.checkpoint.size for head in heads]
    if any(size >= after for size, after in pairwise(sizes)):
        raise Malformed("section-heads", "heads stand by size, each size once")
    if sizes[-1] < section.end or any(size > section.end for size in sizes[:-1]):
        raise Malformed("section-heads", "only the last head reaches the end, or beyond")


def _cosignatures(note: bytes, witnesses: Witnesses) -> tuple[Cosignature, ...]:
    """Check 7; of a witness that cosigned twice, the earlier line counts."""
    found: dict[CommunityId, Cosignature] = {}
    for generation in witnesses:
        for line in read_cosignatures(note, generation):
            if line.witness not in found or line.time < found[line.witness].time:
                found[line.witness] = line
    return tuple(found.values())
