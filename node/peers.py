"""Calls to other nodes (docs/spec/replication.md, "Requests" and "Addresses").

Whatever a peer answers is a stranger's text: limited while it comes, read strictly, and
believed for its proofs alone. A call goes to an address that was checked, never follows a
redirect, and is signed with our voice, so that the peer may give us what is for us.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

import httpx

from node.addresses import (
    PeerUrl,
    Resolver,
    check_address,
    choose_address,
    is_literal,
    read_peer_url,
)
from node.compression import ENCODING, Inflater, compress
from node.keys import NodeKeys
from node.ports import Ports
from node.remote import (
    JSON_BYTES,
    PeerTrouble,
    RemoteHead,
    Verdict,
    code_of,
    object_of,
    read_head,
    read_verdict,
    rows_of,
    size_of,
    text_of,
)
from node.settings import Settings
from node.signatures import sign_request
from node.store.engine import Store
from node.store.peers import find_peer
from protocol.errors import Behind, ProtocolError
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import MAX_BUNDLE_BYTES, MAX_NOTE_BYTES, NONCE_BYTES
from protocol.wire.text import read_decimal

__all__ = ["PeerTrouble", "Peers", "RemoteHead", "Verdict", "system_transport"]

BUNDLE = "application/vnd.acuerdo.bundle"

_PROBLEM_BYTES = 16 * 1024
_WHOLE_CALL = 3
"""A call may take so many times as long as any part of it."""


class _Network(httpx.AsyncBaseTransport):
    """The machine's network. Authorities' certificates are read when TLS is first needed.

    Connections are not shared: an address is checked for each one anew.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[bool, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        tls = request.url.scheme != "http" or bool(self._settings.proxy)
        if tls not in self._made:
            self._made[tls] = self._make(tls=tls)
        return await self._made[tls].handle_async_request(request)

    async def aclose(self) -> None:
        """Close what was opened."""
        for transport in self._made.values():
            await transport.aclose()

    def _make(self, *, tls: bool) -> httpx.AsyncHTTPTransport:
        calls = self._settings.peer_calls
        return httpx.AsyncHTTPTransport(
            verify=tls,  # False only where no TLS is spoken at all: no certificates are read
            retries=0,
            trust_env=False,
            proxy=self._settings.proxy or None,
            limits=httpx.Limits(max_connections=calls, max_keepalive_connections=0),
        )


def system_transport(settings: Settings) -> httpx.AsyncBaseTransport:
    """The network."""
    return _Network(settings)


class Peers:
    """Calls peers by their URLs.

    `resolve` is None where the transport resolves names by itself, as a proxy does; then only
    addresses that stand in a URL can be checked here.
    """

    def __init__(
        self,
        *,
        store: Store,
        keys: NodeKeys,
        ports: Ports,
        settings: Settings,
        transport: httpx.AsyncBaseTransport,
        resolve: Resolver | None,
    ) -> None:
        self._store = store
        self._voice = keys.voice
        self._clock = ports.clock
        self._executor = ports.executor
        self._entropy = ports.entropy
        self._settings = settings
        self._resolve = resolve
        self._room = asyncio.Semaphore(settings.peer_calls)
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=settings.peer_timeout_s,
            trust_env=False,
            follow_redirects=False,
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def locate(self, url: str) -> str:
        """The address that a call would go to; a name where somebody else resolves it.

        Raises:
            PeerTrouble: the name is unknown, or the address may not be called.
        """
        try:
            return await self._address(read_peer_url(url))
        except ProtocolError as problem:
            raise PeerTrouble(problem.code, problem.detail) from problem

    async def push(self, url: str, bundle: bytes) -> tuple[Verdict, ...]:
        """Give a peer a bundle; its verdict on each section.

        Raises:
            PeerTrouble: it could not be called, or did not take the bundle at all.
        """
        body = await self._executor.run(compress, bundle)
        headers = {"content-type": BUNDLE, "content-encoding": ENCODING}
        raw = await self._call(url, "POST", "/v1/bundles", JSON_BYTES, body, headers)
        return tuple(read_verdict(row) for row in rows_of(raw, "ledgers"))

    async def pull(
        self, url: str, ledger: CommunityId, start: int, limit: int | None = None
    ) -> bytes:
        """Ask a peer for a ledger from an index on; a bundle.

        Raises:
            PeerTrouble: it could not be called, or does not have it.
        """
        path = f"/v1/ledgers/{ledger}/range?start={start}"
        path += "" if limit is None else f"&limit={limit}"
        return await self._call(url, "GET", path, MAX_BUNDLE_BYTES)

    async def chain(self, url: str, community: CommunityId) -> tuple[bytes, ...]:
        """Ask a peer for a community's key chain.

        Raises:
            PeerTrouble: it could not be called, or does not know it.
        """
        raw = await self._call(url, "GET", f"/v1/communities/{community}/chain", JSON_BYTES)
        messages = object_of(raw).get("messages")
        if not isinstance(messages, list):
            raise PeerTrouble("peer-answer", "the answer is not a key chain")
        return tuple(text_of(message).encode("utf-8") for message in messages)

    async def heads(self, url: str) -> tuple[RemoteHead, ...]:
        """Ask a peer which ledgers it holds, and how much of them.

        Raises:
            PeerTrouble: it could not be called.
        """
        raw = await self._call(url, "GET", "/v1/heads", JSON_BYTES)
        return tuple(read_head(row) for row in rows_of(raw, "heads"))

    async def status(self, url: str) -> Mapping[str, JsonValue]:
        """Ask a peer who it is; what it says is not believed for that.

        Raises:
            PeerTrouble: it could not be called.
        """
        return object_of(await self._call(url, "GET", "/v1/status", JSON_BYTES))

    async def checkpoint(self, url: str, ledger: CommunityId) -> bytes:
        """Ask a peer for the newest head of a ledger.

        Raises:
            PeerTrouble: it could not be called, or does not have it.
        """
        return await self._call(url, "GET", f"/v1/ledgers/{ledger}/checkpoint", MAX_NOTE_BYTES)

    async def witnessed(self, url: str, origin_hash: str) -> bytes | None:
        """Ask a peer's witness for the newest head that it cosigned; None if it has none.

        Raises:
            PeerTrouble: it could not be called.
        """
        path = f"/v1/witness/{origin_hash}/checkpoint"
        try:
            return await self._call(url, "GET", path, MAX_NOTE_BYTES)
        except PeerTrouble as trouble:
            if trouble.status == httpx.codes.NOT_FOUND:
                return None
            raise

    async def add_checkpoint(self, url: str, body: bytes) -> bytes:
        """Ask a peer's witness to cosign a head (C2SP); its signature lines.

        Raises:
            Behind: it cosigned a head of another size before; ask with that one.
            PeerTrouble: it could not be called, or will not cosign.
        """
        try:
            return await self._call(url, "POST", "/v1/witness/add-checkpoint", MAX_NOTE_BYTES, body)
        except PeerTrouble as trouble:
            # Without a size, or with 422, something contradicts: never ask again blindly.
            if trouble.status == httpx.codes.CONFLICT and trouble.size is not None:
                raise Behind("witness-size", trouble.detail, size=trouble.size) from None
            raise

    async def _call(
        self,
        url: str,
        method: str,
        path: str,
        most: int,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        try:
            async with self._room, asyncio.timeout(self._settings.peer_timeout_s * _WHOLE_CALL):
                request = await self._request(url, method, path, body, headers or {})
                response = await self._client.send(request, stream=True)
                async with aclosing(response):
                    return await _answer(response, most)
        except ProtocolError as problem:
            raise PeerTrouble(problem.code, problem.detail) from problem
        except TimeoutError:
            raise PeerTrouble("peer-slow", "the call took too long") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise PeerTrouble("peer-unreached", type(problem).__name__) from problem

    async def _request(
        self, text: str, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Request:
        """A signed request to the address that was checked, for the host that was meant."""
        url = read_peer_url(text)
        host = await self._address(url)
        request = self._client.build_request(
            method,
            url.text + path,
            content=body or None,
            headers={"accept-encoding": ENCODING, "host": url.authority, **headers},
            extensions={} if is_literal(url.host) else {"sni_hostname": url.host},
        )
        nonce = self._entropy.bytes(NONCE_BYTES)
        sign_request(request, self._voice, now=self._clock.now(), nonce=nonce, body=body)
        request.url = request.url.copy_with(host=host)
        return request

    async def _address(self, url: PeerUrl) -> str:
        allow = await self._allows_private(url.text)
        if is_literal(url.host):
            check_address(url.host, allow_private=allow)
            return url.host
        if self._resolve is None:
            return url.host
        return choose_address(await self._resolve(url.host, url.port), allow_private=allow)

    async def _allows_private(self, url: str) -> bool:
        match self._settings.private_networks:
            case "always":
                return True
            case "never":
                return False
            case "listed":
                return await self._executor.run(self._listed, url)

    def _listed(self, url: str) -> bool:
        with self._store.read() as connection:
            peer = find_peer(connection, url)
        return peer is not None and peer.allow_private


async def _answer(response: httpx.Response, most: int) -> bytes:
    """The body, counted while it comes: as it is sent, and as it decompresses."""
    if response.status_code != httpx.codes.OK:
        raise await _trouble(response)
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in {ENCODING, "identity"}:
        raise PeerTrouble("peer-encoding", "the answer is encoded in a way that was not asked for")
    if encoding == "identity":
        return await _read(response, most)
    inflater = Inflater(most)
    left = most
    async for chunk in response.aiter_raw():
        left -= len(chunk)
        if left < 0:
            raise PeerTrouble("peer-answer-too-long", f"more than {most} bytes")
        inflater.feed(chunk)
    return inflater.finish()


async def _read(response: httpx.Response, most: int) -> bytes:
    parts: list[bytes] = []
    async for chunk in response.aiter_raw():
        most -= len(chunk)
        if most < 0:
            raise PeerTrouble("peer-answer-too-long", "more than was allowed for")
        parts.append(chunk)
    return b"".join(parts)


async def _trouble(response: httpx.Response) -> PeerTrouble:
    """What a peer says is wrong: a problem document, or the size that a witness knows."""
    status = response.status_code
    raw = await _read(response, _PROBLEM_BYTES)
    if response.headers.get("content-type", "").startswith("text/x.tlog.size"):
        size = read_decimal(raw.decode("ascii", "replace").removesuffix("\n"))
        return PeerTrouble("witness-size", "another size was cosigned", status=status, size=size)
    is_json = "json" in response.headers.get("content-type", "")
    told: Mapping[str, JsonValue] = object_of(raw) if is_json else {}
    code = code_of(told.get("code"), f"http-{status}")
    known = told.get("size")
    return PeerTrouble(
        code,
        f"the peer answered {status}",
        status=status,
        size=None if known is None else size_of(known),
    )
