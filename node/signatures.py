"""Signed requests between nodes, and by members (RFC 9421; docs/spec/replication.md, "Requests").

A signature opens doors: it says who asks, so that the answer holds what that reader may
read. What is believed never rests on it. It covers the method, the host, the path, the
query, and the digest of the body; it is good for a few minutes, once, at one host.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)

from protocol.errors import ProtocolError, Unauthentic
from protocol.wire.keys import PrivateKey, PublicKey, read_public_key, verify
from protocol.wire.text import b64url_encode

WINDOW_S = 300
"""How far from now a signature's `created` may be."""

_TAG = "acuerdo"
_COVERED = ("@method", "@authority", "@path", "@query")
_SHORTEST_NONCE, _LONGEST_NONCE = 16, 64
_MOST_NONCES = 100_000
_MOST_NONCES_OF_ONE = 10_000
"""So that no single key, however well known, can use up the room of all."""


class _Algorithm(HTTPSignatureAlgorithm):
    """Ed25519 under the protocol's own rule for keys and signatures."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self._public: PublicKey = public_key
        self._private: PrivateKey = private_key

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def verify(self, signature: bytes, message: bytes) -> None:
        verify(self._public, signature, message)


class _Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> PublicKey:
        return read_public_key(key_id)


@dataclass(slots=True)
class _Request:
    """What the library looks at."""

    method: str
    url: str
    headers: dict[str, str]


class _Verifier(HTTPMessageVerifier):
    """Asks the node's clock, not the machine's."""

    def __init__(self, now: int) -> None:
        super().__init__(signature_algorithm=_Algorithm, key_resolver=_Keys())
        self._now = now

    def validate_created_and_expires(
        self,
        sig_input: Any,
        max_age: timedelta | None = None,  # noqa: ARG002 - the base class's
    ) -> None:
        created = sig_input.params.get("created")
        if type(created) is not int or abs(self._now - created) > WINDOW_S:
            raise InvalidSignature("created is not within a few minutes of now")


class Nonces:
    """Nonces of requests that were served, until their signatures are too old anyway."""

    def __init__(self) -> None:
        self._seen: set[tuple[bytes, str]] = set()
        self._until: list[tuple[int, bytes, str]] = []
        self._of_one: Counter[bytes] = Counter()

    def __len__(self) -> int:
        return len(self._seen)

    def use(self, key: PublicKey, nonce: str, created: int, now: int) -> None:
        """Note that a nonce was used.

        Raises:
            Unauthentic: it was used before, or there are too many to tell.
        """
        while self._until and self._until[0][0] < now:
            _, raw, text = heapq.heappop(self._until)
            self._seen.discard((raw, text))
            self._of_one[raw] -= 1
            if not self._of_one[raw]:
                del self._of_one[raw]
        full = len(self._seen) >= _MOST_NONCES or self._of_one[key.raw] >= _MOST_NONCES_OF_ONE
        if full or (key.raw, nonce) in self._seen:
            raise Unauthentic("request-replayed", "this very request was made before")
        self._seen.add((key.raw, nonce))
        self._of_one[key.raw] += 1
        heapq.heappush(self._until, (created + WINDOW_S, key.raw, nonce))


class Unsent(Protocol):
    """A request that is not sent yet; httpx's is one."""

    @property
    def method(self) -> str: ...

    @property
    def url(self) -> object: ...

    @property
    def headers(self) -> MutableMapping[str, str]: ...


def sign_request(
    request: Unsent, key: PrivateKey, *, now: int, nonce: bytes, body: bytes = b""
) -> None:
    """Sign a request in place.

    Args:
        request: its URL is absolute and names its receiver as the receiver does itself.
        key: whose request it is: a member's key, or a community's voice.
        now: the time.
        nonce: 16 bytes that nobody can guess.
        body: the whole body as it is sent, compressed if it is.
    """
    signer = HTTPMessageSigner(signature_algorithm=_Algorithm)
    prepared = signer.prepare(
        request,
        key_id=key.public.text,
        created=datetime.fromtimestamp(now, UTC),
        nonce=b64url_encode(nonce),
        label=_TAG,
        tag=_TAG,
        covered_component_ids=_COVERED,
        body=body or None,
    )
    signer.apply(request, prepared, key.sign(prepared.signature_base))


def verify_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: int,
    nonces: Nonces,
    known: Callable[[PublicKey], bool],
) -> PublicKey:
    """Whose request it is.

    Args:
        method: of the request.
        url: absolute, as we name ourselves; a host that the request alone names proves nothing.
        headers: as they came.
        body: the whole body as it came.
        now: the node's clock.
        nonces: those that were used; one for the whole node.
        known: whether a key is anybody's here; strangers' nonces are not remembered.

    Raises:
        Unauthentic: not signed as it must be, too old, by a stranger, or a repetition.
    """
    message = _Request(method, url, _joined(headers))
    try:
        results = _Verifier(now).verify(
            message, max_age=None, expect_tag=_TAG, require_components=_COVERED, body=body
        )
    except (HTTPMessageSignaturesException, ProtocolError, ValueError):
        # The library's reasons may quote the request; they help an attacker more than a peer.
        raise Unauthentic("request-signature", "the request's signature does not hold") from None
    if len(results) != 1:
        raise Unauthentic("request-signature", "exactly one signature is expected")
    key, created = read_public_key(str(results[0].parameters["keyid"])), _created(results[0])
    nonce = results[0].nonce
    if nonce is None or not _SHORTEST_NONCE <= len(nonce) <= _LONGEST_NONCE:
        raise Unauthentic("request-nonce", "a signed request carries a nonce")
    if not known(key):
        raise Unauthentic("request-key-unknown", "nobody here has this key")
    nonces.use(key, nonce, created, now)
    return key


def _created(result: VerifyResult) -> int:
    created = result.parameters["created"]
    assert isinstance(created, int)  # noqa: S101 - the verifier has looked
    return created


def _joined(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name; several lines of one name are one list."""
    joined: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined
