"""What the secretary's form holds: who was there, the minutes in words, what was said to what.

Everything travels in fields, so that the form works without script, survives being sent back and
forth, and can be kept by the browser as a list of names and values:

    held-at ended-at guests present (once for each member)  title-es text-es ...
    item-0  what-0 (none, talked, voices)  count-0-agree ...
    who-0-0 says-0-0 why-0-0 help-0-0      a position by name, and who helped
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from node.pages.assembly.common import book_time, label_of, me, present_day, ref_of
from node.pages.assembly.listing import countable
from node.pages.deciding.texts import Writing, languages_of, read_writing, wrong_words
from node.pages.forms import Form
from node.pages.visit import Visit
from protocol.community.members import Member
from protocol.decisions.assembly import Assembly
from protocol.decisions.minutes import Minutes
from protocol.decisions.proposal import State
from protocol.decisions.rules import offered
from protocol.decisions.tally import CHOICES, Choice
from protocol.wire.digests import MemberId, MessageId

MOST_ITEMS: Final = 120
MOST_ROWS: Final = 60
_MOST_MORE: Final = 30
_MOST_COUNTED: Final = 99_999
_WHAT: Final = ("none", "talked", "voices")
_ROW: Final = re.compile(r"(who|says|why|help)-(\d{1,3})-(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What is recorded: a call's assembly or one that nobody called; perhaps in place of others."""

    path: str
    call: Assembly | None = None
    corrects: Minutes | None = None

    @property
    def draft(self) -> str:
        """The name under which a browser keeps what was typed."""
        if self.corrects is not None:
            return f"correct/{self.corrects.id}"
        return f"record/{'' if self.call is None else self.call.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A position by name: as typed, and whom the names stand for."""

    who: str = ""
    says: str = ""
    why: str = ""
    help: str = ""
    member: MemberId | None = None
    helper: MemberId | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.who or self.says or self.why or self.help)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What the assembly said to one proposal, as typed."""

    number: int
    proposal: MessageId
    what: str = "none"
    counts: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()

    def counted(self, choice: str) -> int:
        """How many hands; what is no number is told elsewhere."""
        typed = self.counts.get(choice, "")
        return int(typed) if _is_count(typed) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The whole form, and what is wrong with it by the name of the field."""

    writing: Writing
    held: str = ""
    ended: str = ""
    held_at: int | None = None
    ended_at: int | None = None
    guests: str = ""
    present: tuple[MemberId, ...] = ()
    items: tuple[Item, ...] = ()
    public: bool = False
    wrong: Mapping[str, Markup] = field(default_factory=dict)

    @property
    def spoken(self) -> list[Item]:
        """The items that the minutes will hold."""
        return [one for one in self.items if one.what != "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be chosen in an item: by raised hands, and by name."""

    hands: tuple[Choice, ...]
    names: tuple[Choice, ...]
    is_open: bool


def offer_of(visit: Visit, proposal: MessageId) -> Offer:
    """The choices of a proposal, and whether voices count for it now."""
    asked = visit.book.decisions.proposal(proposal)
    in_time = asked.frozen is not None and book_time(visit) < asked.frozen.closes_at
    return Offer(
        hands=countable(visit, proposal),
        names=offered(visit.book.terms(asked).rule),
        is_open=asked.state is State.OPEN and in_time,
    )


def items_about(visit: Visit, basis: Basis) -> tuple[Item, ...]:
    """A blank item for each proposal of the agenda, then for all others that are open."""
    agenda: list[str] = []
    if basis.call is not None:
        agenda += basis.call.body.agenda
    known = visit.book.decisions.proposals
    others = [one.id for one in known.values() if one.state is State.OPEN and one.id not in agenda]
    wanted = [*map(MessageId, agenda), *others[: -_MOST_MORE - 1 : -1]]
    return tuple(Item(number=number, proposal=one) for number, one in enumerate(wanted))


def read_record(visit: Visit, form: Form, languages: Sequence[str]) -> Record:
    """What was typed, and what is wrong with it before the protocol is asked."""
    wrong: dict[str, Markup] = {}
    writing = read_writing(visit, form, languages)
    held, ended, guests = (form.text(name) for name in ("held-at", "ended-at", "guests"))
    held_at, ended_at = visit.moments.read_field(held), visit.moments.read_field(ended)
    if held_at is None:
        wrong["held-at"] = visit.words("assemblies.time-empty")
    if ended_at is None:
        wrong["ended-at"] = visit.words("assemblies.time-empty")
    if guests and not _is_count(guests):
        wrong["guests"] = visit.words("record.number", most=_MOST_COUNTED)
    present, unknown = _present(visit, form.many("present"))
    if unknown:
        wrong["present"] = visit.words("problems.member-unknown")
    items = tuple(_items(visit, form, wrong))
    return Record(
        writing=writing,
        held=held,
        ended=ended,
        held_at=held_at,
        ended_at=ended_at,
        guests=guests,
        present=present,
        items=items,
        public=form.text("public") == "yes",
        wrong={**wrong, **writing.wrong},
    )


def _present(visit: Visit, refs: Sequence[str]) -> tuple[tuple[MemberId, ...], bool]:
    by_ref = {ref_of(one.id): one.id for one in present_day(visit.book)}
    found = dict.fromkeys(by_ref[ref] for ref in refs if ref in by_ref)
    return tuple(found), any(ref not in by_ref for ref in refs)


def _items(visit: Visit, form: Form, wrong: dict[str, Markup]) -> Iterable[Item]:
    held = dict(reversed(form.fields))
    rows = _rows(form)
    names = _Names(present_day(visit.book))
    for number in range(MOST_ITEMS):
        proposal = MessageId(held.get(f"item-{number}", ""))
        if proposal not in visit.book.decisions.proposals:
            continue
        what = held.get(f"what-{number}", "none")
        counts = {choice: held.get(f"count-{number}-{choice}", "").strip() for choice in CHOICES}
        item = Item(
            number=number,
            proposal=proposal,
            what=what if what in _WHAT else "none",
            counts={choice: typed for choice, typed in counts.items() if typed},
            rows=tuple(names.meant(row) for row in rows.get(number, [])),
        )
        if item.what == "voices":
            _blame(visit, item, wrong)
        yield item


def _rows(form: Form) -> dict[int, list[Row]]:
    """The rows of every item in which anything was typed."""
    typed: dict[tuple[int, int], dict[str, str]] = {}
    for name, value in form.fields:
        found = _ROW.fullmatch(name)
        if found and value.strip() and int(found[3]) < MOST_ROWS:
            place = (int(found[2]), int(found[3]))
            words = value.strip().replace("\r\n", "\n")
            typed.setdefault(place, {}).setdefault(found[1], words)
    rows: dict[int, list[Row]] = {}
    for (item, _), fields in sorted(typed.items()):
        who, says, why, help_ = (fields.get(name, "") for name in ("who", "says", "why", "help"))
        rows.setdefault(item, []).append(Row(who=who, says=says, why=why, help=help_))
    return rows


def _blame(visit: Visit, item: Item, wrong: dict[str, Markup]) -> None:
    """What cannot be understood in an item."""
    n = item.number
    if any(not _is_count(typed) for typed in item.counts.values()):
        wrong[f"count-{n}"] = visit.words("record.number", most=_MOST_COUNTED)
    if not item.rows and not any(item.counted(choice) for choice in CHOICES):
        wrong.setdefault(f"count-{n}", visit.words("record.nothing-counted"))
    for at, row in enumerate(item.rows):
        if row.member is None:
            wrong[f"who-{n}-{at}"] = visit.words("record.who-unknown")
        if row.help and row.helper is None:
            wrong[f"help-{n}-{at}"] = visit.words("record.who-unknown")
        if row.why and (told := wrong_words(visit, item.proposal, visit.language, row.why)):
            wrong[f"why-{n}-{at}"] = told
        if row.says not in CHOICES:
            wrong[f"says-{n}-{at}"] = visit.words("record.choose")


class _Names:
    """Whom a name in a field stands for: by label, by id, or by a name that only one has."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._known: dict[str, set[MemberId]] = {}
        for one in members:
            for spelling in {label_of(one), one.id, ref_of(one.id), one.name}:
                self._known.setdefault(_folded(spelling), set()).add(one.id)

    def meant(self, row: Row) -> Row:
        """The same row with the members that it names."""
        return Row(
            who=row.who,
            says=row.says,
            why=row.why,
            help=row.help,
            member=self._one(row.who),
            helper=self._one(row.help),
        )

    def _one(self, typed: str) -> MemberId | None:
        found = self._known.get(_folded(typed), set()) if typed else set()
        return next(iter(found)) if len(found) == 1 else None


def _folded(typed: str) -> str:
    return " ".join(typed.casefold().split())


def _is_count(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and int(typed[:12]) <= _MOST_COUNTED


def blank(visit: Visit, basis: Basis, title: str) -> Record:
    """The form before anything was typed: the secretary was there, and it is over now."""
    now = visit.moments.now
    held_at = None if basis.call is None else basis.call.body.starts_at
    ended = visit.moments.field(now) if held_at is not None and held_at <= now else ""
    return Record(
        writing=Writing(languages=languages_of(visit), titles={visit.language: title}),
        held="" if held_at is None else visit.moments.field(held_at),
        ended=ended,
        held_at=held_at,
        present=(me(visit),),
        items=items_about(visit, basis),
    )
