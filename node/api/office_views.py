"""Offices, mandates, recalls and accounts as JSON. Pure; also the pages' source.

Field names are those of docs/spec/http-api.md. A caller has asked before whether the reader may see
the structure of the community; words and whether names may be shown are handed in, as in views.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from node.api.views import JsonObject, Words, text_view
from protocol.book import Book
from protocol.decisions.ballots import approval, ranked
from protocol.decisions.ballots.approval import Approval
from protocol.decisions.rules import LANGUAGES
from protocol.offices.account import Due, Report, overdue, source_of
from protocol.offices.credential import Credential
from protocol.offices.election import Election
from protocol.offices.holding import Candidacy, Offer, Place, deputies, holders
from protocol.offices.mandate import Mandate, standing_of
from protocol.offices.recall import Recall, calls_needed, recall_terms, voices_calling
from protocol.wire.bodies import body_json
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.encoding import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """By whom and when a book is looked at; `late` are the reports that are overdue then."""

    book: Book
    words: Words
    names: bool
    now: int
    late: Sequence[Due]

    def person(self, member: str) -> JsonObject:
        """A member and, for those who may read profiles, what she is called."""
        known = self.book.membership.members.get(MemberId(member))
        name = known.name if known is not None and self.names else ""
        return {"member": member, "name": name or None}

    def text(self, message: str | None) -> JsonObject | None:
        """What somebody wrote, if anybody did."""
        return None if message is None else text_view(MessageId(message), self.words)


def see(book: Book, words: Words, *, names: bool, now: int) -> Seen:
    """A book as it is now."""
    at = book.moment(now).received
    late = overdue(book.offices, book.mandates, book.accounts, at)
    return Seen(book=book, words=words, names=names, now=now, late=late)


def office_words(book: Book, name: str | None = None) -> tuple[MessageId, ...]:
    """The ids of what was written about offices; about one of them if a name is given."""
    found: list[str | None] = []
    for office, defined in book.offices.definitions.items():
        if name in (None, office):
            found.append(defined.text)
    if name is not None:
        found += [one.text for one in book.offices.candidates.values() if one.office == name]
        found += [one.text for one in book.mandates.by_id.values() if one.office == name]
        found += [one.text for one in book.elections.by_id.values() if one.office == name]
        found += [one.text for one in book.accounts.reports.values() if one.office == name]
        found += [
            call.text
            for recall in book.recalls.by_id.values()
            if book.offices.places[recall.place].office == name
            for call in recall.calls.values()
        ]
    return tuple(dict.fromkeys(MessageId(one) for one in found if one is not None))


def office_summary(seen: Seen, name: str) -> JsonObject:
    """One line of the list of offices."""
    book, at = seen.book, seen.book.moment(seen.now)
    office = book.offices.office(name)
    seated = holders(book.offices, name, at)
    offers = [one for one in book.offices.offers.values() if one.office == name]
    return {
        "office": name,
        "definition": body_json(office),
        "text": seen.text(office.text),
        "holders": [place_view(seen, one) for one in seated],
        "deputies": [place_view(seen, one) for one in deputies(book.offices, name, at)],
        "free": office.seats - len(seated),
        "candidates": [
            _candidate(seen, one) for one in book.offices.candidates.values() if one.office == name
        ],
        "offers": [
            _offer(seen, one) for one in offers if at.received < one.until and _unanswered(one)
        ],
        "overdue": [due_view(seen, one) for one in seen.late if one.source.office == name],
    }


def office_view(seen: Seen, name: str) -> JsonObject:
    """Everything about one office."""
    book, at = seen.book, seen.book.moment(seen.now)
    past = [
        one for one in book.offices.places.values() if one.office == name and not one.stands(at)
    ]
    recalls = [
        one for one in book.recalls.by_id.values() if book.offices.places[one.place].office == name
    ]
    mandates = [one for one in book.mandates.by_id.values() if one.office == name]
    reports = [one for one in book.accounts.reports.values() if one.office == name]
    elections = [one for one in book.elections.by_id.values() if one.office == name]
    return {
        **office_summary(seen, name),
        "past": [place_view(seen, one) for one in past],
        "mandates": [mandate_view(seen, one) for one in mandates],
        "recalls": [recall_view(seen, one) for one in recalls],
        "reports": [report_view(seen, one) for one in reports],
        "elections": [election_view(seen, one) for one in elections],
    }


def place_view(seen: Seen, place: Place) -> JsonObject:
    """One person's place in an office, now or once."""
    at = seen.book.moment(seen.now)
    return {
        "id": place.id,
        "office": place.office,
        **seen.person(place.member),
        "state": place.state.value,
        "stands": place.stands(at),
        "serves": place.serves(at),
        "decision": place.decision,
        "accepted_at": place.accepted.received,
        "accepted_index": place.accepted.index,
        "began_at": None if place.began is None else place.began.received,
        "began_index": None if place.began is None else place.began.index,
        "until": place.until,
        "ended_at": None if place.ended is None else place.ended.received,
        "ended_index": None if place.ended is None else place.ended.index,
        "follows": place.follows,
        "report_s": place.report_s,
    }


def _candidate(seen: Seen, one: Candidacy) -> JsonObject:
    return {
        **seen.person(one.member),
        "index": one.index,
        "received": one.received,
        "text": seen.text(one.text),
    }


def _unanswered(offer: Offer) -> bool:
    return any(one not in offer.answers for one in (*offer.members, *offer.deputies))


