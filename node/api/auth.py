"""Who asks: nobody known, a member, a neighbour community, or the operator.

A request may be signed (RFC 9421) by a member's key or a community's voice key, or carry the
operator's token. That only opens doors: what is believed rests on messages and checkpoints.
A signature or token that is there and does not hold is refused, never ignored.
"""

import hmac
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request

from node.api.bodies import body_once
from node.api.edge import OVER_QUOTA
from node.api.problems import Problem
from node.api.quotas import KNOWN_SHARE, Quotas
from node.readers import ANYBODY, Reader, reader_of
from node.runtime import Node
from node.signatures import verify_request
from protocol.community.members import Standing
from protocol.errors import Unauthentic
from protocol.wire.digests import MemberId
from protocol.wire.keys import PublicKey

_BEARER: Final = "bearer "
_NOBODY_HERE: Final = "request-key-unknown"
_CHALLENGE: Final = {"www-authenticate": 'Bearer realm="acuerdo operator"'}


class Role(Enum):
    """What somebody is to this node."""

    STRANGER = "stranger"
    MEMBER = "member"
    PEER = "peer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and what she may read."""

    role: Role
    reader: Reader
    member: MemberId | None = None


_STRANGER: Final = Asker(role=Role.STRANGER, reader=ANYBODY)


async def node_of(request: Request) -> Node:
    """The node that the application was made for."""
    node: Node = request.app.state.node
    return node


NodeDep = Annotated[Node, Depends(node_of)]


async def asker(request: Request, node: NodeDep) -> Asker:
    """Who asks, checked and counted.

    Raises:
        Problem: A signature or token does not hold, or she asks too often.
    """
    quotas: Quotas = request.app.state.quotas
    found, name = await _identify(request, node)
    if found.role is Role.STRANGER:
        if getattr(request.state, OVER_QUOTA, False):
            raise quotas.refusal()
    elif not quotas.take(name, share=KNOWN_SHARE):
        raise quotas.refusal()
    return found


async def _identify(request: Request, node: Node) -> tuple[Asker, str]:
    if "authorization" in request.headers:
        require_token(request.headers["authorization"], request.app.state.operator_token)
        return operator_asker(node), Role.OPERATOR.value
    if "signature-input" not in request.headers and "signature" not in request.headers:
        return _STRANGER, ""
    body = await body_once(request, node.settings.max_body_bytes)
    try:
        key = verify_request(
            request.method,
            own_url(request, node),
            request.headers,
            body,
            now=node.clock.now(),
            nonces=request.app.state.nonces,
            known=lambda key: role_of(key, node).role is not Role.STRANGER,
        )
    except Unauthentic as problem:
        if problem.code == _NOBODY_HERE:
            return _STRANGER, ""
        raise Problem(401, problem.code, problem.detail) from None
    return role_of(key, node), key.text


def role_of(key: PublicKey, node: Node) -> Asker:
    """What the holder of a key is to this node."""
    own, facts = node.books.own, node.books.facts()
    member = own.membership.by_key(key)
    if member is not None and member.standing is Standing.ACTIVE:
        reader = reader_of(own.ledger, facts)
        return Asker(role=Role.MEMBER, reader=reader, member=member.id)
    for community, ledger in facts.items():
        if ledger.chain.current.voice == key:
            return Asker(role=Role.PEER, reader=reader_of(community, facts))
    return _STRANGER


def stranger() -> Asker:
    """Nobody known."""
    return _STRANGER


def operator_asker(node: Node) -> Asker:
    """Whoever holds the token holds the machine: she sees what the community may see."""
    own = node.books.own_id
    return Asker(role=Role.OPERATOR, reader=reader_of(own, node.books.facts()))


def require_token(header: str, token: str) -> None:
    """An `Authorization` header holds the operator's token.

    Raises:
        Problem: It does not.
    """
    scheme, given = header[: len(_BEARER)].lower(), header[len(_BEARER) :].strip()
    if scheme != _BEARER or not hmac.compare_digest(given.encode(), token.encode()):
        raise Problem(401, "token-invalid", "this is not the operator's token", _CHALLENGE)


def own_url(request: Request, node: Node) -> str:
    """The address that a signature must be for: ours, under the name that the request uses.

    Were the name taken as it comes, a neighbour who was asked something could pass the signed
    request on to us and read in the asker's name.
    """
    authority = request.headers.get("host", "").lower()
    bases = _own_bases(node, request.scope.get("server"))
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    target = (path + b"?" + query if query else path).decode("latin-1")
    base: str = bases.get(authority, node.settings.address)
    return base + target


def _own_bases(node: Node, server: tuple[str, int | None] | None) -> dict[str, str]:
    """The beginnings of our own URLs, by the host and port that a request names."""
    bases: dict[str, str] = {}
    if server is not None:
        host, port = f"[{server[0]}]" if ":" in server[0] else server[0], server[1]
        for authority in (host, f"{host}:{port}", f"localhost:{port}"):
            bases[authority.lower()] = f"http://{authority.lower()}"
    for url in (*node.books.own.presence.urls, node.settings.address):
        bases[urlsplit(url).netloc.lower()] = url.rstrip("/")
    return bases
