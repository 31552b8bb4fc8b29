"""What a node costs the machine: memory, and the time until it is ready."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from node.store.engine import open_store
from node.store.snapshots import drop_snapshots
from tests.bench.figures import Figure
from tests.bench.prepared import Prepared, prepare
from tests.bench.served import Served, serving

IDLE_MB = 100
START_S = 1.5
_REST_S = 1.5


def measure(prepared: Prepared, folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Idle, with a long ledger, and how long a start with it takes."""
    asyncio.run(prepare(folder / "idle", members=10, entries=0, name="Idle"))
    with serving(folder / "idle") as node:
        time.sleep(_REST_S)
        yield Figure(
            name="memory, idle",
            value=node.resident_mb,
            unit="MB",
            direction="below",
            target=IDLE_MB,
        )
    home = prepared.copy(folder / "long")
    starts = [_start(home) for _ in range(2 if quick else 5)]
    yield Figure(
        name=f"memory after {prepared.size:,} entries",
        value=statistics.median(memory for _, memory in starts),
        unit="MB",
    )
    yield Figure(
        name=f"start with {prepared.size:,} entries",
        value=statistics.median(seconds for seconds, _ in starts),
        unit="s",
        direction="below",
        target=START_S,
        detail="until /readyz answers; median",
    )
    store = open_store(f"sqlite:///{home / 'acuerdo.db'}")
    with store.write() as connection:
        drop_snapshots(connection)
    store.close()
    yield Figure(
        name="start without a snapshot",
        value=_start(home)[0],
        unit="s",
        detail="every entry folded anew",
    )


def _start(home: Path) -> tuple[float, float]:
    node = Served(home)
    try:
        seconds = node.start()
        time.sleep(_REST_S)
        return seconds, node.resident_mb
    finally:
        node.stop()
