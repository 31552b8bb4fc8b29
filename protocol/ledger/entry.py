"""An entry: a message at its place in a ledger (docs/spec/entry.md).

    {"index":41,"received":1700000000,"salt":"<22 characters>","message":{...}}

- One line, one spelling: these members, this order, no white space, the message verbatim.
- The random salt makes the leaf hash hide the message, so that an entry can be withheld or
  erased and the tree still verifies.
"""

import re
from dataclasses import dataclass

from protocol.errors import Malformed
from protocol.ledger.merkle import leaf_hash
from protocol.wire.limits import MAX_ENTRY_BYTES, MAX_INTEGER, SALT_BYTES
from protocol.wire.message import Message, read_message
from protocol.wire.text import b64url_decode, b64url_encode, read_decimal

__all__ = ["Entry", "leaf_hash", "place_message", "read_entry", "write_entry"]

# Exact, so that what matches needs no writing back to be compared.
_ENTRY = re.compile(
    rb'\{"index":([0-9]{1,16}),"received":([0-9]{1,16}),"salt":"([A-Za-z0-9_-]{22})",'
    rb'"message":(\{.*\})\}',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as read; the signature of its message is not yet checked."""

    index: int
    received: int
    salt: bytes
    message: Message
    raw: bytes


def write_entry(*, index: int, received: int, salt: bytes, message_raw: bytes) -> bytes:
    """Put a message, byte for byte, at its place.

    Raises:
        Malformed: the entry would be too long, or the message is none.
        Unauthentic: the message's key may not be a key.
    """
    return place_message(read_message(message_raw), index=index, received=received, salt=salt)


def place_message(message: Message, *, index: int, received: int, salt: bytes) -> bytes:
    """Put a message that was read before at its place.

    Raises:
        Malformed: the entry would be too long.
    """
    if not (0 <= index <= MAX_INTEGER and 0 <= received <= MAX_INTEGER):
        raise ValueError("index and received are counted from 0 to 2^53-1")
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    raw = b'{"index":%d,"received":%d,"salt":"%b","message":%b}' % (
        index,
        received,
        b64url_encode(salt).encode("ascii"),
        message.raw,
    )
    if len(raw) > MAX_ENTRY_BYTES:
        raise Malformed("entry-too-long", f"more than {MAX_ENTRY_BYTES} bytes")
    return raw


def read_entry(raw: bytes) -> Entry:
    """Read an entry without checking the message's signature.

    Raises:
        Malformed: not the one spelling of an entry, or its message is not one.
        Unauthentic: the message's key may not be a key.
    """
    if len(raw) > MAX_ENTRY_BYTES:
        raise Malformed("entry-too-long", f"more than {MAX_ENTRY_BYTES} bytes")
    parts = _ENTRY.fullmatch(raw)
    if parts is None:
        raise Malformed("entry-malformed", "expected index, received, salt and message, compact")
    index, received, salt, message_raw = parts.groups()
    return Entry(
        index=read_decimal(index.decode("ascii")),
        received=read_decimal(received.decode("ascii")),
        salt=b64url_decode(salt.decode("ascii")),
        message=read_message(message_raw),
        raw=raw,
    )
