"""Real nodes: `acuerdo serve` on a loopback port, over a data directory that was made before."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_STARTS_WITHIN_S: Final = 30.0
_STOPS_WITHIN_S: Final = 15.0
_READY: Final = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"

SETTINGS: Final[Mapping[str, str]] = {
    "ACUERDO_LOG_LEVEL": "warning",
    "ACUERDO_PRIVATE_NETWORKS": "always",  # every neighbour is at 127.0.0.1 here
    "ACUERDO_REQUESTS_PER_MINUTE": "100000000",  # what is measured is not the quota
}


class Served:
    """One node process."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "served.log"
        self._settings = {
            **os.environ,
            **SETTINGS,
            "ACUERDO_DATA_DIR": str(folder),
            "ACUERDO_HOST": "127.0.0.1",
            "ACUERDO_PORT": str(self.port),
            "ACUERDO_PUBLIC_URL": self.url,
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait until it is ready; how many seconds that took."""
        began = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "node.cli.main", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._settings,
                start_new_session=True,
            )
        while not self._is_ready():
            if self._process.poll() is not None or time.perf_counter() > began + _STARTS_WITHIN_S:
                raise RuntimeError(f"the node did not start:\n{self.log.read_text()[-4_000:]}")
            time.sleep(0.005)
        return time.perf_counter() - began

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(_READY)
                return connection.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    @property
    def token(self) -> str:
        """The operator's."""
        return (self.folder / "operator.token").read_text("ascii").strip()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def resident_mb(self) -> float:
        """Memory that the process holds now."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(kilobytes.split()[1]) / 1_024

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing is said."""
        os.kill(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait(_STOPS_WITHIN_S)

    def stop(self) -> None:
        """As an operator stops it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOPS_WITHIN_S)


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Served]:
    """A node that is ready, and gone afterwards."""
    node = Served(folder, **settings)
    try:
        node.start()
        yield node
    finally:
        node.stop()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
