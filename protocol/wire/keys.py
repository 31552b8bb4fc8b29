"""Ed25519 keys and signatures under one rule for every implementation (docs/spec/keys.md).

Libraries disagree about odd keys and signatures: OpenSSL accepts small-order keys, others
accept non-canonical points. Whoever can make a signature that half the network accepts can
split it. So the rule is stricter than any library and is checked here, in bytes, first:

1. a public key is 32 bytes, canonical, on the curve, of full order (no torsion part);
2. S is below the group order;
3. R is canonical and not of small order;
4. then the equation of RFC 8032, without cofactor, over exactly these bytes.

libsodium answers 1 and 4: it is twice as fast as OpenSSL here, both agree once 1 to 3
hold (the tests ask both), and it releases the interpreter lock while it works.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

from protocol.errors import Malformed, Unauthentic
from protocol.wire.limits import KEY_CACHE_SIZE
from protocol.wire.text import b64url_decode, b64url_encode

KEY_BYTES = 32
SEED_BYTES = 32
SIGNATURE_BYTES = 64

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_TORSION_Y = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER_Y = frozenset({0, 1, _PRIME - 1, _TORSION_Y, _PRIME - _TORSION_Y})
_SIGN_BIT = 1 << 255


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that passed rule 1; made by the readers below and by PrivateKey only."""

    raw: bytes
    text: str


@lru_cache(maxsize=KEY_CACHE_SIZE)
def read_public_key(text: str) -> PublicKey:
    """Read a public key from its 43 characters of base64url.

    Raises:
        Malformed: not base64url of 32 bytes.
        Unauthentic: not a point that may be a key.
    """
    return _admit(b64url_decode(text))


@lru_cache(maxsize=KEY_CACHE_SIZE)
def read_raw_public_key(raw: bytes) -> PublicKey:
    """Read a public key from its 32 bytes, as C2SP formats carry it.

    Raises:
        Malformed: not 32 bytes.
        Unauthentic: not a point that may be a key.
    """
    return _admit(raw)


def verify(key: PublicKey, signature: bytes, data: bytes) -> None:
    """Check that `key` signed exactly `data`.

    Raises:
        Unauthentic: it did not, or the signature breaks rule 2 or 3.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise Unauthentic("signature-invalid", "a signature has 64 bytes")
    if int.from_bytes(signature[32:], "little") >= _ORDER:
        raise Unauthentic("signature-invalid", "S is not below the group order")
    if not _is_canonical_and_large(signature[:32]):
        raise Unauthentic("signature-invalid", "R is not canonical or has small order")
    try:
        crypto_sign_open(signature + data, key.raw)
    except BadSignatureError:
        raise Unauthentic("signature-invalid", "the signature does not fit key and data") from None


@dataclass(frozen=True, slots=True, eq=False)
class PrivateKey:
    """A signing key. It never prints itself."""

    public: PublicKey
    _secret: bytes = field(repr=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the key of a 32-byte seed (RFC 8032 section 5.1.5)."""
        if len(seed) != SEED_BYTES:
            raise ValueError("a seed has 32 bytes")
        raw, secret = crypto_sign_seed_keypair(seed)
        return cls(PublicKey(raw, b64url_encode(raw)), secret)

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature of `data`; deterministic."""
        return crypto_sign(data, self._secret)[:SIGNATURE_BYTES]


def _admit(raw: bytes) -> PublicKey:
    if len(raw) != KEY_BYTES:
        raise Malformed("key-malformed", "a public key has 32 bytes")
    if not _is_canonical_and_large(raw):
        raise Unauthentic("key-invalid", "the key is not canonical or has small order")
    if not crypto_core_ed25519_is_valid_point(raw):
        raise Unauthentic("key-invalid", "the key is not on the curve or not of full order")
    return PublicKey(raw, b64url_encode(raw))


def _is_canonical_and_large(point: bytes) -> bool:
    y = int.from_bytes(point, "little") & ~_SIGN_BIT
    return y < _PRIME and y not in _SMALL_ORDER_Y
