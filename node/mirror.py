"""The mirror: the one writer of copies of other communities' ledgers (docs/spec/replication.md).

    bundle -> frames -> for each: read -> verify against the copy -> store -> cosign -> fold

A push, the answer to a pull, a relay and a file come in at `take`. Invariants:
* a fault in one section costs the others nothing, and is answered with a code of its own;
* nothing is stored that a signed head does not cover; what was stored is read back and its
  root computed again before our witness cosigns it, in the same transaction;
* the append is a compare-and-swap on the copy's size, under a lock for each ledger;
* of strangers nothing is stored: a ledger is taken if the operator, or a federation that we
  have to do with, names its community;
* a ledger that its own keys signed twice is taken no further, and the evidence is kept.

Our own ledger is not ours to write here: what others cosigned goes to the journal, and so
does a tail that a restored backup lacks.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from node.acquaintance import Acquaintance
from node.books import Books
from node.chains import Chains
from node.compression import inflate, is_compressed
from node.copies import Copies, Stored, cosignatures_in
from node.ports import Ports
from node.store.engine import Stale, Store
from node.store.entries import all_evidence
from node.store.values import StoredCosignature
from node.witness import Witness
from protocol.errors import Behind, Inconsistent, ProtocolError, Refused
from protocol.ledger.fork import ForkEvidence, read_evidence
from protocol.replication.branch import Contradiction
from protocol.replication.bundle import Frame, split_bundle
from protocol.replication.extend import Extension
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_BUNDLE_BYTES

MAX_LEDGERS = 1_000
"""Copies that one node keeps; the operator may give another figure."""

log = structlog.get_logger()


class OwnLedger(Protocol):
    """What the journal does with news about our own ledger."""

    @property
    def recovering(self) -> bool:
        """Whether it waits for the tail that a restored backup lacks."""
        ...

    async def learn_cosignatures(self, lines: Sequence[StoredCosignature]) -> None:
        """Keep verified lines under heads that we signed and hold."""
        ...

    async def recover(self, extension: Extension) -> None:
        """Take back our own tail; entries may be whole, sealed for us, or hashes."""
        ...

    async def doubled(self, why: str) -> None:
        """Stop writing: somebody else signs with our log key, or we are an old backup."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The verdict on one section.

    Attributes:
        size: how much of the ledger is held now, also after a refusal.
        cosignature: our witness's line under its head of just that size.
        error: why nothing was taken.
        voids: new entries that their ledger's rules refuse, with the code; they are stored.
    """

    ledger: CommunityId
    size: int
    cosignature: bytes | None = None
    error: ProtocolError | None = None
    voids: tuple[tuple[int, str], ...] = ()


class Mirror:
    """The door for everything that comes from other communities."""

    def __init__(
        self,
        *,
        store: Store,
        books: Books,
        chains: Chains,
        witness: Witness,
        own: OwnLedger,
        ports: Ports,
        most_ledgers: int = MAX_LEDGERS,
    ) -> None:
        self._store = store
        self._books = books
        self._own = own
        self._executor = ports.executor
        self._most_ledgers = most_ledgers
        self._copies = Copies(store=store, books=books, chains=chains, witness=witness)
        self._acquaintance = Acquaintance(store, books)
        self._locks: WeakValueDictionary[CommunityId, asyncio.Lock] = WeakValueDictionary()
        self._forgotten: dict[CommunityId, set[int]] = {}
        self._under_way: set[asyncio.Task[tuple[Taken, ...]]] = set()

    async def take(
        self, bundle: bytes, *, trust_new: bool = False, sender: CommunityId | None = None
    ) -> tuple[Taken, ...]:
        """Take in a bundle, plain or compressed; a verdict for each of its sections.

        Args:
            bundle: from wherever it came.
            trust_new: take ledgers that nobody named; the operator's own import.
            sender: the community that sent it, if the request was signed by its voice.

        Raises:
            Malformed: it is no bundle, and nothing was taken.
        """
        frames = await self._executor.run(_open, bundle)
        # A sender who hangs up must not leave the store ahead of the books.
        work = asyncio.create_task(self._take_all(frames, trust_new=trust_new, sender=sender))
        self._under_way.add(work)
        work.add_done_callback(self._under_way.discard)
        return await asyncio.shield(work)

    async def evidence(self, community: CommunityId | None = None) -> tuple[ForkEvidence, ...]:
        """Evidence of forks, of one ledger or of all."""
        return await self._executor.run(self._evidence, community)

    async def accuse(self, raw: bytes) -> None:
        """Take in evidence of a fork, as `evidence` gave it elsewhere.

        Raises:
            ProtocolError: it shows nothing about a ledger that is held here.
        """
        evidence = read_evidence(raw)
        await self._executor.run(self._copies.accuse, evidence)
        await self._tell_owner(CommunityId(evidence.ledger), "two histories of our own ledger")

    def fills(self) -> dict[CommunityId, int]:
        """How often entries of each ledger that were hashes here came whole."""
        return dict(self._copies.fills)

    async def forget_erased(self, community: CommunityId) -> int:
        """Forget what a community erased from its ledger, as far as it is folded; how much."""
        book = self._books.book(community)
        if book is None or community == self._books.own_id:
            return 0
        done = self._forgotten.setdefault(community, set())
        due = sorted(book.erased - done)
        if due:
            await self._executor.run(self._copies.erase, self._books.number(community), due)
            done.update(due)
        return len(due)

    async def close(self) -> None:
        """Let what was begun come to its end."""
        if self._under_way:
            await asyncio.wait(list(self._under_way))

    async def _take_all(
        self, frames: Sequence[Frame], *, trust_new: bool, sender: CommunityId | None
    ) -> tuple[Taken, ...]:
        return tuple(
            [await self._take_one(frame, trust_new=trust_new, sender=sender) for frame in frames]
        )

    async def _take_one(
        self, frame: Frame, *, trust_new: bool, sender: CommunityId | None
    ) -> Taken:
        ledger = frame.ledger
        lock = self._locks.setdefault(ledger, asyncio.Lock())
        async with lock:
            try:
                if ledger == self._books.own_id:
                    return await self._take_own(frame)
                if not trust_new:
                    await self._require_reason(ledger)
                return await self._take_copy(frame, sender)
            except ProtocolError as problem:
                log.info("section_refused", ledger=ledger, code=problem.code)
                size = await self._executor.run(self._copies.size, ledger)
                return Taken(ledger=ledger, size=size, error=problem)

    async def _take_copy(self, frame: Frame, sender: CommunityId | None) -> Taken:
        ledger = frame.ledger
        known = ledger in self._books.known()
        stored = await self._store_copy(frame, from_owner=sender == ledger)
        if not known:
            self._books.add(ledger, stored.number)
        new = [(item.raw, item.leaf) for item in stored.extension.items]
        voids = self._books.grown(ledger, new) if new else []
        if stored.filled:
            self._books.refold(ledger)
        await self.forget_erased(ledger)
        return Taken(
            ledger=ledger,
            size=stored.extension.size,
            cosignature=stored.cosignature,
            voids=tuple(voids),
        )

    async def _store_copy(self, frame: Frame, *, from_owner: bool) -> Stored:
        def store() -> Stored:
            return self._copies.take(frame, from_owner=from_owner)

        try:
            return await self._executor.run(store)
        except Stale:
            # Our witness stored a head of this ledger meanwhile: look again, with that one.
            return await self._executor.run(store)

    async def _take_own(self, frame: Frame) -> Taken:
        try:
            extension = await self._executor.run(self._copies.compare, frame)
        except (Behind, Contradiction) as problem:
            await self._tell_owner(frame.ledger, str(problem))
            raise
        lines = [
            line
            for line in cosignatures_in(extension)
            if line.size <= extension.start and line.witness != frame.ledger
        ]
        if lines:
            await self._own.learn_cosignatures(lines)
        if extension.heads[-1].checkpoint.size > extension.start:
            if not self._own.recovering:
                why = "others hold a larger head of our ledger, signed by our key"
                await self._own.doubled(why)
                raise Inconsistent("own-ledger-ahead", why)
            await self._own.recover(extension)
        size = await self._executor.run(self._copies.size, frame.ledger)
        return Taken(ledger=frame.ledger, size=size)

    async def _tell_owner(self, ledger: CommunityId, why: str) -> None:
        if ledger == self._books.own_id and not self._own.recovering:
            await self._own.doubled(why)

    async def _require_reason(self, ledger: CommunityId) -> None:
        if ledger in self._books.known():
            return
        if not await self._executor.run(self._acquaintance.includes, ledger):
            raise Refused("ledger-unknown", "nobody here has to do with this community")
        if len(self._books.known()) >= self._most_ledgers:
            raise Refused("ledgers-full", f"this node keeps at most {self._most_ledgers} ledgers")

    def _evidence(self, community: CommunityId | None) -> tuple[ForkEvidence, ...]:
        with self._store.read() as connection:
            kept = all_evidence(connection, community)
        return tuple(read_evidence(one.raw) for one in kept)


def _open(bundle: bytes) -> tuple[Frame, ...]:
    return split_bundle(inflate(bundle, MAX_BUNDLE_BYTES) if is_compressed(bundle) else bundle)
