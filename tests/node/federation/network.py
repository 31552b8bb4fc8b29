"""A network of whole nodes in one process: real stores, real routes, no sockets.

Each node answers under a host name of its own. Hosts can be cut off, singly or from each
other, and a node can be stopped and opened again on its data directory.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from node.app import create_app
from node.founding import Founder, Plan, found_community
from node.journal import Accepted
from node.ports import Ports, system_ports
from node.publishing import PULL
from node.runtime import Node, open_node
from node.settings import Settings
from node.store.peers import put_peer
from protocol.book import Book
from protocol.community.charter import read_charter
from protocol.decisions.proposal import FederatedSubject, Proposal, State
from protocol.federation.proposal import FinalOutcome
from protocol.federation.roster import in_force, members_of
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import write_message

_WAIT_S = 25.0


def charter(audience: str = "community") -> dict[str, JsonValue]:
    """Everything by simple majority of those who vote, closed when all have."""
    return {
        "audience": audience,
        "admission": {"sponsors": 1},
        "recovery": {"confirmations": 2},
        "decisions": {
            "general": {
                "rule": {
                    "method": "majority",
                    "threshold": {"num": 1, "den": 2},
                    "of": "cast",
                    "strict": True,
                },
                "unit": "person",
                "quorum": {"num": 1, "den": 100},
                "discussion_s": 0,
                "voting_s": 0,
                "early": True,
            }
        },
    }


@dataclass
class Network(httpx.AsyncBaseTransport):
    """Hosts to nodes; `cut` holds pairs of hosts between which nothing passes."""

    hosts: dict[str, httpx.ASGITransport] = field(default_factory=dict)
    cut: set[frozenset[str]] = field(default_factory=set)

    def seen_by(self, host: str) -> "Road":
        return Road(self, host)


@dataclass
class Road(httpx.AsyncBaseTransport):
    """The network as one host sees it."""

    network: Network
    host: str

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # The request goes to a checked address; the host that was meant is in its header.
        there = request.headers["host"].partition(":")[0]
        found = self.network.hosts.get(there)
        if found is None or frozenset({self.host, there}) in self.network.cut:
            raise httpx.ConnectError("no way there", request=request)
        return await found.handle_async_request(request)


@dataclass
class Site:
    """One community with its members' keys and, while it runs, its node."""

    host: str
    folder: Path
    network: Network
    ports: Ports
    community: CommunityId
    members: list[PrivateKey]
    settings: Settings
    audience: str
    opened: Node | None = None
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    work: asyncio.Task[None] | None = None

    @property
    def node(self) -> Node:
        assert self.opened is not None
        return self.opened

    @property
    def book(self) -> Book:
        return self.node.books.own

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    async def start(self) -> None:
        async def resolve(_name: str, _port: int) -> list[str]:
            return ["127.0.0.1"]

        road = self.network.seen_by(self.host)
        self.opened = await self.stack.enter_async_context(
            open_node(self.settings, self.ports, transport=road, resolve=resolve)
        )
        self.network.hosts[self.host] = httpx.ASGITransport(create_app(self.node))
        self.work = asyncio.create_task(self.node.run())

    async def stop(self) -> None:
        self.network.hosts.pop(self.host, None)
        if self.work is not None:
            self.work.cancel()
            await asyncio.wait([self.work])
            if not self.work.cancelled() and self.work.exception() is not None:
                raise AssertionError("the node broke") from self.work.exception()
        await self.stack.aclose()
        self.stack, self.work, self.opened = AsyncExitStack(), None, None

    async def knows(self, other: "Site") -> None:
        with self.node.store.write() as connection:
            put_peer(connection, other.url, allow_private=True)
        await self.node.duties.owe(PULL, other.url)

    async def say(
        self, kind: str, body: Mapping[str, JsonValue], *, by: int = 0, to: str | None = None
    ) -> Accepted:
        raw = write_message(
            self.members[by],
            ledger=self.community,
            kind=kind,
            audience=self.audience if to is None else to,
            nonce=os.urandom(16),
            body=body,
        )
        return await self.node.journal.submit(raw)

    async def text(self, words: str, to: str = "community") -> MessageId:
        body: dict[str, JsonValue] = {"title": {"es": words}, "texts": {"es": words}}
        return (await self.say("text/publish", body, to=to)).id

    async def open_decision(self, proposal: MessageId, text: MessageId) -> None:
        electorate = self.book.electorate(self.book.decisions.proposal(proposal))
        await self.say(
            "proposal/open",
            {
                "proposal": proposal,
                "version": 1,
                "text": text,
                "charter": self.book.charters.version,
                "closes_at": self.ports.clock.now() + 600,
                "electorate": len(electorate),
                "electorate_root": electorate.root,
            },
        )

    async def all_take(self, proposal: MessageId, choice: str = "agree") -> None:
        for number in range(len(self.members)):
            body: dict[str, JsonValue] = {"proposal": proposal, "choice": choice, "reason": None}
            await self.say("position/take", body, by=number)

    def asked(self) -> Proposal | None:
        """Our own open decision on a federated proposal, if the node has opened one."""
        for proposal in self.book.decisions.proposals.values():
            if isinstance(proposal.subject, FederatedSubject) and proposal.state is State.OPEN:
                return proposal
        return None

    def outcome(self, proposal: MessageId) -> FinalOutcome | None:
        return self.book.federation.outcomes.get(proposal)

    def back_up(self, target: Path) -> None:
        shutil.copytree(self.folder, target)


