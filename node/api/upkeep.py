"""Routes: how the operator looks after the node: peers, duties, doctor, backup."""

from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from node.addresses import read_peer_url
from node.api.answers import json_answer
from node.api.auth import NodeDep
from node.api.bodies import json_body
from node.api.doctor import examine
from node.api.permissions import Operator
from node.api.problems import NotHere, Problem
from node.api.views import JsonObject
from node.publishing import PULL
from node.runtime import Node
from node.store.backup import NotHere as NoFileToCopy
from node.store.backup import back_up
from node.store.duties import all_duties, count, forget
from node.store.peers import all_peers, drop_peer, put_peer
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
class BackupBody:
    """A file that does not exist yet, on the node's machine."""

    path: str


@routes.get("/peers")
async def peers(_found: Operator, node: NodeDep) -> Response:
    """Every address that is called."""
    held = await node.executor.run(_all_peers, node)
    return json_answer({"peers": [_peer(one) for one in held]})


def _all_peers(node: Node) -> tuple[Peer, ...]:
    with node.store.read() as connection:
        return all_peers(connection)


@routes.post("/peers")
async def add_peer(
    _found: Operator, node: NodeDep, asked: Annotated[PeerBody, Depends(json_body(PeerBody))]
) -> Response:
    """An address more; nothing that it says is believed for that."""
    url = read_peer_url(asked.url).text
    peer = await node.executor.run(_put_peer, node, url, asked.allow_private)
    await node.duties.owe(PULL, url)
    return json_answer(_peer(peer), 201)


def _put_peer(node: Node, url: str, allow_private: bool) -> Peer:
    with node.store.write() as connection:
        put_peer(connection, url, allow_private=allow_private)
        return next(one for one in all_peers(connection) if one.url == url)


@routes.delete("/peers")
async def remove_peer(_found: Operator, node: NodeDep, url: str) -> Response:
    """No more calls to an address; what came from it stays."""
    if not await node.executor.run(_drop_peer, node, url):
        raise NotHere("peer-unknown", "this address is not called")
    return Response(status_code=204)


def _drop_peer(node: Node, url: str) -> bool:
    with node.store.write() as connection:
        forget(connection, url)
        return drop_peer(connection, url)


def _peer(peer: Peer) -> JsonObject:
    return {
        "url": peer.url,
        "community": peer.community,
        "allow_private": peer.allow_private,
        "last_heard_ms": peer.last_heard_ms,
        "failures": peer.failures,
        "error": peer.last_error,
    }


@routes.get("/duties")
async def duties(_found: Operator, node: NodeDep) -> Response:
    """What is owed to others, soonest first."""
    owed, total = await node.executor.run(_duties, node)
    return json_answer({"duties": [_duty(one) for one in owed], "total": total})


def _duties(node: Node) -> tuple[tuple[Duty, ...], int]:
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
    checks = await node.executor.run(examine, node)
    return json_answer(
        {
            "ok": all(one.ok for one in checks),
            "checks": [{"check": one.check, "ok": one.ok, "detail": one.detail} for one in checks],
        }
    )


@routes.post("/backup")
async def backup(
    _found: Operator, node: NodeDep, asked: Annotated[BackupBody, Depends(json_body(BackupBody))]
) -> Response:
    """Copy the database to a new file; nothing is ever written over."""
    path, written = await node.executor.run(_back_up, node, asked.path)
    return json_answer({"path": path, "bytes": written}, 201)


def _back_up(node: Node, path: str) -> tuple[str, int]:
    target = Path(path)
    if not target.is_absolute() or target.exists() or not target.parent.is_dir():
        raise Problem(422, "backup-path", "name a new file in a directory that exists, in full")
    try:
        return str(target), back_up(node.store, target)
    except (NoFileToCopy, OSError) as problem:
        raise Problem(422, "backup-failed", str(problem)) from None
