"""Keys on the way: words from paper, a second device, a lost one.

    GET  /me/key               bring a key back with the recovery words, or see them
    GET  /me/device            a member's link for her other device; for others how it is done
    GET  /me/device/{member}   the other device: makes a key and shows a link; no secret is in it
    GET  /me/device/add        the old device again: {base}/me/device/add#{key}.{proof}
    POST /me/device/add        what she is about to sign
    GET  /me/lost              a new key for who lost hers: {base}/members/replace#{key}.{name}

The proof is by the new key and names the community and the member (docs/spec/members.md), so that
the new device has to know whose it is to be. It learns that from the old one's screen, because a
device that belongs to nobody yet reads no list of members.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.pages.acts import act, check_page
from node.pages.deciding.common import SpeakingVisit
from node.pages.forms import NOTHING, Form, FormDep
from node.pages.people.naming import check_number, member_named, myself, read_key
from node.pages.site import show
from node.pages.visit import Visit, VisitDep
from protocol.community.devices import MOST_KEYS, device_text
from protocol.community.members import Standing
from protocol.errors import ProtocolError
from protocol.wire.keys import PublicKey, verify
from protocol.wire.text import b64url_decode

routes: Final = APIRouter(include_in_schema=False)


@routes.get("/me/key")
async def key(visit: VisitDep) -> Response:
    """All of it happens in the browser."""
    return show(visit, "key.html")


@routes.get("/me/device")
async def device(visit: VisitDep) -> Response:
    """The first step, on the device that speaks for her already."""
    if visit.member is None:
        return show(visit, "device-how.html")
    return show(visit, "device-start.html", {"full": _is_full(visit), "most": MOST_KEYS})


@routes.get("/me/device/add")
async def add(visit: SpeakingVisit) -> Response:
    """The third step: the browser reads key and proof off the link."""
    return _add_page(visit)


@routes.post("/me/device/add")
async def check_add(visit: SpeakingVisit, form: FormDep) -> Response:
    """The number to compare, and what the new device will be able to do."""
    found, proof = read_key(form.text("key")), form.text("proof")
    if found is None or not _is_proof(visit, found, proof):
        return _add_page(visit, form, wrong="link")
    membership = visit.book.membership
    if found.text in membership.holders or found.text in membership.retired:
        return _add_page(visit, form, wrong="known")
    if _is_full(visit):
        return _add_page(visit, form, wrong="full")
    return check_page(
        visit,
        visit.words("device.add-title"),
        visit.words("device.add-sign"),
        act(visit, "member/add-key", {"key": found.text, "proof": proof}),
        says=[
            visit.words("device.add-number", number=check_number(found)),
            visit.words("device.add-warning"),
            visit.words("device.add-effect"),
        ],
        then="/me",
    )


@routes.get("/me/device/{member}")
async def new_device(visit: VisitDep, member: str) -> Response:
    """The second step, on the device that is to speak for her too."""
    found = member_named(visit, member)
    values = {"member": found.id, "active": found.standing is Standing.ACTIVE}
    return show(visit, "device-new.html", values)


@routes.get("/me/lost")
async def lost(visit: VisitDep) -> Response:
    """A new key, and a link for others to confirm it."""
    versions = visit.book.charters.versions
    needed = versions[-1].recovery.confirmations if versions else 0
    return show(visit, "lost.html", {"needed": needed})


def _add_page(visit: Visit, form: Form = NOTHING, wrong: str = "") -> Response:
    values = {"key": form.text("key"), "proof": form.text("proof"), "wrong": wrong}
    return show(visit, "device-add.html", values, status=422 if wrong else 200)


def _is_full(visit: Visit) -> bool:
    return len(myself(visit).keys) >= MOST_KEYS


def _is_proof(visit: Visit, key: PublicKey, proof: str) -> bool:
    text = device_text(visit.node.books.own_id, myself(visit).id, key)
    try:
        verify(key, b64url_decode(proof), text)
    except ProtocolError:
        return False
    return True
