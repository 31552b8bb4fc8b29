"""Receipts: where something that was signed stands, and how many others have seen it there.

A receipt's state moves: received, in the ledger under a signed head, seen by other communities
that cosigned a head with it in. What is saved to a file is what `acuerdo verify` checks offline.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from node.api.bodies import MessagePath, message_id
from node.api.problems import NotHere
from node.api.receipts import Proof, kept_receipt, receipt_of
from node.api.views import text_view
from node.api.words import Found, look_up, words_of
from node.pages.deciding.common import Asked, InsideVisit, page, view_of
from node.pages.visit import Visit, VisitDep
from node.runtime import Node
from node.store.entries import read_chain
from protocol.decisions.proposal import Proposal
from protocol.ledger.entry import read_entry
from protocol.wire.digests import MessageId

routes: Final = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A message of our ledger, as far as this visitor may see it.

    `state` is `received`, `ledger` or `witnessed`.
    """

    id: MessageId
    state: str
    index: int | None
    witnesses: int
    kind: str | None
    received: int | None
    proof: Proof | None
    entry: Found | None


@routes.get("/p/{message}/receipt/{position}")
async def position_receipt(
    visit: InsideVisit, asked: Asked, position: Annotated[str, Path(max_length=64)]
) -> Response:
    """What she said, where it stands, and until when it can be changed."""
    kept = await _kept(visit, await message_id(position))
    body = {} if kept.entry is None else kept.entry.message.body
    if kept.kind != "position/take" or body.get("proposal") != asked.id:
        raise NotHere("message-unknown", "no such position was taken on this proposal")
    cited = body.get("reason")
    reason = None if not isinstance(cited, str) else MessageId(cited)
    words = await words_of(visit.node, visit.asker.reader, [] if reason is None else [reason])
    values = {
        "asked": await view_of(visit, asked),
        "kept": kept,
        "choice": body.get("choice"),
        "reason": None if reason is None else text_view(reason, words),
        **_standing(visit, asked, kept),
    }
    return page(visit, "receipt-position.html", values)


@routes.get("/r/{message}")
async def any_receipt(visit: VisitDep, message: MessagePath) -> Response:
    """Where any message stands; what it says is for its own readers."""
    return page(visit, "receipt.html", {"kept": await _kept(visit, message)})


@routes.get("/r/{message}/file")
async def receipt_file(visit: VisitDep, message: MessagePath) -> Response:
    """Everything that it takes to check it without this node."""
    kept = await _kept(visit, message)
    if kept.proof is None or kept.entry is None:
        raise NotHere("message-unknown", "there is no receipt of it for you yet")
    chain = await visit.node.executor.run(_chain, visit.node)
    raw = kept_receipt(visit.book.ledger, kept.id, kept.proof, kept.entry.raw, chain)
    named = f'attachment; filename="acuerdo-{kept.id[:8]}.json"'
    headers = {"content-disposition": named, "cache-control": "private, no-cache"}
    return Response(raw, headers=headers, media_type="application/json")


async def _kept(visit: Visit, message: MessageId) -> Kept:
    """A message that our ledger took in.

    Raises:
        NotHere: It did not.
    """
    proof = await receipt_of(visit.node, message)
    if proof is None and message not in visit.book.ids:
        raise NotHere("message-unknown", "no such message stands in this ledger")
    found = (await look_up(visit.node, visit.asker.reader, [message])).get(message)
    entry = found if isinstance(found, Found) else None
    witnesses = 0 if proof is None else proof.witnesses
    state = "received" if proof is None else "witnessed" if witnesses else "ledger"
    return Kept(
        id=message,
        state=state,
        index=None if proof is None else proof.index,
        witnesses=witnesses,
        kind=None if entry is None else entry.message.kind,
        received=None if entry is None else read_entry(entry.raw).received,
        proof=proof,
        entry=entry,
    )


def _standing(visit: Visit, asked: Proposal, kept: Kept) -> dict[str, object]:
    """Whether it is still what this voice says, and what took its place if not."""
    stands = any(one.message == kept.id for one in asked.positions.values())
    author = None if kept.entry is None else kept.entry.message.author
    speaker = None if author is None else visit.book.membership.by_key(author)
    frozen = asked.frozen
    voice = None
    if speaker is not None and frozen is not None:
        voice = frozen.electorate.voice_of.get(speaker.id)
    return {
        "stands": stands,
        "replaced_by": None if stands or voice is None else asked.positions.get(voice),
        "is_mine": speaker is not None and speaker.id == visit.member,
        "speaker": None if speaker is None else speaker.id,
    }


def _chain(node: Node) -> tuple[bytes, ...]:
    with node.store.read() as connection:
        return read_chain(connection, node.books.number(node.books.own_id))
