"""What the node takes from the machine: time, threads and chance, each handed in.

The same code then runs in production, inline in a test, or on virtual time in a simulation. The
fourth port, the network, is `httpx.AsyncBaseTransport`.
"""

import asyncio
import contextvars
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar, TypeVarTuple

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> int:
        """Unix time in whole seconds, as entries and cosignatures state it."""
        ...

    def now_ms(self) -> int:
        """Unix time in milliseconds, for due times of our own."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for measuring."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Lets others work for at least so long."""
        ...


class Executor(Protocol):
    """Where work goes that would hold up everybody else: disk, signatures, large folds."""

    async def run(
        self,
        work: Callable[[*_Arguments], _Result],
        *arguments: *_Arguments,
    ) -> _Result:
        """The result of `work(*arguments)`, or its exception.

        Work that has begun is carried out even if the waiting task is cancelled.
        """
        ...

    def close(self) -> None:
        """Waits for what has begun and takes no more."""
        ...


class Entropy(Protocol):
    """The only source of chance."""

    def bytes(self, count: int) -> bytes:
        """So many bytes that nobody can guess."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return int(time.time())

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ThreadExecutor:
    """A few threads; SQLite, libsodium and hashing let each other run."""

    def __init__(self, max_workers: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers, thread_name_prefix="acuerdo")

    async def run(
        self,
        work: Callable[[*_Arguments], _Result],
        *arguments: *_Arguments,
    ) -> _Result:
        loop = asyncio.get_running_loop()
        context = contextvars.copy_context()
        return await loop.run_in_executor(self._pool, lambda: context.run(work, *arguments))

    def close(self) -> None:
        self._pool.shutdown()


class InlineExecutor:
    """No threads: work is done where it is asked for, so a simulation takes one path only."""

    async def run(
        self,
        work: Callable[[*_Arguments], _Result],
        *arguments: *_Arguments,
    ) -> _Result:
        return work(*arguments)

    def close(self) -> None:
        """There is nothing to wait for."""


class SystemEntropy:
    """The operating system's generator."""

    def bytes(self, count: int) -> bytes:
        return os.urandom(count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What is handed in together; the network comes beside it, as a transport."""

    clock: Clock
    executor: Executor
    entropy: Entropy


def system_ports(workers: int) -> Ports:
    """The machine itself."""
    return Ports(clock=SystemClock(), executor=ThreadExecutor(workers), entropy=SystemEntropy())
