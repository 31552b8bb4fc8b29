"""A node on a real socket that can be told to lie: whoever stands between it and a browser."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Change = Callable[[bytes], bytes]
_ASKED = (b"accept-encoding", b"if-none-match")
_OWN = (b"content-length", b"content-encoding", b"etag")


@dataclass
class Liar:
    """Passes everything on, and changes the answers at the paths that it was told to change."""

    app: ASGIApp
    lies: list[tuple[str, Change]] = field(default_factory=list)

    def lie(self, path: str, change: Change) -> None:
        """Change whatever is answered at paths like this pattern."""
        self.lies.append((path, change))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = [change for path, change in self.lies if re.search(path, scope.get("path", ""))]
        if scope["type"] != "http" or not changes:
            await self.app(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0] not in _ASKED]
        answer = _Answer()
        await self.app({**scope, "headers": plain}, receive, answer.take)
        body = answer.body
        for change in changes:
            body = change(body)
        kept = [pair for pair in answer.start["headers"] if pair[0] not in _OWN]
        headers = [*kept, (b"content-length", b"%d" % len(body))]
        await send({**answer.start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _Answer:
    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals are pytest's


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """An application on a free port of this machine; its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event to wait for
        await asyncio.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
