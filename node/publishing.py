"""Deliveries to peers: pushing what we hold, pulling what they hold.

Our own head goes to the home witness first; other peers get it once the home witness has
cosigned it, so that two copies of one node can never both publish. Copies of other ledgers
are passed on as well: two communities that are never online together agree through a third.
What a peer answers comes in at the mirror's door, like everything else.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence

import structlog

from node.acquaintance import Acquaintance
from node.books import Books
from node.delivery import Delivery
from node.duties import Duties, Failed
from node.evidence import open_positions
from node.mirror import Mirror
from node.peers import Peers, PeerTrouble, Verdict
from node.ports import Ports
from node.readers import ANYBODY, Reader, ledgers_of, reader_of
from node.refusals import Refusals
from node.settings import Settings
from node.store.engine import Store
from node.store.entries import all_evidence
from node.store.peers import all_peers, failed, find_peer, heard, put_served, put_sizes, sizes_of
from node.store.values import Duty, Peer
from protocol.errors import Malformed, ProtocolError
from protocol.ledger.fork import ForkEvidence, read_evidence, write_evidence
from protocol.replication.bundle import end_of, split_bundle
from protocol.wire.digests import CommunityId
from protocol.wire.text import hex_decode

log = structlog.get_logger()
PUSH, PULL = "push", "pull"
_LEDGERS_AT_ONCE = 16
_MOST_ROUNDS = 10_000
_PAUSE_S = 0.01
_LOOK_AGAIN_S = 0.05


class Publishing:
    """Sees to it that pushes and pulls are owed, and carries them out."""

    def __init__(
        self,
        *,
        store: Store,
        books: Books,
        mirror: Mirror,
        peers: Peers,
        delivery: Delivery,
        ports: Ports,
        settings: Settings,
    ) -> None:
        self._store = store
        self._books = books
        self._mirror = mirror
        self._peers = peers
        self._delivery = delivery
        self._acquaintance = Acquaintance(store, books)
        self._clock = ports.clock
        self._executor = ports.executor
        self._settings = settings
        self._seen: tuple[float, tuple[bool, tuple[ForkEvidence, ...]]] | None = None
        self._sent: dict[tuple[str, CommunityId], tuple[int, ...]] = {}
        self._heard_out: set[tuple[CommunityId, str]] = set()
        self._refusals = Refusals(books, ports.clock)
        self._given: dict[tuple[str, CommunityId], tuple[frozenset[str], int]] = {}

    # --- owing -----------------------------------------------------------------------------

    async def watch(self, duties: Duties) -> None:
        """Push to every peer whenever something changes, until cancelled."""
        while True:
            ring = self._books.changed.rings
            try:
                for peer in await self._executor.run(self.all_peers):
                    duties.hasten(PUSH, peer.url)
                await self._hear_out()
            except Exception:
                log.exception("watch_broke")
            # The first change goes out at once; what a crowd adds meanwhile goes together.
            await self._clock.sleep(_PAUSE_S)
            await self._books.changed.heard(ring)

    async def _hear_out(self) -> None:
        """Forget what others erased, and look at the forks that they show."""
        for community in self._books.known():
            await self._mirror.forget_erased(community)
            book = self._books.book(community)
            for accused, evidence in [] if book is None else list(book.accusations.items()):
                if (community, accused) in self._heard_out or community == self._books.own_id:
                    continue
                self._heard_out.add((community, accused))
                try:
                    await self._mirror.accuse(write_evidence(evidence))
                except ProtocolError:
                    # It shows nothing, or nothing about a ledger that is held here.
                    continue

    async def ask_now_and_then(self, duties: Duties) -> None:
        """Owe a pull from every peer, for what nobody pushes to us, until cancelled."""
        while True:
            try:
                for peer in await self._executor.run(self.all_peers):
                    await duties.owe(PULL, peer.url)
            except Exception:
                log.exception("asking_broke")
            await self._clock.sleep(self._settings.pull_interval_s)

    def all_peers(self) -> tuple[Peer, ...]:
        """Every address that we deliver to."""
        with self._store.read() as connection:
            return all_peers(connection)

    def neighbourhood(self) -> tuple[bool, tuple[ForkEvidence, ...]]:
        """Whether there are peers, and the forks that we can show, as of a moment ago. Blocks."""
        now = self._clock.monotonic()
        if self._seen is None or not self._seen[0] <= now < self._seen[0] + _LOOK_AGAIN_S:
            with self._store.read() as connection:
                kept = all_evidence(connection)
                has_peers = bool(all_peers(connection))
            self._seen = now, (has_peers, tuple(read_evidence(one.raw) for one in kept))
        return self._seen[1]

    # --- push ------------------------------------------------------------------------------

    async def push(self, duty: Duty) -> None:
        """Bring a peer whatever it lacks and may have.

        Raises:
            Failed: the peer could not be called, or does not take our ledger yet.
        """
        peer = await self._peer(duty.target)
        if peer is None or peer.community is None:
            return
        await self._serve_new_federations(peer, peer.community)
        sizes = await self._executor.run(self._sizes, peer.community)
        for _ in range(_MOST_ROUNDS):
            wanted = await self._lacking(peer, sizes)
            if not wanted:
                break
            await self._push_some(peer, wanted, sizes)
        if self._refusals.stands(peer, self._books.own_id):
            # Its operator has not added us yet: try again, whatever happens here meanwhile.
            raise Failed("the peer does not know us yet")

    async def _serve_new_federations(self, peer: Peer, community: CommunityId) -> None:
        """Give again, whole, what a peer got as hashes before it, or we, could read it."""
        reader = self._reader(peer)
        if reader.federations <= set(peer.served.split()):
            return
        fills, everything = self._mirror.fills(), True
        concerned = ledgers_of(reader.federations, self._books.facts()) - {community}
        for ledger in (one for one in self._books.known() if one in concerned):
            state = reader.federations, fills.get(ledger, 0)
            if self._given.get((peer.url, ledger)) == state:
                continue
            if not self._refusals.stands(peer, ledger) and await self._give_whole(
                peer, reader, ledger
            ):
                self._given[peer.url, ledger] = state
            else:
                everything = False
        if everything:
            await self._executor.run(self._served, peer.url, reader.federations, fills)

    async def _give_whole(self, peer: Peer, reader: Reader, ledger: CommunityId) -> bool:
        """Give a peer a ledger from its beginning; False if it did not take all of it."""
        start, size = 0, (await self._executor.run(self._delivery.state, ledger))[0]
        while start < size:
            bundle = await self._executor.run(
                self._delivery.bundle_for, reader, {ledger: start}, self._settings.batch_entries
            )
            frames = split_bundle(bundle)
            if not frames:
                return False  # our home witness has not cosigned it yet
            if not self._refusals.hear(peer, await self._call_push(peer, bundle), (ledger,)):
                return False
            end = end_of(frames[0])
            if end <= start:
                return False
            start = end
        return True

    async def _lacking(
        self, peer: Peer, sizes: Mapping[CommunityId, int]
    ) -> dict[CommunityId, tuple[int, ...]]:
        """Ledgers of which we have more, or other evidence, than the peer was ever sent."""
        found: dict[CommunityId, tuple[int, ...]] = {}
        for ledger, state in (await self._executor.run(self._states)).items():
            key = (peer.url, ledger)
            if ledger == peer.community or self._refusals.stands(peer, ledger):
                continue
            told = sizes.get(ledger, 0)
            if self._sent.get(key) != (*state, told) and (told < state[0] or state[1]):
                found[ledger] = state
            if len(found) == _LEDGERS_AT_ONCE:
                break
        return found

    def _reader(self, peer: Peer) -> Reader:
        """What a peer may be given unasked: as its community only where that names the address.

        Who merely serves a copy of a community's ledger could otherwise pass for it.
        """
        book = None if peer.community is None else self._books.book(peer.community)
        if peer.community is None or book is None or peer.url not in book.presence.urls:
            return ANYBODY
        return reader_of(peer.community, self._books.facts())

    def _states(self) -> dict[CommunityId, tuple[int, int, int]]:
        return {ledger: self._delivery.state(ledger) for ledger in self._books.known()}

    async def _push_some(
        self,
        peer: Peer,
        wanted: Mapping[CommunityId, tuple[int, ...]],
        sizes: dict[CommunityId, int],
    ) -> None:
        if peer.community is None:
            return
        reader = self._reader(peer)
        starts = {ledger: min(sizes.get(ledger, 0), wanted[ledger][0]) for ledger in wanted}
        limit = self._settings.batch_entries
        bundle = await self._executor.run(self._delivery.bundle_for, reader, starts, limit)
        told = {ledger: sizes.get(ledger, 0) for ledger in wanted}
        verdicts = await self._call_push(peer, bundle)
        self._refusals.hear(peer, verdicts, wanted)
        sizes.update((one.ledger, one.size) for one in verdicts if one.ledger in wanted)
        moved = any(sizes.get(ledger, 0) != told[ledger] for ledger in wanted)
        for ledger, state in wanted.items():
            if moved and told[ledger] < state[0]:
                continue  # another ledger may have filled the page: its turn comes
            if sizes.get(ledger, 0) == told[ledger] and not self._refusals.stands(peer, ledger):
                # Nothing moved: the same again would not either, until something changes.
                self._sent[peer.url, ledger] = (*state, told[ledger])
        await self._executor.run(self._note_sizes, peer, sizes)
        lines = [one for one in verdicts if one.cosignature is not None]
        await self._learn(peer.community, lines)

    async def _call_push(self, peer: Peer, bundle: bytes) -> Sequence[Verdict]:
        try:
            return await self._peers.push(peer.url, bundle)
        except PeerTrouble as trouble:
            await self._trouble(peer.url, trouble)
            raise Failed(str(trouble)) from None

    async def _learn(self, witness: CommunityId, verdicts: Sequence[Verdict]) -> None:
        """A peer's cosignatures, brought in like any other bundle."""
        lines = {
            one.ledger: (one.size, one.cosignature)
            for one in verdicts
            if one.cosignature is not None
        }
        if lines and witness in self._books.known():
            await self._mirror.take(await self._executor.run(self._delivery.lines_for, lines))

    # --- pull ------------------------------------------------------------------------------

    async def pull(self, duty: Duty) -> None:
        """Ask a peer for what it has more of than we.

        Raises:
            Failed: the peer could not be called.
        """
        peer = await self._peer(duty.target)
        if peer is None:
            return
        try:
            peer = await self._acquainted(peer)
            heads = await self._peers.heads(peer.url)
            sizes = {head.ledger: head.size for head in heads}
            for head in heads:
                if await self._executor.run(self._concerns_us, head.ledger):
                    await self._pull_ledger(peer, head.ledger, head.size)
        except PeerTrouble as trouble:
            await self._trouble(peer.url, trouble)
            raise Failed(str(trouble)) from None
        await self._executor.run(self._note_sizes, peer, sizes)

    async def _acquainted(self, peer: Peer) -> Peer:
        """Learn whose address it is: its status says so, its own key chain must bear it out."""
        if peer.community is not None and peer.community in self._books.known():
            return peer
        status = await self._peers.status(peer.url)
        claimed = status.get("community")
        try:
            hex_decode(str(claimed), 32)
        except Malformed:
            raise PeerTrouble("peer-nobody", "the address does not say whose it is") from None
        community = CommunityId(str(claimed))
        if community == self._books.own_id:
            raise PeerTrouble("peer-self", "the address is our own")
        bundle = await self._peers.pull(peer.url, community, 0, 1)
        taken = await self._mirror.take(bundle, trust_new=True)
        if not any(one.ledger == community and one.error is None for one in taken):
            raise PeerTrouble("peer-unproven", "its ledger does not bear out whose address it is")
        await self._executor.run(self._heard, peer.url, community)
        self._books.changed.ring()
        found = await self._peer(peer.url)
        return peer if found is None else found

    def _concerns_us(self, ledger: CommunityId) -> bool:
        return self._holds(ledger) or self._acquaintance.includes(ledger)

    async def _pull_ledger(self, peer: Peer, ledger: CommunityId, remote: int) -> None:
        """Page after page; while one is stored, the next is on its way."""
        # What a community itself gives of its own ledger may be sealed, for it to get back.
        sender = ledger if ledger == peer.community else None
        coming: tuple[int, asyncio.Task[bytes]] | None = None
        try:
            with self._books.arriving(ledger):
                for _ in range(_MOST_ROUNDS):
                    held = await self._executor.run(self._held, ledger)
                    if held > remote or (held == remote and not self._wants_lines(ledger)):
                        return
                    if coming is None or coming[0] != held:
                        _cancel(coming)
                        coming = self._ask(peer, ledger, held)
                    bundle = await coming[1]
                    end = _end_of(bundle)
                    coming = self._ask(peer, ledger, end) if held < end < remote else None
                    taken = await self._mirror.take(bundle, sender=sender)
                    if not any(one.error is None and one.size > held for one in taken):
                        return
        finally:
            _cancel(coming)

    def _ask(
        self, peer: Peer, ledger: CommunityId, start: int
    ) -> "tuple[int, asyncio.Task[bytes]]":
        return start, asyncio.create_task(self._peers.pull(peer.url, ledger, start))

    def _held(self, ledger: CommunityId) -> int:
        return self._delivery.state(ledger)[0] if self._holds(ledger) else 0

    def _holds(self, ledger: CommunityId) -> bool:
        return ledger in self._books.known()

    def _wants_lines(self, ledger: CommunityId) -> bool:
        """Whether a ledger states a position in a close that is open: then every line matters."""
        return any(True for _ in open_positions(self._books, ledger))

    # --- what is known of peers ------------------------------------------------------------

    async def _peer(self, url: str) -> Peer | None:
        return await self._executor.run(self._find, url)

    def _find(self, url: str) -> Peer | None:
        with self._store.read() as connection:
            return find_peer(connection, url)

    def _sizes(self, community: CommunityId) -> dict[CommunityId, int]:
        with self._store.read() as connection:
            return sizes_of(connection, community)

    def _note_sizes(self, peer: Peer, sizes: Mapping[CommunityId, int]) -> None:
        if peer.community is None:
            return
        known = {ledger: size for ledger, size in sizes.items() if self._holds(ledger)}
        with self._store.write(lasting=False) as connection:
            put_sizes(connection, peer.community, known)
            heard(connection, peer.url, self._clock.now_ms(), peer.community)

    def _heard(self, url: str, community: CommunityId) -> None:
        with self._store.write(lasting=False) as connection:
            heard(connection, url, self._clock.now_ms(), community)

    def _served(
        self, url: str, federations: Collection[str], fills: Mapping[CommunityId, int]
    ) -> None:
        with self._store.write(lasting=False) as connection:
            # What came whole meanwhile is still owed.
            if self._mirror.fills() == fills:
                put_served(connection, url, federations)

    async def _trouble(self, url: str, trouble: PeerTrouble) -> None:
        await self._executor.run(self._failed, url, trouble.code)

    def _failed(self, url: str, code: str) -> None:
        with self._store.write(lasting=False) as connection:
            failed(connection, url, code)


def _cancel(coming: "tuple[int, asyncio.Task[bytes]] | None") -> None:
    if coming is not None and not coming[1].cancel() and not coming[1].cancelled():
        coming[1].exception()  # nobody waits for it any more; asyncio is told so


def _end_of(bundle: bytes) -> int:
    """Where a page says that it ends; 0 if it cannot be read, which the mirror will say."""
    try:
        frames = split_bundle(bundle)
        return end_of(frames[0]) if frames else 0
    except Malformed:
        return 0
