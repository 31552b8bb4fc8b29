"""A charter in short plain sentences, for whoever joins, votes, or thinks of changing it.

five_lines(charter, words)   what a newcomer has to know
charter_parts(charter, words)   all of it, part by part
terms_lines(terms, words)   how decisions of one type are taken
changed_parts(before, after, words)   what another charter would change
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, assert_never

from markupsafe import Markup

from node.pages.markup import bdi
from node.pages.wording import PageWords
from protocol.community.charter import GENERAL, AssemblyRule, Charter
from protocol.decisions.rules import Consensus, Consent, Majority, Rule
from protocol.decisions.tally import Share
from protocol.decisions.terms import Terms, read_terms
from protocol.offices.definition import Office, read_offices
from protocol.wire.bodies import body_json
from protocol.wire.encoding import write_json

KNOWN_TYPES: Final = (GENERAL, "charter", "federation", "federated")
"""Types that every community meets, in the order in which people think of them."""

_OFFICE: Final = ":office-"
_SPANS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a charter: what it is about, and what it says.

    `name` is a type of proposal, or begins with a colon as none does.
    """

    name: str
    title: Markup
    lines: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One part of a charter: what it says now and would not, what it would say and does not."""

    title: Markup
    before: tuple[Markup, ...]
    after: tuple[Markup, ...]


def five_lines(charter: Charter, words: PageWords) -> tuple[Markup, ...]:
    """How we decide, whose voice counts, how one joins, who reads, how all this changes."""
    general, change = read_terms(charter.terms(GENERAL)), read_terms(charter.terms("charter"))
    return (
        _joined(words("charter.decide", how=_how(general.rule, words)), *_stops(general, words)),
        _joined(_voice(general, words), _minimum(general, words)),
        words.number("charter.joins", charter.admission.sponsors),
        words(f"charter.reads-{charter.audience}"),
        words("charter.changes", how=_how(change.rule, words)),
    )


def charter_parts(charter: Charter, words: PageWords) -> tuple[Part, ...]:
    """Who belongs and who reads, what counts in a room, then every type with terms of its own."""
    people = Part(
        name=":people",
        title=words("charter.people"),
        lines=(
            words(f"charter.reads-{charter.audience}"),
            words.number("charter.joins", charter.admission.sponsors),
            words.number("charter.lost", charter.recovery.confirmations),
        ),
    )
    room = Part(
        name=":assembly", title=words("charter.assembly"), lines=_room(charter.assembly, words)
    )
    types = (_part(charter, name, words) for name in ordered_types(charter.decisions))
    offices = (_office(name, one, words) for name, one in read_offices(charter).items())
    return (people, room, *types, *offices)


def changed_parts(before: Charter, after: Charter, words: PageWords) -> tuple[Change, ...]:
    """The parts in which two charters differ, in words."""
    old = {part.name: part for part in charter_parts(before, words)}
    new = {part.name: part for part in charter_parts(after, words)}
    changes = []
    for name in dict.fromkeys((*new, *old)):
        # A type that is not named is decided like others; an office that is not named is none.
        absent = (words("charter.no-office" if name.startswith(_OFFICE) else "charter.as-general"),)
        one = old[name].lines if name in old else absent
        other = new[name].lines if name in new else absent
        if one != other:
            changes.append(
                Change(
                    title=(new.get(name) or old[name]).title,
                    before=tuple(line for line in one if line not in other),
                    after=tuple(line for line in other if line not in one),
                )
            )
    return tuple(changes)


def terms_lines(terms: Terms, words: PageWords) -> tuple[Markup, ...]:
    """How a decision of one type is taken, one thing a line."""
    return (
        words("charter.decide", how=_how(terms.rule, words)),
        *_stops(terms, words),
        *_limits(terms.rule, words),
        _voice(terms, words),
        _minimum(terms, words),
        _time("discussion", terms.discussion_s, words),
        _time("voting", terms.voting_s, words),
        words("charter.early" if terms.early else "charter.late"),
    )


def type_title(name: str, words: PageWords) -> Markup:
    """What proposals of a type are about."""
    if name in KNOWN_TYPES:
        return words(f"charter.type-{name}")
    return words("charter.of-type", name=bdi(name))


def ordered_types(names: Collection[str]) -> tuple[str, ...]:
    """Types that everybody knows first, then a community's own."""
    known = [name for name in KNOWN_TYPES if name in names]
    return (*known, *sorted(name for name in names if name not in KNOWN_TYPES))


