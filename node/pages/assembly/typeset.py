"""Minutes as a PDF that a screen reader can read (PDF/UA-1), set by typst where it is installed.

What people wrote goes in as data (JSON), never as a part of the template, so that nothing in it
is read as markup. The program weighs 80 MB on disk; it is loaded when the first PDF is asked for.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from markupsafe import Markup

from node.api.views import JsonObject
from node.pages.assembly.common import person
from node.pages.assembly.plain import lines_of
from node.pages.deciding.texts import title_of, versions_of
from node.pages.visit import Visit
from protocol.wire.encoding import JsonValue, write_json

_TEMPLATE: Final = files("node.pages.assembly").joinpath("paper.typ").read_bytes()
_LINES: Final = 2
_ALONE: Final = threading.Lock()
"""One at a time: each takes a tenth of a second of the whole machine."""


def pdf_of(visit: Visit, shown: Mapping[str, Any]) -> bytes:
    """The file. Blocks, so it is called on a thread.

    Args:
        visit: Who reads, in which language.
        shown: As `minutes.shown` gives it.
    """
    return set_type(document(visit, shown))


def set_type(held: JsonObject) -> bytes:
    """A document of ours as a PDF; one with letters that no font here has is not for UA."""
    import typst  # noqa: PLC0415 - an extra, and heavy

    given = {"minutes": write_json(held).decode("utf-8")}
    with _ALONE:
        try:
            made = typst.compile(_TEMPLATE, sys_inputs=given, pdf_standards=["ua-1"])
        except typst.TypstError:
            made = typst.compile(_TEMPLATE, sys_inputs=given)
    if not isinstance(made, bytes):
        raise RuntimeError("one document was asked for")  # noqa: TRY004 - our mistake
    return made


def document(visit: Visit, shown: Mapping[str, Any]) -> JsonObject:
    """Everything that stands in the file, as plain text in the visitor's language."""
    minutes, say = shown["minutes"], visit.words
    return {
        "id": minutes["id"],
        "language": visit.language,
        "community": visit.book.presence.name or _plain(say("base.unnamed")),
        "title": _plain(title_of(visit, minutes["text"])),
        "reference": _plain(say("minutes.reference", ref=minutes["id"])),
        "facts": [*_facts(visit, shown)],
        "sections": [*_sections(visit, shown)],
        "sign": _plain(say("minutes.signatures")),
        "signatures": [_plain(person(visit, minutes["author"])), *[""] * _LINES],
    }


def _facts(visit: Visit, shown: Mapping[str, Any]) -> Iterator[JsonValue]:
    minutes, say, moments = shown["minutes"], visit.words, visit.moments
    present = minutes["present"]
    yield [_plain(say("minutes.held")), moments.at(minutes["held_at"])]
    yield [_plain(say("minutes.ended")), moments.at(minutes["ended_at"])]
    there = say(
        "minutes.present-of",
        people=present["people"],
        households=present["households"],
        guests=present["guests"],
    )
    yield [_plain(say("minutes.present")), _plain(there)]
    yield [_plain(say("minutes.author")), _plain(person(visit, minutes["author"]))]
    yield [_plain(say("minutes.state")), _plain(state_of(visit, shown))]


def state_of(visit: Visit, shown: Mapping[str, Any]) -> Markup:
    """Where minutes are in their life, in words."""
    minutes, say = shown["minutes"], visit.words
    match minutes["state"]:
        case "recorded":
            return say.number("minutes.state-recorded", shown["missing_witnesses"])
        case "standing":
            return say("minutes.state-standing", until=visit.moments.at(minutes["contest_until"]))
        case state:
            return say(f"minutes.state-{state}")


def _sections(visit: Visit, shown: Mapping[str, Any]) -> Iterator[JsonValue]:
    minutes, say = shown["minutes"], visit.words
    words: list[JsonValue] = [
        {"kind": "words", "language": language.partition("-")[0], "text": line}
        for language, text in versions_of(visit, minutes["text"])
        for line in lines_of(text)
    ]
    if words:
        yield _section(say("minutes.in-words"), words)
    if minutes["items"]:
        items = [part for item in minutes["items"] for part in _item(visit, shown, item)]
        yield _section(say("minutes.decisions"), items)
    names: list[JsonValue] = [_plain(person(visit, one["member"])) for one in minutes["attendance"]]
    yield _section(say("minutes.attendance"), [{"kind": "names", "lines": names}])
    signed: list[JsonValue] = [
        _plain(person(visit, one["member"])) for one in minutes["countersigned"]
    ]
    if signed:
        yield _section(say("minutes.countersigned"), [{"kind": "list", "lines": signed}])
    contests: list[JsonValue] = [
        {"kind": "line", "text": _contest(visit, one)} for one in minutes["contests"]
    ]
    if contests:
        yield _section(say("minutes.contests"), contests)


def _item(visit: Visit, shown: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[JsonValue]:
    say = visit.words
    yield {"kind": "heading", "text": _plain(title_of(visit, item["proposal"]["text"]))}
    if item["counts"]:
        hands = [
            _plain(say("minutes.hands-of", choice=say(f"record.choice-{choice}"), n=number))
            for choice, number in item["counts"].items()
            if choice != "total" and number
        ]
        yield {"kind": "line", "text": f"{_plain(say('minutes.hands'))} {', '.join(hands)}."}
    lines: list[JsonValue] = [_position(visit, one) for one in item["positions"]]
    if lines:
        yield {"kind": "list", "lines": lines}
    if not item["counts"] and not lines:
        yield {"kind": "line", "text": _plain(say("minutes.talked"))}
    result = shown["results"].get(item["proposal"]["id"])
    if result:
        label = (
            say("minutes.so-far") if item["proposal"]["state"] == "open" else say("minutes.result")
        )
        yield {"kind": "line", "text": f"{_plain(label)} {result}"}


def _position(visit: Visit, one: Mapping[str, Any]) -> str:
    say = visit.words
    choice, why = one["choice"], one["code"]
    line = f"{_plain(person(visit, one['member']))}: {_plain(say(f'record.choice-{choice}'))}"
    if one["helper"]:
        line += f". {_plain(say('minutes.helped', who=person(visit, one['helper'])))}"
    if one["reason"]:
        line += "".join(f" «{words}»" for words in _first(visit, one["reason"]))
    if not one["counting"] and why:
        line += f" ({_plain(say(f'minutes.code-{why}'))})"
    return line


def _contest(visit: Visit, one: Mapping[str, Any]) -> str:
    who = _plain(person(visit, one["member"]))
    said = _first(visit, one["reason"]) if one["reason"] else []
    return who + "".join(f": {words}" for words in said)


def _first(visit: Visit, text: Mapping[str, JsonValue]) -> list[str]:
    """A text in the visitor's language as one line; nothing if it is not here."""
    return [" ".join(lines_of(words)) for _, words in versions_of(visit, text)[:1]]


def _section(title: Markup, parts: Sequence[JsonValue]) -> JsonObject:
    return {"title": _plain(title), "parts": [*parts]}


def _plain(text: str) -> str:
    """Words without the tags that a page has around names."""
    return text.striptags() if isinstance(text, Markup) else text
