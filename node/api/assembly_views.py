"""Assemblies and their minutes as JSON. Pure; also the pages' source. Spec: docs/spec/http-api.md.

A caller has asked before whether the reader may see the structure of the community; words and
whether names may be shown are handed in, as in views.py.
"""

from collections.abc import Iterable

from node.api.views import JsonObject, Words, counts_view, proposal_summary, text_view
from protocol.book import Book
from protocol.decisions.assembly import Assembly
from protocol.decisions.minutes import Effect, Item, Minutes, MinutesState, Named
from protocol.decisions.proposal import Proposal
from protocol.decisions.recorded import Recorded, RecordedPosition
from protocol.decisions.weighing import weigh
from protocol.errors import Refused
from protocol.offices.holding import barred_voters
from protocol.wire.bodies import body_json
from protocol.wire.digests import MemberId, MessageId


def assembly_words(book: Book, calls: Iterable[Assembly]) -> tuple[MessageId, ...]:
    """The ids of what was written in these calls and in the proposals on their agenda."""
    found: list[MessageId] = []
    for call in calls:
        found.append(MessageId(call.body.text))
        found += [book.decisions.proposal(one).text for one in call.body.agenda]
        found += [MessageId(book.assemblies.record(one).body.text) for one in call.minutes]
    return tuple(found)


def assembly_summary(call: Assembly, words: Words) -> JsonObject:
    """One line of a list of assemblies."""
    return {
        "id": call.id,
        "index": call.index,
        "state": call.state.value,
        "author": call.author,
        "called_at": call.called_at,
        "starts_at": call.body.starts_at,
        "text": text_view(MessageId(call.body.text), words),
        "agenda": list(call.body.agenda),
        "replaces": call.body.replaces,
        "replaced_by": call.replaced_by,
        "minutes": [*call.minutes],
    }


def assembly_view(book: Book, call: Assembly, words: Words, *, now: int) -> JsonObject:
    """Everything about one call: what is to be talked about, and what was written of it."""
    records = [book.assemblies.record(one) for one in call.minutes]
    return {
        **assembly_summary(call, words),
        "proposals": [
            proposal_summary(book.decisions.proposal(one), words) for one in call.body.agenda
        ],
        "records": [minutes_summary(book, one, words, now=now) for one in records],
    }


def minutes_words(book: Book, minutes: Minutes) -> tuple[MessageId, ...]:
    """The ids of what was written in minutes, and about what, and against them."""
    found = [minutes.body.text]
    for item in minutes.body.items:
        found.append(book.decisions.proposal(item.proposal).text)
        found += [one.reason for one in item.positions if one.reason is not None]
    found += [one.reason for one in minutes.contests.values() if one.reason is not None]
    if minutes.body.assembly is not None:
        found.append(book.assemblies.call(minutes.body.assembly).body.text)
    return tuple(map(MessageId, found))


def minutes_state(minutes: Minutes, now: int) -> str:
    """Where minutes are in their life, or `final` once nobody can contest them any more."""
    return "final" if minutes.is_final(now) else minutes.state.value


def minutes_summary(book: Book, minutes: Minutes, words: Words, *, now: int) -> JsonObject:
    """One line of a list of minutes."""
    recording = minutes.body
    return {
        "id": minutes.id,
        "index": minutes.index,
        "state": minutes_state(minutes, now),
        "author": minutes.author,
        "received": minutes.received,
        "assembly": recording.assembly,
        "text": text_view(MessageId(recording.text), words),
        "held_at": recording.held_at,
        "ended_at": recording.ended_at,
        "present": _present(book, minutes),
        "rule": body_json(minutes.rule),
        "countersigned": [
            {"member": member, "index": index} for member, index in minutes.countersigned.items()
        ],
        "contested": len(minutes.contests),
        "stands_since": minutes.stands_since,
        "contest_until": minutes.contest_until,
        "agenda": [item.proposal for item in recording.items],
        "corrects": recording.corrects,
        "corrected_by": minutes.corrected_by,
    }


