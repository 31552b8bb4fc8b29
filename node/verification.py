"""Reading and verifying what is submitted, many at a time.

A hop to a thread and back costs more than one signature, so whatever waits goes together.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from node.ports import Executor
from protocol.errors import ProtocolError
from protocol.wire.message import Message, open_message


class Verifier:
    """Opens messages off the event loop, in batches."""

    def __init__(self, executor: Executor, batch: int) -> None:
        self._executor = executor
        self._batch = batch
        self._unread: deque[tuple[bytes, asyncio.Future[Message]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._round: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> int:
        """How many nobody has looked at yet."""
        return len(self._unread)

    async def in_hand(self) -> None:
        """Wait for those that are being read just now, and for nobody who comes later."""
        if self._round is not None:
            await self._round

    async def open(self, raw: bytes) -> Message:
        """Read a message and check its signature.

        Raises:
            ProtocolError: It cannot be read, or its signature does not hold.
        """
        read: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._unread.append((raw, read))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._open_waiting())
        return await read

    async def close(self) -> None:
        """Let what was begun come to its end."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _open_waiting(self) -> None:
        while self._unread:
            count = min(len(self._unread), self._batch)
            taken = [self._unread.popleft() for _ in range(count)]
            self._round = asyncio.get_running_loop().create_future()
            await self._open_round(taken)
            # Last, so that whoever waits for the round runs after those that were read in it.
            self._round.set_result(None)
            self._round = None
            await asyncio.sleep(0)

    async def _open_round(self, taken: Sequence[tuple[bytes, asyncio.Future[Message]]]) -> None:
        opened: Sequence[Message | Exception]
        try:
            opened = await self._executor.run(_open_all, [raw for raw, _ in taken])
        except Exception as problem:  # noqa: BLE001 - no thread was free any more: nobody waits on
            opened = [problem] * len(taken)
        for (_, read), result in zip(taken, opened, strict=True):
            if read.done():
                continue
            if isinstance(result, Message):
                read.set_result(result)
            else:
                read.set_exception(result)


def _open_all(raws: Sequence[bytes]) -> list[Message | ProtocolError]:
    opened: list[Message | ProtocolError] = []
    for raw in raws:
        try:
            opened.append(open_message(raw))
        except ProtocolError as problem:
            opened.append(problem)
    return opened
