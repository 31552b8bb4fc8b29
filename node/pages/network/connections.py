"""Check the connection: what is wrong between another community's node and ours, step by step.

Nobody is called while a page is made. Whoever asks leaves a duty; the page comes again by itself
until it has been carried out, and shows what was found last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.communities import known_communities
from node.api.problems import NotHere
from node.api.upkeep import ask_for_look, every_peer
from node.checking import Look
from node.pages.forms import FormDep
from node.pages.network.map import names_of
from node.pages.site import send_on, show
from node.pages.visit import MemberVisit, Visit
from node.store.values import Peer

routes: Final = APIRouter(include_in_schema=False)
_PATIENCE_S: Final = 150
"""After so long something is wrong here: calls end sooner than that."""
_FRESH_S: Final = 10
_MOST: Final = 100
_OWN_WORDS: Final = frozenset(
    {
        "address-unknown",
        "address-private",
        "address-forbidden",
        "peer-unreached",
        "peer-slow",
        "peer-nobody",
        "peer-self",
        "peer-other",
        "clock-apart",
        "not-known-there",
        "ledger-not-held",
    }
)
"""Codes for which there is a sentence that says what to do; others share one a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One address, as the page shows it; `mark` names it without saying where it is."""

    mark: str
    name: str | None
    peer: Peer
    look: Look | None
    waited_s: int | None


@routes.get("/connections")
async def connections(visit: MemberVisit) -> Response:
    """Every address that is called, with what the newest look found."""
    peers = await visit.node.executor.run(every_peer, visit.node)
    rows = await known_communities(visit.node, visit.asker)
    names = names_of(visit, rows)
    lines = [_line(visit, one, names.get(str(one.community))) for one in peers[:_MOST]]
    waiting = [one.waited_s for one in lines if one.waited_s is not None]
    values = {
        "lines": lines,
        "waiting": bool(waiting) and max(waiting) < _PATIENCE_S,
        "stuck": bool(waiting) and max(waiting) >= _PATIENCE_S,
        "told": _OWN_WORDS,
    }
    return show(visit, "network/connections.html", values)


@routes.post("/connections")
async def look_again(visit: MemberVisit, form: FormDep) -> Response:
    """Leave a duty to look: at one address, or at all of them."""
    peers = await visit.node.executor.run(every_peer, visit.node)
    asked = form.text("peer")
    chosen = [one for one in peers if asked in ("", _mark(one.url))]
    if asked and not chosen:
        raise NotHere("peer-unknown", "this address is not called")
    for one in _due(visit, chosen):
        await ask_for_look(visit.node, one.url)
    return send_on("/connections")


def _due(visit: Visit, peers: Sequence[Peer]) -> list[Peer]:
    """Those that nobody has just looked at: a crowd of members must not call a neighbour often."""
    checking, now = visit.node.checking, visit.node.clock.now()
    found = []
    for one in peers[:_MOST]:
        look = checking.looks.get(one.url)
        fresh = look is not None and now - look.at < _FRESH_S
        if not fresh and checking.waited_s(one.url) is None:
            found.append(one)
    return found


def _mark(url: str) -> str:
    return sha256(url.encode()).hexdigest()[:16]


def _line(visit: Visit, peer: Peer, name: str | None) -> Line:
    checking = visit.node.checking
    return Line(
        mark=_mark(peer.url),
        name=name,
        peer=peer,
        look=checking.looks.get(peer.url),
        waited_s=checking.waited_s(peer.url),
    )
