"""A village's node with its web application, in process, and those who come to its door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Self

import httpx
from fastapi import FastAPI

from node.app import create_app
from node.keys import operator_token
from node.readers import ANYBODY
from node.runtime import Node
from node.signatures import sign_request
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import PrivateKey
from tests.node.journal.village import Village

HOST = "ceiba.test"
_NONCES = count(1)
JsonObject = dict[str, JsonValue]


@dataclass
class Answer:
    """What came back, JSON read as strictly as a client of ours does."""

    status: int
    headers: httpx.Headers
    raw: bytes

    @property
    def json(self) -> JsonObject:
        value = read_json(self.raw)
        assert isinstance(value, dict)
        return value

    @property
    def code(self) -> str:
        assert self.headers["content-type"] == "application/problem+json", self.raw[:300]
        told = self.json
        assert told["status"] == self.status
        assert told["type"] == f"/docs/errors#{told['code']}"
        assert told["title"]
        return str(told["code"])


@dataclass
class House:
    """The node of one village and its application."""

    village: Village
    node: Node
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.node)

    def __str__(self) -> str:
        return self.village.community

    async def bundle(self) -> bytes:
        """Our own ledger from its beginning, as anybody may read it."""
        own = self.village.community
        return self.node.delivery.bundle_for(ANYBODY, {own: 0}, None)

    async def learn(self, other: "House") -> None:
        """Hold another village's ledger from now on, as after its operator's import."""
        (taken,) = await self.node.mirror.take(await other.bundle(), trust_new=True)
        assert taken.error is None

    @property
    def anybody(self) -> "Caller":
        return Caller(self)

    def member(self, number: int = 0) -> "Caller":
        return Caller(self, key=self.village.keys[number])

    def signed(self, key: PrivateKey) -> "Caller":
        return Caller(self, key=key)

    @property
    def operator(self) -> "Caller":
        token = operator_token(self.node.settings.data_dir, self.node.entropy)
        return Caller(self, token=token)


@dataclass
class Caller:
    """Somebody who calls the node, from an address of her own."""

    house: House
    key: PrivateKey | None = None
    token: str | None = None
    address: str = "192.0.2.7"

    def at(self, address: str) -> Self:
        self.address = address
        return self

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return await self.call("GET", path, headers=headers)

    async def post(self, path: str, value: Mapping[str, JsonValue]) -> Answer:
        headers = {"content-type": "application/json"}
        return await self.call("POST", path, write_json(dict(value)), headers)

    async def submit(self, raw: bytes) -> Answer:
        return await self.call("POST", "/v1/messages", raw)

    async def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        host: str = HOST,
    ) -> Answer:
        request = httpx.Request(method, f"http://{host}{path}", content=body, headers=headers)
        if self.key is not None:
            sign_request(
                request,
                self.key,
                now=self.house.node.clock.now(),
                nonce=next(_NONCES).to_bytes(16),
                body=body,
            )
        if self.token is not None:
            request.headers["authorization"] = f"Bearer {self.token}"
        return await self.send(request)

    async def send(self, request: httpx.Request) -> Answer:
        transport = httpx.ASGITransport(self.house.app, client=(self.address, 40_000))
        response = await transport.handle_async_request(request)
        # As it was sent: httpx would decompress it.
        raw = b"".join([part async for part in response.aiter_raw()])
        return Answer(response.status_code, response.headers, raw)
