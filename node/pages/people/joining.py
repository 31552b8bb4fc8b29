"""Coming in: who invites, the rules in short, and a key that the browser makes.

GET  /join                      paste a link or a code
GET  /join/{invitation}         the invitation, by its public half; the secret half stands
behind the # of the link and never comes here
POST /join/{invitation}/inviter {challenge, signature} -> {name}, for whoever holds the secret
GET  /newcomers/{member}        how many more members must vouch for her
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.bodies import json_body
from node.api.problems import Problem
from node.pages.charter.words import five_lines
from node.pages.markup import bdi
from node.pages.people.names import reads_names
from node.pages.people.naming import check_number, member_named
from node.pages.people.waiting import newcomer_of
from node.pages.signing_in import Challenges
from node.pages.site import show
from node.pages.visit import Visit, VisitDep
from protocol.book import Book
from protocol.community.charter import PUBLIC
from protocol.community.members import Invitation, Member, Standing
from protocol.wire.bodies import Line, body
from protocol.wire.digests import CommunityId
from protocol.wire.keys import read_public_key, verify
from protocol.wire.text import b64url_decode

routes: Final = APIRouter(include_in_schema=False)


@body
class Invited:
    """Whoever holds an invitation's secret, shown by what it signed."""

    challenge: Line
    signature: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An invitation as it stands now: `open`, `unknown`, `used`, `expired` or `void`."""

    state: str
    given: Invitation | None = None
    inviter: Member | None = None


def invited_text(community: CommunityId, challenge: str) -> bytes:
    """What an invitation's key signs to be told who gave it."""
    return f"acuerdo/invited/1\n{community}\n{challenge}\n".encode()


def find_invitation(book: Book, invitation: str, now: int) -> Found:
    """What has become of an invitation."""
    given = book.membership.invitations.get(invitation)
    if given is None:
        return Found(state="unknown")
    inviter = book.membership.inviters.get(invitation)
    if inviter is None:
        return Found(state="used", given=given)
    member = book.membership.members[inviter]
    if member.standing is not Standing.ACTIVE:
        return Found(state="void", given=given)
    if max(now, book.clock) > given.until:
        return Found(state="expired", given=given)
    return Found(state="open", given=given, inviter=member)


@routes.get("/join")
async def paste(visit: VisitDep) -> Response:
    """For a link that was written down, or a code."""
    return show(visit, "join-paste.html")


@routes.get("/join/{invitation}")
async def join(visit: VisitDep, invitation: str) -> Response:
    """Who invites, the rules, and the way in."""
    found = find_invitation(visit.book, invitation, visit.node.clock.now())
    values = {
        "found": found,
        "invitation": invitation,
        "inviter": _shown_name(visit, found),
        "audience": "",
        "lines": [],
        "sponsors": 0,
    }
    if found.state != "unknown":
        charter = visit.book.charters.current
        values |= {
            "lines": five_lines(charter, visit.words),
            "audience": charter.audience,
            "sponsors": charter.admission.sponsors,
        }
    return show(visit, "join.html", values)


@routes.post("/join/{invitation}/inviter")
async def inviter(
    visit: VisitDep, invitation: str, shown: Annotated[Invited, Depends(json_body(Invited))]
) -> Response:
    """The name of who invites, for whoever was invited."""
    challenges: Challenges = visit.request.app.state.challenges
    now = visit.node.clock.now()
    if not challenges.take(shown.challenge, now):
        raise Problem(403, "challenge-stale", "ask for another challenge and sign that")
    signed = invited_text(visit.node.books.own_id, shown.challenge)
    verify(read_public_key(invitation), b64url_decode(shown.signature), signed)
    found = find_invitation(visit.book, invitation, now)
    return json_answer({"name": None if found.inviter is None else found.inviter.name or None})


@routes.get("/newcomers/{member}")
async def newcomer(visit: VisitDep, member: str) -> Response:
    """How far she has come; whoever knows her id learns nothing but that."""
    found = member_named(visit, member)
    values = {
        "newcomer": newcomer_of(visit.book, found),
        "standing": found.standing.value,
        "number": check_number(found.keys[0]),
    }
    return show(visit, "newcomer.html", values)


def _shown_name(visit: Visit, found: Found) -> Markup | None:
    """The inviter's name, where nobody can know of the invitation but from her.

    Where strangers could read the structure, they found every invitation's public half there, and
    would learn names from it. There the browser asks for the name and shows that it was invited.
    """
    if found.inviter is None or not found.inviter.name:
        return None
    opened = any(one.audience == PUBLIC for one in visit.book.charters.versions)
    if opened and not reads_names(visit):
        return None
    return bdi(found.inviter.name)