def exact_span(seconds: int, words: PageWords) -> Markup:
    """A length of time without rounding: `1 day and 12 hours`."""
    parts = []
    for name, unit in _SPANS:
        many, seconds = divmod(seconds, unit)
        if many:
            parts.append(words.number(f"charter.{name}", many))
    return words("charter.and").join(parts) or words.number("charter.seconds", 0)


def _room(rule: AssemblyRule | None, words: PageWords) -> tuple[Markup, ...]:
    if rule is None:
        return (words("charter.no-room"),)
    contested = words("charter.no-contest")
    if rule.contest_s:
        span = exact_span(rule.contest_s, words)
        contested = words.number("charter.contested", rule.contests, span=span)
    return (words.number("charter.witnessed", rule.witnesses), contested)


def _office(name: str, office: Office, words: PageWords) -> Part:
    """Places and term in a sentence; whatever else the charter says, to the letter."""
    said = {"seats", "deputies", "term_s"}
    more = [
        words("charter.office-rule", value=bdi(write_json({key: value}).decode()))
        for key, value in body_json(office).items()
        if key not in said and not (value is None or value is False or value == [])
    ]
    places = words("charter.office-places", seats=office.seats, deputies=office.deputies)
    term = words("charter.office-term", span=exact_span(office.term_s, words))
    title = words("charter.office", name=bdi(name))
    return Part(name=f"{_OFFICE}{name}", title=title, lines=(places, term, *more))


def _part(charter: Charter, name: str, words: PageWords) -> Part:
    lines = terms_lines(read_terms(charter.decisions[name]), words)
    general = terms_lines(read_terms(charter.terms(GENERAL)), words)
    if name != GENERAL and lines == general:
        lines = (words("charter.as-general"),)
    return Part(name=name, title=type_title(name, words), lines=lines)


def _how(rule: Rule, words: PageWords) -> Markup:
    """The method, as it goes on after `we decide`."""
    match rule:
        case Consensus():
            return words("charter.consensus", share=_least(rule.agree, words))
        case Consent(max_objections=0):
            return words("charter.consent")
        case Consent():
            return words.number("charter.consent-with", rule.max_objections)
        case Majority():
            share = (_over if rule.strict else _least)(rule.threshold, words)
            return words("charter.majority", share=share, whole=words(f"charter.of-{rule.of}"))
        case _:
            assert_never(rule)


def _stops(terms: Terms, words: PageWords) -> tuple[Markup, ...]:
    """What a block does, where there are blocks."""
    match terms.rule:
        case Consensus(fallback=None):
            return (words("charter.block-stops"),)
        case Consensus(fallback=Share() as share):
            return (words("charter.block-harder", share=_least(share, words)),)
        case _:
            return ()


def _limits(rule: Rule, words: PageWords) -> tuple[Markup, ...]:
    if not isinstance(rule, Consensus):
        return ()
    lines = []
    for name, share in (("aside", rule.max_aside), ("reservations", rule.max_reservations)):
        if share is not None and share.num == 0:
            lines.append(words(f"charter.nobody-{name}"))
        elif share is not None and share.num < share.den:
            lines.append(words(f"charter.most-{name}", share=_ratio(share, words)))
    reasons = [words(f"charter.say-{choice}") for choice in rule.reason_for if choice != "block"]
    if reasons:
        lines.append(words("charter.reasons", choices=Markup(", ").join(reasons)))
    return tuple(lines)


def _voice(terms: Terms, words: PageWords) -> Markup:
    return words(f"charter.voice-{terms.unit}")


def _minimum(terms: Terms, words: PageWords) -> Markup:
    quorum = terms.quorum
    if quorum.num == 0:
        return words("charter.no-minimum")
    return words("charter.minimum", share=_least(quorum, words))


def _time(name: str, seconds: int, words: PageWords) -> Markup:
    if seconds == 0:
        return words(f"charter.no-{name}")
    return words(f"charter.least-{name}", span=exact_span(seconds, words))


def _least(share: Share, words: PageWords) -> Markup:
    if share.num == 0:
        return words("charter.at-least-one")
    if share.num == share.den:
        return words("charter.all")
    return words("charter.at-least", share=_ratio(share, words))


def _over(share: Share, words: PageWords) -> Markup:
    if share.num == 0:
        return words("charter.at-least-one")
    return words("charter.more-than", share=_ratio(share, words))


def _ratio(share: Share, words: PageWords) -> Markup:
    if share.num * 2 == share.den:
        return words("charter.half")
    return words("charter.ratio", num=share.num, den=share.den)


def _joined(*sentences: Markup) -> Markup:
    return Markup(" ").join(sentences)