async def found_site(
    network: Network, ports: Ports, folder: Path, host: str, *, audience: str = "community"
) -> Site:
    settings = Settings(
        data_dir=folder,
        public_url=f"http://{host}",
        duty_first_retry_ms=50,
        duty_last_retry_ms=400,
        pull_interval_s=1,
    )
    members = [PrivateKey.from_seed(os.urandom(32)) for _ in range(3)]
    plan = Plan(
        name=host,
        languages=("es",),
        charter=read_charter(charter(audience)),
        founders=[Founder(key=member.public) for member in members],
    )
    founded = await found_community(settings, plan, ports)
    return Site(
        host=host,
        folder=folder,
        network=network,
        ports=ports,
        community=founded.community,
        members=members,
        settings=settings,
        audience=audience,
    )


async def until(what: str, holds: Callable[[], bool], seconds: float = _WAIT_S) -> None:
    """Wait until something holds, or fail with its name."""
    end = asyncio.get_running_loop().time() + seconds
    while not holds():
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"in {seconds} s it never came that {what}")
        await asyncio.sleep(0.01)


async def federate(sites: list[Site]) -> MessageId:
    """Found a federation of all of them by a compact that each ratifies."""
    first = sites[0]
    text = await first.text("Nos federamos", "public")
    compact = await first.say(
        "federation/compact",
        {
            "text": text,
            "communities": [site.community for site in sites],
            "terms": {"rule": {"method": "consent"}, "quorum": {"num": 1, "den": 2}},
            "closers": None,
            "window_s": 1,
            "round_s": 1,
        },
        to="public",
    )
    for site in sites:
        words = await site.text("Unirse")
        draft = await site.say(
            "proposal/draft",
            {
                "type": "federation",
                "text": words,
                "subject": {
                    "kind": "federation/join",
                    "founder": first.community,
                    "federation": compact.id,
                },
            },
        )
        await site.open_decision(draft.id, words)
        await site.all_take(draft.id)
    return compact.id


async def propose(site: Site, federation: MessageId, *, lasts_s: int = 60) -> MessageId:
    facts = site.node.books.facts()
    text = await site.text("Agua para todas", f"federation:{federation}")
    proposed = await site.say(
        "federation/propose",
        {
            "federation": federation,
            "text": text,
            "seats": [
                {"community": community, "join": join}
                for community, join in members_of(facts, federation).items()
            ],
            "left": [],
            "closes_at": site.ports.clock.now() + lasts_s,
        },
        to=f"federation:{federation}",
    )
    return proposed.id


def is_in_force(site: Site, federation: MessageId) -> bool:
    return in_force(site.node.books.facts(), federation)


Story = Callable[[], Awaitable[None]]


def fresh_ports() -> Ports:
    return system_ports(2)
