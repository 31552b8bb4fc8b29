"""Signing in: the browser signs a challenge with the member's key, or shows the operator's token.

    POST /enter/challenge   {challenge}
    POST /enter/standing    {key, challenge, signature, shared} -> where the key's holder stands
    POST /enter             the same -> a cookie
    POST /enter/operator    a form with the token -> a cookie
    POST /leave             the cookie is worth nothing from here on

What is signed, lines ended by a line feed, says for which community and at which address, so that
a signature that one site was given is of no use at another:

    acuerdo/session/1
    <community id>
    <scheme and host of the page, as the browser knows them>
    <challenge>
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import require_token
from node.api.bodies import json_body
from node.api.problems import Problem
from node.pages.forms import Form, FormDep
from node.pages.people.waiting import newcomer_of
from node.pages.site import send_on, show
from node.pages.visit import OPERATOR, SHARED_COOKIE, Visit, VisitDep, session_cookie
from node.runtime import Node
from node.store.sessions import drop_expired, drop_session, put_session
from protocol.community.members import active_author
from protocol.wire.bodies import Line, body
from protocol.wire.digests import CommunityId, sha256
from protocol.wire.keys import PublicKey, read_public_key, verify
from protocol.wire.text import b64url_decode, b64url_encode

routes: Final = APIRouter(include_in_schema=False)
_CHALLENGE_BYTES: Final = 32
_CHALLENGE_S: Final = 300
_MOST_CHALLENGES: Final = 10_000
_SESSION_S: Final = 30 * 86_400
_OPERATOR_S: Final = 12 * 3_600
_SHARED_S: Final = 2 * 3_600


class Challenges:
    """What browsers were asked to sign, each once; a crowd forgets the oldest."""

    def __init__(self) -> None:
        self._until: dict[str, int] = {}

    def give(self, challenge: str, now: int) -> None:
        """Remember one that was given."""
        if len(self._until) >= _MOST_CHALLENGES:
            del self._until[next(iter(self._until))]
        self._until[challenge] = now + _CHALLENGE_S

    def take(self, challenge: str, now: int) -> bool:
        """Whether it was given and is not stale; it is used up."""
        return self._until.pop(challenge, -1) > now


@body
class Shown:
    """A key, shown by what it signed; on a `shared` device the session is short."""

    key: Line
    challenge: Line
    signature: Line
    shared: bool


def session_text(community: CommunityId, origin: str, challenge: str) -> bytes:
    """What a key signs to open a session."""
    return f"acuerdo/session/1\n{community}\n{origin}\n{challenge}\n".encode()


@routes.get("/enter")
async def enter_page(visit: VisitDep, to: str = "/") -> Response:
    """Where whoever is not signed in finds out how to be."""
    return show(visit, "enter.html", {"to": own_path(to)})


@routes.post("/enter/challenge")
async def challenge(visit: VisitDep) -> Response:
    """Something to sign that nobody signed before."""
    given = b64url_encode(visit.node.entropy.bytes(_CHALLENGE_BYTES))
    challenges: Challenges = visit.request.app.state.challenges
    challenges.give(given, visit.node.clock.now())
    return json_answer({"challenge": given})


@routes.post("/enter")
async def enter(visit: VisitDep, shown: Annotated[Shown, Depends(json_body(Shown))]) -> Response:
    """A member's key opens a session."""
    key = _shown_key(visit, shown)
    member = active_author(visit.book.membership, key)
    answer = json_answer({"member": member.id})
    await _open(visit, answer, key.text, _SHARED_S if shown.shared else _SESSION_S)
    if shown.shared:
        answer.set_cookie(SHARED_COOKIE, "1", samesite="lax")
    elif SHARED_COOKIE in visit.request.cookies:
        answer.delete_cookie(SHARED_COOKIE)
    return answer


@routes.post("/enter/standing")
async def standing(visit: VisitDep, shown: Annotated[Shown, Depends(json_body(Shown))]) -> Response:
    """Where the holder of a key stands: for a device that waits until it is somebody's."""
    key = _shown_key(visit, shown)
    membership = visit.book.membership
    member = membership.by_key(key)
    if member is None:
        known = "retired" if key.text in membership.retired else "unknown"
        return json_answer({"standing": known, "member": None, "missing": 0})
    missing = newcomer_of(visit.book, member).missing
    return json_answer({"standing": member.standing.value, "member": member.id, "missing": missing})


def _shown_key(visit: Visit, shown: Shown) -> PublicKey:
    """The key that signed the challenge, for this node under the name that the page has for it."""
    challenges: Challenges = visit.request.app.state.challenges
    if not challenges.take(shown.challenge, visit.node.clock.now()):
        raise Problem(403, "challenge-stale", "ask for another challenge and sign that")
    key = read_public_key(shown.key)
    origin = visit.request.headers.get("origin", "")
    signed = session_text(visit.node.books.own_id, origin, shown.challenge)
    verify(key, b64url_decode(shown.signature), signed)
    return key


@routes.post("/enter/operator")
async def enter_as_operator(visit: VisitDep, form: FormDep) -> Response:
    """The operator's token opens a session, for a working day."""
    try:
        require_token(f"Bearer {form.text('token')}", visit.request.app.state.operator_token)
    except Problem:
        refused = {"to": "/admin", "wrong": True}
        return show(visit, "enter-operator.html", refused, status=401)
    answer = send_on("/admin")
    await _open(visit, answer, OPERATOR, _OPERATOR_S)
    return answer


@routes.get("/enter/operator")
async def operator_page(visit: VisitDep) -> Response:
    """Where the operator shows the token."""
    return show(visit, "enter-operator.html", {"to": "/admin", "wrong": False})


@routes.post("/leave")
async def leave(visit: VisitDep) -> Response:
    """This browser is signed in no more; its key, if it has one, stays where it is."""
    if visit.session is not None:
        await visit.node.executor.run(_close, visit.node, visit.session)
    answer = send_on("/")
    answer.delete_cookie(session_cookie(visit.request), path="/")
    if SHARED_COOKIE in visit.request.cookies:
        answer.delete_cookie(SHARED_COOKIE)
    return answer


@routes.post("/language")
async def choose_language(_visit: VisitDep, form: FormDep) -> Response:
    """The pages speak this language to this browser from now on."""
    return language_chosen(form)


def language_chosen(form: Form) -> Response:
    """The answer to whoever chose a language."""
    answer = send_on(own_path(form.text("to")))
    answer.set_cookie(
        "language", form.one_of("language", ("es", "en")), max_age=365 * 86_400, samesite="lax"
    )
    return answer


def own_path(text: str) -> str:
    """A path of this node; anything that could lead elsewhere becomes the front page."""
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if plain and "\\" not in text and len(text) < 500 else "/"


async def _open(visit: Visit, answer: Response, holder: str, lasts_s: int) -> None:
    cookie = b64url_encode(visit.node.entropy.bytes(_CHALLENGE_BYTES))
    await visit.node.executor.run(_keep, visit.node, cookie, holder, lasts_s)
    answer.set_cookie(
        session_cookie(visit.request),
        cookie,
        # On a shared device it is gone with the browser's window, if it was not before.
        max_age=None if lasts_s == _SHARED_S else lasts_s,
        path="/",
        secure=visit.request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _keep(node: Node, cookie: str, holder: str, lasts_s: int) -> None:
    now = node.clock.now()
    with node.store.write() as connection:
        drop_expired(connection, now)
        put_session(connection, sha256(cookie.encode()), holder, now + lasts_s)


def _close(node: Node, digest: bytes) -> None:
    with node.store.write() as connection:
        drop_session(connection, digest)
