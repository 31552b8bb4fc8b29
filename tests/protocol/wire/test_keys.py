"""The key rule holds, and the two libraries agree on all that it lets through."""

import itertools
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protocol.errors import Malformed, ProtocolError, Unauthentic
from protocol.wire.keys import PrivateKey, PublicKey, read_public_key, read_raw_public_key, verify
from tests.protocol.wire import curve

DATA = b"the assembly agreed"
SECRET, NONCE = 31337, 271828
ALICE = PrivateKey.from_seed(bytes(range(32)))


def openssl_accepts(key: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def we_accept(key: bytes, signature: bytes, data: bytes) -> bool:
    try:
        verify(read_raw_public_key(key), signature, data)
    except ProtocolError:
        return False
    return True


def test_there_are_eight_torsion_points_and_openssl_would_take_them() -> None:
    points = curve.torsion_points()
    assert len({curve.encode(point) for point in points}) == 8
    assert all(curve.multiply(8, point) == curve.NEUTRAL for point in points)
    # Why the rule exists: this "signature" fits any data at all.
    neutral = curve.encode(curve.NEUTRAL)
    assert openssl_accepts(neutral, neutral + bytes(32), DATA)
    assert not we_accept(neutral, neutral + bytes(32), DATA)


def test_of_all_mixtures_only_the_pure_one_is_accepted() -> None:
    torsion = curve.torsion_points()
    pure_key = curve.multiply(SECRET, curve.BASE)
    pure_r = curve.multiply(NONCE, curve.BASE)
    accepted = []
    for (a, b), small_key, small_r in itertools.product(
        itertools.product(range(8), range(8)), (False, True), (False, True)
    ):
        key = curve.encode(torsion[a] if small_key else curve.add(pure_key, torsion[a]))
        r = curve.encode(torsion[b] if small_r else curve.add(pure_r, torsion[b]))
        secret, nonce = 0 if small_key else SECRET, 0 if small_r else NONCE
        signature = curve.sign(secret, key, nonce, r, DATA)
        if we_accept(key, signature, DATA):
            accepted.append((a, b, small_key, small_r))
            assert openssl_accepts(key, signature, DATA)
    assert accepted == [(0, 0, False, False)]


def test_both_libraries_make_the_same_keys_and_signatures() -> None:
    for number in range(50):
        seed = sha256(b"seed %d" % number).digest()
        ours, theirs = PrivateKey.from_seed(seed), Ed25519PrivateKey.from_private_bytes(seed)
        data = sha256(seed).digest() * number
        assert ours.public.raw == theirs.public_key().public_bytes_raw()
        assert ours.sign(data) == theirs.sign(data)
        verify(ours.public, ours.sign(data), data)


def test_every_one_bit_change_of_a_signature_is_refused() -> None:
    signature = ALICE.sign(DATA)
    for bit in range(512):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unauthentic):
            verify(ALICE.public, bytes(changed), DATA)


def test_a_key_reads_the_same_from_text_and_bytes() -> None:
    key = read_public_key(ALICE.public.text)
    assert key == read_raw_public_key(ALICE.public.raw) == ALICE.public
    assert isinstance(key, PublicKey)
    with pytest.raises(Malformed):
        read_raw_public_key(bytes(31))


def test_a_private_key_does_not_print_itself() -> None:
    seed = bytes(range(32))
    assert seed.hex() not in repr(ALICE)
    assert repr(seed)[2:-1] not in repr(ALICE)
    with pytest.raises(ValueError, match="32 bytes"):
        PrivateKey.from_seed(bytes(31))
