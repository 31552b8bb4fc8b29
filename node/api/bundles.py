"""Routes: bundles that others bring. What is in them is believed for its proofs alone."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import NodeDep, Role
from node.api.bodies import bundle_body
from node.api.permissions import AnyReader
from node.api.problems import as_object
from node.api.quotas import Quotas, address_of
from node.api.views import JsonObject
from node.mirror import Taken

routes: Final = APIRouter(tags=["ledgers"])
STRANGERS_COST: Final = 20
"""A bundle takes more work than a question, and nothing is known of who sends it."""


async def _charge(request: Request, found: AnyReader) -> None:
    quotas: Quotas = request.app.state.quotas
    sender = address_of(request.scope.get("client"))
    if found.role is Role.STRANGER and not quotas.take(sender, cost=STRANGERS_COST):
        raise quotas.refusal()


BundleBody = Annotated[bytes, Depends(bundle_body)]


@routes.post("/v1/bundles", dependencies=[Depends(_charge)])
async def push(found: AnyReader, node: NodeDep, raw: BundleBody) -> Response:
    """Take what is new in a bundle; a verdict for each of its ledgers.

    Strangers may bring one too: a neighbour whose keys were rotated is a stranger until her
    new chain, which is in the bundle, was taken in.
    """
    sender = found.reader.community if found.role is Role.PEER else None
    taken = await node.mirror.take(raw, sender=sender)
    return json_answer({"ledgers": [taken_view(one) for one in taken]})


def taken_view(taken: Taken) -> JsonObject:
    """What became of one section."""
    line = taken.cosignature
    return {
        "ledger": taken.ledger,
        "size": taken.size,
        "cosignature": None if line is None else line.decode("utf-8"),
        "error": None if taken.error is None else as_object(taken.error),
        "voids": [{"index": index, "code": code} for index, code in taken.voids],
    }
