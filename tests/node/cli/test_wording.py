"""The tables of words: the same keys in every language, and nothing that no command says."""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

import node.cli
from node.cli.wording import LANGUAGES, chosen_language, words

FOLDER = Path(node.cli.__file__).parent
SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.py")))


def _table(language: str) -> Mapping[str, Mapping[str, str]]:
    return words(language).keys()


def test_every_language_has_the_same_keys() -> None:
    first, *others = LANGUAGES
    for other in others:
        for section, texts in _table(first).items():
            assert set(texts) == set(_table(other)[section]), section


def test_every_language_names_the_same_values() -> None:
    first, *others = LANGUAGES
    for other in others:
        for key, text in _table(first)["say"].items():
            assert _values(text) == _values(_table(other)["say"][key]), key


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_sentence_is_said_somewhere() -> None:
    literals = set(re.findall(r'"([a-z0-9-]+)"', SOURCE))
    spared = re.compile(r"exit-\d+|amendment-(accept|decline|withdraw)")
    unsaid = {
        key for key in _table("en")["say"] if key not in literals and not spared.fullmatch(key)
    }
    assert not unsaid


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "es_MX.UTF-8"}, "es"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "es_MX.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "en_GB.UTF-8", "ACUERDO_LANGUAGE": "es"}, "es"),
        (["status", "--language", "es"], {"LANG": "en_GB.UTF-8"}, "es"),
        (["status", "--language=es"], {}, "es"),
        (["discuss", "--", "--language", "es"], {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environment: dict[str, str],
    language: str,
) -> None:
    for variable in ("ACUERDO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert chosen_language(arguments) == language
