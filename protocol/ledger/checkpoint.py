"""A checkpoint: the signed head of a ledger (C2SP tlog-checkpoint; docs/spec/checkpoint.md).

    acuerdo/l/<community id>
    <size>
    <base64 root>

Extension lines are refused: no witness signs knowingly what it cannot check.
"""

from dataclasses import dataclass

from protocol.errors import Inconsistent, Malformed, Unauthentic
from protocol.ledger.merkle import EMPTY_ROOT
from protocol.ledger.note import (
    ED25519,
    Note,
    NoteKey,
    read_note,
    sign_text,
    verify_note,
    write_note,
)
from protocol.wire.digests import DIGEST_BYTES, CommunityId
from protocol.wire.keys import PrivateKey, PublicKey
from protocol.wire.text import b64_decode, b64_encode, read_decimal


def origin_of(community: CommunityId) -> str:
    """The name under which a community's ledger signs its heads; it outlives every address."""
    return f"acuerdo/l/{community}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a head says: this ledger, of this size, has this root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64_encode(self.root)}\n".encode()


def log_key_of(origin: str, key: PublicKey) -> NoteKey:
    """A ledger's key as C2SP names it: the key name is the origin."""
    return NoteKey(origin, ED25519, key)


def read_checkpoint(text: bytes) -> Checkpoint:
    """Read the text of a checkpoint; who signed it is not asked.

    Raises:
        Malformed: not exactly three lines of a checkpoint.
    """
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Malformed("checkpoint-malformed", "not valid UTF-8") from None
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise Malformed("checkpoint-malformed", "expected origin, size and root, and no more")
    size, root = read_decimal(lines[1]), b64_decode(lines[2])
    if len(root) != DIGEST_BYTES:
        raise Malformed("checkpoint-malformed", "a root has 32 bytes")
    return Checkpoint(lines[0], size, root)


def sign_checkpoint(key: PrivateKey, checkpoint: Checkpoint) -> bytes:
    """The head as a note with the ledger's own signature.

    Raises:
        Malformed: the origin cannot name a key.
    """
    text = checkpoint.text()
    return write_note(Note(text, (sign_text(text, checkpoint.origin, key),)))


def open_checkpoint(note_raw: bytes, log_key: PublicKey, origin: str | None = None) -> Checkpoint:
    """Read a head and check the ledger's signature; other lines are left to others.

    Args:
        note_raw: the note as it came.
        log_key: the key that signs for this ledger at this size.
        origin: the ledger that is expected; any by default.

    Raises:
        Malformed: not a note with a checkpoint in it.
        Unauthentic: not signed by the key, or of another ledger.
        Inconsistent: an empty ledger with another root than the empty one.
    """
    note = read_note(note_raw)
    checkpoint = read_checkpoint(note.text)
    if origin is not None and checkpoint.origin != origin:
        raise Unauthentic("checkpoint-origin", "the head is of another ledger")
    verify_note(note, log_key_of(checkpoint.origin, log_key))
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Inconsistent("checkpoint-empty-root", "an empty ledger has another root")
    return checkpoint
