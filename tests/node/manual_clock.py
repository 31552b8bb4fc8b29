"""A clock that moves only when a test moves it."""

import asyncio
import heapq
from itertools import count


class ManualClock:
    """Time stands still until `advance`; sleepers wake in the order of their due times."""

    def __init__(self, start_s: int = 1_800_000_000) -> None:
        self._now_ms = start_s * 1_000
        self._turn = count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now(self) -> int:
        return self._now_ms // 1_000

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return self._now_ms / 1_000

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due_ms = self._now_ms + max(0, round(seconds * 1_000))
        heapq.heappush(self._sleepers, (due_ms, next(self._turn), woken))
        await woken

    @property
    def next_due_ms(self) -> int | None:
        """When the next sleeper wakes, so that a simulation can jump there."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    async def advance(self, seconds: float) -> None:
        """Lets so much time pass, one sleeper after the other, each with time to react."""
        end_ms = self._now_ms + round(seconds * 1_000)
        while (due_ms := self.next_due_ms) is not None and due_ms <= end_ms:
            self._now_ms = max(self._now_ms, due_ms)
            heapq.heappop(self._sleepers)[2].set_result(None)
            await asyncio.sleep(0)
        self._now_ms = end_ms
        await asyncio.sleep(0)
