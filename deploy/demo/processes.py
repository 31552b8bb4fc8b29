"""Node processes: started, waited for, killed, and none of them left behind.

A node gets a session of its own, so that the terminal's Ctrl-C reaches the demo first and the
demo ends its nodes in order. Whatever is still alive at the end is killed by its own id.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx
from deploy.demo.commands import COMMAND, CommandFailed, environment

_STARTS_WITHIN_S: Final = 30
_STOPS_WITHIN_S: Final = 10
_POLL_S: Final = 0.05

SETTINGS: Final[Mapping[str, str]] = {
    # A village asks for news every few seconds here, so that the story does not last a day.
    "ACUERDO_PULL_INTERVAL_S": "4",
    "ACUERDO_DUTY_FIRST_RETRY_MS": "250",
    "ACUERDO_DUTY_LAST_RETRY_MS": "2000",
    "ACUERDO_LOG_FORMAT": "console",
}


class NodeProcess:
    """`acuerdo serve` over one data directory; it can be started again after it died."""

    def __init__(self, *, data: Path, port: int, log: Path, language: str) -> None:
        self.data = data
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"
        self._language = language
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the running process.

        Raises:
            CommandFailed: It does not run.
        """
        if self._process is None or self._process.poll() is not None:
            raise CommandFailed(f"the node of {self.data} does not run; its log is {self.log}")
        return self._process.pid

    def start(self) -> None:
        """Start the process; `wait` for it before asking anything of it."""
        line = [str(COMMAND), "serve", "--data", str(self.data)]
        line += ["--host", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(self._language, SETTINGS),
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until the node answers that it is ready.

        Raises:
            CommandFailed: It ended, or took too long.
        """
        limit = time.monotonic() + _STARTS_WITHIN_S
        while time.monotonic() < limit:
            _ = self.pid
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=2).is_success:
                    return
            time.sleep(_POLL_S)
        raise CommandFailed(f"the node at {self.url} is not ready; its log is {self.log}")

    def kill(self) -> None:
        """SIGKILL: no goodbye, nothing written that was not written."""
        os.kill(self.pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(_STOPS_WITHIN_S)

    def end(self) -> None:
        """Ask it to end in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait_for_end(self) -> None:
        """Until it has ended; by force, if it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOPS_WITHIN_S)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on now, all different."""
    with contextlib.ExitStack() as held:
        listeners = [held.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
