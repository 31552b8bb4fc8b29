"""Every kind of entry is told in a sentence, in both languages, whatever is in it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from node.pages.ledger import sentences
from node.pages.ledger.looks import Looks, known_keys
from node.pages.ledger.sentences import GROUPS, ROWS, group_of, sentence, slug
from node.pages.moments import Moments
from node.pages.wording import LANGUAGES, Language, page_words
from protocol.book import Book
from protocol.decisions.tally import Choice
from protocol.fold import advance
from protocol.kinds import KINDS
from protocol.ledger.entry import Entry, leaf_hash, read_entry
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import Message, read_message, write_message
from tests.pages.hostile import HOSTILE

_HISTORIES = sorted((Path(__file__).parents[1] / "vectors" / "kinds" / "history").glob("*.json"))
_OTHER = "ab" * 32


def _looks(
    language: Language, book: Book, texts: dict[MessageId, JsonValue] | None = None
) -> Looks:
    return Looks(
        words=page_words(language),
        moments=Moments(language, "UTC", 1_800_000_000),
        book=book,
        facts={} if book.chain is None else {book.ledger: book.facts},
        texts={key: {"title": title} for key, title in (texts or {}).items()},
        inside=True,
        names=True,
        keys=known_keys(book),
        communities={},
    )


def _histories() -> Iterator[tuple[Book, list[Entry]]]:
    for file in _HISTORIES:
        given = json.loads(file.read_text("utf-8"))["given"]
        book, entries = Book(ledger=CommunityId(given["ledger"])), []
        for text in given["entries"]:
            raw = text.encode()
            advance(book, raw, leaf_hash(raw))
            entries.append(read_entry(raw))
        yield book, entries


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_sentence(kind: str, language: Language) -> None:
    assert kind in ROWS, "a kind needs a row in node/pages/ledger/sentences.py"
    key = f"said.{slug(kind)}"
    assert page_words(language).has(key), "and a sentence in words/<language>/said.toml"
    said = page_words(language).keys()[key]
    assert isinstance(said, str)
    held = {name for _, name, _, _ in Formatter().parse(said) if name}
    parts = {name.replace("-", "_") for name in ROWS[kind]}
    assert held - {"who"} == parts
    assert group_of(kind) in GROUPS


def test_no_row_is_about_a_kind_that_there_is_not() -> None:
    assert set(ROWS) == set(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_ledgers_are_told(language: Language) -> None:
    told: dict[str, str] = {}
    for book, entries in _histories():
        looks = _looks(language, book)
        for entry in entries:
            told[entry.message.kind] = sentence(entry.message, looks)
    # Not one of the vectors' entries falls back on the general sentence, or leaves a gap.
    general = re.sub(r"\{.*", "", str(page_words(language).keys()["said.anything"]))
    assert not any(general.strip() and line.startswith(general) for line in told.values())
    assert not any(re.search(r"[{}]|\bNone\b", line) for line in told.values())
    # Who speaks is known in all of them.
    assert not any(page_words(language)("said.somebody") in line for line in told.values())
    assert len(told) >= 23


def _message(kind: str, body: dict[str, JsonValue]) -> Message:
    raw = write_message(
        PrivateKey.from_seed(bytes(32)),
        ledger=CommunityId(_OTHER),
        kind=kind,
        audience="community",
        nonce=bytes(16),
        body=body,
    )
    return read_message(raw)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_a_sentence_gives_words(language: Language) -> None:
    looks = _looks(language, Book(ledger=CommunityId(_OTHER)))
    ids = ("proposal", "text", "member", "amendment", "federation", "ledger", "home")
    outcome: JsonValue = {"verdict": "adopted", "tally": {"agree": 20, "electorate": 33}}
    for choice in get_args(Choice):
        for verdict in ("adopted", "rejected", "lapsed"):
            body: dict[str, JsonValue] = dict.fromkeys(ids, _OTHER)
            body["act"] = "backup-made"
            body |= {"choice": choice, "verdict": verdict, "outcome": outcome, "round": 0}
            message = _message("weather/report", body)
            for name, part in sentences._PARTS.items():
                assert part(message, looks) or name == "name", name
    assert {part for row in ROWS.values() for part in row} == set(sentences._PARTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_of_the_future_gets_an_honest_sentence(language: Language) -> None:
    book = Book(ledger=CommunityId(_OTHER))
    said = sentence(_message("weather/report", {"rain": True}), _looks(language, book))
    assert "weather/report" in said


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_badly_made_gets_the_same(kind: str) -> None:
    book = Book(ledger=CommunityId(_OTHER))
    if kind == "identity/inception":
        return
    said = sentence(_message(kind, {"proposal": 7, "choice": "perhaps"}), _looks("en", book))
    assert kind in said or kind == "member/leave"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_wrote_stays_what_they_wrote(hostile: str) -> None:
    book = Book(ledger=CommunityId(_OTHER))
    title = hostile[:60].replace("\n", " ")
    texts: dict[str, JsonValue] = {"es": "x"}
    published = _message("text/publish", {"title": {"es": title}, "texts": texts})
    said = sentence(published, _looks("en", book))
    assert set(re.findall(r"<[a-z/]+>?", said)) <= {"<bdi>", "</bdi>"}
    drafted = _message("proposal/draft", {"type": "general", "text": _OTHER, "subject": None})
    looks = _looks("en", book, {MessageId(_OTHER): {"es": title}})
    assert set(re.findall(r"<[a-z/]+>?", sentence(drafted, looks))) <= {"<bdi>", "</bdi>"}


def test_who_may_not_know_the_members_hears_of_none() -> None:
    for book, entries in _histories():
        looks = replace(_looks("en", book), inside=False, names=False)
        ids = {member[:8] for member in book.membership.members}
        for entry in entries:
            if entry.message.kind in ("text/publish", "discussion/comment"):
                assert not any(one in sentence(entry.message, looks) for one in ids)
