"""Routes: federations, and what their communities decide together."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import NodeDep
from node.api.bodies import MessagePath
from node.api.joint_views import Facts, asked_view, federation_view, joint_view
from node.api.permissions import AnyReader
from node.api.problems import NotHere
from node.api.views import JsonObject
from node.api.words import words_of
from node.readers import Reader, may_read
from node.runtime import Node
from protocol.errors import Refused
from protocol.federation.acts import find_compact
from protocol.federation.compact import Compact
from protocol.federation.joint import find_proposal
from protocol.federation.proposal import Proposing
from protocol.ledger.act import Act
from protocol.wire.digests import MessageId

routes: Final = APIRouter(tags=["federations"])
MOST_PROPOSALS: Final = 500


@routes.get("/v1/federations")
async def federations(found: AnyReader, node: NodeDep) -> Response:
    """Every federation whose compact is known here."""
    facts = node.books.facts()
    compacts = [act for ledger in facts.values() for act in ledger.acts.compacts.values()]
    shown = [await federation_of(node, found.reader, facts, one) for one in compacts]
    return json_answer({"federations": [*shown]})


@routes.get("/v1/federations/{message}")
async def federation(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """One federation; who has joined is for its own communities to read."""
    facts = node.books.facts()
    compact = find_compact(facts, message)
    if compact is None:
        raise NotHere("federation-unknown", "no compact of that id is known here")
    return json_answer(await federation_of(node, found.reader, facts, compact))


async def federation_of(
    node: Node, reader: Reader, facts: Facts, compact: Act[Compact]
) -> JsonObject:
    """One federation as this reader may see it."""
    words = await words_of(node, reader, [MessageId(compact.body.text)])
    inside = may_read(reader, compact.ledger, f"federation:{compact.id}")
    return federation_view(facts, compact, words, inside=inside)


@routes.get("/v1/federated")
async def federated(found: AnyReader, node: NodeDep) -> Response:
    """The federated proposals that are addressed to whoever asks, the newest first."""
    facts = node.books.facts()
    asked = [act for ledger in facts.values() for act in ledger.acts.proposals.values()]
    asked = [one for one in asked if may_read(found.reader, one.ledger, one.audience)]
    asked.sort(key=lambda one: (one.received, one.id), reverse=True)
    newest = asked[:MOST_PROPOSALS]
    words = await words_of(node, found.reader, [MessageId(one.body.text) for one in newest])
    return json_answer(
        {"federated": [asked_view(one, words) for one in newest], "total": len(asked)}
    )


@routes.get("/v1/federated/{message}")
async def federated_one(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """How far the communities have come with one proposal, and what it came to."""
    facts = node.books.facts()
    asked = find_proposal(facts, message)
    if asked is None or not may_read(found.reader, asked.ledger, asked.audience):
        raise NotHere("federated-unknown", "no such federated proposal is known here")
    words = await words_of(node, found.reader, [MessageId(asked.body.text)])
    return json_answer({**asked_view(asked, words), **await joint_of(node, facts, asked)})


async def joint_of(node: Node, facts: Facts, asked: Act[Proposing]) -> JsonObject:
    """How far the communities have come, or what the roster still waits for."""
    try:
        joint = node.closing.joint(facts, asked)
    except Refused as problem:
        # A roster that rests on entries still under way, or on wrong ones: said, not hidden.
        return {"stage": "roster", "waits_for": problem.code}
    return joint_view(facts, joint, now=node.clock.now())
