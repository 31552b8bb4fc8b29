"""A message: one key's statement to one ledger (docs/spec/message.md).

A flattened JSON JWS with unencoded payload (RFC 7515, RFC 7797), algorithm Ed25519
(RFC 9864) and no other:

    {"payload":"<JSON text>","protected":"<base64url>","signature":"<base64url>"}

- The bytes that were signed are the bytes that are kept; nothing is written anew to check.
- Version, ledger and kind are inside what is signed: a message is good for one ledger and
  one kind.
- The id is the SHA-256 of the signing input. Two spellings of the envelope around the same
  signed bytes are the same message.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from protocol.errors import Malformed
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import SIGNATURE_BYTES, PrivateKey, PublicKey, read_public_key, verify
from protocol.wire.limits import (
    KEY_CACHE_SIZE,
    MAX_KIND_CHARS,
    MAX_MESSAGE_BYTES,
    MAX_MESSAGE_NODES,
    MAX_PROTECTED_CHARS,
    NONCE_BYTES,
)
from protocol.wire.text import b64url_decode, b64url_encode

VERSION = 1
INCEPTION = "identity/inception"
"""The only kind without a ledger: it makes one."""

_CONTROLS = bytes(range(0x20))
_ENVELOPE = {"payload", "protected", "signature"}
_HEADER = {"alg", "b64", "crit", "kid"}
_PAYLOAD = {"acuerdo", "ledger", "kind", "audience", "nonce", "body"}

_WORDS = r"[a-z]+(?:-[a-z]+)*"
_KIND = re.compile(rf"{_WORDS}/{_WORDS}(?:/[1-9][0-9]?)?", re.ASCII)
_LEDGER = re.compile(r"[0-9a-f]{64}", re.ASCII)
_AUDIENCE = re.compile(r"community|public|federation:[0-9a-f]{64}", re.ASCII)
# 16 bytes are 22 characters, of which the last carries two bits.
_NONCE = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Message:
    """A message as read; whether its signature holds is `verify_message`'s question."""

    raw: bytes
    id: MessageId
    author: PublicKey
    ledger: CommunityId
    kind: str
    audience: str
    nonce: str
    body: Mapping[str, JsonValue]
    signature: bytes
    signing_input: bytes


def read_message(raw: bytes) -> Message:
    """Read a message without checking its signature.

    Raises:
        Malformed: not the one form that messages have.
        Unauthentic: the author's key may not be a key.
    """
    envelope = _read_envelope(raw)
    payload_text, protected = envelope["payload"], envelope["protected"]
    signature = b64url_decode(envelope["signature"])
    if len(signature) != SIGNATURE_BYTES:
        raise Malformed("message-signature", "a signature has 64 bytes")
    payload_raw = payload_text.encode("utf-8")
    author = _read_protected(protected)
    ledger, kind, audience, nonce, body = _read_payload(payload_raw)
    signing_input = b"%b.%b" % (protected.encode("ascii"), payload_raw)
    return Message(
        raw=raw,
        id=MessageId(hashlib.sha256(signing_input).hexdigest()),
        author=author,
        ledger=ledger,
        kind=kind,
        audience=audience,
        nonce=nonce,
        body=body,
        signature=signature,
        signing_input=signing_input,
    )


def verify_message(message: Message) -> None:
    """Check the author's signature over the bytes as they came.

    Raises:
        Unauthentic: it does not hold.
    """
    verify(message.author, message.signature, message.signing_input)


def open_message(raw: bytes) -> Message:
    """Read a message and check its signature.

    Raises:
        Malformed: not the one form that messages have.
        Unauthentic: the key may not be a key, or did not sign this.
    """
    message = read_message(raw)
    verify_message(message)
    return message


