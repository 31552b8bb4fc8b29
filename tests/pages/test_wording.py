"""Both languages say everything, and no page says anything in only one."""

import re
from pathlib import Path
from string import Formatter

import pytest

from node.pages.wording import LANGUAGES, Entry, page_words, preferred

_PAGES = Path(__file__).parents[2] / "node" / "pages"
_TEMPLATES = sorted((_PAGES / "templates").rglob("*.html"))
_SOURCES = [*_TEMPLATES, *_PAGES.glob("*.py"), *_PAGES.glob("*/*.py")]
# Keys that are put together: whatever begins like this is asked for somewhere.
_BUILT = re.compile(r"""["']([a-z0-9-]+\.[a-z0-9-]*)["']\s*~|f["']([a-z0-9-]+\.[a-z0-9-]*)\{""")
_ASKED = re.compile(r"""["']([a-z0-9-]+\.[a-z0-9-]+)["']""")
_TAG = re.compile(r"<[^>]*>|\{[{%#].*?[}%#]\}", re.DOTALL)
_SPOKEN = re.compile(r"""(?:title|alt|placeholder|aria-label)="[^"{]*[A-Za-z]{2}""")


def _fields(entry: Entry) -> set[str]:
    sentences = [entry] if isinstance(entry, str) else list(entry.values())
    return {name for one in sentences for _, name, _, _ in Formatter().parse(one) if name}


def test_both_languages_hold_the_same_keys_and_values() -> None:
    spanish, english = (page_words(language).keys() for language in LANGUAGES)
    assert spanish.keys() == english.keys()
    for key in spanish:
        assert _fields(spanish[key]) == _fields(english[key]), key
        assert isinstance(spanish[key], str) == isinstance(english[key], str), key


def test_nothing_is_left_in_the_other_language() -> None:
    spanish, english = (page_words(language).keys() for language in LANGUAGES)
    same = {key for key in spanish if spanish[key] == english[key]}
    short = {key for key in same if len(str(spanish[key]).split()) < 3}
    assert same - short == set()


def test_every_sentence_is_said_somewhere_and_every_asked_one_is_there() -> None:
    text = "\n".join(source.read_text("utf-8") for source in _SOURCES)
    built = tuple(one or other for one, other in _BUILT.findall(text))
    keys = page_words("en").keys()
    areas = {key.partition(".")[0] for key in keys}
    asked = {key for key in _ASKED.findall(text) if key.partition(".")[0] in areas}
    files = re.compile(r"\.(html|js|css|toml|json|txt)$")
    missing = {key for key in asked - set(keys) if not files.search(key)}
    assert missing - set(built) == set()
    unsaid = {key for key in keys if key not in asked and not key.startswith(built)}
    assert unsaid == set()


@pytest.mark.parametrize("template", _TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_words_of_their_own(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not _SPOKEN.search(text)
    bare = _TAG.sub(" ", text)
    assert re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", bare)) == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB, es;q=0.5", "en"),
        ("en;q=0.2, es;q=0.85", "es"),
        ("fr, de", "en"),
        ("fr, es;q=0.1", "es"),
        ("es;q=x, en;q=0.1", "en"),
        ("es;q=1.0000000, en;q=0.9", "es"),
        ("ESTONIAN", "en"),
        (",;q=;;,", "en"),
    ],
)
def test_the_pages_speak_the_visitors_language(accepted: str, language: str) -> None:
    assert preferred(accepted) == language
