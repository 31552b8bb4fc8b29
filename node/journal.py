"""The journal: the one writer of our own ledger. Architecture: docs/architecture.md.

    bytes -> read and verify -> check against the book -> append (one transaction)
          -> sign the head -> answer

Concurrent submissions share one transaction and one checkpoint signature. Invariants:
* durable first, then signed, then answered; a crash before the commit leaves the ledger as
  it was and nobody was told otherwise, a crash after it leaves the entries in place and a
  repeated submission is answered from there;
* a head is signed only after its root was computed a second time, from the stored bytes;
* the append is a compare-and-swap on the ledger's size: whoever else wrote meanwhile stops
  this process from writing, not the other way round;
* the same message is the same entry, however often it is submitted.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from node.appending import (
    CHAIN_KINDS,
    commit_batch,
    commit_tail,
    growth_of,
    keep_lines,
    open_tail,
)
from node.books import Books
from node.keys import NodeKeys
from node.ports import Ports
from node.sealing import Sealer
from node.store.engine import Stale, Store
from node.store.entries import cosignatures_of, find_ledger, find_messages, read_entries
from node.store.values import Head, NewEntry, StoredCosignature
from node.verification import Verifier
from protocol.errors import Refused
from protocol.fold import admit, advance, apply, read_act
from protocol.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint
from protocol.ledger.cosignature import add_cosignatures
from protocol.ledger.entry import leaf_hash, place_message
from protocol.ledger.merkle import Frontier
from protocol.ledger.receipt import write_receipt
from protocol.replication.extend import Extension
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import NONCE_BYTES, SALT_BYTES
from protocol.wire.message import Message, open_message, write_message

RECOVERING = "recovering"
"""The code while a start asks the others how far our ledger goes."""


class Unavailable(Exception):  # noqa: N818 - named for what is the case
    """The journal does not write now; the reason is a sentence for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A message that stands in our ledger; `new` is false if it stood there before."""

    index: int
    id: MessageId
    raw: bytes | None
    new: bool


@dataclass(frozen=True, slots=True)
class _Waiting:
    message: Message
    answer: "asyncio.Future[Accepted]"


@dataclass(frozen=True, slots=True)
class _Placed:
    waiting: _Waiting
    index: int
    raw: bytes
    leaf: bytes


class Journal:
    """Appends to our own ledger; `read_only` holds the reason while it does not."""

    def __init__(
        self,
        *,
        store: Store,
        books: Books,
        keys: NodeKeys,
        ports: Ports,
        batch: int,
        most_waiting: int,
    ) -> None:
        self._store = store
        self._books = books
        self._keys = keys
        self._clock = ports.clock
        self._executor = ports.executor
        self._entropy = ports.entropy
        self._batch = batch
        self._verifier = Verifier(ports.executor, batch)
        self._most_waiting = most_waiting
        self._waiting: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        self.read_only: Unavailable | None = None
        self._number = books.number(books.own_id)
        self._frontier = books.tree(books.own_id).frontier()
        self.head = Checkpoint(origin_of(books.own_id), 0, Frontier().root())
        self._note = b""
        self._kept = 0
        self._resume()

    def _resume(self) -> None:
        """Sign the head of what is stored: after a crash it may be larger than the last note."""
        with self._store.read() as connection:
            ledger = find_ledger(connection, self._books.own_id)
        if ledger is None or ledger.root != self._frontier.root():
            raise RuntimeError("the stored leaves of our own ledger do not make its stored root")
        self._sign(ledger.size, ledger.root)

    def _sign(self, size: int, root: bytes) -> None:
        self.head = Checkpoint(self.head.origin, size, root)
        self._note = sign_checkpoint(self._keys.log, self.head)

    @property
    def community(self) -> CommunityId:
        """Whose ledger it is."""
        return self._books.own_id

    async def submit(self, raw: bytes) -> Accepted:
        """Append a message, once.

        Raises:
            ProtocolError: It was not accepted; nothing changed.
            Unavailable: The journal does not write now.
        """
        self._require_open()
        if self._verifier.waiting + len(self._waiting) >= self._most_waiting:
            raise Unavailable("busy", "too many submissions at once: try again in a moment")
        return await self._place(await self._verifier.open(raw))

    async def speak(self, kind: str, audience: str, body: Mapping[str, JsonValue]) -> Accepted:
        """Append a message in the community's own name.

        Raises:
            ProtocolError: The rules do not allow it now.
            Unavailable: The journal does not write now.
        """
        self._require_open()
        raw = write_message(
            self._keys.voice,
            ledger=self.community,
            kind=kind,
            audience=audience,
            nonce=self._entropy.bytes(NONCE_BYTES),
            body=body,
        )
        return await self._place(open_message(raw))

    async def _place(self, message: Message) -> Accepted:
        known = self._books.own.ids.get(message.id)
        # The book is ahead of the disk while a batch is written: its messages wait like new ones.
        if known is not None and known < self.head.size:
            return await self._executor.run(self._stored, message.id, known)
        answer: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(message, answer))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await answer

    async def close(self) -> None:
        """Let what was begun come to its end."""
        await self._verifier.close()
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write_all(self) -> None:
        while self._waiting:
            # A transaction costs as much as ten entries: those almost here come along.
            await self._verifier.in_hand()
            count = min(len(self._waiting), self._batch)
            await self._write([self._waiting.popleft() for _ in range(count)])

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        placed: list[_Placed] = []
        erased = frozenset(self._books.own.erased)
        try:
            self._require_open()
            batch = await self._without_erased(batch)
            twins = self._check_all(batch, placed)
            if placed:
                fresh = sorted(self._books.own.erased - erased)
                await self._executor.run(self._commit, placed, fresh)
                self._books.own_grown(one.leaf for one in placed)
        except Exception as problem:  # noqa: BLE001 - whatever it is, nobody is left waiting
            self._give_up(batch, problem)
            return
        if placed:
            self._sign(self._frontier.size, self._frontier.root())
        for one in placed:
            _answer(
                one.waiting,
                Accepted(index=one.index, id=one.waiting.message.id, raw=one.raw, new=True),
            )
        for waiting, index in twins:
            try:
                _answer(waiting, await self._executor.run(self._stored, waiting.message.id, index))
            except Exception as problem:  # noqa: BLE001 - it stands in the ledger all the same
                _refuse(waiting, problem)

    def _check_all(
        self, batch: Sequence[_Waiting], placed: list[_Placed]
    ) -> list[tuple[_Waiting, int]]:
        """Check and fold one message after the other; those of one id share one entry."""
        book, tree = self._books.own, self._books.tree(self.community)
        twins: list[tuple[_Waiting, int]] = []
        received = max(book.clock, self._clock.now())
        salts = self._entropy.bytes(SALT_BYTES * len(batch))
        for number, waiting in enumerate(batch):
            message = waiting.message
            if waiting.answer.done():
                continue
            known = book.ids.get(message.id)
            if known is not None:
                twins.append((waiting, known))
                continue
            try:
                raw = place_message(
                    message,
                    index=book.size,
                    received=received,
                    salt=salts[number * SALT_BYTES : (number + 1) * SALT_BYTES],
                )
                leaf = leaf_hash(raw)
                act = read_act(book, message, index=book.size, received=received, leaf=leaf)
                admit(book, act)
            except Exception as problem:  # noqa: BLE001 - nothing was changed; a bug is one answer
                waiting.answer.set_exception(problem)
                continue
            book.size += 1
            apply(book, act)
            tree.append(leaf)
            placed.append(_Placed(waiting, act.index, raw, leaf))
        return twins

    def _commit(self, placed: Sequence[_Placed], erased: Sequence[int]) -> None:
        events = [one.waiting.message for one in placed if one.waiting.message.kind in CHAIN_KINDS]
        frontier = self._frontier.extend(one.leaf for one in placed)
        tree = self._books.tree(self.community)
        self._frontier = commit_batch(
            self._store,
            self._number,
            self._frontier,
            [NewEntry(one.leaf, one.raw, bytes.fromhex(one.waiting.message.id)) for one in placed],
            replace(growth_of(frontier), root=tree.root()),
            events=events,
            first_event=len(self._books.own.identity.events) - len(events),
            erased=erased,
        )

    def _give_up(self, batch: Sequence[_Waiting], problem: Exception) -> None:
        """What failed to be stored is forgotten; doubt about the store ends the writing."""
        if not isinstance(problem, Unavailable):
            code = "other-writer" if isinstance(problem, Stale) else "storage-failed"
            self.read_only = Unavailable(
                code, f"the ledger could not be written ({problem}); restart the node"
            )
        for waiting in batch:
            _refuse(waiting, self.read_only or problem)
        if not isinstance(problem, Unavailable):
            self._books.reload_own()

    # --- what other nodes know of our ledger -----------------------------------------------

    def keep_head(self) -> None:
        """Keep our newest head, so that it can go out."""
        head = self.head
        if head.size > self._kept:
            self._keep({head.size: head.root}, [])

    async def learn_cosignatures(self, lines: Sequence[StoredCosignature]) -> None:
        """Keep witnesses' lines under heads that we signed; the caller has verified them."""
        tree = self._books.tree(self.community)
        known = [
            one
            for one in lines
            if one.size <= self.head.size
            and one.root == tree.root(one.size)
            and self._books.own.identity.log_key(one.size) == self._keys.log.public
        ]
        if known:
            await self._executor.run(self._keep, {one.size: one.root for one in known}, known)
            self._books.changed.ring()

    def _keep(self, sizes: Mapping[int, bytes], lines: Sequence[StoredCosignature]) -> None:
        """Heads that nobody saw are not kept: they can be signed again, and come out the same.

        It runs on a thread, where `self.head` may change between two looks: what is signed
        here comes as an argument.
        """
        heads = [
            Head(
                size,
                root,
                sign_checkpoint(self._keys.log, Checkpoint(self.head.origin, size, root)),
            )
            for size, root in sizes.items()
        ]
        keep_lines(self._store, self._number, heads, lines)
        self._kept = max(self._kept, *sizes)

    @property
    def recovering(self) -> bool:
        """Whether the node waits to hear how far our own ledger goes."""
        return self.read_only is not None and self.read_only.code == RECOVERING

    async def recover(self, extension: Extension) -> None:
        """Take back the tail of our own ledger that a restored backup lacks.

        Raises:
            Refused: the node is not recovering; nobody else writes our ledger.
            ProtocolError: sealed entries are not ours.
        """
        if not self.recovering or extension.start != self.head.size:
            raise Refused("not-recovering", "our own ledger is written by us alone")
        entries = open_tail(extension, Sealer(self._keys.seeds[0]))
        commit = partial(commit_tail, known_events=len(self._books.own.identity.events))
        await self._executor.run(commit, self._store, self._number, entries, extension)
        self._frontier = extension.frontier
        tree, book = self._books.tree(self.community), self._books.own
        for entry in entries:
            tree.append(entry.leaf)
            advance(book, entry.raw, entry.leaf)
        self._books.own_grown(entry.leaf for entry in entries)
        self._resume()

    async def doubled(self, why: str) -> None:
        """Somebody else signs with our log key, or we are an old copy: write no more."""
        self.read_only = Unavailable("own-ledger-doubled", why)

    def note(self) -> bytes:
        """Our newest head with the cosignatures that came for it."""
        with self._store.read() as connection:
            lines = cosignatures_of(connection, self._number, self.head.size)
        return add_cosignatures(self._note, [one.line for one in lines]) if lines else self._note

    def bare_note(self) -> bytes:
        """Our newest head with our own signature alone."""
        return self._note

    def receipt(self, index: int) -> bytes:
        """The proof that entry `index` is in our ledger."""
        size = self.head.size
        return write_receipt(
            index, self._books.tree(self.community).inclusion(index, size), self._note
        )

    def _stored(self, message_id: MessageId, index: int) -> Accepted:
        with self._store.read() as connection:
            found = read_entries(connection, self._number, index, index + 1)
        raw = found[0].raw if found else None
        return Accepted(index=index, id=message_id, raw=raw, new=False)

    async def _without_erased(self, batch: Sequence[_Waiting]) -> list[_Waiting]:
        """Answer those whose entry was erased: the book has forgotten them, the store has not."""
        if not self._books.own.withheld:
            return list(batch)
        ids = [bytes.fromhex(one.message.id) for one in batch]
        found = await self._executor.run(self._find, ids)
        for one in batch:
            index = found.get(bytes.fromhex(one.message.id))
            if index is not None:
                _answer(one, Accepted(index=index, id=one.message.id, raw=None, new=False))
        return [one for one in batch if not one.answer.done()]

    def _find(self, ids: list[bytes]) -> Mapping[bytes, int]:
        with self._store.read() as connection:
            return find_messages(connection, self._number, ids)

    def _require_open(self) -> None:
        if self.read_only is not None:
            raise self.read_only


def _answer(waiting: _Waiting, accepted: Accepted) -> None:
    if not waiting.answer.done():
        waiting.answer.set_result(accepted)


def _refuse(waiting: _Waiting, problem: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(problem)
