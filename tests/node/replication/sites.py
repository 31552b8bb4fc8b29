"""Nodes of the village for these tests: real stores and real parts, without the journal."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from node.books import Books
from node.chains import Chains
from node.compression import compress, inflate
from node.delivery import Delivery
from node.keys import NodeKeys
from node.mirror import Mirror, Taken
from node.peers import Peers
from node.ports import Executor, InlineExecutor, Ports
from node.readers import reader_of
from node.settings import Settings
from node.signatures import Nonces, verify_request
from node.store.engine import Store, open_store
from node.store.entries import find_ledger, read_entries
from node.store.ledgers import append, create_ledger, extend_chain, put_cosignatures, set_note
from node.store.peers import put_peer
from node.store.schema import bring_up_to_date
from node.store.values import Growth, Head, NewEntry, StoredCosignature, StoredEntry
from node.witness import Witness
from protocol.errors import Behind, ProtocolError
from protocol.replication.extend import Extension
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PublicKey
from tests.node.manual_clock import ManualClock
from tests.village import FOUNDED, Chance, Community

MOST = 64 * 1024 * 1024


class Clock(ManualClock):
    """Stands still, but gives way to others when asked to."""

    async def sleep(self, seconds: float) -> None:
        await (super().sleep(seconds) if seconds > 0 else asyncio.sleep(0))


@dataclass
class Scribe:
    """What the journal does with news about its own ledger, as far as these tests go."""

    store: Store
    number: int
    recovering: bool = False
    recovered: list[Extension] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    async def learn_cosignatures(self, lines: Sequence[StoredCosignature]) -> None:
        with self.store.write() as connection:
            put_cosignatures(connection, self.number, lines)

    async def recover(self, extension: Extension) -> None:
        self.recovered.append(extension)

    async def doubled(self, why: str) -> None:
        self.alarms.append(why)


@dataclass
class Site:
    """One community's node."""

    community: Community
    store: Store
    books: Books
    chains: Chains
    witness: Witness
    delivery: Delivery
    mirror: Mirror
    scribe: Scribe
    clock: Clock
    ports: Ports
    keys: NodeKeys
    number: int
    nonces: Nonces = field(default_factory=Nonces)
    answers: dict[str, bytes] = field(default_factory=dict)

    @property
    def id(self) -> CommunityId:
        return self.community.id

    def publish(self, *witnesses: "Site") -> None:
        """Store what our community wrote meanwhile, under a head that these cosigned."""
        write_own(self.store, self.community, self.number)
        self.books.reload_own()
        with self.store.write() as connection:
            lines = [
                StoredCosignature(
                    self.community.size,
                    witness.id,
                    self.community.tree.root(),
                    witness.community.now,
                    witness.community.cosign(self.community),
                )
                for witness in witnesses
            ]
            put_cosignatures(connection, self.number, lines)

    def befriend(self, *others: "Site | Community") -> None:
        """The operator adds peers of these communities."""
        with self.store.write() as connection:
            for other in others:
                url = f"http://{other.community.name if isinstance(other, Site) else other.name}"
                put_peer(connection, url, community=other.id)

    async def take(self, bundle: bytes, **options: object) -> tuple[Taken, ...]:
        taken = await self.mirror.take(bundle, **options)  # type: ignore[arg-type]
        await self.books.settle()
        return taken

    def bundle_for(self, other: "Site", ledger: CommunityId | None = None, start: int = 0) -> bytes:
        """What another community's node gets from us."""
        reader = reader_of(other.id, self.books.facts())
        return self.delivery.bundle_for(reader, {ledger or self.id: start}, 100_000)

    def stored(self, ledger: CommunityId) -> tuple[StoredEntry, ...]:
        with self.store.read() as connection:
            found = find_ledger(connection, ledger)
            return () if found is None else read_entries(connection, found.id, 0, found.size)

    def state(self, ledger: CommunityId) -> object:
        """Everything that matters about a copy, to be compared with another copy of it."""
        with self.store.read() as connection:
            found = find_ledger(connection, ledger)
        book = self.books.book(ledger)
        return (
            None if found is None else (found.size, found.root, found.note, found.alarm),
            self.stored(ledger),
            None if book is None else (book.size, dict(book.void), dict(book.ids)),
        )

    # --- on the network --------------------------------------------------------------------

    def app(self) -> Starlette:
        """The few routes of the node that these tests call."""

        async def reader(request: Request) -> CommunityId | None:
            if "signature-input" not in request.headers:
                return None
            key = verify_request(
                request.method,
                str(request.url),
                request.headers,
                await request.body(),
                now=self.clock.now(),
                nonces=self.nonces,
                known=lambda _: True,
            )
            return self._community_of(key)

        async def bundles(request: Request) -> Response:
            taken = await self.take(
                inflate(await request.body(), MOST), sender=await reader(request)
            )
            return JSONResponse({"ledgers": [_row(one) for one in taken]})

        async def part(request: Request) -> Response:
            ledger = CommunityId(request.path_params["ledger"])
            start, limit = request.query_params["start"], request.query_params.get("limit", "9999")
            asker = await reader(request)
            raw = self.answers.get("range") or self.delivery.bundle_for(
                reader_of(asker or CommunityId(""), self.books.facts()),
                {ledger: int(start)},
                int(limit),
            )
            return Response(compress(raw), headers={"content-encoding": "zstd"})

        async def witness(request: Request) -> Response:
            try:
                return Response(await self.witness.add_checkpoint(await request.body()))
            except Behind as behind:
                return Response(f"{behind.size}\n", 409, media_type="text/x.tlog.size")
            except ProtocolError as problem:
                return JSONResponse({"code": problem.code}, 422)

        async def latest(request: Request) -> Response:
            note = await self.witness.latest(request.path_params["origin"])
            return Response(note) if note else JSONResponse({"code": "head-unknown"}, 404)

        return Starlette(
            routes=[
                Route("/v1/bundles", bundles, methods=["POST"]),
                Route("/v1/ledgers/{ledger}/range", part),
                Route("/v1/witness/add-checkpoint", witness, methods=["POST"]),
                Route("/v1/witness/{origin}/checkpoint", latest),
            ]
        )

    def peers(self, network: httpx.AsyncBaseTransport, **changes: object) -> Peers:
        return Peers(
            store=self.store,
            keys=self.keys,
            ports=self.ports,
            settings=Settings(**changes),  # type: ignore[arg-type]
            transport=network,
            resolve=None,
        )

    def _community_of(self, key: PublicKey) -> CommunityId | None:
        for community, facts in self.books.facts().items():
            if facts.chain.current.voice == key:
                return community
        return None


