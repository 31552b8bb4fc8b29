"""A load generator, in a process of its own: so many clients, each its next message on an answer.

    python -m tests.bench.load PORT CLIENTS MESSAGES ANSWERS

MESSAGES holds one signed message a line. ANSWERS gets one answer's body a line, as they came, so
that whoever asked for the load can check every receipt. Prints what it measured, as JSON.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.bench.wire import Connection, request


class Flood:
    """All clients together."""

    def __init__(self, requests: list[bytes]) -> None:
        self.requests: Iterator[bytes] = iter(requests)
        self.answers: list[bytes] = []
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.working = 0
        self.broken = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, port: int, clients: int) -> float:
        """Seconds from the first request to the last answer."""
        loop = asyncio.get_running_loop()
        members = [Member(self) for _ in range(clients)]
        for member in members:
            await loop.create_connection(lambda m=member: m.connection, "127.0.0.1", port)  # type: ignore[misc]
            member.connection.on_loss(self.lose)
        self.working = clients
        began = time.perf_counter()
        for member in members:
            member.next()
        await self.done
        seconds = time.perf_counter() - began
        for member in members:
            member.connection.close()
        return seconds

    def lose(self) -> None:
        """The node went away: what was answered until then counts."""
        if not self.done.done():
            self.broken = True
        self.finish()

    def finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


class Member:
    """One client: it waits for each answer before it sends the next message."""

    def __init__(self, flood: Flood) -> None:
        self._flood = flood
        self._sent = 0.0
        self.connection = Connection(self._answered)

    def next(self) -> None:
        raw = next(self._flood.requests, None)
        if raw is None:
            self._flood.working -= 1
            if not self._flood.working:
                self._flood.finish()
            return
        self._sent = time.perf_counter()
        self.connection.send(raw)

    def _answered(self, status: int, body: bytes) -> None:
        flood = self._flood
        flood.latencies.append(time.perf_counter() - self._sent)
        flood.statuses[status] += 1
        flood.answers.append(body)
        self.next()


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


async def _flood(port: int, clients: int, messages: list[bytes]) -> tuple[Flood, float]:
    flood = Flood([request("POST", "/v1/messages", raw) for raw in messages])
    return flood, await flood.run(port, clients)


def main() -> None:
    port, clients, messages, answers = sys.argv[1:]
    lines = Path(messages).read_bytes().splitlines()
    flood, seconds = asyncio.run(_flood(int(port), int(clients), lines))
    Path(answers).write_bytes(b"".join(body + b"\n" for body in flood.answers))
    measured = {
        "seconds": seconds,
        "answered": len(flood.answers),
        "per_second": len(flood.answers) / seconds,
        "p50_ms": percentile(flood.latencies, 0.5) * 1_000,
        "p99_ms": percentile(flood.latencies, 0.99) * 1_000,
        "statuses": dict(flood.statuses),
        "broken": flood.broken,
    }
    print(json.dumps(measured))  # noqa: T201 - what this process is for


if __name__ == "__main__":
    main()
