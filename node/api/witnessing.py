"""Routes: our witness, as C2SP tlog-witness has it; what it says is decided in node/witness.py."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from node.api.answers import FOR_SECONDS, TEXT
from node.api.auth import NodeDep
from node.api.bodies import raw_body
from node.api.permissions import ANYBODY
from node.api.problems import NotHere, Problem
from protocol.errors import Behind, Inconsistent
from protocol.wire.limits import MAX_ADD_CHECKPOINT_BYTES

routes: Final = APIRouter(prefix="/v1/witness", tags=["witness"], dependencies=[ANYBODY])
_SIZE: Final = "text/x.tlog.size"
RequestBody = Annotated[bytes, Depends(raw_body(MAX_ADD_CHECKPOINT_BYTES))]


@routes.post("/add-checkpoint")
async def add_checkpoint(node: NodeDep, raw: RequestBody) -> Response:
    """Cosign a head that follows the last one cosigned (C2SP tlog-witness)."""
    try:
        line = await node.witness.add_checkpoint(raw)
    except Behind as problem:
        # 409 tells how to go on; whatever contradicts is another matter, and never this status.
        return Response(f"{problem.size}\n", 409, media_type=_SIZE)
    except Inconsistent as problem:
        raise Problem(422, problem.code, problem.detail) from None
    return Response(line, media_type=TEXT)


@routes.get("/{origin_hash}/checkpoint")
async def checkpoint(node: NodeDep, origin_hash: str) -> Response:
    """The newest head of a ledger that our witness cosigned."""
    note = await node.witness.latest(origin_hash)
    if note is None:
        raise NotHere("head-unknown", "our witness has cosigned no head of this origin")
    return Response(note, headers=FOR_SECONDS, media_type=TEXT)
