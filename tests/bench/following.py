"""One node follows another: catching up from nothing, and propagation of what is new."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from node.books import Books
from node.compression import inflate, is_compressed
from node.ports import system_ports
from node.store.engine import open_store
from node.store.snapshots import drop_snapshots
from protocol.replication.bundle import read_section, split_bundle
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_BUNDLE_BYTES
from tests.bench.figures import Figure
from tests.bench.load import percentile
from tests.bench.prepared import Prepared, prepare
from tests.bench.served import Served, serving
from tests.bench.wire import Client

CATCH_UP_PER_S = 50_000
PROPAGATION_MS = 10
_POLL_S = 0.001
_PATIENCE_S = 60.0


def catch_up(prepared: Prepared, folder: Path) -> Iterator[Figure]:
    """An empty node fetches, verifies and stores a ledger; then the same ledger is folded."""
    writer = prepared.copy(folder / "writer")
    asyncio.run(prepare(folder / "reader", members=3, entries=0, name="Ribera"))
    with serving(writer) as source, serving(folder / "reader") as reader:
        seconds = asyncio.run(_follow(source, reader, prepared))
        entries, received = asyncio.run(_fetch(source, prepared.village.community))
    yield Figure(
        name=f"catch-up of {prepared.size:,} entries",
        value=prepared.size / seconds,
        unit="entries/s",
        direction="at least",
        target=CATCH_UP_PER_S,
        detail=f"{seconds:.2f} s: fetched, verified, stored",
    )
    yield Figure(name="bytes on the wire", value=received / entries, unit="/entry", detail="zstd")
    yield Figure(name="fold", value=_fold_rate(folder / "reader", prepared), unit="entries/s")


async def _follow(source: Served, reader: Served, prepared: Prepared) -> float:
    """Seconds from the moment that the reader hears of the source until it holds everything."""
    operator, watcher = Client(reader.port, reader.token), Client(reader.port)
    began = time.perf_counter()
    await operator.post("/v1/operator/peers", {"url": source.url, "allow_private": True})
    await until_held(watcher, prepared.village.community, prepared.size, poll_s=0.005)
    seconds = time.perf_counter() - began
    operator.close()
    watcher.close()
    return seconds


async def until_held(client: Client, ledger: CommunityId, size: int, *, poll_s: float) -> None:
    """Wait until a node serves a head of a ledger that covers so many entries.

    Raises:
        TimeoutError: it never did.
    """
    limit = time.monotonic() + _PATIENCE_S
    while time.monotonic() < limit:
        status, note = await client.ask("GET", f"/v1/ledgers/{ledger}/checkpoint")
        if status == 200 and int(note.split(b"\n", 2)[1]) >= size:
            return
        await asyncio.sleep(poll_s)
    raise TimeoutError(f"{size} entries of {ledger} never arrived")


async def _fetch(source: Served, ledger: CommunityId) -> tuple[int, int]:
    """Everything once more with a bare client: how many entries, in how many bytes."""
    client, start = Client(source.port), 0
    _, note = await client.ask("GET", f"/v1/ledgers/{ledger}/checkpoint")
    size, before = int(note.split(b"\n", 2)[1]), client.received
    while start < size:
        path = f"/v1/ledgers/{ledger}/range?start={start}"
        status, raw = await client.ask("GET", path, headers={"Accept-Encoding": "zstd"})
        if status != 200:
            raise LookupError(f"{path}: {status} {raw[:300]!r}")
        bundle = inflate(raw, MAX_BUNDLE_BYTES) if is_compressed(raw) else raw
        start = read_section(split_bundle(bundle)[0]).end
    received = client.received - before
    client.close()
    return size, received


def _fold_rate(folder: Path, prepared: Prepared) -> float:
    """Entries folded per second out of the copy's own store."""
    ports, store = system_ports(1), open_store(f"sqlite:///{folder / 'acuerdo.db'}")
    with store.write() as connection:
        drop_snapshots(connection)
    books = Books(store, ports)
    books.open()
    began = time.perf_counter()
    asyncio.run(books.settle())
    seconds = time.perf_counter() - began
    book = books.book(prepared.village.community)
    assert book is not None
    assert (book.size, len(book.void)) == (prepared.size, 0)
    store.close()
    ports.executor.close()
    return prepared.size / seconds


def propagation(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """From an accepted position at one node until it is readable at another."""
    homes = [folder / name for name in ("near", "far")]
    near = asyncio.run(prepare(homes[0], members=20, entries=0, name="Near"))
    asyncio.run(prepare(homes[1], members=3, entries=0, name="Far"))
    with serving(homes[0]) as writer, serving(homes[1]) as reader:
        waits = asyncio.run(_propagate(near, writer, reader, count=50 if quick else 300))
    yield Figure(
        name="propagation p50",
        value=percentile(waits, 0.5) * 1_000,
        unit="ms",
        direction="below",
        target=PROPAGATION_MS,
        detail=f"{len(waits)} positions, one at a time",
    )
    yield Figure(name="propagation p99", value=percentile(waits, 0.99) * 1_000, unit="ms")


async def _propagate(
    village: Prepared, writer: Served, reader: Served, *, count: int
) -> list[float]:
    ledger = village.village.community
    operators = [Client(one.port, one.token) for one in (writer, reader)]
    for operator, other in zip(operators, (reader, writer), strict=True):
        await operator.post("/v1/operator/peers", {"url": other.url, "allow_private": True})
    member, watcher = Client(writer.port), Client(reader.port)
    await until_held(watcher, ledger, village.size, poll_s=0.01)
    waits = []
    for number, raw in enumerate(village.positions(20 + count)):
        accepted = await member.post("/v1/messages", raw)
        began = time.perf_counter()
        await until_held(watcher, ledger, accepted["index"] + 1, poll_s=_POLL_S)
        if number >= 20:
            waits.append(time.perf_counter() - began)
        await asyncio.sleep(0.02 + 0.001 * (number % 17))  # no rhythm to fall in with
    for client in (*operators, member, watcher):
        client.close()
    return waits
