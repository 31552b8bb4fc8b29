"""What happens in a village before somebody comes to its door: a proposal, a federation."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.owed_offices import owed_offices
from protocol.decisions.closing import Closing, outcome_of
from protocol.wire.bodies import body_json
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue
from tests.node.api.house import House

CONSENT: dict[str, JsonValue] = {
    "rule": {"method": "consent", "max_objections": 0},
    "quorum": {"num": 1, "den": 2},
}


async def publish(house: House, words: str, audience: str = "community") -> MessageId:
    body: dict[str, JsonValue] = {"title": {"es": words[:60]}, "texts": {"es": words}}
    raw = house.village.says(0, "text/publish", body, audience)
    return (await house.node.journal.submit(raw)).id


async def draft(
    house: House,
    words: str = "Reparar la bomba de agua",
    subject: Mapping[str, JsonValue] | None = None,
    kind: str = "general",
    audience: str = "community",
) -> MessageId:
    text = await publish(house, words, audience)
    body: dict[str, JsonValue] = {
        "type": kind,
        "text": text,
        "subject": None if subject is None else dict(subject),
    }
    return (await house.node.journal.submit(house.village.says(0, "proposal/draft", body))).id


async def open_vote(house: House, proposal: MessageId, closes_in_s: int = 100_000) -> None:
    book = house.node.books.own
    asked = book.decisions.proposal(proposal)
    electorate = book.electorate(asked)
    body: dict[str, JsonValue] = {
        "proposal": proposal,
        "version": asked.version,
        "text": asked.text,
        "charter": book.charters.version,
        "closes_at": max(book.clock, house.node.clock.now()) + closes_in_s,
        "electorate": len(electorate),
        "electorate_root": electorate.root,
    }
    await house.node.journal.submit(house.village.says(0, "proposal/open", body))


async def take(house: House, member: int, proposal: MessageId, choice: str = "agree") -> None:
    await house.node.journal.submit(house.village.position(member, proposal, choice))


async def convene(house: House, *agenda: MessageId) -> MessageId:
    """An assembly is called for tomorrow."""
    body: dict[str, JsonValue] = {
        "text": await publish(house, "Nos vemos bajo la ceiba"),
        "starts_at": house.node.clock.now() + 86_400,
        "agenda": list(agenda),
        "replaces": None,
    }
    return (await house.node.journal.submit(house.village.says(0, "assembly/convene", body))).id


async def record(
    house: House, *items: dict[str, JsonValue], assembly: str | None = None
) -> MessageId:
    """Everybody met just now, and member 0 wrote it down."""
    now = max(house.node.clock.now(), house.node.books.own.clock)
    body: dict[str, JsonValue] = {
        "assembly": assembly,
        "text": await publish(house, "Nos reunimos bajo la ceiba"),
        "held_at": now,
        "ended_at": now,
        "attendance": list(house.village.members),
        "guests": 2,
        "items": list(items),
        "corrects": None,
    }
    return (await house.node.journal.submit(house.village.says(0, "assembly/minutes", body))).id


async def countersign(house: House, member: int, minutes: str) -> None:
    raw = house.village.says(member, "assembly/countersign", {"minutes": minutes})
    await house.node.journal.submit(raw)


async def contest(house: House, member: int, minutes: str, reason: str | None = None) -> None:
    raw = house.village.says(member, "assembly/contest", {"minutes": minutes, "reason": reason})
    await house.node.journal.submit(raw)


async def comment(house: House, member: int, proposal: MessageId, words: str) -> MessageId:
    body: dict[str, JsonValue] = {"proposal": proposal, "replies_to": None, "text": {"es": words}}
    raw = house.village.says(member, "discussion/comment", body, "community")
    return (await house.node.journal.submit(raw)).id


async def amend(house: House, member: int, proposal: MessageId, words: str) -> MessageId:
    """Another text for the newest version."""
    text = await publish(house, words)
    base = house.node.books.own.decisions.proposal(proposal).version
    body: dict[str, JsonValue] = {"proposal": proposal, "base": base, "text": text}
    raw = house.village.says(member, "amendment/propose", body)
    return (await house.node.journal.submit(raw)).id


async def adopt(house: House, subject: Mapping[str, JsonValue], kind: str) -> MessageId:
    """Everybody agrees, so the charter lets it close at once."""
    proposal = await draft(house, "Que así sea", subject, kind)
    await open_vote(house, proposal)
    for member in range(len(house.village.keys)):
        await take(house, member, proposal)
    await close(house, proposal)
    return proposal


async def close(house: House, proposal: MessageId) -> None:
    book = house.node.books.own
    now = max(house.node.clock.now(), book.clock)
    outcome = outcome_of(book.decisions.proposal(proposal), now)
    body = body_json(Closing(proposal=proposal, outcome=outcome))
    await house.node.journal.speak("proposal/close", book.charters.current.audience, body)


@dataclass(frozen=True)
class Federation:
    """A compact in our ledger, our joining, and a proposal to its communities."""

    id: MessageId
    proposal: MessageId
    words: str


async def federate(house: House, *others: CommunityId) -> Federation:
    """Found a federation with others, join it by a decision, and put a proposal to it."""
    own, journal, village = house.node.books.own_id, house.node.journal, house.village
    purpose = await publish(house, "Compartimos el agua", "public")
    compact: dict[str, JsonValue] = {
        "text": purpose,
        "communities": [own, *others],
        "terms": CONSENT,
        "closers": None,
        "window_s": 30,
        "round_s": 60,
    }
    raw = village.says(0, "federation/compact", compact, "public")
    federation = (await journal.submit(raw)).id
    audience = f"federation:{federation}"
    subject: dict[str, JsonValue] = {
        "kind": "federation/join",
        "founder": own,
        "federation": federation,
    }
    decision = await adopt(house, subject, "federation")
    join: dict[str, JsonValue] = {"federation": federation, "founder": own, "decision": decision}
    joined = await journal.speak("federation/join", audience, join)
    words = "Un turno de riego para todas"
    asked: dict[str, JsonValue] = {
        "federation": federation,
        "text": await publish(house, words, audience),
        "seats": [{"community": own, "join": joined.id}],
        "left": [],
        "closes_at": house.node.clock.now() + 86_400,
    }
    proposal = await journal.submit(village.says(0, "federation/propose", asked, audience))
    return Federation(federation, proposal.id, words)


async def fill(house: House, office: str, *members: int, deputies: tuple[int, ...] = ()) -> str:
    """People are chosen and accept; the first one's place."""
    named = [[house.village.members[one] for one in some] for some in (members, deputies)]
    subject: dict[str, JsonValue] = {
        "kind": "office/appoint",
        "office": office,
        "members": list(named[0]),
        "deputies": list(named[1]),
    }
    decision = await adopt(house, subject, "office")
    places = [
        (await house.node.journal.submit(house.village.says(one, "office/accept", answer))).id
        for one in (*members, *deputies)
        for answer in [{"decision": decision}]
    ]
    return places[0]


async def mandate(house: House, office: str = "health") -> MessageId:
    subject: dict[str, JsonValue] = {
        "kind": "mandate/issue",
        "office": office,
        "member": None,
        "term_s": 1_000_000,
        "binding": "imperative",
        "limits": [{"what": "cents", "most": 5}],
        "report_s": 86_400,
    }
    return await adopt(house, subject, "mandate")


async def owe(house: House) -> None:
    """The node says what it owes about offices, once."""
    for speech in list(owed_offices(house.node.books.own, house.node.clock.now())):
        await house.node.journal.speak(speech.kind, speech.audience, speech.body)


async def call_recall(house: House, member: int, place: str) -> MessageId:
    text = await publish(house, "No vino a ninguna reunión")
    raw = house.village.says(member, "recall/call", {"place": place, "text": text})
    return (await house.node.journal.submit(raw)).id


async def report(house: House, member: int, about: str, period: int = 1) -> MessageId:
    text = await publish(house, "Cuarenta visitas, dos partos")
    body: dict[str, JsonValue] = {"about": about, "period": period, "text": text}
    return (await house.node.journal.submit(house.village.says(member, "account/report", body))).id
