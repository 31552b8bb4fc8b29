"""Routes: what the operator's token lets somebody say in the community's name, or carry about."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from node.api.answers import BUNDLE, json_answer
from node.api.auth import NodeDep
from node.api.bodies import carried_bundle_body, json_body
from node.api.bundles import taken_view
from node.api.operations import export_bundle, import_bundle, renew_token
from node.api.permissions import Operator
from node.api.problems import Problem
from node.api.views import JsonObject
from node.journal import Accepted
from node.runtime import Node
from node.store.entries import read_entries
from protocol.community.charter import COMMUNITY, PUBLIC
from protocol.decisions.closing import Closing, outcome_of
from protocol.ledger.entry import read_entry
from protocol.wire.bodies import Hex32, body, body_json
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from protocol.wire.text import b64_encode

routes: Final = APIRouter(prefix="/v1/operator", tags=["operator"])
_ACTS: Final = frozenset(
    {
        "charter/adopt",
        "community/describe",
        "entry/erase",
        "identity/address",
        "identity/witness",
        "member/found",
    }
)
"""What needs no decision of the assembly; everything else the node says by itself."""


@body
class ActBody:
    """Something to be said in the community's name."""

    kind: str
    body: dict[str, JsonValue]
    audience: str | None = None


@body
class CloseBody:
    """A proposal whose time has come."""

    proposal: Hex32


@routes.post("/acts")
async def act(
    _found: Operator, node: NodeDep, asked: Annotated[ActBody, Depends(json_body(ActBody))]
) -> Response:
    """Say something in the community's name that needs no decision."""
    if asked.kind not in _ACTS:
        raise Problem(403, "not-the-operators", "this is for members, or for a decision of theirs")
    audience = asked.audience or await _audience_of(node, asked)
    return _accepted(node, await node.journal.speak(asked.kind, audience, asked.body))


async def _audience_of(node: Node, asked: ActBody) -> str:
    """To whom an act is addressed if the operator does not say."""
    match asked.kind:
        case "charter/adopt":
            charter = asked.body.get("charter")
            stated = charter.get("audience") if isinstance(charter, dict) else None
            return stated if isinstance(stated, str) else COMMUNITY
        case "member/found":
            return node.books.own.charters.current.audience
        case "entry/erase":
            # Whoever was given the words must hear that they are to be forgotten.
            index = asked.body.get("index")
            return await node.executor.run(_audience_at, node, index)
        case _:
            return PUBLIC


def _audience_at(node: Node, index: JsonValue) -> str:
    if not isinstance(index, int) or index < 0:
        return COMMUNITY
    with node.store.read() as connection:
        number = node.books.number(node.books.own_id)
        stored = read_entries(connection, number, index, index + 1)
    raw = stored[0].raw if stored else None
    return COMMUNITY if raw is None else read_entry(raw).message.audience


@routes.post("/close")
async def close(
    _found: Operator, node: NodeDep, asked: Annotated[CloseBody, Depends(json_body(CloseBody))]
) -> Response:
    """Close a proposal now, if the charter lets it."""
    book = node.books.own
    proposal = book.decisions.proposal(asked.proposal)
    now = max(node.clock.now(), book.clock)
    closing = Closing(proposal=proposal.id, outcome=outcome_of(proposal, now))
    audience = book.charters.current.audience
    return _accepted(node, await node.journal.speak("proposal/close", audience, body_json(closing)))


def _accepted(node: Node, accepted: Accepted) -> Response:
    answer: JsonObject = {
        "index": accepted.index,
        "id": accepted.id,
        "receipt": node.journal.receipt(accepted.index).decode("utf-8"),
        "entry": None if accepted.raw is None else b64_encode(accepted.raw),
    }
    return json_answer(answer, 201 if accepted.new else 200)


@routes.get("/bundle")
async def bundle_out(
    _found: Operator,
    node: NodeDep,
    ledger: Annotated[list[str] | None, Query()] = None,
    audience: str = PUBLIC,
) -> Response:
    """Ledgers to be carried away, as somebody of that audience may read them."""
    ledgers = [CommunityId(one) for one in ledger or ()]
    raw, record = await export_bundle(node, audience, ledgers)
    return Response(raw, headers=record.headers, media_type=BUNDLE)


@routes.post("/bundle")
async def bundle_in(
    _found: Operator, node: NodeDep, raw: Annotated[bytes, Depends(carried_bundle_body)]
) -> Response:
    """Take what is new in a bundle, and ledgers that were not known here."""
    taken, record = await import_bundle(node, raw)
    return json_answer({"ledgers": [taken_view(one) for one in taken]}, headers=record.headers)


@routes.delete("/token")
async def token(_found: Operator, request: Request, node: NodeDep) -> Response:
    """Another token in `operator.token`; the old one opens nothing from here on."""
    record = await renew_token(node, request.app.state)
    return Response(status_code=204, headers=record.headers)
