"""What adopting a proposal brings about by itself, and what other communities say to it."""

from node.api.federations import joint_of
from node.api.views import JsonObject, terms_view, text_view
from node.api.words import words_of
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
from protocol.decisions.terms import read_terms
from protocol.errors import ProtocolError
from protocol.federation.acts import find_compact
from protocol.federation.joint import find_proposal
from protocol.wire.digests import MessageId


async def effects_of(visit: Visit, asked: Proposal) -> dict[str, JsonObject | None]:
    """The new charter or the compact, as far as the proposal is about one and it is here."""
    match asked.subject:
        case CharterSubject():
            return {"charter": _charter(visit, asked.subject), "compact": None}
        case JoinSubject(federation=federation) | LeaveSubject(federation=federation):
            return {"charter": None, "compact": await _compact(visit, MessageId(federation))}
        case _:
            return {"charter": None, "compact": None}


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


def _charter(visit: Visit, subject: CharterSubject) -> JsonObject | None:
    """The new charter beside the one in force: what differs, type by type."""
    try:
        new, old = read_charter(subject.charter), visit.book.charters.current
        changed: JsonObject = {
            kind: terms_view(read_terms(value))
            for kind, value in new.decisions.items()
            if old.decisions.get(kind) != value
        }
    except ProtocolError:
        return None
    return {
        "audience": None if new.audience == old.audience else new.audience,
        "sponsors": None if new.admission == old.admission else new.admission.sponsors,
        "confirmations": None if new.recovery == old.recovery else new.recovery.confirmations,
        "assembly": new.assembly != old.assembly,
        "terms": changed,
        "gone": [one for one in old.decisions if one not in new.decisions],
    }
