"""What our community owes now, read off the books: acts that follow from what was decided.

Nothing is remembered between calls. After a crash the same books say the same, so an act
that was not written yet is written then, and one that was is owed no more. Network duties
are another matter: those are rows in the store (duties.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from protocol.book import MAX_ACCUSATIONS, Book
from protocol.community.charter import PUBLIC, adoption_audience, charter_json, read_charter
from protocol.community.electorate import Electorate
from protocol.decisions.closing import Closing, may_close, outcome_of
from protocol.decisions.office_subjects import (
    AccountSubject,
    AppointSubject,
    MandateEndSubject,
    MandateSubject,
    RecallSubject,
)
from protocol.decisions.proposal import (
    CharterSubject,
    FederatedSubject,
    JoinSubject,
    LeaveSubject,
    Proposal,
    State,
)
from protocol.errors import ProtocolError, Refused
from protocol.federation.acts import LedgerFacts, find_compact
from protocol.federation.proposal import Proposing, position_of
from protocol.federation.roster import Roster, open_roster
from protocol.ledger.act import VOICE, Act
from protocol.ledger.fork import ForkEvidence
from protocol.wire.bodies import body_json
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue

MOST_ASKED_AT_ONCE = 16
"""Open questions of one community to our assembly; more wait until some are answered."""

Facts = Mapping[CommunityId, LedgerFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One message to be said in the community's name."""

    kind: str
    audience: str
    body: dict[str, JsonValue]


def owed_decisions(book: Book, facts: Facts, now: int) -> Iterator[Speech]:
    """Closings whose time has come, and what adopted decisions ask for."""
    for proposal in list(book.decisions.proposals.values()):
        if proposal.state is State.OPEN and may_close(proposal, now):
            outcome = outcome_of(proposal, max(now, book.clock))
            closing = Closing(proposal=proposal.id, outcome=outcome)
            yield Speech(
                kind="proposal/close",
                audience=book.charters.current.audience,
                body=body_json(closing),
            )
        elif proposal.state is State.ADOPTED and proposal.id not in book.decisions.carried_out:
            if _is_stale(book, proposal):
                continue
            yield from _carry_out(book, facts, proposal)
        if proposal.outcome is not None and isinstance(proposal.subject, FederatedSubject):
            yield from _state(book, facts, proposal, proposal.subject)


def _is_stale(book: Book, proposal: Proposal) -> bool:
    """Whether a charter decided under an older one waits: it can never be adopted now."""
    if not isinstance(proposal.subject, CharterSubject) or proposal.frozen is None:
        return False
    return proposal.frozen.charter != book.charters.version


def _carry_out(book: Book, facts: Facts, proposal: Proposal) -> Iterator[Speech]:
    match proposal.subject:
        case CharterSubject(charter=value):
            charter = read_charter(value)
            yield Speech(
                kind="charter/adopt",
                audience=adoption_audience(book.charters, charter),
                body={
                    "version": book.charters.version + 1,
                    "charter": charter_json(charter),
                    "decision": proposal.id,
                },
            )
        case JoinSubject(federation=federation, founder=founder):
            # Without the compact nobody could tell who may read that we joined.
            compact = find_compact(facts, MessageId(federation))
            if federation not in book.federation.standing and compact is not None:
                yield Speech(
                    kind="federation/join",
                    audience=f"federation:{federation}",
                    body={"federation": federation, "founder": founder, "decision": proposal.id},
                )
        case LeaveSubject(federation=federation):
            if federation in book.federation.standing:
                yield Speech(
                    kind="federation/leave",
                    audience=f"federation:{federation}",
                    body={"federation": federation, "decision": proposal.id},
                )
        case AppointSubject() | RecallSubject() | MandateSubject() | MandateEndSubject():
            return  # what closed it has done it
        case AccountSubject() | FederatedSubject() | None:
            return


def _state(
    book: Book, facts: Facts, proposal: Proposal, subject: FederatedSubject
) -> Iterator[Speech]:
    said = book.federation.positions.get(MessageId(subject.proposal))
    asked = _asked(facts, subject)
    if said or asked is None:
        return
    yield Speech(
        kind="federation/position",
        audience=f"federation:{asked.body.federation}",
        body=body_json(position_of(proposal)),
    )


