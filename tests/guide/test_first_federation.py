"""The walkthrough docs/guide/first-federation.md, typed as it stands there, by nobody's hand."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "first-federation.md"
PATIENCE_S = 30
ID = r"\b([0-9a-f]{8,64})\b"

# What the page calls by a name in capitals, where a person reads it off.
READ_OFF = (
    ("acuerdo init --data agua", "AGUA", ID),
    ("acuerdo init --data ceiba", "CEIBA", ID),
    ("acuerdo member invite", "CODE", r"(acuerdo1:\S+)"),
    ("acuerdo proposal draft", "PROPOSAL", ID),
    ("acuerdo proposal amend", "AMENDMENT", ID),
    ("acuerdo federation compact", "FEDERATION", ID),
    ("acuerdo federation ratify", "RATIFY-AGUA", ID),
    ("acuerdo federation ratify", "RATIFY-CEIBA", ID),
    ("acuerdo federation propose", "ASKED", ID),
    ("acuerdo proposal list --state open", "ANSWER-AGUA", ID),
    ("acuerdo proposal list --state open", "ANSWER-CEIBA", ID),
)

# What a person would see before going on; she looks again until it is there.
SEEN = (
    ("acuerdo member list", "Abel"),
    ("acuerdo proposal show", "adopted"),
    ("acuerdo federation show", "in force"),
    ("acuerdo federation proposal", "Adopted"),
)


@dataclass
class Shell:
    """Somebody at a terminal, who waits a little and tries again where the page has others act."""

    folder: Path
    env: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)
    unread: list[tuple[str, str, str]] = field(default_factory=lambda: list(READ_OFF))

    def type(self, line: str, started: ExitStack) -> None:
        line = re.sub(
            r"\b[A-Z]+(?:-[A-Z]+)?\b", lambda word: self.names.get(word[0], word[0]), line
        )
        if line.startswith("export "):
            for name, _, value in (pair.partition("=") for pair in line.split()[1:]):
                self.env[name] = value
        elif line.endswith("&"):
            self._start(line.removesuffix("&").split(), started)
        else:
            self._run(line)

    def _start(self, words: list[str], started: ExitStack) -> None:
        words[0] = str(Path(sys.executable).with_name(words[0]))
        log = started.enter_context((self.folder / f"{words[3]}.log").open("wb"))
        process = subprocess.Popen(  # noqa: S603 - the page's own command
            words, cwd=self.folder, env=self.env, stdout=log, stderr=log
        )
        started.callback(process.wait, 10)
        started.callback(process.terminate)

    def _run(self, line: str) -> None:
        limit = time.monotonic() + PATIENCE_S
        while True:
            done = subprocess.run(  # noqa: S603 - the page's own line
                ["/bin/sh", "-c", line],
                check=False,
                capture_output=True,
                cwd=self.folder,
                env=self.env,
                text=True,
                timeout=PATIENCE_S,
            )
            if done.returncode == 0 and self._read(line, done.stdout):
                return
            told = f"{line}\nexit {done.returncode}\n{done.stdout}{done.stderr}"
            assert time.monotonic() < limit, told
            time.sleep(0.3)

    def _read(self, line: str, out: str) -> bool:
        """Take down what the page names; whether all that is looked for is there."""
        if any(line.startswith(start) and words not in out for start, words in SEEN):
            return False
        for one in self.unread:
            start, name, pattern = one
            if line.startswith(start):
                found = re.search(pattern, out)
                if found:
                    self.names[name] = found[1]
                    self.unread.remove(one)
                return found is not None
        return True


def lines_of(text: str) -> Iterator[str]:
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield from block.strip().splitlines()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.timeout(180)
def test_somebody_follows_the_guide(tmp_path: Path) -> None:
    text = GUIDE.read_text("utf-8")
    for port in ("8421", "8422"):
        text = text.replace(port, str(free_port()))
    env = {name: value for name, value in os.environ.items() if not name.startswith("ACUERDO_")}
    env |= {"PATH": f"{Path(sys.executable).parent}:{env['PATH']}", "ACUERDO_LANGUAGE": "en"}
    shell = Shell(tmp_path, env)
    with ExitStack() as started:
        for line in lines_of(text):
            shell.type(line, started)
    assert shell.unread == []
    bundle = (tmp_path / "valley.bundle").read_bytes()
    at = bundle.index(rb"Goats will knock it over")
    (tmp_path / "forged.bundle").write_bytes(bundle[:at] + b"B" + bundle[at + 1 :])
    done = subprocess.run(
        ["acuerdo", "verify", "forged.bundle"],  # noqa: S607 - the path is ours, a line above
        check=False,
        capture_output=True,
        cwd=tmp_path,
        env=env,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 4, done.stdout
