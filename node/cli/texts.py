"""Texts that people write in files, one file a language, and their publication."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from node.cli.acting import COMMUNITY, Member, Posted
from node.cli.trouble import USAGE, Trouble
from protocol.wire.encoding import JsonValue

STANDARD_INPUT: Final = "-"
_MAX_BYTES: Final = 200_000

TitleEs = Annotated[str | None, typer.Option("--title-es", metavar="TEXT")]
TitleEn = Annotated[str | None, typer.Option("--title-en", metavar="TEXT")]
Titles = Annotated[list[str] | None, typer.Option("--title", metavar="LANG=TEXT")]
TextEs = Annotated[str | None, typer.Option("--text-es", metavar="FILE")]
TextEn = Annotated[str | None, typer.Option("--text-en", metavar="FILE")]
Files = Annotated[list[str] | None, typer.Option("--text", metavar="LANG=FILE")]


def by_language(es: str | None, en: str | None, others: list[str] | None = None) -> dict[str, str]:
    """What was given for each language.

    Raises:
        Trouble: A language is named twice, or not at all.
    """
    given = {language: value for language, value in (("es", es), ("en", en)) if value is not None}
    for other in others or ():
        language, found, value = other.partition("=")
        if not found or not language or language in given:
            raise Trouble("language-pair", other, USAGE)
        given[language] = value
    return given


def text_body(titles: dict[str, str], files: dict[str, str]) -> dict[str, JsonValue]:
    """The body of a text: titles as given, words from files; the first line titles an untitled one.

    Raises:
        Trouble: A file cannot be read, is empty, or nothing was given at all.
    """
    words = {language: read_words(name) for language, name in files.items()}
    if not words:
        raise Trouble("text-missing", "--text-es FILE / --text-en FILE", USAGE)
    for language, text in words.items():
        if language not in titles:
            titles = {**titles, language: text.strip().splitlines()[0].lstrip("# ")[:200]}
    return {"title": dict(titles), "texts": dict(words)}


def read_words(name: str) -> str:
    """A text file whole, or what is piped in.

    Raises:
        Trouble: There is no such file, it is no UTF-8 text, empty or far too long.
    """
    try:
        if name == STANDARD_INPUT:
            raw = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(_MAX_BYTES + 1)
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Trouble("text-file", f"{name}: {problem}", USAGE) from None
    if not text.strip() or len(raw) > _MAX_BYTES:
        raise Trouble("text-file", name, USAGE)
    return text


def publish(
    member: Member,
    titles: dict[str, str],
    files: dict[str, str],
    audience: str = COMMUNITY,
) -> Posted:
    """Publish a text; everything that cites it cites the id that this gives."""
    return member.act("text/publish", text_body(titles, files), audience)
