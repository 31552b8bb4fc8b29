"""A book as JSON: what a community is and decides. Pure; also the command line's and pages' source.

Field names are those of docs/spec/http-api.md. A caller has asked before whether the reader
may see the structure of the community; words and names are handed in, as far as he may.
"""

from collections.abc import Iterable, Mapping, Sequence

from protocol.book import Book
from protocol.community.charter import Charters, adoption_audience, charter_json, read_charter
from protocol.community.electorate import Electorate, snapshot
from protocol.community.members import Member, Standing
from protocol.decisions.closing import contest_until, may_close, positions_root, tally_of
from protocol.decisions.proposal import CharterSubject, Position, Proposal, State
from protocol.decisions.quorum import Quorum, explain, least_present, settled
from protocol.decisions.recorded import Counts
from protocol.decisions.rules import LANGUAGES, Rule, offered, rule_json, support_needed
from protocol.decisions.tally import Tally
from protocol.decisions.terms import Terms
from protocol.wire.bodies import body_json
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue

JsonObject = dict[str, JsonValue]
Words = Mapping[MessageId, JsonObject]
"""What was written, by message id, as far as the reader may see it."""


def charter_view(charters: Charters, number: int) -> JsonObject:
    """A charter and its number."""
    return {"version": number, "charter": charter_json(charters.at(number))}


def charter_audience(charters: Charters, number: int) -> str:
    """To whom the entry was addressed that put a charter in force."""
    before = Charters(versions=charters.versions[: number - 1])
    return adoption_audience(before, charters.at(number))


def charter_decision(book: Book, number: int) -> Proposal | None:
    """The proposal by which a charter was adopted; none for a founding community's."""
    for proposal in book.decisions.proposals.values():
        subject, frozen = proposal.subject, proposal.frozen
        if (
            isinstance(subject, CharterSubject)
            and frozen is not None
            and frozen.charter == number - 1
            and proposal.id in book.decisions.carried_out
            and read_charter(subject.charter) == book.charters.at(number)
        ):
            return proposal
    return None


def members_view(book: Book, *, names: bool) -> JsonObject:
    """Everybody who is or was here; names only for those who may read profiles."""
    members = book.membership.members.values()
    return {
        "members": [
            _member(one, name=one.name if names else None, wish=book.membership.wishes.get(one.id))
            for one in members
        ],
        "active": len(book.membership.active()),
        "households": household_count(book),
        "electorates": {
            "person": _electorate(snapshot(book.membership, "person")),
            "household": _electorate(snapshot(book.membership, "household")),
        },
    }


def household_count(book: Book) -> int:
    """Households with an active member."""
    return len({one.household for one in book.membership.active() if one.household is not None})


def _member(member: Member, *, name: str | None, wish: str | None) -> JsonObject:
    return {
        "id": member.id,
        "key": member.keys[0].text,
        "keys": [key.text for key in member.keys],
        "standing": member.standing.value,
        "since": member.since,
        "household": member.household,
        "wish": wish,
        "sponsors": [*sorted(member.sponsors)] if member.standing is Standing.WAITING else [],
        "name": name or None,
    }


def _electorate(electorate: Electorate) -> JsonObject:
    return {"unit": electorate.unit, "count": len(electorate), "root": electorate.root}


def proposal_words(book: Book, proposal: Proposal, *, comments: int) -> tuple[MessageId, ...]:
    """The ids of everything written about a proposal; of comments the newest so many."""
    amended = [book.amendments[one].text for one in proposal.amendments]
    return (*proposal.texts, *amended, *_newest(proposal.comments, comments))


def proposal_summary(proposal: Proposal, words: Words) -> JsonObject:
    """One line of a list of proposals."""
    frozen, outcome = proposal.frozen, proposal.outcome
    return {
        "id": proposal.id,
        "index": proposal.index,
        "state": proposal.state.value,
        "type": proposal.type,
        "author": proposal.author,
        "drafted_at": proposal.drafted_at,
        "version": proposal.version,
        "text": text_view(proposal.text, words),
        "subject": None if proposal.subject is None else body_json(proposal.subject),
        "comments_total": len(proposal.comments),
        "opened_at": None if frozen is None else frozen.opened_at,
        "closes_at": None if frozen is None else frozen.closes_at,
        "voices": None if frozen is None else len(frozen.electorate),
        "spoken": len(proposal.positions) + proposal.voices_recorded,
        "voices_recorded": proposal.voices_recorded,
        "verdict": None if outcome is None else outcome.verdict,
        "closed_index": proposal.closed_index,
    }


def proposal_view(
    book: Book, proposal: Proposal, words: Words, *, comments: int, now: int
) -> JsonObject:
    """Everything about one proposal."""
    terms, electorate = book.terms(proposal), book.electorate(proposal, now)
    return {
        **proposal_summary(proposal, words),
        "versions": [
            {"number": number, **text_view(text, words)}
            for number, text in enumerate(proposal.texts, 1)
        ],
        "amendments": [_amendment(book, one, words) for one in proposal.amendments],
        "comments": [
            comment_view(book, one, words) for one in _newest(proposal.comments, comments)
        ],
        "terms": terms_view(terms),
        "charter": book.charters.version if proposal.frozen is None else proposal.frozen.charter,
        "electorate": _electorate(electorate),
        "discussion_until": proposal.drafted_at + terms.discussion_s,
        "positions": [position_view(one) for one in in_order(proposal.positions.values())],
        "recorded": recorded_view(proposal),
        "minutes": _minutes_about(book, proposal),
        "contest_until": contest_until(proposal) or None,
        "positions_root": positions_root(proposal),
        "may_close": may_close(proposal, now),
        "carried_out": proposal.id in book.decisions.carried_out,
        **_result(proposal, terms),
    }


