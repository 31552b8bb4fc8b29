"""zstd, and the bombs that can be made of it."""

import resource
import time

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from node.compression import Inflater, compress, inflate, is_compressed
from protocol.errors import Malformed

MOST = 2 * 1024 * 1024
BOMB = zstandard.ZstdCompressor(level=19).compress(bytes(500_000_000))


@given(st.binary(max_size=5_000))
def test_what_is_compressed_is_inflated(raw: bytes) -> None:
    packed = compress(raw)
    assert is_compressed(packed)
    assert inflate(packed, len(raw)) == raw
    if raw:
        with pytest.raises(Malformed, match="zstd-too-long"):
            inflate(packed, len(raw) - 1)


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    with pytest.raises(Malformed, match="zstd-too-long"):
        inflate(BOMB, MOST)
    assert time.perf_counter() - start < 0.2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


def test_a_frame_that_wants_a_huge_window_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packed = zstandard.ZstdCompressor(compression_params=parameters)
    stream = packed.compressobj()
    raw = stream.compress(b"x" * 100) + stream.flush()
    with pytest.raises(Malformed, match="zstd-invalid"):
        inflate(raw, MOST)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"not zstd",
        compress(b"whole")[:-1],
        compress(b"whole") + b"\x00",
        compress(b"one") + compress(b"two"),
        compress(b"x" * 300) + b"\x00" * 300,
    ],
)
def test_other_bytes_are_refused(wrong: bytes) -> None:
    with pytest.raises(Malformed):
        inflate(wrong, MOST)


def test_it_can_come_in_pieces() -> None:
    raw = bytes(range(256)) * 40
    inflater = Inflater(MOST)
    for byte in compress(raw):
        inflater.feed(bytes((byte,)))
    assert inflater.finish() == raw
    with pytest.raises(Malformed, match="zstd-trailing"):
        inflater.feed(b"\x00")
