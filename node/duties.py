"""Everything outgoing. No request handler ever calls another node: it leaves a duty here.

Two loops share one bell. The loop of acts writes what our community owes by its own
decisions (owed.py, closing.py). The loop of deliveries carries out the duties that stand in
the store, one call at a time to a peer and a few peers at once, and retries what failed
with growing, jittered pauses; they survive a restart. What the books themselves ask for
again after a restart is tried at once, and written down only when it fails.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

from node.books import Books
from node.journal import Journal, Unavailable
from node.owed import Speech
from node.ports import Ports
from node.settings import Settings
from node.signal import Signal
from node.store.duties import done, due, next_due_ms, owe, postpone
from node.store.engine import Store
from node.store.values import Duty, NewDuty
from protocol.errors import ProtocolError

log = structlog.get_logger()
Carry = Callable[[Duty], Awaitable[None]]
Owed = Callable[[int], Iterable[Speech]]
_ACT_PAUSE_S = 0.02
_MOST_ACTS = 1_000
_UNWRITTEN = 0
"""In the place of a duty's number in the store, which counts from 1."""


class Failed(Exception):  # noqa: N818 - named for what is the case
    """A duty could not be carried out now; it is tried again later."""


class Duties:
    """Runs the two loops; `carry` says how each kind of duty is carried out."""

    def __init__(
        self,
        *,
        store: Store,
        books: Books,
        journal: Journal,
        ports: Ports,
        settings: Settings,
        carry: dict[str, Carry],
        owed: Owed,
    ) -> None:
        self._store = store
        self._books = books
        self._journal = journal
        self._clock = ports.clock
        self._executor = ports.executor
        self._entropy = ports.entropy
        self._settings = settings
        self._carry = carry
        self._owed = owed
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._hasty: dict[str, str] = {}
        self._failing: set[tuple[str, str]] = set()
        self._bell = Signal()

    async def run(self) -> None:
        """Both loops, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._act_for_ever())
            group.create_task(self._deliver_for_ever())

    async def owe(self, kind: str, target: str, subject: str = "", *, in_ms: int = 0) -> None:
        """Something is owed to a target, `in_ms` from now at the latest."""
        await self._executor.run(self._write_duty, kind, target, subject, in_ms)
        self._bell.ring()

    def hasten(self, kind: str, target: str) -> None:
        """Do now what the books would ask for again; if it fails, it is owed.

        A target that did not answer is left alone until its next retry is due.
        """
        if (kind, target) not in self._failing:
            self._hasty[target] = kind
            self._start_hasty()

    def _write_duty(self, kind: str, target: str, subject: str, in_ms: int) -> None:
        due_ms = self._clock.now_ms() + in_ms
        with self._store.write() as connection:
            owe(connection, [NewDuty(kind=kind, target=target, subject=subject, due_ms=due_ms)])

    # --- acts ------------------------------------------------------------------------------

    async def _act_for_ever(self) -> None:
        while True:
            heard = self._books.changed.rings
            try:
                await self._books.settle()
                await self.act()
                await self._books.save(self._settings.snapshot_every)
            except Exception:
                # A full disk, or data that nobody foresaw: the node goes on and tries again.
                log.exception("acts_broke")
            await self._clock.sleep(_ACT_PAUSE_S)
            await self._wait(self._books.changed, heard, 1.0)

    async def act(self) -> int:
        """Write everything that is owed now, and what follows from it; how many entries."""
        said = 0
        while said < _MOST_ACTS and self._journal.read_only is None:
            before = said
            for speech in list(self._owed(self._clock.now())):
                said += await self._say(speech)
            if said == before:
                break
        return said

    async def _say(self, speech: Speech) -> bool:
        try:
            await self._journal.speak(speech.kind, speech.audience, speech.body)
        except ProtocolError as problem:
            # A second went by, or another act changed the ground: it is owed anew, or no more.
            log.info("act_refused", kind=speech.kind, code=problem.code)
            return False
        except Unavailable as problem:
            log.warning("act_unavailable", kind=speech.kind, code=problem.code)
            return False
        return True

    # --- deliveries ------------------------------------------------------------------------

    async def _deliver_for_ever(self) -> None:
        while True:
            heard = self._bell.rings
            try:
                await self.start_due()
                next_ms = await self._executor.run(self._next_due)
            except Exception:
                log.exception("deliveries_broke")
                next_ms = None
            idle_ms = self._settings.duty_idle_ms
            wait_ms = idle_ms if next_ms is None else next_ms - self._clock.now_ms()
            await self._wait(self._bell, heard, max(0.005, min(wait_ms, idle_ms) / 1000))

    async def start_due(self) -> None:
        """Begin what is due and whose target is free."""
        room = self._settings.peer_calls - len(self._busy)
        if room <= 0:
            return
        for duty in await self._executor.run(self._due, room):
            if duty.target not in self._busy and len(self._busy) < self._settings.peer_calls:
                self._busy[duty.target] = asyncio.create_task(self._perform(duty))

    def _start_hasty(self) -> None:
        for target, kind in list(self._hasty.items()):
            if target not in self._busy and len(self._busy) < self._settings.peer_calls:
                del self._hasty[target]
                self._busy[target] = asyncio.create_task(self._perform(_unwritten(kind, target)))

    async def settle(self) -> None:
        """Wait for the calls that are under way."""
        while self._busy:
            await asyncio.wait(list(self._busy.values()))

    async def _perform(self, duty: Duty) -> None:
        try:
            await self._carry[duty.kind](duty)
        except (Failed, ProtocolError) as problem:
            await self._executor.run(self._put_off, duty, str(problem))
        except Exception:
            log.exception("duty_broke", kind=duty.kind)
            await self._executor.run(self._put_off, duty, "internal error")
        else:
            self._failing.discard((duty.kind, duty.target))
            if duty.id != _UNWRITTEN:
                await self._executor.run(self._strike_off, duty)
        finally:
            del self._busy[duty.target]
            self._start_hasty()
            self._bell.ring()

    def _due(self, limit: int) -> tuple[Duty, ...]:
        with self._store.read() as connection:
            return due(connection, self._clock.now_ms(), limit, busy=tuple(self._busy))

    def _next_due(self) -> int | None:
        with self._store.read() as connection:
            return next_due_ms(connection, busy=tuple(self._busy))

    def _strike_off(self, duty: Duty) -> None:
        with self._store.write(lasting=False) as connection:
            done(connection, duty)

    def _put_off(self, duty: Duty, error: str) -> None:
        self._failing.add((duty.kind, duty.target))
        if duty.id == _UNWRITTEN:
            self._write_duty(duty.kind, duty.target, "", self._settings.duty_first_retry_ms)
            return
        first, last = self._settings.duty_first_retry_ms, self._settings.duty_last_retry_ms
        pause = min(last, first << min(duty.attempts, 20))
        jitter = int.from_bytes(self._entropy.bytes(2)) * pause // (4 * 65_536)
        with self._store.write(lasting=False) as connection:
            postpone(connection, duty, self._clock.now_ms() + pause - jitter, error[:300])

    async def _wait(self, bell: Signal, heard: int, seconds: float) -> None:
        """Until the bell rings after `heard`, or so many seconds have passed."""
        ringing = asyncio.ensure_future(bell.heard(heard))
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({ringing, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ringing.cancel()
            sleeping.cancel()


def _unwritten(kind: str, target: str) -> Duty:
    return Duty(
        id=_UNWRITTEN,
        kind=kind,
        target=target,
        subject="",
        revision=0,
        attempts=0,
        due_ms=0,
        error=None,
        payload=b"",
    )