def _asked(facts: Facts, subject: FederatedSubject) -> Act[Proposing] | None:
    ledger = facts.get(CommunityId(subject.ledger))
    return None if ledger is None else ledger.acts.proposals.get(MessageId(subject.proposal))


def owed_announcements(
    book: Book, address: str, neighbourhood: tuple[bool, Iterable[ForkEvidence]]
) -> Iterator[Speech]:
    """Our address, once somebody is to reach us there, and the forks that we can show."""
    has_peers, forks = neighbourhood
    if has_peers and book.presence.urls != (address,):
        yield Speech(kind="identity/address", audience=PUBLIC, body={"urls": [address]})
    for evidence in forks:
        if len(book.accusations) == MAX_ACCUSATIONS:
            break
        if evidence.ledger not in book.accusations and evidence.ledger != book.ledger:
            yield Speech(kind="fork/evidence", audience=PUBLIC, body=body_json(evidence))


def rosters(facts: Facts) -> Iterator[Roster]:
    """Every federated proposal whose roster can be checked and is right."""
    for ledger in facts.values():
        for proposal in list(ledger.acts.proposals.values()):
            try:
                yield open_roster(facts, proposal)
            except Refused:
                continue


def owed_answers(book: Book, facts: Facts, now: int) -> Iterator[Speech]:
    """Our own decisions on federated proposals: first drafted, then opened under our charter."""
    answered = {
        proposal.subject.proposal: proposal
        for proposal in book.decisions.proposals.values()
        if isinstance(proposal.subject, FederatedSubject) and proposal.author == VOICE
    }
    waiting = Counter(
        proposal.subject.ledger
        for proposal in answered.values()
        if isinstance(proposal.subject, FederatedSubject) and proposal.outcome is None
    )
    for roster in rosters(facts):
        if book.ledger not in roster.agreement.electorate or now >= roster.agreement.deadline_s:
            continue
        own = answered.get(roster.proposal.id)
        if own is None:
            if waiting[roster.proposal.ledger] < MOST_ASKED_AT_ONCE:
                waiting[roster.proposal.ledger] += 1
                yield _draft(book, roster)
        elif own.state is State.DRAFT:
            opening = opening_of(book, own, roster, now)
            if opening is not None:
                yield opening


def _draft(book: Book, roster: Roster) -> Speech:
    return Speech(
        kind="proposal/draft",
        audience=book.charters.current.audience,
        body={
            "type": "federated",
            "text": roster.proposal.body.text,
            "subject": {
                "kind": "federated",
                "ledger": roster.proposal.ledger,
                "proposal": roster.proposal.id,
            },
        },
    )


def opening_of(book: Book, draft: Proposal, roster: Roster, now: int) -> Speech | None:
    """The opening of our own decision, timed so that our position can still be seen in time.

    None while the charter's discussion lasts, or if its voting time is too long to answer.
    """
    try:
        terms, electorate = book.terms(draft), book.electorate(draft, now)
    except ProtocolError:
        return None
    now = max(now, book.clock)
    deadline = roster.agreement.deadline_s
    latest = deadline - max(1, roster.compact.body.window_s)
    closes_at = max(now + terms.voting_s, latest - contest_time(book, latest - now))
    if now < draft.drafted_at + terms.discussion_s or closes_at > deadline or not len(electorate):
        return None
    return opening_speech(book, draft, electorate, closes_at)


def opening_speech(book: Book, draft: Proposal, electorate: Electorate, closes_at: int) -> Speech:
    """The opening of a draft of our own as everything stands now."""
    return Speech(
        kind="proposal/open",
        audience=book.charters.current.audience,
        body={
            "proposal": draft.id,
            "version": draft.version,
            "text": draft.text,
            "charter": book.charters.version,
            "closes_at": closes_at,
            "electorate": len(electorate),
            "electorate_root": electorate.root,
        },
    )


def contest_time(book: Book, left_s: int) -> int:
    """What minutes of our assembly need beyond closing, unless it is half the time or more."""
    assembly = book.charters.current.assembly
    if assembly is None or 2 * assembly.contest_s > left_s:
        return 0
    return assembly.contest_s