def _offer(seen: Seen, offer: Offer) -> JsonObject:
    def named(members: Iterable[MemberId]) -> list[JsonValue]:
        return [{**seen.person(one), "answer": _answer(offer, one)} for one in members]

    return {
        "decision": offer.decision,
        "made_at": offer.made.received,
        "until": offer.until,
        "members": named(offer.members),
        "deputies": named(offer.deputies),
    }


def _answer(offer: Offer, member: MemberId) -> str | None:
    answer = offer.answers.get(member)
    return None if answer is None else "accepted" if answer else "declined"


def mandate_view(seen: Seen, mandate: Mandate) -> JsonObject:
    """One mandate, and how it stands with it now."""
    at = seen.book.moment(seen.now)
    ended = mandate.ended
    return {
        "id": mandate.id,
        "index": mandate.issued.index,
        "office": mandate.office,
        "holder": None if mandate.member is None else seen.person(mandate.member),
        "standing": standing_of(seen.book.offices, mandate, at),
        "text": seen.text(mandate.text),
        "binding": "imperative" if mandate.imperative else "free",
        "limits": [body_json(one) for one in mandate.limits],
        "report_s": mandate.report_s,
        "issued_at": mandate.issued.received,
        "until": mandate.until,
        "suspended_by": None if mandate.suspended_by is None else seen.person(mandate.suspended_by),
        "suspended_at": None if mandate.suspended is None else mandate.suspended.received,
        "suspended_until": mandate.suspended_until or None,
        "ended_at": None if ended is None else ended.received,
        "ended_index": None if ended is None else ended.index,
        "overdue": [due_view(seen, one) for one in seen.late if one.source.about == mandate.id],
    }


def election_view(seen: Seen, election: Election) -> JsonObject:
    """One election: who stands, the ballots that count, and what they came to."""
    return {
        "id": election.id,
        "index": election.called.index,
        "office": election.office,
        "state": election.state.value,
        "text": seen.text(election.text),
        "called_at": election.called.received,
        "closes_at": election.closes_at,
        "rule": body_json(election.rule),
        "seats": election.seats,
        "deputies": election.deputies,
        "voices": len(election.electorate),
        "candidates": [seen.person(one) for one in election.candidates],
        "ballots": [
            {
                "voice": one.voice,
                "member": one.member,
                "choices": [*one.choices],
                "index": one.index,
            }
            for one in election.ballots.values()
        ],
        "result": None if election.result is None else body_json(election.result),
        "explain": _explain(seen, election),
    }


def _explain(seen: Seen, election: Election) -> JsonObject:
    """What the ballots so far come to, whatever the quorum says."""
    cast = [one.choices for one in election.ballots.values()]
    members = seen.book.membership.members
    names = {one: members[one].name for one in election.candidates if seen.names}
    shown: dict[str, str] = {one: name or one[:8] for one, name in names.items()}
    rule = election.rule
    if rule.method == "approval":
        about = Approval(least=rule.least)
        return {
            language: [*approval.explain(about, election.choice, cast, shown, language)]
            for language in LANGUAGES
        }
    return {
        language: [*ranked.explain(ranked.Ranked(), election.choice, cast, shown, language)]
        for language in LANGUAGES
    }


def recall_words(book: Book) -> tuple[MessageId, ...]:
    """The ids of the reasons given for recalls."""
    return tuple(
        call.text for recall in book.recalls.by_id.values() for call in recall.calls.values()
    )


def recall_view(seen: Seen, recall: Recall) -> JsonObject:
    """One recall: who called for it, how many are needed, and what came of it."""
    book = seen.book
    place = book.offices.places[recall.place]
    office = book.offices.definitions.get(place.office)
    terms = recall_terms(book.charters.current, office)
    known = office is not None and office.recall is not None
    return {
        "id": recall.id,
        "place": recall.place,
        "office": place.office,
        **seen.person(place.member),
        "state": recall.state.value,
        "serves": place.serves(book.moment(seen.now)),
        "unit": terms.unit,
        "voices": voices_calling(book.membership, recall, terms),
        "needed": calls_needed(book.membership, office, terms) if office and known else None,
        "calls": [
            {**seen.person(one.member), "index": one.index, "text": seen.text(one.text)}
            for one in recall.calls.values()
        ],
        "called_at": None if recall.called is None else recall.called.received,
        "proposal": recall.proposal,
    }


def report_view(seen: Seen, report: Report) -> JsonObject:
    """One report on a period of a place or mandate."""
    book = seen.book
    return {
        "id": report.id,
        "index": report.given.index,
        "about": report.about,
        "office": report.office,
        "period": report.period,
        "due": source_of(book.offices, book.mandates, report.about).due(report.period),
        "author": seen.person(report.author),
        "text": seen.text(report.text),
        "given_at": report.given.received,
        "state": report.state.value,
        "approvals": [
            {**seen.person(one), "index": index} for one, index in report.approvals.items()
        ],
        "decision": report.decision,
    }


def due_view(seen: Seen, due: Due) -> JsonObject:
    """One report that is overdue."""
    member = due.source.member
    return {
        "about": due.source.about,
        "office": due.source.office,
        "holder": None if member is None else seen.person(member),
        "period": due.period,
        "due": due.due,
        "returned": due.returned,
    }


def credential_view(credential: Credential, *, now: int) -> JsonObject:
    """What others were told of a holder, and whether it is good still."""
    return {
        "id": credential.id,
        "index": credential.index,
        "audience": credential.audience,
        **body_json(credential.body),
        "holds": credential.holds(now),
        "ended_index": credential.ended,
        "ground": credential.ground,
    }
