"""What the protocol would say to what the secretary is about to sign, field by field.

The protocol's own checks are asked, of each position and each count alone and then of all
together, so that a refusal is told beside the field that causes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from node.api.views import JsonObject
from node.pages.acts import act
from node.pages.assembly.common import NOBODY, book_time, foresee, me, person
from node.pages.assembly.record_form import Basis, Item, Record, Row
from node.pages.visit import Visit
from protocol.community.charter import COMMUNITY, AssemblyRule
from protocol.decisions import minutes as records
from protocol.decisions.assembly import check_held
from protocol.decisions.minutes import Minutes, Recording, check_recording
from protocol.decisions.tally import CHOICES
from protocol.decisions.weighing import RECORD_ONLY, check_correction, weigh
from protocol.errors import Malformed, ProtocolError, Refused
from protocol.offices.holding import barred_voters
from protocol.wire.bodies import read_body
from protocol.wire.encoding import JsonValue, write_json

_MOST_BYTES: Final = 58_000
_OF_ATTENDANCE: Final = {"attendance-long", "attendance-twice", "not-present", "member-unknown"}
_OF_ITEM: Final = {"assembly-differs", "held-before-opening", "minutes-many", *RECORD_ONLY}
_OF_ROW: Final[Mapping[str, str]] = {
    "reason-missing": "why",
    "choice-not-offered": "says",
    "helper-herself": "help",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is wrong, by field; and what is right and still good to know before signing."""

    wrong: Mapping[str, Markup] = field(default_factory=dict)
    notes: Mapping[str, Sequence[Markup]] = field(default_factory=dict)


Notes = dict[str, list[Markup]]
"""By the number of the item, or `page`."""

Kept = Mapping[tuple[str, str, str], str]
"""Reasons that stand already: by proposal, member and words, the id of the comment."""


def acts_of(
    visit: Visit, basis: Basis, record: Record, *, text: str | None, kept: Kept
) -> list[JsonObject]:
    """Reasons that are new, the minutes in words unless they stand already, the minutes."""
    words = "" if record.public else COMMUNITY
    acts: list[JsonObject] = []
    cited: dict[tuple[str, str, str], JsonValue] = dict(kept.items())
    for item in record.spoken:
        for row in _rows(item):
            place = _place(item, row)
            if row.why and place not in cited:
                cited[place] = {"$": len(acts)}
                comment: JsonObject = {
                    "proposal": item.proposal,
                    "replies_to": None,
                    "text": {visit.language: row.why},
                }
                acts.append(act(visit, "discussion/comment", comment, words))
    written: JsonValue = text
    if text is None:
        written = {"$": len(acts)}
        acts.append(act(visit, "text/publish", record.writing.body, words))
    body = _body(basis, record, written, cited)
    return [*acts, act(visit, "assembly/minutes", body)]


def judge(visit: Visit, basis: Basis, record: Record) -> Verdict:
    """Everything that the protocol would refuse, at its field."""
    rule = visit.book.charters.current.assembly
    if rule is None:
        return Verdict(wrong={"page": _told(visit, "assembly-none")})
    try:
        recording = read_body(Recording, _body(basis, record, NOBODY, None))
    except Malformed:
        return Verdict(wrong={"page": visit.words("assemblies.refused")})
    wrong, notes = dict[str, Markup](), Notes()
    bench = _Bench(visit, rule, recording)
    _judge_whole(bench, basis, wrong)
    if not wrong:
        for item, said in zip(record.spoken, recording.items, strict=True):
            _judge_item(bench, item, said, wrong, notes)
    if not wrong:
        _judge_last(visit, basis, record, wrong)
    others = len(record.present) - 1
    if others < rule.witnesses:
        notes["page"] = [visit.words.number("record.few-witnesses", rule.witnesses)]
    return Verdict(wrong=wrong, notes=notes)


class _Bench:
    """Minutes as they would be recorded now, with other items in them."""

    def __init__(self, visit: Visit, rule: AssemblyRule, recording: Recording) -> None:
        self.visit = visit
        self._rule = rule
        self._recording = recording

    def minutes(self, *items: records.Item) -> Minutes:
        whole = self._recording
        return Minutes(
            id=NOBODY,
            author=me(self.visit),
            index=self.visit.book.size,
            leaf=b"",
            received=book_time(self.visit),
            body=Recording(
                assembly=whole.assembly,
                text=whole.text,
                held_at=whole.held_at,
                ended_at=whole.ended_at,
                attendance=whole.attendance,
                guests=whole.guests,
                items=items,
                corrects=whole.corrects,
            ),
            rule=self._rule,
        )

    def present(self, member: str) -> bool:
        return member in self._recording.attendance

    def weigh(self, item: records.Item) -> tuple[tuple[str, str], ...]:
        """The names that would be dropped, and why.

        Raises:
            Refused: It could not count, or not stand.
        """
        book, minutes = self.visit.book, self.minutes(item)
        check_recording(minutes)
        proposal = book.decisions.proposal(item.proposal)
        barred = barred_voters(book.offices, book.moment(minutes.received))
        _, effect = weigh(minutes, item, proposal, book.charters, minutes.received, barred)
        return effect.dropped


