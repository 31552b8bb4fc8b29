"""The command `acuerdo`, run as people run it: a process of its own, its JSON, its exit code."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]
COMMAND: Final = Path(sys.executable).with_name("acuerdo")
UNREACHED: Final = 3
UNVERIFIED: Final = 4
_LONGEST_S: Final = 60


class CommandFailed(Exception):  # noqa: N818 - named for what is the case
    """A command ended otherwise than the story needs; the text says all that it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended: its exit code and the JSON that it printed."""

    code: int
    data: Json = field(default_factory=dict)


def environment(language: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of commands and nodes: ours, without settings meant for another node."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("ACUERDO_")
    }
    return {**inherited, "ACUERDO_LANGUAGE": language, **(more or {})}


class Terminal:
    """Runs commands, several at a time if need be, and can end whatever still runs."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._over = False

    def run(self, words: Iterable[str], language: str) -> Ended:
        """Run one command to its end.

        Raises:
            CommandFailed: It cannot be started, hangs, or prints what is no JSON.
        """
        line = ["acuerdo", *words, "--json"]
        process = self._start(line, language)
        try:
            out, err = process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            raise CommandFailed(f"{_shown(line)}\nno answer within {_LONGEST_S} s") from None
        finally:
            self._end(process)
        # What a command found is on its standard output, even if it ends badly; trouble is beside.
        printed = (out or err).decode("utf-8", "replace").strip()
        try:
            data = json.loads(printed) if printed else {}
        except ValueError:
            data = None
        if not isinstance(data, dict):
            told = (out + err).decode("utf-8", "replace")
            raise CommandFailed(f"{_shown(line)}\nexit {process.returncode}\n{told}")
        return Ended(code=process.returncode, data=data)

    def succeed(self, words: Iterable[str], language: str) -> Json:
        """Run one command that has to work.

        Raises:
            CommandFailed: It did not.
        """
        line = list(words)
        ended = self.run(line, language)
        if ended.code != 0:
            told = json.dumps(ended.data, ensure_ascii=False)
            raise CommandFailed(f"{_shown(['acuerdo', *line])}\nexit {ended.code}: {told}")
        return ended.data

    def close(self) -> None:
        """End what still runs; nothing can be started any more."""
        with self._lock:
            self._over = True
            left = list(self._running)
        for process in left:
            process.kill()

    def _start(self, line: list[str], language: str) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._over:
                raise CommandFailed("the story is over")
            process = subprocess.Popen(
                [str(COMMAND), *line[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(language),
            )
            self._running.add(process)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.kill()
            process.communicate()
        with self._lock:
            self._running.discard(process)


def _shown(line: Iterable[str]) -> str:
    return " ".join(word if word and " " not in word else repr(word) for word in line)
