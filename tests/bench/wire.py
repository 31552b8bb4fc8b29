"""HTTP/1.1 over a kept-open connection, so bare that the client is not what is measured."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END: Final = b"\r\n\r\n"
Answer = tuple[int, bytes]


def request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of one request; a body is sent with its length."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("ascii") + _END + body


class Connection(asyncio.Protocol):
    """One request at a time; `on_answer` gets status, body and nothing else."""

    def __init__(self, on_answer: Callable[[int, bytes], None]) -> None:
        self.on_answer = on_answer
        self.received = 0
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._body_at = 0
        self._end = 0
        self._lost: Callable[[], None] = lambda: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None
        self._lost()

    def on_loss(self, lost: Callable[[], None]) -> None:
        """What to do when the node goes away."""
        self._lost = lost
        if self._transport is None:
            lost()

    def send(self, raw: bytes) -> None:
        """Send a request whose answer `on_answer` will get."""
        if self._transport is None:
            self._lost()
        else:
            self._transport.write(raw)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self._buffer += data
        if not self._end:
            at = self._buffer.find(_END)
            if at < 0:
                return
            length = _LENGTH.search(self._buffer, 0, at + 2)
            self._body_at = at + len(_END)
            self._end = self._body_at + (int(length[1]) if length else 0)
        if len(self._buffer) >= self._end:
            status, body = int(self._buffer[9:12]), self._buffer[self._body_at : self._end]
            self._buffer, self._end = self._buffer[self._end :], 0
            self.on_answer(status, body)


class Client:
    """For everything that is not a flood: one awaited request after the other."""

    def __init__(self, port: int, token: str = "") -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection: Connection | None = None
        self._waiting: asyncio.Future[Answer] | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Status and body.

        Raises:
            OSError: nobody listens, or the connection broke.
        """
        if self._connection is None:
            loop = asyncio.get_running_loop()
            _, self._connection = await loop.create_connection(
                lambda: Connection(self._answered), "127.0.0.1", self._port
            )
            self._connection.on_loss(self._broken)
        self._waiting = asyncio.get_running_loop().create_future()
        self._connection.send(request(method, path, body, {**self._headers, **(headers or {})}))
        return await self._waiting

    async def get(self, path: str) -> Any:
        """The JSON of an answer that is expected to be one.

        Raises:
            LookupError: the answer was another.
        """
        status, body = await self.ask("GET", path)
        if status != 200:
            raise LookupError(f"{path}: {status} {body[:300]!r}")
        return json.loads(body)

    async def post(self, path: str, value: object) -> Any:
        """Post a message (bytes) or JSON.

        Raises:
            LookupError: it was not accepted.
        """
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        status, body = await self.ask("POST", path, raw, {"Content-Type": "application/json"})
        if status not in (200, 201, 202, 204):
            raise LookupError(f"{path}: {status} {body[:300]!r}")
        return json.loads(body) if body else None

    @property
    def received(self) -> int:
        """Bytes that came so far, headers included."""
        return 0 if self._connection is None else self._connection.received

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _answered(self, status: int, body: bytes) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result((status, body))

    def _broken(self) -> None:
        self._connection = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(ConnectionError("the node went away"))
