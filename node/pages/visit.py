"""Who looks at a page, in which language; and that an unsafe request comes from a page of ours.

A browser shows a key once (`signing_in.py`) and then a cookie. The cookie opens doors for
reading, and for what the operator does; nothing is ever said in a member's name because of it,
for members' acts are signed by their keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request

from node.api.auth import Asker, NodeDep, Role, operator_asker, role_of, stranger
from node.api.edge import OVER_QUOTA
from node.api.problems import Problem
from node.api.quotas import KNOWN_SHARE, Quotas
from node.pages.moments import Moments
from node.pages.wording import LANGUAGES, Language, PageWords, page_words, preferred
from node.runtime import Node
from node.store.sessions import session_holder
from protocol.book import Book
from protocol.errors import ProtocolError
from protocol.wire.digests import MemberId
from protocol.wire.keys import read_public_key

LANGUAGE_COOKIE: Final = "language"
SHARED_COOKIE: Final = "shared"
OPERATOR: Final = "operator"
THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


class MustSignIn(Exception):  # noqa: N818 - what has to happen
    """The page is for members or the operator, and nobody is signed in; the browser is sent on."""


class MustOperate(MustSignIn):
    """The page is the operator's; a member's key opens nothing there, so she is not sent for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for a page."""

    request: Request
    node: Node
    asker: Asker
    words: PageWords
    moments: Moments
    session: bytes | None = None

    @property
    def book(self) -> Book:
        """Our own community's book."""
        return self.node.books.own

    @property
    def language(self) -> Language:
        """The visitor's."""
        return self.words.language

    @property
    def member(self) -> MemberId | None:
        """Who is signed in, if it is a member."""
        return self.asker.member

    @property
    def is_operator(self) -> bool:
        """Whether the operator is signed in."""
        return self.asker.role is Role.OPERATOR

    @property
    def is_shared(self) -> bool:
        """Whether she said that this device is not hers alone: it forgets her as soon as it can."""
        return self.session is not None and self.request.cookies.get(SHARED_COOKIE) == "1"

    @property
    def is_unprotected(self) -> bool:
        """Whether what passes between browser and node can be read and changed on its way."""
        return is_unprotected(self.request)

    @property
    def structure(self) -> str:
        """To whom the charter addresses structural entries."""
        return self.book.charters.current.audience


async def visit(request: Request, node: NodeDep) -> Visit:
    """Who looks.

    Raises:
        Problem: Another site sent the request, or somebody asks too often.
    """
    if request.method not in SAFE_METHODS:
        require_own_page(request)
    seen, holder = await _look(request, node)
    _count(request, seen.asker, holder)
    return seen


async def bystander(request: Request, node: Node) -> Visit:
    """Who looks, for a page that tells what went wrong: asked and counted before."""
    return (await _look(request, node))[0]


async def _look(request: Request, node: Node) -> tuple[Visit, str | None]:
    digest = session_digest(request)
    holder = None
    if digest is not None:
        holder = await node.executor.run(_holder, node, digest)
    language = language_of(request)
    seen = Visit(
        request=request,
        node=node,
        asker=_asker(node, holder),
        words=page_words(language),
        moments=Moments(language, node.settings.timezone, node.clock.now()),
        session=digest if holder is not None else None,
    )
    return seen, holder


VisitDep = Annotated[Visit, Depends(visit)]
"""Anybody; what she sees is a matter of each entry's audience."""


async def _member_visit(found: VisitDep) -> Visit:
    if found.asker.role in (Role.MEMBER, Role.OPERATOR):
        return found
    raise MustSignIn(found.request.url.path)


async def _operator_visit(found: VisitDep) -> Visit:
    if found.is_operator:
        return found
    raise MustOperate(found.request.url.path)


MemberVisit = Annotated[Visit, Depends(_member_visit)]
"""A member of this community, or its operator."""

OperatorVisit = Annotated[Visit, Depends(_operator_visit)]
"""Whoever showed the operator's token."""


def is_unprotected(request: Request) -> bool:
    """Whether a request came over plain http from another machine."""
    return request.url.scheme != "https" and request.url.hostname not in THIS_MACHINE


def session_cookie(request: Request) -> str:
    """What the cookie is called: where https allows, a name that no other host can set."""
    return "__Host-session" if request.url.scheme == "https" else "session"


def session_digest(request: Request) -> bytes | None:
    """What the store knows of the cookie that came along."""
    value = request.cookies.get(session_cookie(request), "")
    return sha256(value.encode("utf-8", "replace")).digest() if value else None


def _holder(node: Node, digest: bytes) -> str | None:
    with node.store.read() as connection:
        return session_holder(connection, digest, node.clock.now())


def _asker(node: Node, holder: str | None) -> Asker:
    """What the holder is now: a key that was replaced since opens nothing."""
    if holder is None:
        return stranger()
    if holder == OPERATOR:
        return operator_asker(node)
    try:
        found = role_of(read_public_key(holder), node)
    except ProtocolError:
        return stranger()
    return found if found.role is Role.MEMBER else stranger()


def _count(request: Request, found: Asker, holder: str | None) -> None:
    quotas: Quotas = request.app.state.quotas
    if found.role is Role.STRANGER or holder is None:
        if getattr(request.state, OVER_QUOTA, False):
            raise quotas.refusal()
    elif not quotas.take(holder, share=KNOWN_SHARE):
        raise quotas.refusal()


def language_of(request: Request) -> Language:
    """The language that a browser chose, or the one that it prefers."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    for language in LANGUAGES:
        if chosen == language:
            return language
    return preferred(request.headers.get("accept-language", ""))


def require_own_page(request: Request) -> None:
    """An unsafe request is sent by a page of this host, whatever the host is called.

    The name is compared with the request's own: on a village's network a node answers to names
    that it does not know. A site that rebinds its own name to us has no cookie of ours there.
    """
    headers: Mapping[str, str] = request.headers
    stated = headers.get("origin") or headers.get("referer", "")
    try:
        sender = urlsplit(stated).netloc.lower()
    except ValueError:
        sender = ""
    if not sender or sender != headers.get("host", "").lower():
        raise Problem(403, "origin-foreign", "this was not sent by a page of this node")
