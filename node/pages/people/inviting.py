"""Inviting: the browser makes the secret, the member signs for its public half, others get a link.

    {base}/join/{invitation public key}#{seed}

What stands behind the # is not sent to any server.
"""

import re
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.problems import Problem
from node.pages.deciding.common import SpeakingVisit
from node.pages.forms import NOTHING, Form, FormDep
from node.pages.people.joining import find_invitation
from node.pages.people.naming import myself
from node.pages.site import show
from node.pages.visit import Visit
from protocol.community.members import Standing
from protocol.decisions.terms import read_terms

routes: Final = APIRouter(include_in_schema=False)
DAYS: Final = (1, 3, 7, 30)
_DAY_S: Final = 86_400
_USUAL: Final = 7
NONE, OWN, NEW = "none", "own", "new"
TOKEN: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)


@routes.get("/invite")
async def invite(visit: SpeakingVisit) -> Response:
    """For how long, and into which household; below it, what is open already."""
    return _asked(visit)


@routes.post("/invite")
async def check_invite(visit: SpeakingVisit, form: FormDep) -> Response:
    """What she is about to sign; the key itself is made by the browser."""
    days = form.number("days", least=1, most=365)
    household = _chosen(visit, form) if _asks(visit) else None
    if household == "":
        return _asked(visit, form, wrong=True)
    until = visit.node.clock.now() + days * _DAY_S
    acts = [
        {
            "kind": "member/invite",
            "audience": visit.structure,
            "body": {
                "invitation": "",
                "household": household,
                "until": until,
            },
        }
    ]
    values = {"acts": acts, "until": until, "household": household}
    return show(visit, "invite-check.html", values)


@routes.get("/invite/{invitation}")
async def given(visit: SpeakingVisit, invitation: str) -> Response:
    """The link again, in the browser that made it."""
    found = find_invitation(visit.book, invitation, visit.node.clock.now())
    if found.given is None:
        raise Problem(404, "invitation-unknown", "there is no such invitation")
    return show(visit, "invitation.html", {"found": found, "invitation": invitation})


def _asked(visit: Visit, form: Form = NOTHING, *, wrong: bool = False) -> Response:
    values = {
        "days": form.text("days") or str(_USUAL),
        "choices": DAYS,
        "household": form.text("household") or NONE,
        "token": form.text("token"),
        "own": _own_household(visit),
        "asks": _asks(visit),
        "wrong": wrong,
        "open": _open_ones(visit),
    }
    return show(visit, "invite.html", values, status=422 if wrong else 200)


def _asks(visit: Visit) -> bool:
    """Whether households have a voice here, or she lives in one."""
    decisions = visit.book.charters.current.decisions
    return bool(_own_household(visit)) or any(
        read_terms(one).unit == "household" for one in decisions.values()
    )


def _own_household(visit: Visit) -> str | None:
    return myself(visit).household


def _chosen(visit: Visit, form: Form) -> str | None:
    """The household that the form names; empty if it cannot be given away."""
    choice = form.one_of("household", (NONE, OWN, NEW))
    if choice != NEW:
        return _own_household(visit) if choice == OWN else None
    token = form.text("token").lower()
    held = any(
        one.household == token and one.standing is not Standing.LEFT
        for one in visit.book.membership.members.values()
    )
    return token if TOKEN.fullmatch(token) and not held else ""


def _open_ones(visit: Visit) -> list[dict[str, object]]:
    membership, now = visit.book.membership, visit.node.clock.now()
    return [
        {"key": key, "until": membership.invitations[key].until}
        for key, giver in membership.inviters.items()
        if giver == visit.member and membership.invitations[key].until >= now
    ]
