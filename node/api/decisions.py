"""Routes: what the community discusses and decides, and a message's place in its ledger."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import NodeDep
from node.api.bodies import MessagePath
from node.api.community import require_structure
from node.api.permissions import AnyReader, MemberReader
from node.api.problems import NotHere
from node.api.receipts import receipt_of
from node.api.views import (
    proposal_summary,
    proposal_view,
    proposal_words,
    snapshot_view,
)
from node.api.words import look_up, words_of
from protocol.book import Book
from protocol.decisions.proposal import Proposal, State
from protocol.wire.digests import MessageId
from protocol.wire.text import b64_encode

routes: Final = APIRouter(tags=["decisions"])
MOST_COMMENTS: Final = 1_000
MOST_PROPOSALS: Final = 500


@routes.get("/v1/proposals")
async def proposals(
    found: AnyReader,
    node: NodeDep,
    state: Annotated[State | None, Query(description="only those in this state")] = None,
) -> Response:
    """Proposals, the newest first."""
    book = node.books.own
    require_structure(found, book)
    held = [one for one in book.decisions.proposals.values() if state in (None, one.state)]
    newest = held[: -MOST_PROPOSALS - 1 : -1]
    words = await words_of(node, found.reader, [one.text for one in newest])
    return json_answer(
        {"proposals": [proposal_summary(one, words) for one in newest], "total": len(held)}
    )


@routes.get("/v1/proposals/{message}")
async def proposal(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """One proposal with everything said, counted and decided about it."""
    book = node.books.own
    require_structure(found, book)
    asked = proposal_of(book, message)
    wanted = proposal_words(book, asked, comments=MOST_COMMENTS)
    words = await words_of(node, found.reader, wanted)
    now = node.clock.now()
    return json_answer(proposal_view(book, asked, words, comments=MOST_COMMENTS, now=now))


@routes.get("/v1/proposals/{message}/snapshot")
async def snapshot(found: MemberReader, node: NodeDep, message: MessagePath) -> Response:
    """What the author needs to sign the opening of a draft."""
    book = node.books.own
    require_structure(found, book)
    return json_answer(snapshot_view(book, proposal_of(book, message), node.clock.now()))


@routes.get("/v1/messages/{message}")
async def message_place(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """Where a message stands in our ledger, with the receipt, and its entry for its audience."""
    proof = await receipt_of(node, message)
    if proof is None:
        raise NotHere("message-unknown", "no such message stands in this ledger")
    entry = (await look_up(node, found.reader, [message])).get(message, "unknown")
    missing = entry if isinstance(entry, str) else None
    return json_answer(
        {
            "id": message,
            "index": proof.index,
            "receipt": proof.receipt.decode("utf-8"),
            "witnessed_by": proof.witnesses,
            "entry": None if isinstance(entry, str) else b64_encode(entry.raw),
            "missing": missing,
        }
    )


def proposal_of(book: Book, message: MessageId) -> Proposal:
    """A proposal of our own ledger.

    Raises:
        NotHere: There is none of that id.
    """
    found = book.decisions.proposals.get(message)
    if found is None:
        raise NotHere("proposal-unknown", "there is no such proposal in this ledger")
    return found