def recorded_view(proposal: Proposal) -> list[JsonValue]:
    """What minutes brought to a proposal, in the order in which they took effect."""
    standing, counting = proposal.room, proposal.counting
    return [
        {
            "minutes": one.minutes,
            "index": one.index,
            "leaf": one.leaf.hex(),
            "contest_until": one.contest_until,
            "counting": one in counting,
            "counts": None if one.counts is None else counts_view(one.counts),
            "covered": len(one.covered),
            "positions": [
                {
                    "voice": said.voice,
                    "member": said.member,
                    "choice": said.choice,
                    "reason": said.reason,
                    "helper": said.helper,
                    "minutes": said.minutes,
                    "counting": standing.get(said.voice) == said,
                }
                for said in one.named
            ],
        }
        for one in proposal.recorded.values()
    ]


def counts_view(counts: Counts) -> JsonObject:
    """Raised hands with their sum."""
    return {**body_json(counts), "total": counts.total}


def snapshot_view(book: Book, proposal: Proposal, now: int) -> JsonObject:
    """What the author of a draft needs to sign its opening."""
    terms, electorate = book.terms(proposal), book.electorate(proposal, now)
    return {
        "proposal": proposal.id,
        "state": proposal.state.value,
        "version": proposal.version,
        "text": proposal.text,
        "charter": book.charters.version,
        "electorate": len(electorate),
        "electorate_root": electorate.root,
        "discussion_until": proposal.drafted_at + terms.discussion_s,
        "voting_s": terms.voting_s,
        "now": max(now, book.clock),
    }


def terms_view(terms: Terms) -> JsonObject:
    """How a decision is taken, and what may be said in it."""
    return {
        "rule": rule_json(terms.rule),
        "unit": terms.unit,
        "quorum": body_json(terms.quorum),
        "discussion_s": terms.discussion_s,
        "voting_s": terms.voting_s,
        "early": terms.early,
        "offered": list(offered(terms.rule)),
    }


def tally_view(tally: Tally) -> JsonObject:
    """A count with what follows from it."""
    return {**body_json(tally), "present": tally.present, "absent": tally.absent}


def is_open(proposal: Proposal) -> bool:
    """Whether voices are asked for it now."""
    return proposal.state is State.OPEN


def _result(proposal: Proposal, terms: Terms) -> JsonObject:
    """The count and its sentence: final once closed, before that what closing now would say."""
    if proposal.frozen is None:
        return {"tally": None, "settled": False, "outcome": None, "explain": None, "needed": None}
    outcome = proposal.outcome
    tally = tally_of(proposal) if outcome is None else outcome.tally
    return {
        "tally": tally_view(tally),
        "settled": settled(terms.rule, terms.quorum, tally),
        "outcome": None if outcome is None else body_json(outcome),
        "needed": _needed(terms.rule, terms.quorum, tally),
        "explain": explain_view(terms, tally, recorded=proposal.voices_recorded),
    }


def explain_view(terms: Terms, tally: Tally, *, recorded: int) -> JsonObject:
    """What a count comes to, in a sentence a language; so many voices were recorded in a room."""
    return {
        language: explain(terms.rule, terms.quorum, tally, language, terms.unit, recorded=recorded)
        for language in LANGUAGES
    }


def _needed(rule: Rule, quorum: Quorum, tally: Tally) -> JsonObject:
    """How many must support, of which whole, and how many must be there."""
    support = support_needed(rule, tally)
    return {
        "support": None if support is None else {"number": support[0], "of": support[1]},
        "present": least_present(quorum, tally),
    }


def _minutes_about(book: Book, proposal: Proposal) -> list[JsonValue]:
    return [
        one.id
        for one in book.assemblies.minutes.values()
        if any(item.proposal == proposal.id for item in one.body.items)
    ]


def _amendment(book: Book, amendment_id: MessageId, words: Words) -> JsonObject:
    amendment = book.amendments[amendment_id]
    return {
        "id": amendment.id,
        "author": amendment.author,
        "base": amendment.base,
        "state": amendment.state.value,
        "text": text_view(amendment.text, words),
    }


def comment_view(book: Book, comment_id: MessageId, words: Words) -> JsonObject:
    """What somebody said about a proposal, and who."""
    said = book.said.get(comment_id)
    return {"speaker": None if said is None else said.speaker, **text_view(comment_id, words)}


def position_view(position: Position) -> JsonObject:
    """The position of one voice."""
    return {
        "voice": position.voice,
        "member": position.member,
        "choice": position.choice,
        "reason": position.reason,
        "index": position.index,
        "leaf": position.leaf.hex(),
        "message": position.message,
    }


def in_order(positions: Iterable[Position]) -> list[Position]:
    """Positions as they stand in the ledger."""
    return sorted(positions, key=lambda one: one.index)


def _newest(ids: Sequence[MessageId], most: int) -> Sequence[MessageId]:
    return ids[max(0, len(ids) - most) :]


def text_view(message_id: MessageId, words: Words) -> JsonObject:
    """What was written under an id, or that it is not known here."""
    return words.get(message_id) or {"id": message_id, "missing": "unknown"}
