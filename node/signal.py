"""A bell: whoever waits for something to change is woken, and never misses a ring."""

import asyncio


class Signal:
    """Counts its rings; a waiter says which ring it heard last."""

    def __init__(self) -> None:
        self.rings = 0
        self._waiters: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self.rings += 1
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def heard(self, since: int) -> int:
        """Wait until it rings after ring `since`; the number of the newest ring."""
        while self.rings == since:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)
        return self.rings
