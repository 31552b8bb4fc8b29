"""zstd with a limit on what comes out, for bodies on the wire and bundles in files.

A few hundred bytes can decompress to gigabytes. So the input goes in by slices too small to
expand to much at a time, and the output is counted while it comes.
"""

import zstandard

from protocol.errors import Malformed

ENCODING = "zstd"
_MAGIC = b"\x28\xb5\x2f\xfd"
_LEVEL = 3
_WINDOW = 8 * 1024 * 1024
# One block of zstd makes at most 128 KiB out of four bytes.
_SLICE = 256


def compress(raw: bytes) -> bytes:
    """One zstd frame."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(raw)


def is_compressed(raw: bytes) -> bool:
    """Whether it begins like a zstd frame; nothing else of ours does."""
    return raw.startswith(_MAGIC)


def inflate(raw: bytes, most: int) -> bytes:
    """Decompress exactly one frame of at most `most` bytes.

    Raises:
        Malformed: it is damaged, too long when decompressed, or something follows it.
    """
    inflater = Inflater(most)
    inflater.feed(raw)
    return inflater.finish()


class Inflater:
    """Decompresses one frame as it arrives."""

    def __init__(self, most: int) -> None:
        self._stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self._left = most
        self._parts: list[bytes] = []

    def feed(self, chunk: bytes) -> None:
        """Take more input.

        Raises:
            Malformed: damaged, too long when decompressed, or something follows the frame.
        """
        for start in range(0, len(chunk), _SLICE):
            if self._stream.eof:
                raise Malformed("zstd-trailing", "something follows the compressed frame")
            try:
                part = self._stream.decompress(chunk[start : start + _SLICE])
            except zstandard.ZstdError:
                raise Malformed("zstd-invalid", "the compressed bytes are damaged") from None
            self._left -= len(part)
            if self._left < 0:
                raise Malformed("zstd-too-long", "too long when decompressed")
            self._parts.append(part)
        if self._stream.unused_data:
            raise Malformed("zstd-trailing", "something follows the compressed frame")

    def finish(self) -> bytes:
        """Everything that came out.

        Raises:
            Malformed: the frame is not complete.
        """
        if not self._stream.eof:
            raise Malformed("zstd-invalid", "the compressed bytes are cut short")
        return b"".join(self._parts)
