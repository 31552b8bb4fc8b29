"""Signed notes (C2SP signed-note), the form of every checkpoint (docs/spec/checkpoint.md).

A note is text, an empty line, and signature lines:

    — <key name> <base64 of key id (4 bytes) and signature>

A line of a key that the reader does not know is ignored; a line of a known key that fails
makes the whole note unacceptable.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from protocol.errors import Malformed, Unauthentic
from protocol.wire.digests import sha256
from protocol.wire.keys import PrivateKey, PublicKey, read_raw_public_key, verify
from protocol.wire.limits import MAX_KEY_NAME_BYTES, MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES
from protocol.wire.text import b64_decode, b64_encode

ED25519: Literal[1] = 1
COSIGNATURE: Literal[4] = 4

_DASH = "\u2014 "
_KEY_ID_BYTES = 4
_NOT_TEXT = bytes(code for code in range(0x20) if code != 0x0A)


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key under a name; `kind` says what its signatures mean (1 or 4)."""

    name: str
    kind: Literal[1, 4]
    public: PublicKey

    def __post_init__(self) -> None:
        """Refuse a name that a note cannot hold."""
        _check_name(self.name)

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line points to this key."""
        typed = bytes((self.kind,)) + self.public.raw
        return sha256(self.name.encode("utf-8") + b"\n" + typed)[:_KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text, for the configuration of C2SP tools."""
        return f"{self.name}+{self.key_id.hex()}+" + b64_encode(
            bytes((self.kind,)) + self.public.raw
        )


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature line; the blob after the key id depends on the kind of key."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def raw(self) -> bytes:
        """The line with its line feed."""
        return f"{_DASH}{self.name} {b64_encode(self.key_id + self.signature)}\n".encode()


@dataclass(frozen=True, slots=True)
class Note:
    """A note as read; `text` ends with a line feed. No signature is checked yet."""

    text: bytes
    lines: tuple[SignatureLine, ...]

    def lines_of(self, key: NoteKey) -> tuple[SignatureLine, ...]:
        """The lines that claim to be by this key."""
        key_id = key.key_id
        return tuple(x for x in self.lines if x.name == key.name and x.key_id == key_id)


def read_vkey(text: str) -> NoteKey:
    """Read a key from its configuration text.

    Raises:
        Malformed: not a vkey, of an unknown kind, or its id does not fit.
        Unauthentic: the key may not be a key.
    """
    # Base64 may hold a plus sign, a name may not: split at the first two.
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Malformed("vkey-malformed", "expected <name>+<id>+<key>")
    name, key_id, typed = parts[0], parts[1], b64_decode(parts[2])
    match typed[:1]:
        case b"\x01":
            key = NoteKey(name, ED25519, read_raw_public_key(typed[1:]))
        case b"\x04":
            key = NoteKey(name, COSIGNATURE, read_raw_public_key(typed[1:]))
        case _:
            raise Malformed("vkey-malformed", "the only kinds are 1 and 4")
    if key.key_id.hex() != key_id:
        raise Malformed("vkey-malformed", "the id is not that of name and key")
    return key


def read_note(raw: bytes) -> Note:
    """Read a note in its only spelling; signatures are not checked.

    Raises:
        Malformed: not a note, or over a limit.
    """
    if len(raw) > MAX_NOTE_BYTES:
        raise Malformed("note-malformed", f"more than {MAX_NOTE_BYTES} bytes")
    _check_text(raw)
    # The text may hold empty lines: the last one ends it.
    end = raw.rfind(b"\n\n")
    if end < 0 or not raw.endswith(b"\n"):
        raise Malformed("note-malformed", "expected text, an empty line and signature lines")
    lines = raw[end + 2 :].splitlines(keepends=True)
    if not 1 <= len(lines) <= MAX_NOTE_SIGNATURES:
        raise Malformed("note-malformed", f"expected 1 to {MAX_NOTE_SIGNATURES} signature lines")
    return Note(raw[: end + 1], tuple(read_signature_line(line) for line in lines))


def write_note(note: Note) -> bytes:
    """The bytes of a note.

    Raises:
        Malformed: what would be written could not be read.
    """
    raw = note.text + b"\n" + b"".join(line.raw for line in note.lines)
    if read_note(raw) != note:
        raise Malformed("note-malformed", "the text does not end with a line feed")
    return raw


def read_signature_line(raw: bytes) -> SignatureLine:
    """Read one signature line with its line feed.

    Raises:
        Malformed: not a signature line in its only spelling.
    """
    _check_text(raw)
    line = raw.decode("utf-8")
    parts = line.removeprefix(_DASH).removesuffix("\n").split(" ")
    if len(parts) != 2 or not line.startswith(_DASH) or not line.endswith("\n"):
        raise Malformed("note-malformed", "a signature line is a dash, a name and base64")
    name, blob = parts[0], b64_decode(parts[1])
    _check_name(name)
    if len(blob) <= _KEY_ID_BYTES:
        raise Malformed("note-malformed", "a signature line without a signature")
    return SignatureLine(name, blob[:_KEY_ID_BYTES], blob[_KEY_ID_BYTES:])


def sign_text(text: bytes, name: str, key: PrivateKey) -> SignatureLine:
    """Sign a note's text with a plain Ed25519 key under this name."""
    return SignatureLine(name, NoteKey(name, ED25519, key.public).key_id, key.sign(text))


def verify_note(note: Note, key: NoteKey) -> None:
    """Check that a plain Ed25519 key signed the note.

    Raises:
        Unauthentic: it did not, or one of the lines in its name fails.
    """
    lines = note.lines_of(key)
    if not lines:
        raise Unauthentic("note-unsigned", "no signature line by the expected key")
    for line in lines:
        verify(key.public, line.signature, note.text)


def add_lines(note: Note, lines: Iterable[SignatureLine]) -> Note:
    """The note with these lines as well; lines that are there already stay single.

    Raises:
        Malformed: more lines than a note may have.
    """
    merged = tuple(dict.fromkeys((*note.lines, *lines)))
    if len(merged) > MAX_NOTE_SIGNATURES:
        raise Malformed("note-malformed", f"more than {MAX_NOTE_SIGNATURES} signature lines")
    return Note(note.text, merged)


def _check_text(raw: bytes) -> None:
    if len(raw.translate(None, _NOT_TEXT)) != len(raw):
        raise Malformed("note-malformed", "a control character other than line feed")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("note-malformed", "not valid UTF-8") from None


def _check_name(name: str) -> None:
    encoded = name.encode("utf-8", "surrogatepass")
    if not 1 <= len(encoded) <= MAX_KEY_NAME_BYTES:
        raise Malformed("note-key-name", "a key name is empty or too long")
    if "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise Malformed("note-key-name", "a key name holds no space, plus or control character")
