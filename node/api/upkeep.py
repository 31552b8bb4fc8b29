"""Routes: how the operator looks after the node: peers, duties, doctor, backups."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import NodeDep
from node.api.backups import drill_restore, list_backups, make_backup
from node.api.bodies import json_body
from node.api.doctor import examine
from node.api.operations import add_peer, remove_peer
from node.api.permissions import Operator
from node.api.problems import NotHere
from node.api.views import JsonObject
from node.checking import CHECK, Look
from node.drill import Drill
from node.runtime import Node
from node.store.duties import all_duties, count
from node.store.peers import all_peers, find_peer
from node.store.values import Duty, Peer
from protocol.wire.bodies import body

routes: Final = APIRouter(prefix="/v1/operator", tags=["operator"])
MOST_DUTIES: Final = 500


@body
class PeerBody:
    """An address to call."""

    url: str
    allow_private: bool = False


@body
class UrlBody:
    """An address that is called."""

    url: str


@body
class BackupBody:
    """A file that does not exist yet, on the node's machine."""

    path: str


@body
class DrillBody:
    """A copy in the data directory; null: the newest."""

    name: str | None


@routes.get("/peers")
async def peers(_found: Operator, node: NodeDep) -> Response:
    """Every address that is called."""
    held = await node.executor.run(every_peer, node)
    return json_answer({"peers": [peer_view(one) for one in held]})


def every_peer(node: Node) -> tuple[Peer, ...]:
    """Every address that is called. Blocks."""
    with node.store.read() as connection:
        return all_peers(connection)


@routes.post("/peers")
async def add(
    _found: Operator, node: NodeDep, asked: Annotated[PeerBody, Depends(json_body(PeerBody))]
) -> Response:
    """An address more; nothing that it says is believed for that."""
    peer, record = await add_peer(node, asked.url, allow_private=asked.allow_private)
    return json_answer(peer_view(peer), 201, record.headers)


@routes.delete("/peers")
async def remove(_found: Operator, node: NodeDep, url: str) -> Response:
    """No more calls to an address; what came from it stays."""
    record = await remove_peer(node, url)
    return Response(status_code=204, headers=record.headers)


def peer_view(peer: Peer) -> JsonObject:
    """An address, and how it went the last time."""
    return {
        "url": peer.url,
        "community": peer.community,
        "allow_private": peer.allow_private,
        "last_heard_ms": peer.last_heard_ms,
        "failures": peer.failures,
        "error": peer.last_error,
    }


@routes.get("/checks")
async def checks(_found: Operator, node: NodeDep) -> Response:
    """What the newest look at each address found."""
    return json_answer({"checks": [_look(one) for one in node.checking.looks.values()]})


@routes.post("/checks")
async def check(
    _found: Operator, node: NodeDep, asked: Annotated[UrlBody, Depends(json_body(UrlBody))]
) -> Response:
    """Look at an address soon; `GET` says what was found."""
    await ask_for_look(node, asked.url)
    return Response(status_code=202)


async def ask_for_look(node: Node, url: str) -> None:
    """Leave a duty to look at an address.

    Raises:
        Problem: It is not called.
    """
    if await node.executor.run(_find, node, url) is None:
        raise NotHere("peer-unknown", "this address is not called")
    node.checking.ask(url)
    await node.duties.owe(CHECK, url)


def _find(node: Node, url: str) -> Peer | None:
    with node.store.read() as connection:
        return find_peer(connection, url)


def _look(look: Look) -> JsonObject:
    return {
        "url": look.url,
        "at": look.at,
        "community": look.community,
        "name": look.name,
        "ahead_s": look.ahead_s,
        "holds": look.holds,
        "steps": [{"step": one.step, "ok": one.ok, "code": one.code} for one in look.steps],
    }


@routes.get("/duties")
async def duties(_found: Operator, node: NodeDep) -> Response:
    """What is owed to others, soonest first."""
    owed, total = await node.executor.run(owed_duties, node)
    return json_answer({"duties": [_duty(one) for one in owed], "total": total})


def owed_duties(node: Node) -> tuple[tuple[Duty, ...], int]:
    """What is owed to others, soonest first, and how much in all. Blocks."""
    with node.store.read() as connection:
        return all_duties(connection, MOST_DUTIES), count(connection)


def _duty(duty: Duty) -> JsonObject:
    return {
        "kind": duty.kind,
        "target": duty.target,
        "subject": duty.subject,
        "attempts": duty.attempts,
        "due_ms": duty.due_ms,
        "error": duty.error,
    }


@routes.get("/doctor")
async def doctor(_found: Operator, node: NodeDep) -> Response:
    """What is wrong, and what to do about it."""
    found = await node.executor.run(examine, node)
    return json_answer(
        {
            "ok": all(one.ok for one in found),
            "checks": [
                {
                    "check": one.check,
                    "ok": one.ok,
                    "detail": one.detail,
                    "codes": [complaint.code for complaint in one.complaints],
                }
                for one in found
            ],
        }
    )


@routes.post("/backup")
async def backup(
    _found: Operator, node: NodeDep, asked: Annotated[BackupBody, Depends(json_body(BackupBody))]
) -> Response:
    """Copy the database to a new file; nothing is ever written over."""
    path, written, record = await make_backup(node, asked.path)
    return json_answer({"path": str(path), "bytes": written}, 201, record.headers)


@routes.get("/backups")
async def backups(_found: Operator, node: NodeDep) -> Response:
    """The copies in the data directory, newest first."""
    found = await node.executor.run(list_backups, node)
    return json_answer(
        {"backups": [{"name": o.name, "bytes": o.bytes, "made_at": o.made_at} for o in found]}
    )


@routes.post("/drill")
async def drill(
    _found: Operator, node: NodeDep, asked: Annotated[DrillBody, Depends(json_body(DrillBody))]
) -> Response:
    """Open a copy elsewhere, replay it, and compare it with the ledger."""
    name, found, record = await drill_restore(node, asked.name)
    return json_answer(drill_view(name, found), headers=record.headers)


def drill_view(name: str, found: Drill) -> JsonObject:
    """What came of a drill."""
    return {
        "name": name,
        "sound": found.sound,
        "size": found.size,
        "behind": found.behind,
        "members": found.members,
        "proposals": found.proposals,
        "void": found.void,
        "faults": list(found.faults),
    }
