"""A cosignature: a witness's word on a head, with its time (C2SP tlog-cosignature).

It says: as of that time this is the largest consistent head of this ledger that I have
seen. A witness signs with a key of its own, made for nothing else (docs/spec/cosignature.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocol.errors import Malformed, Unauthentic
from protocol.ledger.checkpoint import Checkpoint
from protocol.ledger.note import (
    COSIGNATURE,
    NoteKey,
    SignatureLine,
    add_lines,
    read_note,
    read_signature_line,
    write_note,
)
from protocol.wire.digests import CommunityId
from protocol.wire.keys import SIGNATURE_BYTES, PrivateKey, PublicKey, verify
from protocol.wire.limits import MAX_INTEGER

_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature."""

    witness: CommunityId
    time: int
    line: bytes


def witness_name(witness: CommunityId) -> str:
    """The name under which a community cosigns."""
    return f"acuerdo/w/{witness}"


def witness_key_of(witness: CommunityId, key: PublicKey) -> NoteKey:
    """A community's witness key as C2SP names it."""
    return NoteKey(witness_name(witness), COSIGNATURE, key)


def cosign(key: PrivateKey, witness: CommunityId, checkpoint: Checkpoint, time: int) -> bytes:
    """A community's cosignature as a signature line."""
    return cosign_text(key, witness_name(witness), checkpoint.text(), time).raw


def cosign_text(key: PrivateKey, name: str, text: bytes, time: int) -> SignatureLine:
    """A cosignature over a checkpoint's text under any witness name."""
    if not 0 < time <= MAX_INTEGER:
        raise ValueError("a cosignature's time is after 1970 and below 2^53")
    key_id = NoteKey(name, COSIGNATURE, key.public).key_id
    return SignatureLine(
        name, key_id, time.to_bytes(_TIME_BYTES, "big") + key.sign(_signed(text, time))
    )


def verify_cosignature(
    line: bytes, checkpoint: Checkpoint, witness: CommunityId, key: PublicKey
) -> Cosignature:
    """Check one signature line as this witness's cosignature of this head.

    Raises:
        Malformed: not a signature line, or not of a cosignature.
        Unauthentic: of another witness or key, or the signature fails.
    """
    parsed = read_signature_line(line)
    time = verify_line(parsed, checkpoint.text(), witness_key_of(witness, key))
    return Cosignature(witness, time, line)


def verify_line(line: SignatureLine, text: bytes, key: NoteKey) -> int:
    """Check a cosignature line under any witness name; gives its time.

    Raises:
        Malformed: the blob is not a time and a signature.
        Unauthentic: of another name or key, or the signature fails.
    """
    if line.name != key.name or line.key_id != key.key_id:
        raise Unauthentic("cosignature-key", "the line names another witness or key")
    if len(line.signature) != _TIME_BYTES + SIGNATURE_BYTES:
        raise Malformed("cosignature-malformed", "expected 8 bytes of time and a signature")
    time = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    if not 0 < time <= MAX_INTEGER:
        raise Malformed("cosignature-malformed", "the time is zero or beyond 2^53-1")
    verify(key.public, line.signature[_TIME_BYTES:], _signed(text, time))
    return time


def add_cosignatures(note_raw: bytes, lines: Iterable[bytes]) -> bytes:
    """A head's note with these lines as well; verify lines before they are added.

    Raises:
        Malformed: not a note, not signature lines, or too many.
    """
    parsed = [read_signature_line(line) for line in lines]
    return write_note(add_lines(read_note(note_raw), parsed))


def read_cosignatures(
    note_raw: bytes, keys: Mapping[CommunityId, PublicKey]
) -> tuple[Cosignature, ...]:
    """The cosignatures by known witnesses, one a witness (its earliest), in the note's order.

    Args:
        note_raw: the note; the ledger's own signature is not checked here.
        keys: witnesses that count, each with the key that it cosigns with.

    Raises:
        Malformed: not a note, or a known witness's line is not a cosignature.
        Unauthentic: a known witness's line fails.
    """
    note = read_note(note_raw)
    witnesses = {witness_name(witness): witness for witness in keys}
    found: dict[CommunityId, Cosignature] = {}
    for line in note.lines:
        witness = witnesses.get(line.name)
        if witness is None:
            continue
        key = witness_key_of(witness, keys[witness])
        # Another key id under a known name is a key that we do not know (yet, or any more).
        if line.key_id != key.key_id:
            continue
        time = verify_line(line, note.text, key)
        if witness not in found or time < found[witness].time:
            found[witness] = Cosignature(witness, time, line.raw)
    return tuple(found.values())


def _signed(text: bytes, time: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + text
