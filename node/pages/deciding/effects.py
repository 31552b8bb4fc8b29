"""What adopting a proposal brings about by itself, and what other communities say to it."""

from node.api.federations import joint_of
from node.api.views import JsonObject, text_view
from node.api.words import words_of
from node.pages.charter.words import Change, changed_parts
from node.pages.visit import Visit
from node.readers import may_read
from protocol.community.charter import read_charter
from protocol.decisions.proposal import (
    CharterSubject,
    FederatedSubject,
    JoinSubject,
    LeaveSubject,
    Proposal,
)
from protocol.errors import ProtocolError
from protocol.federation.acts import find_compact
from protocol.federation.joint import find_proposal
from protocol.wire.digests import MessageId


async def effects_of(visit: Visit, asked: Proposal) -> dict[str, object]:
    """What a new charter changes, or the compact, as far as it is about one and it is here."""
    changes: tuple[Change, ...] = ()
    compact: JsonObject | None = None
    match asked.subject:
        case CharterSubject():
            changes = _changes(visit, asked, asked.subject)
        case JoinSubject(federation=federation) | LeaveSubject(federation=federation):
            compact = await _compact(visit, MessageId(federation))
        case _:
            pass
    return {"changes": changes, "compact": compact}


async def joint_with(visit: Visit, asked: Proposal) -> JsonObject | None:
    """How far the communities are with what this proposal answers, if it answers something."""
    if not isinstance(asked.subject, FederatedSubject):
        return None
    facts = visit.node.books.facts()
    found = find_proposal(facts, MessageId(asked.subject.proposal))
    if found is None or not may_read(visit.asker.reader, found.ledger, found.audience):
        return None
    joint = await joint_of(visit.node, facts, found)
    return {**joint, "closes_at": found.body.closes_at, "id": found.id}


async def _compact(visit: Visit, federation: MessageId) -> JsonObject | None:
    compact = find_compact(visit.node.books.facts(), federation)
    if compact is None:
        return None
    text = MessageId(compact.body.text)
    words = await words_of(visit.node, visit.asker.reader, [text])
    return {
        "id": compact.id,
        "text": text_view(text, words),
        "communities": list(compact.body.communities),
    }


def _changes(visit: Visit, asked: Proposal, subject: CharterSubject) -> tuple[Change, ...]:
    """Against the charter in force, or the one that was when voting opened."""
    charters, frozen = visit.book.charters, asked.frozen
    before = charters.current if frozen is None else charters.at(frozen.charter)
    try:
        return changed_parts(before, read_charter(subject.charter), visit.words)
    except ProtocolError:
        return ()
