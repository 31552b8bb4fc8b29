"""Fork evidence: two signed heads of one ledger that cannot both be true (docs/spec/fork.md).

- Of the same size with different roots, the heads alone show it.
- Of different sizes, the evidence adds what the larger tree has at the smaller size: another
  root, and the consistency proof from there to the larger head. Nobody can make that proof
  for a tree that does contain the smaller head.

The evidence is JSON, and as such also the body of an entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Len

from protocol.errors import Refused, Unauthentic
from protocol.ledger.checkpoint import Checkpoint, open_checkpoint, origin_of, read_checkpoint
from protocol.ledger.merkle import Tree, verify_consistency
from protocol.ledger.note import Note, read_note, write_note
from protocol.wire.bodies import Hex32, Rows, body, body_json, read_body
from protocol.wire.digests import DIGEST_BYTES, CommunityId
from protocol.wire.encoding import read_json, write_json
from protocol.wire.keys import PublicKey
from protocol.wire.limits import MAX_EVIDENCE_BYTES, MAX_HEAD_CHARS, MAX_PROOF_HASHES
from protocol.wire.text import hex_decode

HeadText = Annotated[str, Len(1, MAX_HEAD_CHARS)]
"""A checkpoint note with the ledger's own line."""


@body
class ForkEvidence:
    """Two heads as notes; `root` and `proof` are there for heads of two sizes only."""

    ledger: Hex32
    first: HeadText
    second: HeadText
    root: Hex32 | None = None
    proof: Annotated[Rows[Hex32], Len(0, MAX_PROOF_HASHES)] = ()


@dataclass(frozen=True, slots=True)
class Fork:
    """A fork that was shown; `second` is at least as large as `first`."""

    first: Checkpoint
    second: Checkpoint


def make_evidence(
    ledger: CommunityId, one: bytes, other: bytes, branch: Tree | None = None
) -> ForkEvidence:
    """Put evidence together; cosignatures are left out, they are not needed.

    Args:
        ledger: whose heads these are.
        one: note of a head.
        other: note of a head that contradicts it.
        branch: for heads of two sizes, the tree whose root the larger head signs.

    Raises:
        Malformed: not notes of checkpoints.
    """
    heads = [_own_lines(one), _own_lines(other)]
    first, second = sorted(heads, key=lambda head: read_checkpoint(head.text).size)
    old, new = read_checkpoint(first.text).size, read_checkpoint(second.text).size
    return ForkEvidence(
        ledger=ledger,
        first=write_note(first).decode("utf-8"),
        second=write_note(second).decode("utf-8"),
        root=None if branch is None or old == new else branch.root(old).hex(),
        proof=() if branch is None else tuple(x.hex() for x in branch.consistency(old, new)),
    )


def read_evidence(raw: bytes) -> ForkEvidence:
    """Read evidence; whether it shows a fork is `verify_evidence`'s question.

    Raises:
        Malformed: not evidence in form.
    """
    return read_body(ForkEvidence, read_json(raw, max_bytes=MAX_EVIDENCE_BYTES))


def write_evidence(evidence: ForkEvidence) -> bytes:
    """The bytes of evidence, to be passed on."""
    return write_json(body_json(evidence))


def verify_evidence(
    evidence: ForkEvidence, ledger: CommunityId, log_keys: Iterable[PublicKey]
) -> Fork:
    """Check that the evidence shows a fork of this ledger.

    Args:
        evidence: as read.
        ledger: the ledger in question.
        log_keys: every key that ever signed for it; each head may be by any of them.

    Raises:
        Malformed: a head is not a checkpoint note.
        Unauthentic: of another ledger, or a head is not signed by any of the keys.
        Inconsistent: the proof does not lead to the larger head.
        Refused: genuine, but both heads can be true.
    """
    if evidence.ledger != ledger:
        raise Unauthentic("fork-ledger", "the evidence is about another ledger")
    keys = tuple(log_keys)
    first = _open(evidence.first.encode("utf-8"), ledger, keys)
    second = _open(evidence.second.encode("utf-8"), ledger, keys)
    if first.size == second.size:
        shown = first.root != second.root and evidence.root is None and not evidence.proof
    else:
        root = hex_decode(evidence.root or "", DIGEST_BYTES)
        proof = [hex_decode(known, DIGEST_BYTES) for known in evidence.proof]
        verify_consistency(first.size, second.size, root, second.root, proof)
        shown = first.root != root
    if not shown:
        raise Refused("fork-not-shown", "both heads can be true, or the evidence says too much")
    return Fork(first, second)


def _open(note_raw: bytes, ledger: CommunityId, keys: tuple[PublicKey, ...]) -> Checkpoint:
    for key in keys:
        try:
            return open_checkpoint(note_raw, key, origin_of(ledger))
        except Unauthentic:
            continue
    raise Unauthentic("fork-unsigned", "a head is not signed by a key of the ledger")


def _own_lines(note_raw: bytes) -> Note:
    note = read_note(note_raw)
    origin = read_checkpoint(note.text).origin
    return Note(note.text, tuple(line for line in note.lines if line.name == origin))
