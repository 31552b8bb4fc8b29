"""What every request passes, as one pure ASGI layer: its id, quota and safe headers.

The hot path leaves here, before the framework is asked. Whatever is not expected is caught
here, so that no exception ever reaches the server and no answer shows one.
"""

from collections.abc import Iterable
from itertools import count
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from node.api.problems import Problem, answer
from node.api.quotas import Quotas, address_of
from node.api.submissions import PATH

REQUEST_ID: Final = b"x-request-id"
OVER_QUOTA: Final = "over_quota"
"""In the request's state: the address has used up its share, so only the known may go on."""

_SAFE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NOT_KEPT: Final = (b"cache-control", b"no-store")
_UNCOUNTED: Final = frozenset({"/livez", "/readyz", "/metrics"})
_SIGNED: Final = frozenset({b"signature-input", b"authorization", b"cookie"})


class Edge:
    """The outermost layer; `submissions` serves the hot path."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        submissions: ASGIApp,
        quotas: Quotas,
        answered: dict[int, int],
        prefix: str,
    ) -> None:
        self._app = app
        self._submissions = submissions
        self._quotas = quotas
        self._answered = answered
        self._prefix = prefix
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        hot = scope["path"] == PATH and scope["method"] == "POST"
        passing = _Passing(send, f"{self._prefix}-{next(self._numbers)}", self._answered)
        try:
            if hot:
                await self._submissions(scope, receive, passing.send_plain)
            else:
                await self._admit(scope, receive, passing)
        except Exception as problem:  # noqa: BLE001 - the last place where anything is caught
            with structlog.contextvars.bound_contextvars(request=passing.request):
                response = answer(problem)
            if not passing.started:
                await response(scope, receive, passing.send)

    async def _admit(self, scope: Scope, receive: Receive, passing: "_Passing") -> None:
        with structlog.contextvars.bound_contextvars(request=passing.request):
            try:
                self._check(scope)
            except Problem as problem:
                await answer(problem)(scope, receive, passing.send)
                return
            await self._app(scope, receive, passing.send)

    def _check(self, scope: Scope) -> None:
        headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
        if scope["path"] in _UNCOUNTED:
            return
        if not self._quotas.take(address_of(scope.get("client"))):
            if not any(name in _SIGNED for name, _ in headers):
                raise self._quotas.refusal()
            # Whoever is known has a share of their own; that is seen once the key is checked.
            scope.setdefault("state", {})[OVER_QUOTA] = True


class _Passing:
    """One answer on its way out."""

    def __init__(self, send: Send, request: str, answered: dict[int, int]) -> None:
        self.request = request
        self.started = False
        self._send = send
        self._answered = answered

    async def send_plain(self, message: Message) -> None:
        """The hot path: the answer is as safe as it has to be already."""
        if not self.started:
            self._start(message)
        await self._send(message)

    def _start(self, message: Message) -> None:
        self.started = True
        status = message["status"]
        self._answered[status] = self._answered.get(status, 0) + 1

    async def send(self, message: Message) -> None:
        """Any other answer: with the headers that keep a browser from doing more than showing."""
        if message["type"] == "http.response.start":
            self._start(message)
            headers = list(message.get("headers", ()))
            names = {name for name, _ in headers}
            headers += [(name, value) for name, value in _SAFE if name not in names]
            if b"cache-control" not in names:
                headers.append(_NOT_KEPT)
            headers.append((REQUEST_ID, self.request.encode("ascii")))
            message = {**message, "headers": headers}
        await self._send(message)
