"""What only its owner reads again."""

import pytest

from node.sealing import Sealer
from protocol.errors import Unauthentic
from protocol.ledger.merkle import leaf_hash
from protocol.wire.limits import MAX_ENTRY_BYTES, MAX_SEALED_BYTES

RAW = b"x" * 500
LEAF = leaf_hash(RAW)


def test_what_is_sealed_is_opened_by_the_same_seed_only() -> None:
    sealed = Sealer(b"s" * 32).seal(LEAF, RAW)
    assert RAW not in sealed
    assert Sealer(b"s" * 32).unseal(LEAF, sealed) == RAW
    with pytest.raises(Unauthentic, match="sealed-invalid"):
        Sealer(b"t" * 32).unseal(LEAF, sealed)


def test_sealed_bytes_belong_to_one_leaf_and_are_whole() -> None:
    sealer = Sealer(b"s" * 32)
    sealed = sealer.seal(LEAF, RAW)
    wrong = [(bytes(32), sealed), (LEAF, sealed[:-1]), (LEAF, b""), (LEAF, sealed + b"\x00")]
    for leaf, bad in wrong:
        with pytest.raises(Unauthentic):
            sealer.unseal(leaf, bad)


def test_the_longest_entry_fits_the_limit_of_the_bundle() -> None:
    longest = Sealer(b"s" * 32).seal(LEAF, bytes(MAX_ENTRY_BYTES))
    assert len(longest) <= MAX_SEALED_BYTES
