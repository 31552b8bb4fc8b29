"""Texts in several languages: shown with the visitor's first, and written in a form.

A text has a title and words for each language, side by side. A form has a pair of fields for
each language that somebody here may want, `title-es` and `text-es`; a pair that is empty is left
out, and one of which only half is there is asked for again with everything that was typed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from node.api.views import JsonObject
from node.pages.forms import Form
from node.pages.visit import Visit
from node.pages.wording import LANGUAGES
from protocol.decisions.texts import Comment, Text
from protocol.errors import Malformed
from protocol.wire.bodies import read_body
from protocol.wire.encoding import JsonValue, write_json
from protocol.wire.limits import MAX_TEXT_CHARS

_MOST_LANGUAGES: Final = 8
_MOST_TITLE_CHARS: Final = 200
_MOST_BYTES: Final = 56_000
"""Of one text: the message around it takes the rest of what a message may be."""
Value = TypeVar("Value")


def in_order(versions: Mapping[str, Value], language: str) -> list[tuple[str, Value]]:
    """Each language's version, the visitor's own first."""
    return sorted(versions.items(), key=lambda pair: pair[0] != language)


def versions_of(visit: Visit, text: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    """The words of a text or comment, language by language; none if they are not here."""
    found = text.get("texts") or text.get("text")
    if not isinstance(found, dict):
        return []
    return in_order({k: v for k, v in found.items() if isinstance(v, str)}, visit.language)


def titles_of(visit: Visit, text: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    """The titles of a text, language by language."""
    found = text.get("title")
    if not isinstance(found, dict):
        return []
    return in_order({k: v for k, v in found.items() if isinstance(v, str)}, visit.language)


def title_of(visit: Visit, text: Mapping[str, JsonValue]) -> Markup:
    """The title in the visitor's language if there is one; or why there is none."""
    for language, title in titles_of(visit, text):
        return Markup('<bdi lang="{}">{}</bdi>').format(language, title)
    return visit.words(missing_key(text))


def missing_key(text: Mapping[str, JsonValue]) -> str:
    """The sentence that says why a text is not here."""
    return f"texts.missing-{text.get('missing', 'unknown')}"


def language_name(visit: Visit, code: str) -> str:
    """What the visitor calls a language."""
    try:
        return Locale.parse(code, sep="-").get_display_name(visit.language) or code
    except (UnknownLocaleError, ValueError):
        return code


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A text as a form holds it, and what is wrong with it by the name of its field."""

    languages: Sequence[str]
    titles: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, Markup] = field(default_factory=dict)

    @property
    def body(self) -> JsonObject:
        """The body of `text/publish`."""
        return {"title": {**self.titles}, "texts": {**self.texts}}


def languages_of(visit: Visit, *texts: Mapping[str, JsonValue]) -> list[str]:
    """The languages that a form offers: the visitor's, the community's, ours, the text's."""
    written = [language for text in texts for language, _ in versions_of(visit, text)]
    wanted = [visit.language, *visit.book.presence.languages, *LANGUAGES, *written]
    return list(dict.fromkeys(wanted))[:_MOST_LANGUAGES]


def writing_of(visit: Visit, text: Mapping[str, JsonValue]) -> Writing:
    """A form that holds a text that is there, to be changed."""
    return Writing(
        languages=languages_of(visit, text),
        titles=dict(titles_of(visit, text)),
        texts=dict(versions_of(visit, text)),
    )


def read_writing(visit: Visit, form: Form, languages: Iterable[str]) -> Writing:
    """What was typed, and what is wrong with it."""
    asked = list(languages)
    titles, texts, wrong = dict[str, str](), dict[str, str](), dict[str, Markup]()
    for language in asked:
        title, words = form.text(f"title-{language}"), form.words(f"text-{language}")
        titles.update({language: title} if title else {})
        texts.update({language: words} if words else {})
        wrong.update(_of_one(visit, language, title, words))
    if not titles and not texts:
        wrong = {
            f"title-{asked[0]}": visit.words("texts.title-empty"),
            f"text-{asked[0]}": visit.words("texts.text-empty"),
        }
    elif not wrong and not _fits(Text, {"title": {**titles}, "texts": {**texts}}):
        wrong = {f"text-{next(iter(texts))}": visit.words("texts.not-taken")}
    return Writing(languages=asked, titles=titles, texts=texts, wrong=wrong)


def _of_one(visit: Visit, language: str, title: str, words: str) -> dict[str, Markup]:
    wrong = {}
    if words and not title:
        wrong[f"title-{language}"] = visit.words("texts.title-empty")
    if title and not words:
        wrong[f"text-{language}"] = visit.words("texts.text-empty")
    if len(title) > _MOST_TITLE_CHARS:
        wrong[f"title-{language}"] = visit.words("texts.title-long", most=_MOST_TITLE_CHARS)
    if len(words) > MAX_TEXT_CHARS:
        wrong[f"text-{language}"] = visit.words("texts.text-long", most=MAX_TEXT_CHARS)
    return wrong


def wrong_words(visit: Visit, proposal: str, language: str, words: str) -> Markup | None:
    """What is wrong with a comment or reason, if anything is."""
    if len(words) > MAX_TEXT_CHARS:
        return visit.words("texts.text-long", most=MAX_TEXT_CHARS)
    fits = _fits(Comment, {"proposal": proposal, "replies_to": None, "text": {language: words}})
    return None if fits else visit.words("texts.not-taken")


def _fits(kind: type[object], body: dict[str, JsonValue]) -> bool:
    """Whether the door would read it: half characters and more than a message holds do not pass."""
    try:
        read_body(kind, body)
        return len(write_json(body)) <= _MOST_BYTES
    except Malformed:
        return False
