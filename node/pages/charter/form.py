"""A charter as a form: fields of plain text out of a charter and back, errors at their field.

    <type>.own          "yes" where a type has terms of its own; `general` always has
    <type>.method       the method that is wanted; <type>.shown, the one whose fields were shown
    <type>.agree.num    a share is two fields; a limit that is left empty is none
    <type>.voting       a length of time is a number and <type>.voting-unit
    types               every type in the form, in order; new_type, one to be added

Without script a method cannot bring its fields along when it is chosen: the form is shown again
with them, and what was typed stays.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never, get_args

from node.charters import template, whole_charter
from node.pages.charter.words import KNOWN_TYPES, ordered_types
from protocol.community.charter import (
    GENERAL,
    Admission,
    AssemblyRule,
    Charter,
    Recovery,
    charter_json,
)
from protocol.decisions.rules import METHODS, Consensus, Consent, Majority, Rule, read_rule
from protocol.decisions.tally import CHOICES, Share, Whole
from protocol.decisions.terms import read_terms
from protocol.errors import Malformed, ProtocolError
from protocol.wire.bodies import read_body
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import YEAR_S
from protocol.wire.text import read_decimal

Fields = dict[str, str]
JsonObject = dict[str, JsonValue]

YES: Final = "yes"
REASONS: Final = tuple(choice for choice in CHOICES if choice != "block")
"""Choices for which a charter may ask a reason; a block has one in any case."""
WHOLES: Final[tuple[Whole, ...]] = get_args(Whole)
UNITS: Final[Mapping[str, int]] = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}

_TYPE: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_MOST_TYPES: Final = 32
_EXAMPLES: Final[Mapping[str, str]] = {
    "consensus": "consensus",
    "consent": "consent",
    "majority": "two-thirds",
}
"""The template from which a method that was just chosen takes its first values."""
_ROOM: Final = ("minutes", "witnesses", "contest", "contest-unit", "contests")
_ONE_WITNESS: Final[Mapping[str, JsonValue]] = {
    "witnesses": 1,
    "contest_s": 86_400,
    "contests": 2,
}


@dataclass(slots=True, kw_only=True)
class Read:
    """What a form holds: the charter, or else what is wrong with which field.

    `fresh` are types whose fields nobody has seen yet; with them there is no charter either.
    """

    fields: Fields
    charter: Charter | None = None
    errors: dict[str, str] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)

    @property
    def types(self) -> Sequence[str]:
        """The types in the form, in order."""
        return self.fields["types"].split()

    @property
    def open(self) -> set[str]:
        """The types to look at first: the general terms, what is new, and what is wrong."""
        wrong = {name.partition(".")[0] for name in self.errors}
        return {GENERAL, *self.fresh, *wrong}

    @property
    def opens_room(self) -> bool:
        """Whether what counts in a room is to be looked at first."""
        return not self.errors.keys().isdisjoint(_ROOM)


def fields_of(charter: Charter) -> Fields:
    """The form of a charter; the types that everybody meets are offered in any case."""
    types = ordered_types({*KNOWN_TYPES, *charter.decisions})
    fields = {
        "audience": charter.audience,
        "sponsors": str(charter.admission.sponsors),
        "confirmations": str(charter.recovery.confirmations),
        "types": " ".join(types),
        **_room_fields(charter.assembly),
    }
    for name in types:
        if name in charter.decisions:
            fields |= _terms_fields(name, charter.decisions[name])
        else:
            fields |= {f"{name}.own": "", f"{name}.shown": ""}
    return fields


def read_fields(sent: Mapping[str, str], base: Charter) -> Read:
    """What was sent, checked by the protocol's own rules.

    Args:
        sent: the fields of the form.
        base: the charter that the form was made of; what the form does not show stays as there.
    """
    fields = {name: value.strip() for name, value in sent.items()}
    names = [name for name in fields.get("types", "").split() if _TYPE.fullmatch(name)]
    fields["types"] = " ".join(dict.fromkeys((GENERAL, *names[:_MOST_TYPES])))
    read = Read(fields=fields)
    _add_type(read)
    for name in read.types:
        _bring_along(read, name)
    if not read.fresh:
        _check(read, base)
    return read


def _add_type(read: Read) -> None:
    wanted = read.fields.pop("new_type", "").lower()
    if not wanted:
        return
    if not _TYPE.fullmatch(wanted) or wanted in read.types or len(read.types) >= _MOST_TYPES:
        read.errors["new_type"] = "rules.wrong-type"
        read.fields["new_type"] = wanted
        return
    read.fields["types"] += f" {wanted}"
    read.fields[f"{wanted}.own"] = YES


def _bring_along(read: Read, name: str) -> None:
    """The fields of a method that was chosen while others were shown."""
    fields = read.fields
    if name == GENERAL:
        fields[f"{name}.own"] = YES
    if fields.get(f"{name}.own") != YES:
        fields[f"{name}.shown"] = ""
        return
    if f"{name}.method" not in fields:
        for key in [one for one in fields if one.startswith(f"{GENERAL}.")]:
            fields.setdefault(f"{name}.{key.removeprefix(f'{GENERAL}.')}", fields[key])
        fields[f"{name}.shown"] = ""
    method = fields.get(f"{name}.method", "")
    if method not in METHODS:
        read.errors[f"{name}.method"] = "rules.wrong-choice"
    elif fields.get(f"{name}.shown") != method:
        read.fresh.add(name)
        fields[f"{name}.shown"] = method
        example = template(_EXAMPLES[method]).decisions[GENERAL]
        for key, value in _terms_fields(name, example).items():
            fields.setdefault(key, value)


def _check(read: Read, base: Charter) -> None:
    reader = _Reader(read)
    value = charter_json(base)
    value["audience"] = reader.choice("audience", ("community", "public"))
    sponsors, confirmations = reader.number("sponsors"), reader.number("confirmations")
    value["admission"] = {"sponsors": sponsors}
    value["recovery"] = {"confirmations": confirmations}
    reader.hold("sponsors", Admission, value["admission"])
    reader.hold("confirmations", Recovery, value["recovery"])
    value["assembly"] = reader.room()
    own = [name for name in read.types if read.fields[f"{name}.own"] == YES]
    value["decisions"] = {name: reader.terms(name) for name in own}
    if not read.errors:
        read.charter = whole_charter(value)


class _Reader:
    """Reads fields into values and keeps what is wrong."""

    def __init__(self, read: Read) -> None:
        self._fields = read.fields
        self._errors = read.errors

    def choice(self, name: str, choices: Sequence[str]) -> str:
        value = self._fields.get(name, "")
        if value not in choices:
            self._errors.setdefault(name, "rules.wrong-choice")
        return value

    def number(self, name: str, label: str | None = None, error: str = "rules.wrong-number") -> int:
        try:
            return read_decimal(self._fields.get(name, ""))
        except Malformed:
            self._errors.setdefault(label or name, error)
            return 0

    def hold(
        self, name: str, kind: type[object], value: JsonValue | Mapping[str, JsonValue]
    ) -> None:
        """A number of people, within the protocol's own bounds."""
        try:
            read_body(kind, value)
        except ProtocolError:
            self._errors.setdefault(name, "rules.wrong-people")

    def room(self) -> JsonObject | None:
        """What minutes need to count, where they do."""
        if self.choice("minutes", ("yes", "no")) != YES:
            return None
        value: JsonObject = {
            "witnesses": self.number("witnesses"),
            "contest_s": self.span("contest"),
            "contests": self.number("contests"),
        }
        for name in ("witnesses", "contests"):
            self.hold(name, AssemblyRule, {**_ONE_WITNESS, name: value[name]})
        return value

    def share(self, name: str) -> JsonObject:
        wrong = "rules.wrong-share"
        value: JsonObject = {
            part: self.number(f"{name}.{part}", name, wrong) for part in ("num", "den")
        }
        try:
            read_body(Share, value)
        except ProtocolError:
            self._errors.setdefault(name, wrong)
        return value

    def limit(self, name: str) -> JsonObject | None:
        """A share that may be left out."""
        given = (self._fields.get(f"{name}.{part}", "") for part in ("num", "den"))
        return self.share(name) if any(given) else None

    def span(self, name: str) -> int:
        unit = self.choice(f"{name}-unit", tuple(UNITS))
        seconds = self.number(name) * UNITS.get(unit, 1)
        if seconds > YEAR_S:
            self._errors.setdefault(name, "rules.wrong-span")
        return seconds

    def terms(self, name: str) -> JsonObject:
        """The terms of one type; where every field can be read, their whole is checked too."""
        before = len(self._errors)
        if f"{name}.method" in self._errors:
            return {}
        value: JsonObject = {
            "rule": self._rule(name),
            "unit": self.choice(f"{name}.unit", ("person", "household")),
            "quorum": self.share(f"{name}.quorum"),
            "discussion_s": self.span(f"{name}.discussion"),
            "voting_s": self.span(f"{name}.voting"),
            "early": self.choice(f"{name}.early", ("yes", "no")) == YES,
        }
        if len(self._errors) == before:
            try:
                read_terms(value)
            except ProtocolError:
                self._errors[f"{name}.method"] = "rules.wrong-rule"
        return value

    def _rule(self, name: str) -> JsonObject:
        method = self._fields[f"{name}.method"]
        match method:
            case "consensus":
                return self._consensus(name)
            case "consent":
                return {"method": method, "max_objections": self.number(f"{name}.objections")}
            case _:
                return self._majority(name)

    def _consensus(self, name: str) -> JsonObject:
        before = len(self._errors)
        on_block = self.choice(f"{name}.on_block", ("reject", "fallback"))
        reasons = [one for one in REASONS if self._fields.get(f"{name}.reason.{one}") == YES]
        falls_back = on_block == "fallback"
        rule: JsonObject = {
            "method": "consensus",
            "agree": self.share(f"{name}.agree"),
            "max_reservations": self.limit(f"{name}.reservations"),
            "max_aside": self.limit(f"{name}.aside"),
            "reason_for": ["block", *reasons],
            "on_block": on_block,
            "fallback": self.share(f"{name}.fallback") if falls_back else None,
        }
        if len(self._errors) == before:
            self._together(rule, f"{name}.fallback", "rules.wrong-fallback")
        return rule

    def _majority(self, name: str) -> JsonObject:
        before = len(self._errors)
        rule: JsonObject = {
            "method": "majority",
            "threshold": self.share(f"{name}.threshold"),
            "of": self.choice(f"{name}.of", WHOLES),
            "strict": self.choice(f"{name}.strict", ("yes", "no")) == YES,
        }
        if len(self._errors) == before:
            self._together(rule, f"{name}.threshold", "rules.wrong-threshold")
        return rule

    def _together(self, rule: JsonObject, name: str, error: str) -> None:
        """Parts that are well by themselves must go together."""
        try:
            read_rule(rule)
        except ProtocolError:
            self._errors[name] = error


