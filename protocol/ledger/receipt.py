"""A receipt: what a member keeps to prove that her entry is in the ledger (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    index <number>
    <base64 hash>            the inclusion path, the leaf's sibling first
                             (an empty line)
    <checkpoint note with cosignatures>

It checks offline. The optional `extra` line is refused: nothing would vouch for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from protocol.errors import Malformed
from protocol.ledger.checkpoint import Checkpoint, open_checkpoint
from protocol.ledger.cosignature import Cosignature, read_cosignatures
from protocol.ledger.merkle import verify_inclusion
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PublicKey
from protocol.wire.limits import MAX_INTEGER, MAX_PROOF_HASHES, MAX_RECEIPT_BYTES
from protocol.wire.text import b64_decode, b64_encode, read_decimal

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = "index "
_NOBODY: Mapping[CommunityId, PublicKey] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that holds: this leaf is number `index` under this head."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]
    note: bytes


def write_receipt(index: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Write a receipt from an inclusion proof and the head that it leads to.

    Raises:
        Malformed: what would be written could not be read.
    """
    lines = [_HEADER, f"{_INDEX}{index}", *(b64_encode(known) for known in proof)]
    raw = "\n".join(lines).encode("ascii") + b"\n\n" + note
    small = len(proof) <= MAX_PROOF_HASHES and len(raw) <= MAX_RECEIPT_BYTES
    if not (small and 0 <= index <= MAX_INTEGER):
        raise Malformed("receipt-malformed", "the index, the path or the note is too large")
    return raw


def open_receipt(
    raw: bytes,
    leaf: bytes,
    log_key: PublicKey,
    *,
    origin: str | None = None,
    witnesses: Mapping[CommunityId, PublicKey] = _NOBODY,
) -> Receipt:
    """Read a receipt and check it for a leaf hash.

    Args:
        raw: the receipt as it came.
        leaf: hash of the entry that it is about.
        log_key: the key that signs for the ledger.
        origin: the ledger that is expected; any by default.
        witnesses: whose cosignatures to look for; who must be among them is the caller's rule.

    Raises:
        Malformed: not the only spelling of a receipt.
        Unauthentic: the head is not signed, or a known witness's line fails.
        Inconsistent: the leaf is not at that place under that head.
    """
    index, proof, note = _split(raw)
    checkpoint = open_checkpoint(note, log_key, origin)
    verify_inclusion(leaf, index, checkpoint.size, proof, checkpoint.root)
    return Receipt(index, proof, checkpoint, read_cosignatures(note, witnesses), note)


def _split(raw: bytes) -> tuple[int, tuple[bytes, ...], bytes]:
    if len(raw) > MAX_RECEIPT_BYTES:
        raise Malformed("receipt-malformed", "the receipt is too long")
    head, found, note = raw.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("receipt-malformed", "not text") from None
    if not found or len(lines) < 2 or lines[0] != _HEADER or not lines[1].startswith(_INDEX):
        raise Malformed("receipt-malformed", "expected the header, index, path, and a note")
    if len(lines) - 2 > MAX_PROOF_HASHES:
        raise Malformed("receipt-malformed", f"more than {MAX_PROOF_HASHES} hashes")
    index = read_decimal(lines[1].removeprefix(_INDEX))
    return index, tuple(b64_decode(line) for line in lines[2:]), note
