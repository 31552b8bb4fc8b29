"""What comes in: bodies under a limit that holds while they are read, and strict parameters."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, NoReturn, TypeVar

from fastapi import Depends, Path, Request
from starlette.types import Receive

from node import compression
from node.api.problems import Problem
from node.settings import Settings
from protocol.wire.bodies import read_body
from protocol.wire.digests import DIGEST_BYTES, CommunityId, MessageId
from protocol.wire.encoding import read_json
from protocol.wire.limits import MAX_BUNDLE_BYTES
from protocol.wire.text import hex_decode, read_decimal

BODY_SECONDS: Final = 30.0
"""A body that takes longer to arrive keeps a place that others need."""
JSON_BYTES: Final = 65_536

Value = TypeVar("Value")


async def receive_body(receive: Receive, limit: int) -> bytes:
    """The whole body, never more than `limit` bytes of it in memory.

    Raises:
        Problem: It is too large, too slow, or the sender went away.
    """
    event = await receive()
    if event["type"] == "http.request" and not event.get("more_body", False):
        # Nearly every message comes in one piece, and then nothing has to be timed.
        whole: bytes = event.get("body", b"")
        return whole if len(whole) <= limit else _refuse_size(limit)
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while event["type"] == "http.request":
                parts.append(event.get("body", b""))
                size += len(parts[-1])
                if size > limit:
                    _refuse_size(limit)
                if not event.get("more_body", False):
                    return b"".join(parts)
                event = await receive()
    except TimeoutError:
        raise Problem(408, "body-slow", f"the body did not come within {BODY_SECONDS:.0f} s") from (
            None
        )
    raise Problem(400, "body-cut", "the body was cut short")


def require_length(stated: str, limit: int) -> None:
    """A body that says itself that it is too large need not be read.

    Raises:
        Problem: It is too large.
        Malformed: The length is not a plain number.
    """
    if read_decimal(stated) > limit:
        _refuse_size(limit)


def _refuse_size(limit: int) -> NoReturn:
    raise Problem(413, "body-too-large", f"the limit here is {limit} bytes")


async def body_once(request: Request, limit: int) -> bytes:
    """The body of a request, read at the first call: a signature covers what the route reads.

    Raises:
        Problem: It is too large, too slow, or cut short.
    """
    held: bytes | None = getattr(request.state, "body", None)
    if held is None:
        require_length(request.headers.get("content-length", "0"), limit)
        held = request.state.body = await receive_body(request.receive, limit)
    return held if len(held) <= limit else _refuse_size(limit)


def raw_body(limit: int) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency: the body as it came, under `limit`."""

    async def read(request: Request) -> bytes:
        if "content-encoding" in request.headers:
            raise Problem(415, "encoding-unknown", "a body of this kind is sent as it is")
        return await body_once(request, limit)

    return read


def json_body(cls: type[Value]) -> Callable[[Request], Awaitable[Value]]:
    """A dependency: a JSON object read strictly as `cls`."""
    read_raw = raw_body(JSON_BYTES)

    async def read(request: Request) -> Value:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Problem(415, "content-type", "expected application/json")
        return read_body(cls, read_json(await read_raw(request)))

    return read


async def bundle_body(request: Request) -> bytes:
    """A dependency: a bundle as a neighbour sends it."""
    settings: Settings = request.app.state.node.settings
    return await _bundle(request, settings.max_body_bytes)


async def carried_bundle_body(request: Request) -> bytes:
    """A dependency: a bundle as the operator carries it in, as large as bundles may be."""
    return await _bundle(request, MAX_BUNDLE_BYTES)


async def _bundle(request: Request, limit: int) -> bytes:
    """As it is or compressed with zstd; the limit holds for both forms."""
    raw = await body_once(request, limit)
    match request.headers.get("content-encoding", "").strip().lower():
        case "" | "identity":
            return raw
        case compression.ENCODING:
            return compression.inflate(raw, limit)
        case _:
            raise Problem(415, "encoding-unknown", "a bundle is sent as it is, or as zstd")


def compressed(request: Request, raw: bytes) -> tuple[bytes, dict[str, str]]:
    """A body in the form that the client takes, with the headers that say so."""
    accepted = request.headers.get("accept-encoding", "").lower()
    names = {part.partition(";")[0].strip() for part in accepted.split(",")}
    if compression.ENCODING in names:
        headers = {"content-encoding": compression.ENCODING, "vary": "accept-encoding"}
        return compression.compress(raw), headers
    return raw, {"vary": "accept-encoding"}


def _hex_id(text: str) -> str:
    hex_decode(text, DIGEST_BYTES)
    return text


async def community_id(community: Annotated[str, Path(max_length=64)]) -> CommunityId:
    """A community's id in the path."""
    return CommunityId(_hex_id(community))


async def message_id(message: Annotated[str, Path(max_length=64)]) -> MessageId:
    """A message's id in the path."""
    return MessageId(_hex_id(message))


CommunityPath = Annotated[CommunityId, Depends(community_id)]
MessagePath = Annotated[MessageId, Depends(message_id)]