def _terms_fields(name: str, value: JsonObject) -> Fields:
    terms = read_terms(value)
    fields = {
        "own": YES,
        "method": terms.rule.method,
        "shown": terms.rule.method,
        "unit": terms.unit,
        "early": YES if terms.early else "no",
        **_share_fields("quorum", terms.quorum),
        **_span_fields("discussion", terms.discussion_s),
        **_span_fields("voting", terms.voting_s),
        **_rule_fields(terms.rule),
    }
    return {f"{name}.{key}": text for key, text in fields.items()}


def _rule_fields(rule: Rule) -> Fields:
    match rule:
        case Consensus():
            return {
                "on_block": rule.on_block,
                **_share_fields("agree", rule.agree),
                **_share_fields("reservations", rule.max_reservations),
                **_share_fields("aside", rule.max_aside),
                **_share_fields("fallback", rule.fallback),
                **{f"reason.{one}": YES for one in REASONS if one in rule.reason_for},
            }
        case Consent():
            return {"objections": str(rule.max_objections)}
        case Majority():
            strict = YES if rule.strict else "no"
            return {"of": rule.of, "strict": strict, **_share_fields("threshold", rule.threshold)}
        case _:
            assert_never(rule)


def _room_fields(rule: AssemblyRule | None) -> Fields:
    held = rule or read_body(AssemblyRule, _ONE_WITNESS)
    return {
        "minutes": "no" if rule is None else YES,
        "witnesses": str(held.witnesses),
        "contests": str(held.contests),
        **_span_fields("contest", held.contest_s),
    }


def _share_fields(name: str, share: Share | None) -> Fields:
    num, den = ("", "") if share is None else (str(share.num), str(share.den))
    return {f"{name}.num": num, f"{name}.den": den}


def _span_fields(name: str, seconds: int) -> Fields:
    unit = next(unit for unit, length in UNITS.items() if seconds % length == 0)
    return {name: str(seconds // UNITS[unit]), f"{name}-unit": unit}
