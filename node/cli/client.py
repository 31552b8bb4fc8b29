"""Calls to a node: signed by a member's key, by the operator's token, or by nobody.

A call that changes something carries a signed message, which is the same entry however often
it arrives; so a call that got lost on the way is simply made again.
"""

import secrets
import ssl
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Self

from node.cli.answers import JsonObject, number_or_none, text_or_none
from node.cli.trouble import INTERNAL, REFUSED, UNAUTHORISED, UNREACHED, Trouble
from protocol.errors import Malformed
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import PrivateKey
from protocol.wire.limits import NONCE_BYTES

if TYPE_CHECKING:
    import httpx

BUNDLE: Final = "application/vnd.acuerdo.bundle"
_JSON: Final = "application/json"
_RECORD: Final = "acuerdo-record"
_TIMEOUT_S: Final = 30
_ATTEMPTS: Final = 3
_LARGEST: Final = 256 * 1024 * 1024
_BROKEN: Final = 500
_EXITS: Final = {
    **dict.fromkeys((401, 403), UNAUTHORISED),
    **dict.fromkeys((429, 502, 503, 504), UNREACHED),
}

Query = Mapping[str, str | int | list[str]]


class NodeClient:
    """One node, at one address, as one caller."""

    def __init__(
        self,
        url: str,
        *,
        key: PrivateKey | None = None,
        token: str | None = None,
        unrecorded: list[str] | None = None,
    ) -> None:
        """`unrecorded` is where codes go that say why an operator's act was not written down."""
        import httpx

        if not url.startswith(("http://", "https://")):
            raise Trouble("node-address", url, UNREACHED)
        self.url = url.rstrip("/")
        self._key = key
        self._unrecorded = [] if unrecorded is None else unrecorded
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        # Reading every authority's certificate takes longer than most commands; without TLS
        # there is nothing to trust, and a context that trusts nobody is safe in any case.
        secure = self.url.startswith("https://")
        trusted = True if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._http = httpx.Client(
            headers=headers, timeout=_TIMEOUT_S, verify=trusted, follow_redirects=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def get(self, path: str, query: Query | None = None, *, signed: bool = True) -> JsonObject:
        """Read one JSON object; unsigned, what anybody may read."""
        return self._object(self._call("GET", path, query=query, signed=signed))

    def get_bytes(self, path: str, query: Query | None = None) -> bytes:
        """Read something that is no JSON."""
        return self._call("GET", path, query=query, accept="*/*", signed=True)

    def post(self, path: str, value: Mapping[str, JsonValue]) -> JsonObject:
        """Send one JSON object."""
        return self._object(self._call("POST", path, body=write_json(dict(value))))

    def post_bytes(self, path: str, body: bytes, kind: str = _JSON) -> JsonObject:
        """Send bytes exactly as they are."""
        return self._object(self._call("POST", path, body=body, kind=kind))

    def delete(self, path: str, query: Query | None = None) -> JsonObject:
        """Take something away."""
        raw = self._call("DELETE", path, query=query)
        return self._object(raw) if raw else {}

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: bytes | None = None,
        kind: str = _JSON,
        accept: str = _JSON,
        signed: bool = False,
    ) -> bytes:
        import httpx

        headers = {"Accept": accept}
        if body is not None:
            headers["Content-Type"] = kind
        problem: Exception | None = None
        for _ in range(_ATTEMPTS):
            request = self._http.build_request(
                method, self.url + path, params=query or None, content=body, headers=headers
            )
            if signed and self._key is not None:
                _sign(request, self._key)
            try:
                response = self._http.send(request)
            except (httpx.ConnectError, httpx.UnsupportedProtocol) as error:
                raise Trouble("node-unreached", f"{self.url}: {error}", UNREACHED) from None
            except httpx.TransportError as error:
                problem = error
                continue
            return self._content(response)
        raise Trouble("node-unreached", f"{self.url}: {problem!r}", UNREACHED)

    def _content(self, response: "httpx.Response") -> bytes:
        if response.is_success:
            told = response.headers.get(_RECORD, "")
            self._unrecorded += [told] if told and not told.isdigit() else []
            return response.content
        try:
            value = read_json(response.content)
        except Malformed:
            value = None
        problem = value if isinstance(value, dict) else {}
        code = text_or_none(problem, "code") or f"http-{response.status_code}"
        detail = text_or_none(problem, "detail") or response.reason_phrase
        size = number_or_none(problem, "size")
        otherwise = INTERNAL if response.status_code == _BROKEN else REFUSED
        raise Trouble(
            code,
            detail if size is None else f"{detail} ({size})",
            _EXITS.get(response.status_code, otherwise),
        )

    def _object(self, raw: bytes) -> JsonObject:
        try:
            value = read_json(raw, max_bytes=_LARGEST, max_nodes=_LARGEST)
        except Malformed as problem:
            raise Trouble("answer-unexpected", problem.detail, INTERNAL) from None
        if not isinstance(value, dict):
            raise Trouble("answer-unexpected", self.url, INTERNAL)
        return value


def _sign(request: "httpx.Request", key: PrivateKey) -> None:
    """A member signs what she reads; what she writes is a signed message already."""
    from node.signatures import sign_request

    sign_request(request, key, now=int(time.time()), nonce=secrets.token_bytes(NONCE_BYTES))
