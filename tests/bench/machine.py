"""The machine before a measure: other people's work makes every figure worse, so it is said."""

import os
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_SYNCS = 100


@dataclass(frozen=True)
class Machine:
    """How busy it is, and how fast its disk and one of its cores are at this moment."""

    load: float
    idle: float
    sync_ms: float
    hashes_per_s: float

    def __str__(self) -> str:
        return (
            f"load {self.load:.2f} on {os.cpu_count()} cores, {self.idle:.0%} idle, "
            f"fdatasync {self.sync_ms:.2f} ms, {self.hashes_per_s / 1e6:.2f} M SHA-256/s"
        )


def look(folder: Path) -> Machine:
    """Half a second of watching."""
    before, began = _ticks(), time.perf_counter()
    time.sleep(0.5)
    total, idle = (after - first for after, first in zip(_ticks(), before, strict=True))
    del began
    return Machine(os.getloadavg()[0], idle / max(1, total), _sync_ms(folder), _hashes_per_s())


def _ticks() -> tuple[int, int]:
    fields = [
        int(field) for field in Path("/proc/stat").read_text("ascii").split("\n")[0].split()[1:]
    ]
    return sum(fields[:8]), fields[3] + fields[4]


def _sync_ms(folder: Path) -> float:
    path = folder / "sync.probe"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        os.pwrite(descriptor, bytes(8_192 * _SYNCS), 0)
        os.fsync(descriptor)
        began = time.perf_counter()
        for number in range(_SYNCS):
            os.pwrite(descriptor, b"x" * 8_192, 8_192 * number)
            os.fdatasync(descriptor)
        return (time.perf_counter() - began) / _SYNCS * 1_000
    finally:
        os.close(descriptor)
        path.unlink()


def _hashes_per_s() -> float:
    leaf, count = bytes(500), 50_000
    began = time.perf_counter()
    for _ in range(count):
        sha256(leaf)
    return count / (time.perf_counter() - began)
