"""Text to values and back, each with one spelling (docs/spec/wire.md, "Text").

Together with encoding.py the only place that turns text into values. Python's own readers
are generous: int() takes "007" and "1_000", b64decode() skips what it does not know and
drops stray bits. So a value is written back and compared wherever a rule of spelling is
not enforced by an exact pattern.
"""

import re
from base64 import b32decode, b32encode
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64

from protocol.errors import Malformed
from protocol.wire.limits import MAX_INTEGER, MAX_INTEGER_DIGITS

_DECIMAL = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)


def read_decimal(text: str) -> int:
    """Read a canonical decimal from 0 to 2**53 - 1.

    Raises:
        Malformed: sign, leading zero, other digits, empty, or too large.
    """
    if len(text) <= MAX_INTEGER_DIGITS and _DECIMAL.fullmatch(text):
        value = int(text)
        if value <= MAX_INTEGER:
            return value
    raise Malformed("decimal-invalid", "expected a plain decimal number up to 2^53-1")


def b64_encode(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4), as C2SP notes use it."""
    return b2a_base64(data, newline=False).decode("ascii")


def b64_decode(text: str) -> bytes:
    """Read standard base64 with padding, in its only spelling.

    Raises:
        Malformed: another alphabet, wrong padding, or stray bits.
    """
    try:
        data = a2b_base64(text)
    except (Base64Error, ValueError):
        data = None
    if data is None or b64_encode(data) != text:
        raise Malformed("base64-invalid", "expected standard base64 with padding")
    return data


def b64url_encode(data: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2), as JOSE uses it."""
    text = b2a_base64(data, newline=False).decode("ascii")
    return text.rstrip("=").replace("+", "-").replace("/", "_")


def b64url_decode(text: str) -> bytes:
    """Read base64url without padding, in its only spelling.

    Raises:
        Malformed: another alphabet, any padding, or stray bits.
    """
    try:
        data = a2b_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        data = None
    if data is None or b64url_encode(data) != text:
        raise Malformed("base64url-invalid", "expected base64url without padding")
    return data


def b32_encode(data: bytes) -> str:
    """Base32 in capitals without padding (RFC 4648 section 6), as QR codes hold it best."""
    return b32encode(data).decode("ascii").rstrip("=")


def b32_decode(text: str) -> bytes:
    """Read base32 in capitals without padding, in its only spelling.

    Raises:
        Malformed: another alphabet, small letters, any padding, or stray bits.
    """
    try:
        data = b32decode(text + "=" * (-len(text) % 8))
    except (Base64Error, ValueError):
        data = None
    if data is None or b32_encode(data) != text:
        raise Malformed("base32-invalid", "expected base32 in capitals without padding")
    return data


def hex_decode(text: str, length: int) -> bytes:
    """Read exactly `length` bytes of lower-case hex.

    Raises:
        Malformed: upper case, another length, or other characters.
    """
    if len(text) != 2 * length or not _HEX.fullmatch(text):
        raise Malformed("hex-invalid", f"expected {2 * length} lower-case hex digits")
    return bytes.fromhex(text)
