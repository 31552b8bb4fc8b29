"""Time, threads and chance are handed in, and behave alike whoever hands them."""

import asyncio
import contextvars
import threading

import pytest

from node.ports import (
    Clock,
    Entropy,
    Executor,
    InlineExecutor,
    SystemClock,
    SystemEntropy,
    ThreadExecutor,
)
from tests.node.manual_clock import ManualClock

_REQUEST = contextvars.ContextVar("request", default="none")


@pytest.mark.parametrize("clock", [SystemClock(), ManualClock()])
def test_seconds_and_milliseconds_agree(clock: Clock) -> None:
    before = clock.now_ms()
    assert abs(clock.now() - before // 1_000) <= 1
    assert clock.monotonic() <= clock.monotonic()


async def test_the_manual_clock_wakes_sleepers_in_order() -> None:
    clock = ManualClock()
    woken: list[str] = []

    async def nap(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(f"{name} at {clock.now_ms() - start}")

    start = clock.now_ms()
    async with asyncio.TaskGroup() as group:
        group.create_task(nap("late", 3))
        group.create_task(nap("early", 1))
        await asyncio.sleep(0)
        await clock.advance(2)
        assert woken == ["early at 1000"]
        assert clock.next_due_ms == start + 3_000
        await clock.advance(2)
    assert woken == ["early at 1000", "late at 3000"]
    assert clock.now_ms() == start + 4_000


async def test_threads_work_beside_the_loop_and_see_its_context() -> None:
    executor: Executor = ThreadExecutor(1)
    _REQUEST.set("seven")
    name, request = await executor.run(lambda: (threading.current_thread().name, _REQUEST.get()))
    assert name.startswith("acuerdo")
    assert request == "seven"
    executor.close()


@pytest.mark.parametrize("executor", [InlineExecutor(), ThreadExecutor(1)])
async def test_work_gives_its_result_or_its_exception(executor: Executor) -> None:
    assert await executor.run(divmod, 7, 3) == (2, 1)
    with pytest.raises(ZeroDivisionError):
        await executor.run(divmod, 7, 0)
    executor.close()


def test_the_system_gives_as_much_chance_as_asked() -> None:
    entropy: Entropy = SystemEntropy()
    assert len(entropy.bytes(16)) == 16
    assert entropy.bytes(32) != entropy.bytes(32)
