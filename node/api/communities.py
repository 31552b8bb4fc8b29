"""Routes: the communities that this one has to do with, and how each of them is heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import Asker, NodeDep, Role
from node.api.permissions import AnyReader
from node.api.views import JsonObject
from node.runtime import Node
from node.store.engine import Connection
from node.store.entries import all_evidence, all_ledgers
from node.store.peers import all_peers, sizes_of
from node.store.values import Ledger, Peer
from protocol.book import Book
from protocol.federation.acts import LedgerFacts
from protocol.wire.digests import CommunityId

routes: Final = APIRouter(tags=["community"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the store knows of how a community is heard.

    Attributes:
        size: Entries of its ledger that are held here.
        said: How long it said itself that its ledger is, when it was last asked.
        peers: The addresses that are called for it.
    """

    size: int = 0
    said: int = 0
    alarm: bool = False
    forked: bool = False
    peers: tuple[Peer, ...] = ()

    @property
    def last_heard_ms(self) -> int | None:
        """When one of its addresses last answered."""
        return max((one.last_heard_ms for one in self.peers if one.last_heard_ms), default=None)

    @property
    def silent(self) -> bool:
        """Whether every address failed the last time."""
        return bool(self.peers) and all(one.failures for one in self.peers)


@routes.get("/v1/communities")
async def communities(found: AnyReader, node: NodeDep) -> Response:
    """Every community whose ledger is held here, or that a federation of ours names."""
    return json_answer({"communities": [*await known_communities(node, found)]})


async def known_communities(node: Node, found: Asker) -> list[JsonObject]:
    """Our own first, then the others by name; addresses that are called for the operator alone."""
    heard = await node.executor.run(_heard, node)
    facts = node.books.facts()
    federations = _federations(facts)
    named = dict.fromkeys([*node.books.known(), *_named(node, facts)])
    operates = found.role is Role.OPERATOR
    rows: list[JsonObject] = []
    for one in named:
        held = heard.get(one, Heard())
        row = _community(node, one, held)
        row["federations"] = [*federations.get(one, ())]
        row["peers"] = [peer.url for peer in held.peers] if operates else None
        rows.append(row)
    return sorted(rows, key=lambda row: (not row["own"], str(row["name"]).casefold(), row["id"]))


def _federations(facts: Mapping[CommunityId, LedgerFacts]) -> dict[CommunityId, list[str]]:
    """The federations that name each community."""
    found: dict[CommunityId, list[str]] = {}
    for ledger in facts.values():
        for federation, compact in ledger.acts.compacts.items():
            for community in compact.body.communities:
                found.setdefault(CommunityId(community), []).append(federation)
    return found


def _named(node: Node, facts: Mapping[CommunityId, LedgerFacts]) -> list[CommunityId]:
    """The communities of the federations that we are in or have founded; no stranger adds to it."""
    own = node.books.own.federation
    ours = [*own.standing, *own.compacts]
    found: list[CommunityId] = []
    for federation in ours:
        for ledger in facts.values():
            compact = ledger.acts.compacts.get(federation)
            if compact is not None:
                found += [CommunityId(one) for one in compact.body.communities]
    return found


def _heard(node: Node) -> dict[CommunityId, Heard]:
    with node.store.read() as connection:
        peers = all_peers(connection)
        forked = {one.community for one in all_evidence(connection)}
        return {
            ledger.community: _heard_one(connection, ledger, peers, forked)
            for ledger in all_ledgers(connection)
        }


def _heard_one(
    connection: Connection, ledger: Ledger, peers: tuple[Peer, ...], forked: set[CommunityId]
) -> Heard:
    own = tuple(one for one in peers if one.community == ledger.community)
    said = sizes_of(connection, ledger.community) if own else {}
    return Heard(
        size=ledger.size,
        said=said.get(ledger.community, 0),
        alarm=ledger.alarm is not None,
        forked=ledger.community in forked,
        peers=own,
    )


def _community(node: Node, community: CommunityId, heard: Heard) -> JsonObject:
    """One community as it is known here."""
    book = node.books.book(community)
    own = community == node.books.own_id
    return {
        "id": community,
        "own": own,
        "state": _state(book, heard, own=own),
        **_presence(book),
        "size": heard.size,
        "behind": 0 if own else max(0, heard.said - heard.size),
        "void": 0 if book is None else len(book.void),
        "last_heard_ms": heard.last_heard_ms,
    }


def _presence(book: Book | None) -> JsonObject:
    if book is None:
        return {"name": "", "languages": [], "home_witness": None, "keys": 0}
    return {
        "name": book.presence.name,
        "languages": list(book.presence.languages),
        "home_witness": book.presence.home,
        "keys": 0 if book.chain is None else len(book.chain.keysets),
    }


def _state(book: Book | None, heard: Heard, *, own: bool) -> str:
    """One word for how a community is heard, the gravest first."""
    if own:
        return "own"
    if heard.forked or heard.alarm:
        return "forked"
    if book is None:
        return "unknown"
    if not heard.peers:
        return "relayed"
    if heard.last_heard_ms is None:
        return "never"
    return "silent" if heard.silent else "heard"