class Network(httpx.AsyncBaseTransport):
    """Host names to nodes, in one process."""

    def __init__(self, *sites: Site) -> None:
        self.apps = {one.community.name: httpx.ASGITransport(one.app()) for one in sites}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        app = self.apps.get(request.url.host)
        if app is None:
            raise httpx.ConnectError("nobody there", request=request)
        return await app.handle_async_request(request)


def _row(taken: Taken) -> dict[str, object]:
    line = taken.cosignature
    return {
        "ledger": taken.ledger,
        "size": taken.size,
        "cosignature": None if line is None else line.decode(),
        "error": None if taken.error is None else {"code": taken.error.code},
    }


def write_own(store: Store, community: Community, number: int) -> None:
    """Put into the store what a journal would have put there."""
    with store.write() as connection:
        held = find_ledger(connection, community.id)
        assert held is not None
        frontier = community.tree.frontier()
        note = community.head()
        new = [
            NewEntry(community.tree.leaf(index), community.entries[index])
            for index in range(held.size, community.size)
        ]
        growth = Growth(
            size=frontier.size,
            root=frontier.root(),
            frontier=b"".join(frontier.hashes),
            note=note,
        )
        append(connection, number, held.size, new, growth)
        if not held.size:
            extend_chain(connection, number, 0, [one.raw for one in community.chain.events])
        set_note(connection, number, Head(frontier.size, frontier.root(), note))


@contextmanager
def open_site(
    folder: Path, community: Community, executor: Executor | None = None
) -> Iterator[Site]:
    """A community's node, with its ledger as far as it is written."""
    path = folder / f"{community.name}.db"
    is_new = not path.exists()
    store = open_store(f"sqlite:///{path}")
    bring_up_to_date(store)
    if is_new:
        with store.write() as connection:
            create_ledger(connection, community.id, own=True)
        with store.read() as connection:
            ledger = find_ledger(connection, community.id)
        assert ledger is not None
        write_own(store, community, ledger.id)
    clock = Clock(FOUNDED + 1_000)
    ports = Ports(
        clock=clock, executor=executor or InlineExecutor(), entropy=Chance(community.name + "/node")
    )
    books = Books(store, ports)
    books.open()
    keys = NodeKeys(
        log=community.keys.log,
        witness=community.keys.witness,
        voice=community.keys.voice,
        seeds=community.keys.seeds,
    )
    chains = Chains(store, books)
    witness = Witness(store=store, books=books, chains=chains, keys=keys, ports=ports)
    number = books.number(community.id)
    scribe = Scribe(store, number)
    mirror = Mirror(
        store=store, books=books, chains=chains, witness=witness, own=scribe, ports=ports
    )
    delivery = Delivery(store=store, books=books, keys=keys, keep_head=lambda: None)
    yield Site(
        community,
        store,
        books,
        chains,
        witness,
        delivery,
        mirror,
        scribe,
        clock,
        ports,
        keys,
        number,
    )
    store.close()
