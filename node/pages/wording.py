"""What the pages say, in Spanish and English: one table an area and language, with the same keys.

The tables are `words/<language>/<area>.toml`; a sentence is asked for as `area.key`. Where number
matters, a key holds `one` and `other`. What is filled in is escaped, so that no name is markup.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, get_args

from markupsafe import Markup, escape

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Entry = str | Mapping[str, str]


class PageWords:
    """One language's sentences."""

    def __init__(self, language: Language, table: Mapping[str, Entry]) -> None:
        self.language = language
        self._table = table

    def __call__(self, key: str, /, **values: object) -> Markup:
        """A sentence with its values filled in, safe to stand in a page."""
        return _filled(self._sentence(key, "other"), values)

    def number(self, key: str, number: int, /, **values: object) -> Markup:
        """A sentence about so many; `{n}` in it is the number."""
        form = "one" if number == 1 else "other"
        return _filled(self._sentence(key, form), {"n": number, **values})

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self._table

    def keys(self) -> Mapping[str, Entry]:
        """The whole table, to compare it with the other language's."""
        return self._table

    def _sentence(self, key: str, form: str) -> str:
        found = self._table[key]
        return found if isinstance(found, str) else found[form]


def _filled(sentence: str, values: Mapping[str, object]) -> Markup:
    return escape(sentence).format(**values) if values else escape(sentence)


@lru_cache
def page_words(language: Language) -> PageWords:
    """The sentences of a language."""
    table: dict[str, Entry] = {}
    folder = files("node.pages").joinpath("words", language)
    for file in folder.iterdir():
        area = file.name.removesuffix(".toml")
        for key, entry in tomllib.loads(file.read_text("utf-8")).items():
            table[f"{area}.{key}"] = entry
    return PageWords(language, table)


def preferred(accepted: str) -> Language:
    """The first of our languages that a browser names with the highest weight; or English."""
    ranked: list[tuple[int, int, Language]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        tag, _, weight = part.strip().lower().partition(";q=")
        ranked += [
            (-_thousandths(weight), place, language)
            for language in LANGUAGES
            if tag == language or tag.startswith(f"{language}-")
        ]
    return min(ranked)[2] if ranked else "en"


def _thousandths(weight: str) -> int:
    """A weight of a preference; "1", "0.8" and "0.85" come up, all else is not preferred."""
    if not weight:
        return 1_000
    whole, _, part = weight.partition(".")
    digits = whole + part[:3].ljust(3, "0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0
