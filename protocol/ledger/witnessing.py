"""What a witness is asked and what it answers (C2SP tlog-witness `add-checkpoint`).

Pure: the witness hands in what it last cosigned and stores what it accepts *before* it
answers, both in one step (docs/spec/cosignature.md). A refusal that is signed by the
ledger's key is evidence and worth keeping.
"""

from dataclasses import dataclass
from enum import Enum

from protocol.errors import Inconsistent, Malformed, ProtocolError
from protocol.ledger.checkpoint import Checkpoint, log_key_of, read_checkpoint
from protocol.ledger.merkle import EMPTY_ROOT, verify_consistency
from protocol.ledger.note import read_note, verify_note
from protocol.wire.digests import DIGEST_BYTES
from protocol.wire.keys import PublicKey
from protocol.wire.limits import MAX_ADD_CHECKPOINT_BYTES, MAX_PROOF_HASHES
from protocol.wire.text import b64_decode, b64_encode, read_decimal

_OLD = "old "


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign: the last size that the asker believes cosigned, a proof, a head."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    checkpoint: Checkpoint


class Reason(Enum):
    """Why a witness does not cosign, in the order in which it looks."""

    UNKNOWN_ORIGIN = "unknown-origin"
    UNTRUSTED = "untrusted"
    OLD_BEYOND_NEW = "old-beyond-new"
    OTHER_SIZE = "other-size"
    UNPROVEN = "unproven"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class Accept:
    """Store this head, then cosign it."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Decline:
    """Do not cosign; `size` is that of the last cosigned head."""

    reason: Reason
    size: int


def read_add_checkpoint(raw: bytes) -> AddCheckpoint:
    """Read a request; nothing is verified.

    Raises:
        Malformed: not the only spelling of a request.
    """
    if len(raw) > MAX_ADD_CHECKPOINT_BYTES:
        raise Malformed("add-checkpoint-malformed", "the request is too long")
    head, found, note = raw.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("add-checkpoint-malformed", "not text") from None
    if not found or not lines[0].startswith(_OLD):
        raise Malformed("add-checkpoint-malformed", "expected old, proof, an empty line, a note")
    if len(lines) - 1 > MAX_PROOF_HASHES:
        raise Malformed("add-checkpoint-malformed", f"more than {MAX_PROOF_HASHES} hashes")
    old = read_decimal(lines[0].removeprefix(_OLD))
    proof = tuple(b64_decode(line) for line in lines[1:])
    if any(len(known) != DIGEST_BYTES for known in proof):
        raise Malformed("add-checkpoint-malformed", "a hash has 32 bytes")
    return AddCheckpoint(old, proof, note, read_checkpoint(read_note(note).text))


def write_add_checkpoint(old: int, proof: tuple[bytes, ...], note: bytes) -> bytes:
    """Write a request.

    Raises:
        Malformed: what would be written could not be read.
    """
    lines = [f"{_OLD}{old}", *(b64_encode(known) for known in proof)]
    raw = "\n".join(lines).encode("ascii") + b"\n\n" + note
    read_add_checkpoint(raw)
    return raw


def judge(
    request: AddCheckpoint, log_key: PublicKey | None, seen: Checkpoint | None
) -> Accept | Decline:
    """Decide whether to cosign.

    Args:
        request: as read.
        log_key: the key that signs for this origin at this size; none if it is unknown here.
        seen: the last head cosigned for this origin, if any.
    """
    size, root = (0, EMPTY_ROOT) if seen is None else (seen.size, seen.root)
    reason = _distrust(request, log_key) or _contradiction(request, size, root)
    return Accept(request.checkpoint) if reason is None else Decline(reason, size)


def _distrust(request: AddCheckpoint, log_key: PublicKey | None) -> Reason | None:
    if log_key is None:
        return Reason.UNKNOWN_ORIGIN
    try:
        verify_note(read_note(request.note), log_key_of(request.checkpoint.origin, log_key))
    except ProtocolError:
        return Reason.UNTRUSTED
    return None


def _contradiction(request: AddCheckpoint, size: int, root: bytes) -> Reason | None:
    head = request.checkpoint
    if request.old > head.size:
        return Reason.OLD_BEYOND_NEW
    if request.old != size:
        return Reason.OTHER_SIZE
    if head.size == size and head.root != root:
        return Reason.FORK
    try:
        verify_consistency(size, head.size, root, head.root, request.proof)
    except Inconsistent:
        return Reason.UNPROVEN
    return None
