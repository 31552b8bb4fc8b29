"""A member's act on its way in: POST /v1/messages. Spec: docs/spec/http-api.md.

The route that a whole assembly uses at the same minute, so it is plain ASGI: bytes in, bytes
out, nothing between the socket and the journal. What is accepted costs nobody's quota, for
only members' messages are; what is refused counts against the address that it came from.
"""

import json
from typing import Final

from starlette.types import Receive, Scope, Send

from node.api.bodies import receive_body, require_length
from node.api.problems import Problem, answer
from node.api.quotas import Quotas, address_of
from node.journal import Journal, Unavailable
from protocol.errors import ProtocolError
from protocol.wire.limits import MAX_MESSAGE_BYTES
from protocol.wire.text import b64_encode

PATH: Final = "/v1/messages"
REFUSAL_COST: Final = 4
_HEADERS: Final = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


_quote = json.JSONEncoder(ensure_ascii=False).encode


class Submissions:
    """The ASGI application of one path."""

    def __init__(self, journal: Journal, quotas: Quotas) -> None:
        self._journal = journal
        self._quotas = quotas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._submit(scope, receive)
        except Unavailable as problem:
            await answer(problem)(scope, receive, send)
            return
        except (ProtocolError, Problem) as problem:
            self._quotas.take(address_of(scope.get("client")), cost=REFUSAL_COST)
            await answer(problem)(scope, receive, send)
            return
        length = b"%d" % len(body)
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*_HEADERS, (b"content-length", length)],
            }
        )
        await send({"type": "http.response.body", "body": body})

    async def _submit(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        for name, value in scope["headers"]:
            if name == b"content-encoding":
                raise Problem(415, "encoding-unknown", "a message is sent as it is")
            if name == b"content-length":
                require_length(value.decode("latin-1"), MAX_MESSAGE_BYTES)
        if self._quotas.is_spent(address_of(scope.get("client"))):
            raise self._quotas.refusal()
        accepted = await self._journal.submit(await receive_body(receive, MAX_MESSAGE_BYTES))
        receipt = self._journal.receipt(accepted.index)
        entry = "null" if accepted.raw is None else f'"{b64_encode(accepted.raw)}"'
        body = (
            f'{{"index":{accepted.index},"id":"{accepted.id}",'
            f'"receipt":{_quote(receipt.decode())},"entry":{entry}}}'
        )
        return (201 if accepted.new else 200), body.encode()