def _judge_whole(bench: _Bench, basis: Basis, wrong: dict[str, Markup]) -> None:
    book = bench.visit.book
    try:
        minutes = bench.minutes()
        check_recording(minutes)
        check_correction(book.assemblies, minutes)
        if basis.call is not None:
            check_held(basis.call)
    except Refused as problem:
        where = "present" if problem.code in _OF_ATTENDANCE else "page"
        where = "ended-at" if problem.code == "minutes-times" else where
        wrong[where] = _told(bench.visit, problem.code)


def _judge_item(
    bench: _Bench, item: Item, said: records.Item, wrong: dict[str, Markup], notes: Notes
) -> None:
    """Each position alone; and then, if none of them is wrong by itself, everything."""
    before = len(wrong)
    for at, named in enumerate(said.positions):
        alone = records.Item(proposal=said.proposal, counts=None, positions=(named,))
        code = _refusal(bench, alone)
        if code in _OF_ITEM:
            break
        if code is not None:
            wrong[_field(bench, item, at, code)] = _told(bench.visit, code)
    if len(wrong) > before:
        return
    try:
        dropped = bench.weigh(said)
    except Refused as problem:
        if problem.code in RECORD_ONLY:
            sentence = bench.visit.words("record.only-a-record")
            notes.setdefault(str(item.number), []).append(sentence)
        else:
            where = _field(bench, item, None, problem.code)
            wrong[where] = _told(bench.visit, problem.code)
        return
    for member, code in dropped:
        who = person(bench.visit, member)
        sentence = bench.visit.words(f"record.dropped-{code}", who=who)
        notes.setdefault(str(item.number), []).append(sentence)


def _refusal(bench: _Bench, item: records.Item) -> str | None:
    try:
        bench.weigh(item)
    except Refused as problem:
        return problem.code
    return None


def _field(bench: _Bench, item: Item, at: int | None, code: str) -> str:
    n = item.number
    if at is None and code in _OF_ITEM:
        return f"what-{n}"
    if at is None:
        return f"who-{n}-0" if code == "voice-twice" else f"count-{n}"
    if code == "not-present":
        member = item.rows[at].member
        is_there = member is not None and bench.present(member)
        return f"{'help' if is_there else 'who'}-{n}-{at}"
    return f"{_OF_ROW.get(code, 'who')}-{n}-{at}"


def _judge_last(visit: Visit, basis: Basis, record: Record, wrong: dict[str, Markup]) -> None:
    """The protocol's whole check, of exactly what would be signed but for ids yet unknown."""
    body = _body(basis, record, NOBODY, None)
    try:
        foresee(visit, "assembly/minutes", body)
    except ProtocolError as problem:
        wrong["page"] = _told(visit, problem.code)
    if len(write_json(body)) > _MOST_BYTES:
        wrong["page"] = visit.words("record.too-much")


def _told(visit: Visit, code: str) -> Markup:
    key = f"problems.{code}"
    return visit.words(key) if visit.words.has(key) else visit.words("assemblies.refused")


# --- the body ------------------------------------------------------------------------------------


def _body(
    basis: Basis,
    record: Record,
    text: JsonValue,
    cited: Mapping[tuple[str, str, str], JsonValue] | None,
) -> JsonObject:
    """What is signed; without `cited` a placeholder stands for the id of each reason."""
    return {
        "assembly": None if basis.call is None else basis.call.id,
        "text": text,
        "held_at": record.held_at or 0,
        "ended_at": record.ended_at or 0,
        "attendance": [*record.present],
        "guests": int(record.guests or 0),
        "items": [_item(one, cited) for one in record.spoken],
        "corrects": None if basis.corrects is None else basis.corrects.id,
    }


def _item(item: Item, cited: Mapping[tuple[str, str, str], JsonValue] | None) -> JsonObject:
    counts: JsonObject = {
        choice: item.counted(choice) for choice in CHOICES if item.counted(choice)
    }
    counted = counts if counts and item.what == "voices" else None
    return {
        "proposal": item.proposal,
        "counts": counted,
        "positions": [_position(item, row, cited) for row in _rows(item)],
    }


def _position(
    item: Item, row: Row, cited: Mapping[tuple[str, str, str], JsonValue] | None
) -> JsonObject:
    reason: JsonValue = None
    if row.why:
        reason = NOBODY if cited is None else cited[_place(item, row)]
    return {"member": row.member, "choice": row.says, "reason": reason, "helper": row.helper}


def _rows(item: Item) -> tuple[Row, ...]:
    return item.rows if item.what == "voices" else ()


def _place(item: Item, row: Row) -> tuple[str, str, str]:
    return (item.proposal, row.member or "", row.why)
