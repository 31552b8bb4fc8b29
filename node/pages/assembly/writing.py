"""A text in several languages as a form holds it: a title and words for each, side by side.

Fields are `title-es`, `text-es` and so on; a pair that is empty is left out, half a pair is asked
for again. Nothing typed is lost: whatever is wrong stands beside its field.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from node.api.views import JsonObject
from node.pages.forms import Form
from node.pages.visit import Visit
from node.pages.wording import LANGUAGES
from protocol.decisions.texts import Text
from protocol.errors import Malformed
from protocol.wire.bodies import read_body
from protocol.wire.encoding import JsonValue, write_json
from protocol.wire.limits import MAX_TEXT_CHARS

_MOST_LANGUAGES: Final = 8
_MOST_TITLE_CHARS: Final = 200
_MOST_BYTES: Final = 56_000
"""Of one text: the message around it takes the rest of what a message may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What was typed so far, and what is wrong with it by the name of its field."""

    languages: Sequence[str]
    titles: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, Markup] = field(default_factory=dict)

    @property
    def body(self) -> JsonObject:
        """The body of `text/publish`."""
        return {"title": {**self.titles}, "texts": {**self.texts}}

    def is_text(self, text: Mapping[str, JsonValue]) -> bool:
        """Whether nothing was changed in a text that stands."""
        return text.get("title") == self.titles and text.get("texts") == self.texts


def languages_of(visit: Visit, *written: str) -> list[str]:
    """The languages that a form offers: the visitor's, the community's, ours, the text's."""
    wanted = [visit.language, *visit.book.presence.languages, *LANGUAGES, *written]
    return list(dict.fromkeys(wanted))[:_MOST_LANGUAGES]


def writing_of(visit: Visit, text: Mapping[str, JsonValue]) -> Writing:
    """A form that holds a text that stands, to be changed."""
    titles, texts = _strings(text.get("title")), _strings(text.get("texts"))
    return Writing(languages=languages_of(visit, *texts), titles=titles, texts=texts)


def read_writing(visit: Visit, form: Form) -> Writing:
    """What was typed, and what is wrong with it."""
    asked = languages_of(visit, *_named(form))
    titles, texts, wrong = dict[str, str](), dict[str, str](), dict[str, Markup]()
    for language in asked:
        title, words = form.text(f"title-{language}"), form.words(f"text-{language}")
        titles.update({language: title} if title else {})
        texts.update({language: words} if words else {})
        wrong.update(_of_one(visit, language, title, words))
    first = asked[0]
    if not texts and not titles:
        wrong[f"title-{first}"] = visit.words("assemblies.title-empty")
        wrong[f"text-{first}"] = visit.words("assemblies.text-empty")
    writing = Writing(languages=asked, titles=titles, texts=texts, wrong=wrong)
    if not wrong and not _fits(writing.body):
        refused = {f"text-{next(iter(texts))}": visit.words("assemblies.text-refused")}
        return Writing(languages=asked, titles=titles, texts=texts, wrong=refused)
    return writing


def _named(form: Form) -> Iterable[str]:
    """Languages that the form had fields for, as far as they are languages."""
    for name, value in form.fields:
        language = name.removeprefix("text-")
        if language != name and value.strip() and _fits({"title": {language: "-"}, "texts": {}}):
            yield language


def _of_one(visit: Visit, language: str, title: str, words: str) -> dict[str, Markup]:
    wrong = {}
    if words and not title:
        wrong[f"title-{language}"] = visit.words("assemblies.title-empty")
    if title and not words:
        wrong[f"text-{language}"] = visit.words("assemblies.text-empty")
    if len(title) > _MOST_TITLE_CHARS:
        wrong[f"title-{language}"] = visit.words("assemblies.too-long", most=_MOST_TITLE_CHARS)
    if len(words) > MAX_TEXT_CHARS:
        wrong[f"text-{language}"] = visit.words("assemblies.too-long", most=MAX_TEXT_CHARS)
    return wrong


def _fits(body: JsonObject) -> bool:
    """Whether the door would read it: half characters and more than a message holds do not pass."""
    whole = {**body, "texts": body["texts"] or {"es": "-"}}
    try:
        read_body(Text, whole)
        return len(write_json(whole)) <= _MOST_BYTES
    except Malformed:
        return False


def _strings(found: JsonValue) -> dict[str, str]:
    held = found if isinstance(found, dict) else {}
    return {language: words for language, words in held.items() if isinstance(words, str)}