def write_message(
    key: PrivateKey,
    *,
    ledger: str,
    kind: str,
    audience: str,
    nonce: bytes,
    body: Mapping[str, JsonValue],
) -> bytes:
    """Write and sign a message; `ledger` is empty for an inception only.

    Raises:
        Malformed: what would be written could not be read.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 16 bytes")
    payload = write_json(
        {
            "acuerdo": VERSION,
            "ledger": ledger,
            "kind": kind,
            "audience": audience,
            "nonce": b64url_encode(nonce),
            "body": dict(body),
        }
    )
    protected = b64url_encode(
        write_json({"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": key.public.text})
    )
    signature = key.sign(b"%b.%b" % (protected.encode("ascii"), payload))
    raw = write_json(
        {
            "payload": payload.decode("utf-8"),
            "protected": protected,
            "signature": b64url_encode(signature),
        }
    )
    return read_message(raw).raw


def _read_envelope(raw: bytes) -> dict[str, str]:
    if len(raw) > MAX_MESSAGE_BYTES:
        raise Malformed("message-too-long", f"more than {MAX_MESSAGE_BYTES} bytes")
    # One line of text: an entry carries the message verbatim, as one line.
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        raise Malformed("message-control", "a control character in the message")
    value = read_json(raw, max_nodes=MAX_MESSAGE_NODES)
    if not isinstance(value, dict) or value.keys() != _ENVELOPE:
        raise Malformed("message-envelope", "expected payload, protected and signature only")
    texts = {name: text for name, text in value.items() if isinstance(text, str)}
    if len(texts) != len(_ENVELOPE):
        raise Malformed("message-envelope", "payload, protected and signature are strings")
    return texts


@lru_cache(maxsize=KEY_CACHE_SIZE)
def _read_protected(protected: str) -> PublicKey:
    # Cached whole: an author's header is the same text in every message.
    if len(protected) > MAX_PROTECTED_CHARS:
        raise Malformed("message-header", "the protected header is too long")
    header = read_json(b64url_decode(protected))
    if not isinstance(header, dict) or header.keys() != _HEADER:
        raise Malformed("message-header", "expected alg, b64, crit and kid only")
    if header["alg"] != "Ed25519":
        raise Malformed("message-algorithm", "the only algorithm is Ed25519")
    kid = header["kid"]
    if header["b64"] is not False or header["crit"] != ["b64"] or not isinstance(kid, str):
        raise Malformed("message-header", 'expected "b64":false and "crit":["b64"]')
    return read_public_key(kid)


def _read_payload(
    raw: bytes,
) -> tuple[CommunityId, str, str, str, dict[str, JsonValue]]:
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        raise Malformed("message-control", "a control character in the payload")
    value = read_json(raw, max_nodes=MAX_MESSAGE_NODES)
    if not isinstance(value, dict) or value.keys() != _PAYLOAD:
        raise Malformed("message-payload", "the payload's members are not the six expected")
    version = value["acuerdo"]
    if version != VERSION or version is True:
        raise Malformed("message-version", f"expected version {VERSION}")
    kind = value["kind"]
    if not isinstance(kind, str) or len(kind) > MAX_KIND_CHARS or not _KIND.fullmatch(kind):
        raise Malformed("message-kind", "a kind looks like proposal/open")
    ledger = value["ledger"]
    if not isinstance(ledger, str) or not (_LEDGER.fullmatch(ledger) or ledger == ""):
        raise Malformed("message-ledger", "a ledger is named by 64 hex digits")
    if (ledger == "") is not (kind == INCEPTION):
        raise Malformed("message-ledger", "every kind but an inception names its ledger")
    audience = value["audience"]
    if not isinstance(audience, str) or not _AUDIENCE.fullmatch(audience):
        raise Malformed("message-audience", "community, public or federation:<id>")
    nonce = value["nonce"]
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise Malformed("message-nonce", "a nonce is 16 bytes as base64url")
    body = value["body"]
    if not isinstance(body, dict):
        raise Malformed("message-body", "a body is an object")
    return CommunityId(ledger), kind, audience, nonce, body
