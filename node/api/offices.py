"""Routes: offices and who holds them, mandates, recalls and accounts."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import Asker, NodeDep
from node.api.bodies import MessagePath
from node.api.community import require_structure
from node.api.office_views import (
    Seen,
    credential_view,
    due_view,
    mandate_view,
    office_summary,
    office_view,
    office_words,
    recall_view,
    recall_words,
    report_view,
    see,
)
from node.api.permissions import AnyReader
from node.api.problems import NotHere
from node.api.words import words_of
from node.readers import may_read
from node.runtime import Node
from protocol.community.charter import COMMUNITY
from protocol.offices.account import ReportState
from protocol.offices.recall import RecallState
from protocol.wire.digests import MessageId

routes: Final = APIRouter(tags=["offices"])
MOST_LISTED: Final = 500
OfficeName = Annotated[str, Path(max_length=32)]
OfOffice = Annotated[str | None, Query(max_length=32, description="only those of this office")]


async def _seen(found: Asker, node: Node, texts: tuple[MessageId, ...]) -> Seen:
    """The community's own book, as this reader sees it."""
    book = node.books.own
    require_structure(found, book)
    return see(
        book,
        await words_of(node, found.reader, texts),
        names=may_read(found.reader, book.ledger, COMMUNITY),
        now=node.clock.now(),
    )


@routes.get("/v1/offices")
async def offices(found: AnyReader, node: NodeDep) -> Response:
    """Every office that the charter defines, with who holds it."""
    seen = await _seen(found, node, office_words(node.books.own))
    names = seen.book.offices.definitions
    return json_answer({"offices": [office_summary(seen, name) for name in names]})


@routes.get("/v1/offices/{name}")
async def office(found: AnyReader, node: NodeDep, name: OfficeName) -> Response:
    """One office: who holds it and held it, mandates, recalls, reports."""
    seen = await _seen(found, node, office_words(node.books.own, name))
    if name not in seen.book.offices.definitions:
        raise NotHere("office-unknown", "the charter in force defines no such office")
    return json_answer(office_view(seen, name))


@routes.get("/v1/offices/{name}/credentials")
async def credentials(found: AnyReader, node: NodeDep, name: OfficeName) -> Response:
    """What others are told of who holds it: as far as it was said to whoever asks."""
    book, now = node.books.own, node.clock.now()
    told = [
        credential_view(one, now=now)
        for one in book.credentials.by_id.values()
        if one.body.office == name and may_read(found.reader, book.ledger, one.audience)
    ]
    return json_answer({"credentials": [*told[: -MOST_LISTED - 1 : -1]], "size": book.size})


@routes.get("/v1/mandates")
async def mandates(found: AnyReader, node: NodeDep, office: OfOffice = None) -> Response:
    """Mandates, the newest first."""
    held = [one for one in node.books.own.mandates.by_id.values() if office in (None, one.office)]
    newest = held[: -MOST_LISTED - 1 : -1]
    seen = await _seen(found, node, tuple(one.text for one in newest))
    return json_answer({"mandates": [mandate_view(seen, one) for one in newest]})


@routes.get("/v1/mandates/{message}")
async def mandate(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """One mandate; its id is that of the decision that issued it."""
    asked = node.books.own.mandates.by_id.get(message)
    seen = await _seen(found, node, () if asked is None else (asked.text,))
    if asked is None:
        raise NotHere("mandate-unknown", "no decision of that id issued a mandate")
    return json_answer(mandate_view(seen, asked))


@routes.get("/v1/recalls")
async def recalls(
    found: AnyReader,
    node: NodeDep,
    state: Annotated[RecallState | None, Query(description="only those in this state")] = None,
) -> Response:
    """Recalls, the newest first."""
    seen = await _seen(found, node, recall_words(node.books.own))
    held = [one for one in seen.book.recalls.by_id.values() if state in (None, one.state)]
    return json_answer(
        {"recalls": [recall_view(seen, one) for one in held[: -MOST_LISTED - 1 : -1]]}
    )


@routes.get("/v1/recalls/{message}")
async def recall(found: AnyReader, node: NodeDep, message: MessagePath) -> Response:
    """One recall; its id is that of the first call."""
    seen = await _seen(found, node, recall_words(node.books.own))
    asked = seen.book.recalls.by_id.get(message)
    if asked is None:
        raise NotHere("recall-unknown", "nobody called for a recall in a message of that id")
    return json_answer(recall_view(seen, asked))


@routes.get("/v1/accounts")
async def accounts(
    found: AnyReader,
    node: NodeDep,
    state: Annotated[ReportState | None, Query(description="only reports in this state")] = None,
) -> Response:
    """What is overdue, the longest first; and reports, the newest first."""
    reports = [
        one for one in node.books.own.accounts.reports.values() if state in (None, one.state)
    ]
    newest = reports[: -MOST_LISTED - 1 : -1]
    seen = await _seen(found, node, tuple(one.text for one in newest))
    return json_answer(
        {
            "overdue": [due_view(seen, one) for one in seen.late[:MOST_LISTED]],
            "overdue_total": len(seen.late),
            "reports": [report_view(seen, one) for one in newest],
        }
    )
