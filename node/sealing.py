"""Entries sealed for ourselves, to be kept by our home witness (docs/spec/replication.md).

The home witness holds the tail that a restored backup lacks, but may not read what is
addressed to our community alone. Such an entry goes to it encrypted with a key that follows
from the seed of our log key; only who has our key file gets it back.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from protocol.errors import Unauthentic

_PURPOSE = b"acuerdo/sealed/1"
_NONCE_BYTES = 12


class Sealer:
    """Seals entries and opens them again.

    The nonce is the beginning of the leaf hash, which is over a random salt: it does not
    repeat under one key, and the same entry is sealed to the same bytes each time.
    """

    def __init__(self, seed: bytes) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(seed))

    def seal(self, leaf: bytes, raw: bytes) -> bytes:
        """The entry's bytes, readable to us alone."""
        return self._cipher.encrypt(leaf[:_NONCE_BYTES], raw, leaf)

    def unseal(self, leaf: bytes, sealed: bytes) -> bytes:
        """The entry's bytes; the caller hashes them and compares with the leaf.

        Raises:
            Unauthentic: not sealed by us for this leaf.
        """
        try:
            return self._cipher.decrypt(leaf[:_NONCE_BYTES], sealed, leaf)
        except (InvalidTag, ValueError):
            raise Unauthentic("sealed-invalid", "these bytes were not sealed by our key") from None
