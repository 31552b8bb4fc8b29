"""How the story is told: the same words in both languages, plain where there is no terminal."""

import io
import string
import tomllib
from pathlib import Path

import pytest

import deploy.demo
from deploy.demo.forging import forge
from deploy.demo.scenario import Said
from deploy.demo.story import CheckFailed, Story, language_of

WORDS = Path(deploy.demo.__file__).with_name("words")


def test_both_languages_have_the_same_sentences_with_the_same_values() -> None:
    tables = [tomllib.loads((WORDS / f"{one}.toml").read_text("utf-8")) for one in ("es", "en")]
    values = [
        {key: {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
         for key, text in table.items()}
        for table in tables
    ]  # fmt: skip
    assert values[0] == values[1]


@pytest.mark.parametrize(
    ("choice", "variables", "language"),
    [
        ("es", {"LANG": "en_GB.UTF-8"}, "es"),
        (None, {"LANG": "es_MX.UTF-8"}, "es"),
        (None, {"LC_ALL": "en_US", "LANG": "es_MX.UTF-8"}, "en"),
        (None, {"LANG": "fr_FR.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_terminal_says_the_language(
    choice: str | None, variables: dict[str, str], language: str
) -> None:
    assert language_of(choice, variables) == language


def test_in_a_file_there_is_plain_text() -> None:
    out = io.StringIO()
    story = Story("es", out)
    story.title("El agua", "Cinco comunidades\nbeben del mismo arroyo.")
    story.chapter("chapter-found", number=5)
    story.speech("Mateo", story.said(Said(es="No.", en="No.")), story.words("choice-block"))
    story.change("lo mismo", "primero la clínica")
    story.table([("a", "bb"), ("ccc", "d")])
    with story.waiting("waiting-found"):
        pass
    story.check("nodes", True, number=5)
    assert "\x1b" not in out.getvalue()
    assert "Mateo (bloqueo): «No.»" in out.getvalue()
    assert len(story.checked) == 1


def test_what_does_not_hold_is_named() -> None:
    story = Story("en", out := io.StringIO())
    with pytest.raises(CheckFailed, match="certificate has 2 communities' commits"):
        story.check("certificate", False, commits=2, quorum=3)
    assert story.checked == []
    assert "✗" in out.getvalue()


def test_a_forger_changes_one_word_at_one_place() -> None:
    ledger, other = "a" * 64, "b" * 64
    entry = b'{"index":%d,"received":1,"message":{"payload":"%s \\"choice\\":\\"agree\\""}}'
    parts = [
        entry % (4, ledger.encode()),
        entry % (7, other.encode()),
        entry % (7, ledger.encode()),
    ]
    bundle = b"acuerdo/bundle/1\n\x00" + b"\x00\x01".join(parts)
    forged = forge(bundle, ledger, 7)
    assert len(forged) == len(bundle)
    assert forged.count(b"block") == 1
    assert forged.index(b"block") > bundle.index(parts[2])
    with pytest.raises(ValueError, match="is no agreement"):
        forge(bundle, ledger, 5)