def minutes_view(
    book: Book, minutes: Minutes, words: Words, *, names: bool, now: int
) -> JsonObject:
    """Everything about one assembly's minutes."""
    called = minutes.body.assembly
    return {
        **minutes_summary(book, minutes, words, now=now),
        "call": None if called is None else assembly_summary(book.assemblies.call(called), words),
        "attendance": [
            _attending(book, MemberId(one), names=names) for one in minutes.body.attendance
        ],
        "contests": [
            {
                "member": one.member,
                "index": one.index,
                "received": one.received,
                "reason": _words_or_none(one.reason, words),
            }
            for one in minutes.contests.values()
        ],
        "items": [_item(book, minutes, one, words, now=now) for one in minutes.body.items],
    }


def _present(book: Book, minutes: Minutes) -> JsonObject:
    """How many were there; households as they are now, since nobody asks them to count here."""
    members = [book.membership.members[MemberId(one)] for one in minutes.body.attendance]
    homes = {one.household for one in members if one.household is not None}
    return {"people": len(members), "households": len(homes), "guests": minutes.body.guests}


def _attending(book: Book, member_id: MemberId, *, names: bool) -> JsonObject:
    member = book.membership.members[member_id]
    return {
        "member": member.id,
        "name": (member.name or None) if names else None,
        "household": member.household,
        "standing": member.standing.value,
    }


def _item(book: Book, minutes: Minutes, item: Item, words: Words, *, now: int) -> JsonObject:
    proposal = book.decisions.proposal(item.proposal)
    held = proposal.recorded.get(minutes.id)
    effect = _effect(book, minutes, item, proposal, now)
    return {
        "proposal": proposal_summary(proposal, words),
        "counts": None if item.counts is None else counts_view(item.counts),
        "positions": [
            _named(proposal, held, effect, one, minutes, words) for one in item.positions
        ],
        "code": effect.code,
        "counting": held is not None and held in proposal.counting,
        "voices": _voices(proposal, held),
        "covered": 0 if held is None else len(held.covered),
    }


def _effect(book: Book, minutes: Minutes, item: Item, proposal: Proposal, now: int) -> Effect:
    """What became of an item; before the minutes take effect, what would become of it now."""
    if minutes.state is not MinutesState.RECORDED or not item.speaks:
        return minutes.effects.get(proposal.id, Effect(code=None))
    try:
        barred = barred_voters(book.offices, book.moment(now))
        _, effect = weigh(minutes, item, proposal, book.charters, now, barred)
    except Refused as problem:
        return Effect(code=problem.code)
    return effect


def _voices(proposal: Proposal, held: Recorded | None) -> int:
    if held is None:
        return 0
    named = sum(one.minutes == held.minutes for one in proposal.room.values())
    return named + held.counted


def _named(
    proposal: Proposal,
    held: Recorded | None,
    effect: Effect,
    named: Named,
    minutes: Minutes,
    words: Words,
) -> JsonObject:
    """One position by name: whether it counts now, and if not, why, as far as there is a code."""
    member = MemberId(named.member)
    kept = None if held is None else next((one for one in held.named if one.member == member), None)
    counting = kept is not None and proposal.room.get(kept.voice) == kept
    return {
        "member": member,
        "choice": named.choice,
        "reason": _words_or_none(named.reason, words),
        "helper": named.helper,
        "counting": counting,
        "code": None if counting else _why_not(proposal, kept, effect, member, minutes),
    }


def _why_not(
    proposal: Proposal,
    kept: RecordedPosition | None,
    effect: Effect,
    member: MemberId,
    minutes: Minutes,
) -> str | None:
    dropped = dict(effect.dropped).get(member)
    if dropped is not None:
        return dropped
    if member in minutes.contests:
        return "contested"
    if kept is None:
        return None
    return "own-position" if kept.voice in proposal.positions else "named-later"


def _words_or_none(message: str | None, words: Words) -> JsonObject | None:
    return None if message is None else text_view(MessageId(message), words)
