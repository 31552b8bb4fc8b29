"""What the commands say, in Spanish and in English: one table a language, with the same keys.

The tables are `words/<language>.toml`; a test compares their keys and the values they name.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("es", "en")
FALLBACK: Final = "en"
VARIABLE: Final = "ACUERDO_LANGUAGE"
_OPTION = "--language"


class Words:
    """One language's table."""

    def __init__(self, language: str, table: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self._table = table

    def __call__(self, key: str, /, **values: object) -> str:
        """A sentence with its values filled in."""
        return self._table["say"][key].format(**values)

    def name(self, value: str) -> str:
        """What people call a code of the protocol: a state, a choice, a standing."""
        return self._table["names"].get(value, value)

    def advice(self, code: str, exit_code: int) -> str:
        """What to do next about an error; by its code, or else by its family."""
        advice = self._table["advice"]
        return advice.get(code) or advice[f"exit-{exit_code}"]

    def help(self, section: str, key: str, fallback: str = "") -> str:
        """A help text: of a `command`, a `group`, or a `parameter`."""
        texts = self._table[section]
        return texts.get(key) or texts.get(fallback, "")

    def keys(self) -> Mapping[str, Mapping[str, str]]:
        """The whole table, to compare it with the other language's."""
        return self._table


@lru_cache
def words(language: str) -> Words:
    """The table of a language; of the fallback's, if there is none."""
    chosen = language if language in LANGUAGES else FALLBACK
    text = files("node.cli").joinpath("words", f"{chosen}.toml").read_text("utf-8")
    return Words(chosen, tomllib.loads(text))


def chosen_language(arguments: Sequence[str]) -> str:
    """The language asked for: by option, by variable, or by the terminal's own setting.

    Help is shown before options are read, so the option is looked for by hand.
    """
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == _OPTION and index + 1 < len(arguments):
            return _short(arguments[index + 1])
        if argument.startswith(f"{_OPTION}="):
            return _short(argument.removeprefix(f"{_OPTION}="))
    for variable in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return _short(value)
    return FALLBACK


def _short(value: str) -> str:
    language = value.lower().replace("_", "-").split(".")[0].split("-")[0]
    return language if language in LANGUAGES else FALLBACK
