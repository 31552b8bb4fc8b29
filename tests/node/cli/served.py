"""A community whose node is served by the real command, in a process of its own, on loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from protocol.wire.encoding import JsonValue, write_json

START_S = 20


def quick_charter(**changes: JsonValue) -> dict[str, JsonValue]:
    """A charter under which a decision is over as soon as everybody has spoken."""
    terms: dict[str, JsonValue] = {
        "rule": {
            "method": "consensus",
            "agree": {"num": 2, "den": 3},
            "max_reservations": None,
            "max_aside": None,
            "reason_for": ["block"],
            "on_block": "reject",
            "fallback": None,
        },
        "unit": "person",
        "quorum": {"num": 1, "den": 2},
        "discussion_s": 0,
        "voting_s": 0,
        "early": True,
    }
    return {
        "audience": "community",
        "admission": {"sponsors": 1},
        "recovery": {"confirmations": 2},
        "decisions": {"general": terms},
        **changes,
    }


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Place:
    """Where one community lives."""

    folder: Path
    port: int
    commands: Any
    community: str = ""
    members: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def found(self, name: str, *founders: str, charter: dict[str, JsonValue] | None = None) -> Any:
        """Found the community; its founders' keys are in its own keyring."""
        self.folder.mkdir(exist_ok=True)
        file = self.folder / "carta.json"
        file.write_bytes(write_json(charter or quick_charter()))
        named = [part for founder in founders for part in ("--founder", founder)]
        given = [
            "--name",
            name,
            "--charter",
            file,
            "--port",
            self.port,
            "--community-language",
            "es",
        ]
        founded = self.commands(
            "init", *given, *named, "--data", self.data, "--keys", self.keys, "--json"
        ).json
        self.community = founded["community"]
        self.members = {row["as"]: row["id"] for row in founded["members"]}
        return founded

    def member(self, name: str, *arguments: object) -> Any:
        """What a command run by a member answers to programs."""
        return self.tries(name, *arguments).json

    def tries(self, name: str, *arguments: object) -> Any:
        """How a command run by a member ends."""
        return self.commands(*arguments, "--as", name, "--keys", self.keys, "--json")

    def operator(self, *arguments: object) -> Any:
        """How a command run by the operator ends."""
        return self.commands(*arguments, "--node", self.url, "--data", self.data, "--json")

    def text(self, name: str, words: str) -> Path:
        """A text file to publish."""
        file = self.folder / name
        file.write_text(words, "utf-8")
        return file

    @contextmanager
    def served(self) -> Iterator[None]:
        """The node runs in here."""
        command = [sys.executable, "-m", "node.cli.main", "serve"]
        options = ["--data", str(self.data), "--port", str(self.port)]
        environment = {
            **os.environ,
            "ACUERDO_LOG_LEVEL": "warning",
            "ACUERDO_PULL_INTERVAL_S": "1",
        }
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, *options], env=environment, stdout=log, stderr=log
            )
        try:
            self._wait(process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(START_S)
        assert code == 0, (self.folder / "serve.log").read_text()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        def ready() -> bool:
            assert process.poll() is None, (self.folder / "serve.log").read_text()
            try:
                return httpx.get(f"{self.url}/readyz", timeout=2).is_success
            except httpx.TransportError:
                return False

        until(ready)


def until(done: Callable[[], object], seconds: float = START_S) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)
