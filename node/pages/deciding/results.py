"""A count as bars: who took part and who supports, with what was needed; then choice by choice."""

from node.api.views import JsonObject
from node.pages.deciding.bars import Bar
from node.pages.deciding.common import SIGNS
from node.pages.visit import Visit
from protocol.decisions.tally import CHOICES
from protocol.wire.encoding import JsonValue


def bars_of(visit: Visit, view: JsonObject) -> tuple[list[Bar], str]:
    """The bars of a proposal that was opened, and what they are called for whoever hears them."""
    tally, needed = _part(view, "tally"), _part(view, "needed")
    terms = _part(view, "terms")
    electorate = _number(tally, "electorate")
    bars = [_present(visit, tally, needed)]
    support = needed.get("support")
    if isinstance(support, dict):
        bars.append(_support(visit, tally, support))
    offered = terms.get("offered")
    for choice in CHOICES:
        taken = _number(tally, choice)
        if taken or (isinstance(offered, list) and choice in offered):
            bars.append(
                Bar(
                    style=choice,
                    words=f"{SIGNS[choice]} {visit.words(f'choices.{choice}')}",
                    number=str(taken),
                    part=taken,
                    whole=electorate,
                )
            )
    explained = _part(view, "explain").get(visit.language)
    return bars, str(explained)


def _present(visit: Visit, tally: JsonObject, needed: JsonObject) -> Bar:
    return _with_mark(
        visit,
        "present",
        (_number(tally, "present"), _number(tally, "electorate")),
        _number(needed, "present"),
    )


def _support(visit: Visit, tally: JsonObject, support: JsonObject) -> Bar:
    supporting = _number(tally, "agree") + _number(tally, "reservations")
    present = _number(tally, "present")
    whole = {
        "present": present,
        "cast": present - _number(tally, "abstain"),
        "electorate": _number(tally, "electorate"),
    }[str(support["of"])]
    return _with_mark(visit, "support", (supporting, whole), _number(support, "number"))


def _with_mark(visit: Visit, style: str, counted: tuple[int, int], mark: int) -> Bar:
    part, whole = counted
    return Bar(
        style=style,
        words=str(visit.words(f"result.bar-{style}").unescape()),
        number=str(visit.words("result.bar-of", part=part, whole=whole, needed=mark).unescape()),
        part=part,
        whole=max(whole, mark),
        mark=mark,
    )


def _part(value: JsonObject, name: str) -> JsonObject:
    found: JsonValue = value[name]
    if not isinstance(found, dict):
        raise TypeError(f"a view of an opened proposal has {name}")
    return found


def _number(value: JsonObject, name: str) -> int:
    found = value[name]
    if not isinstance(found, int):
        raise TypeError(f"{name} is a number")
    return found
