"""How the story is told: chapters, lines, what was checked, and how long it took.

Colours and the waiting line are for terminals only; in a file or a pipe there is plain text.
"""

import os
import re
import shutil
import sys
import textwrap
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from deploy.demo.scenario import LANGUAGES, Language, Said

_BOLD, _DIM, _GREEN, _RED, _CYAN, _PLAIN = "1", "2", "32", "31", "36", "0"
_WIDEST: Final = 96
_TURN_S: Final = 0.12
_WHEEL: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


_NUMBER: Final = re.compile(r"[0-9]+\. ")


class CheckFailed(Exception):  # noqa: N818 - named for what is the case
    """Something that the story promises did not hold."""


def language_of(choice: str | None, variables: Mapping[str, str]) -> Language:
    """The reader's language: what was asked for, or what the terminal says."""
    for said in (choice, *(variables.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))):
        if said:
            short = said[:2].lower()
            return next((language for language in LANGUAGES if language == short), "en")
    return "en"


class Story:
    """Speaks to one reader, in one language."""

    def __init__(self, language: Language, out: TextIO | None = None) -> None:
        self.language = language
        self.checked: list[str] = []
        self._out = sys.stdout if out is None else out
        self._tty = self._out.isatty() and os.environ.get("TERM") != "dumb"
        self._colours = self._tty and "NO_COLOR" not in os.environ
        self._width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns - 1)
        self._words = _words_in(language)
        self._began = time.monotonic()
        self._chapter = 0

    def words(self, key: str, **values: object) -> str:
        """One of the demo's own sentences."""
        return self._words[key].format(**values)

    def both(self, key: str) -> Said:
        """One of the demo's own sentences in both languages, for people of the story to say."""
        return Said(es=_words_in("es")[key], en=_words_in("en")[key])

    def said(self, words: Said) -> str:
        """Words of the scenario, in the reader's language."""
        return words.in_language(self.language)

    @property
    def seconds(self) -> int:
        """How long the story has lasted."""
        return int(time.monotonic() - self._began)

    def title(self, text: str, prologue: str) -> None:
        """How it begins."""
        self._print("")
        self._print(self._painted(f"  {text}", _BOLD))
        self._print(self._painted(f"  {'═' * len(text)}", _CYAN))
        self.paragraph(" ".join(prologue.split()))

    def chapter(self, key: str, **values: object) -> None:
        """The next part begins."""
        self._chapter += 1
        heading = f"{self._chapter}. {self.words(key, **values)}"
        clock = f"{self.seconds:>3} s"
        room = max(1, self._width - len(heading) - len(clock) - 2)
        line = f"{self._painted(heading, _BOLD)} {self._painted('─' * room, _CYAN)} "
        self._print("")
        self._print(line + self._painted(clock, _DIM))

    def paragraph(self, text: str) -> None:
        """Something that the reader should know."""
        self._wrapped(text, "  ", "  ")

    def line(self, text: str, detail: str = "") -> None:
        """One thing that happened; the detail is for those who look closely."""
        self._wrapped(text, "  · ", "    ")
        if detail:
            self.detail(detail)

    def detail(self, text: str) -> None:
        """For those who look closely."""
        for line in textwrap.wrap(text, self._width - 6):
            self._print(self._painted(f"      {line}", _DIM))

    def speech(self, who: str, text: str, act: str = "") -> None:
        """What a person says, and the position that she takes."""
        name = f"{who} ({act})" if act else who
        quoted = f"«{text}»" if self.language == "es" else f"“{text}”"
        self._wrapped(f"{name}: {quoted}" if text else name, "      ", "        ")

    def heading(self, text: str) -> None:
        """Whose turn it is."""
        self._print("")
        self._print(self._painted(f"    {text}", _BOLD))

    def result(self, text: str) -> None:
        """What it came to."""
        self._wrapped(text, "      → ", "        ")

    def quote(self, text: str) -> None:
        """A text of the communities, as they wrote it; its lines are broken anew."""
        self._print("")
        for part in _parts(text):
            title = part.startswith("#")
            words = part.lstrip("# ").replace("**", "")
            indent = "   " if _NUMBER.match(part) else ""
            for line in textwrap.wrap(words, self._width - 8, subsequent_indent=indent) or [""]:
                bar = self._painted("    │ ", _CYAN)
                self._print((bar + (self._painted(line, _BOLD) if title else line)).rstrip())
        self._print("")

    def change(self, old: str, new: str) -> None:
        """Words that take the place of others."""
        for sign, words, colour in (("-", old, _RED), ("+", new, _GREEN)):
            for line in textwrap.wrap(" ".join(words.split()), self._width - 8):
                self._print(self._painted(f"      {sign} {line}", colour))

    def table(self, rows: list[tuple[str, ...]]) -> None:
        """Rows of short cells."""
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self._print(f"    {'  '.join(cells).rstrip()}")

    def check(self, key: str, holds: bool, detail: str = "", **values: object) -> None:
        """Something that has to hold; its name is told, and whether it does.

        Raises:
            CheckFailed: It does not.
        """
        name = self.words(f"check-{key}", **values)
        if not holds:
            self._wrapped(name, "  ✗ ", "    ", _RED)
            raise CheckFailed(f"{name}\n{detail}" if detail else name)
        self.checked.append(name)
        self._wrapped(name, "  ✓ ", "    ", _GREEN)

    def blank(self) -> None:
        """A pause."""
        self._print("")

    def address(self, text: str) -> None:
        """Something to be copied whole, however long it is."""
        self._print(f"      {text}")

    def kept(self, nodes: list[tuple[str, str, int]]) -> None:
        """Where the nodes are that were left running."""
        self.paragraph(self.words("kept"))
        self.table([(name, url, f"pid {pid}") for name, url, pid in nodes])

    def kept_until(self, pids: list[int], folder: Path) -> None:
        """How they are ended."""
        numbers = " ".join(str(pid) for pid in pids)
        self.paragraph(self.words("kept-stop", pids=numbers, folder=folder))

    def failure(self, text: str) -> None:
        """Why the story ended badly."""
        self._print("")
        for line in text.splitlines():
            self._print(self._painted(f"  {line}", _RED))

    @contextmanager
    def waiting(self, key: str, **values: object) -> Iterator[None]:
        """Something takes a while; on a terminal, a line shows that it goes on."""
        if not self._tty:
            yield
            return
        done = threading.Event()
        turning = threading.Thread(target=self._turn, args=(self.words(key, **values), done))
        turning.start()
        try:
            yield
        finally:
            done.set()
            turning.join()

    def _turn(self, text: str, done: threading.Event) -> None:
        began, turn = time.monotonic(), 0
        while not done.wait(_TURN_S):
            seconds = int(time.monotonic() - began)
            line = f"  {_WHEEL[turn % len(_WHEEL)]} {text} {seconds or ''}"[: self._width]
            self._out.write(f"\r\x1b[2K{self._painted(line, _DIM)}")
            self._out.flush()
            turn += 1
        self._out.write("\r\x1b[2K")
        self._out.flush()

    def _wrapped(self, text: str, first: str, rest: str, colour: str = "") -> None:
        lines = textwrap.wrap(
            text, self._width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
        )
        for line in lines:
            self._print(self._painted(line, colour) if colour else line)

    def _print(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def _painted(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[{_PLAIN}m" if self._colours else text


def _words_in(language: Language) -> dict[str, str]:
    words = Path(__file__).with_name("words") / f"{language}.toml"
    return tomllib.loads(words.read_text("utf-8"))


def _parts(text: str) -> list[str]:
    """Headings, paragraphs and numbered points, each on one line; empty lines between them stay."""
    parts: list[str] = []
    for line in text.strip().splitlines():
        begins = not line.strip() or not parts or not parts[-1] or _NUMBER.match(line)
        if begins:
            parts.append(line.strip())
        else:
            parts[-1] += f" {line.strip()}"
    return parts
