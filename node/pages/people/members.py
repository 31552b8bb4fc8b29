"""People and households: who is here, who waits, and what other members do for them."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.problems import Problem
from node.api.views import household_count
from node.pages.acts import act, check_page
from node.pages.deciding.common import InsideVisit, SpeakingVisit
from node.pages.forms import NOTHING, Form, FormDep
from node.pages.markup import bdi
from node.pages.people.names import reads_names
from node.pages.people.naming import (
    check_number,
    member_named,
    name_of,
    read_key,
)
from node.pages.people.waiting import (
    LostKey,
    claims_on,
    movers_waiting,
    newcomer_of,
    newcomers_waiting,
    replacements_waiting,
)
from node.pages.site import show
from node.pages.visit import Visit
from protocol.community.members import Member, Standing
from protocol.wire.digests import MemberId
from protocol.wire.keys import PublicKey, read_public_key

routes: Final = APIRouter(include_in_schema=False)
PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A new key that is said to be a member's, as a page shows it."""

    claim: LostKey
    number: str
    mine: bool


@routes.get("/members")
async def members(visit: InsideVisit, q: str = "", page: int = 1) -> Response:
    """Who waits, then everybody, by page."""
    wanted = q.strip().casefold()[:80]
    found = [one for one in visit.book.membership.members.values() if _fits(visit, one, wanted)]
    pages = max(1, -(-len(found) // PAGE))
    at = min(max(1, page), pages)
    values = {
        "newcomers": newcomers_waiting(visit.book, visit.member),
        "lost": replacements_waiting(visit.book, visit.member),
        "movers": movers_waiting(visit.book, visit.member),
        "rows": found[(at - 1) * PAGE : at * PAGE],
        "active": len(visit.book.membership.active()),
        "households": household_count(visit.book),
        "query": q.strip()[:80],
        "names": reads_names(visit),
        "page": at,
        "pages": pages,
        "called": lambda one: name_of(visit, one),
    }
    return show(visit, "members.html", values)


@routes.get("/members/replace")
async def replace_page(visit: SpeakingVisit, member: str = "") -> Response:
    """Somebody's new phone showed a link: whose is it? The browser reads the key off the link."""
    return _replace_page(visit, Form(fields=(("member", member),), files={}))


@routes.post("/members/replace")
async def check_replace(visit: SpeakingVisit, form: FormDep) -> Response:
    """Who it is said to be, the number to compare, and the warning to do so in person."""
    found = visit.book.membership.members.get(MemberId(form.text("member")))
    # As typed, or the whole link as pasted.
    key = read_key(form.text("key").rpartition("#")[2].partition(".")[0])
    if found is None or found.standing is Standing.LEFT:
        return _replace_page(visit, form, wrong="member")
    if key is None or _is_known(visit, key):
        return _replace_page(visit, form, wrong="key")
    given = visit.book.membership.confirmations.get(found.id, {}).get(key.text, frozenset())
    if found.id == visit.member or visit.member in given:
        return _replace_page(visit, form, wrong="self" if found.id == visit.member else "twice")
    needed = visit.book.charters.current.recovery.confirmations
    who = name_of(visit, found)
    says = [
        visit.words("members.replace-who", who=who),
        visit.words("members.replace-number", number=check_number(key)),
        visit.words("members.replace-warning"),
        visit.words("members.replace-effect", who=who, given=len(given), needed=needed),
    ]
    return check_page(
        visit,
        visit.words("members.replace-title"),
        visit.words("members.replace-sign"),
        act(visit, "member/replace", {"member": found.id, "key": key.text}),
        says=says,
        then=f"/members/{found.id}",
        danger=True,
    )


@routes.get("/members/{member}")
async def one_member(visit: InsideVisit, member: str) -> Response:
    """Her standing and devices, and what others can do for her."""
    found = member_named(visit, member)
    membership, me = visit.book.membership, visit.member
    wish = membership.wishes.get(found.id)
    values = {
        "one": found,
        "called": name_of(visit, found),
        "newcomer": newcomer_of(visit.book, found),
        "vouched": me in found.sponsors,
        "wish": wish,
        "welcomes": len(membership.welcomes.get(found.id, ())),
        "welcomed": me in membership.welcomes.get(found.id, ()),
        "claims": [_claim(visit, one) for one in claims_on(visit.book, found.id)],
        "numbers": [check_number(key) for key in found.keys],
    }
    return show(visit, "member.html", values)


@routes.post("/members/{member}/sponsor")
async def check_sponsor(visit: SpeakingVisit, member: str) -> Response:
    """Vouching for a newcomer."""
    found = member_named(visit, member)
    if found.standing is not Standing.WAITING:
        raise Problem(409, "nobody-waits", "no newcomer of that id waits to be admitted")
    newcomer, who = newcomer_of(visit.book, found), name_of(visit, found)
    last = newcomer.missing <= 1
    effect = "members.sponsor-last" if last else "members.sponsor-more"
    return check_page(
        visit,
        visit.words("members.sponsor-title"),
        visit.words("members.sponsor-sign"),
        act(visit, "member/sponsor", {"member": found.id}),
        says=[
            visit.words("members.sponsor-who", who=who),
            visit.words("members.sponsor-number", number=check_number(found.keys[0])),
            visit.words(effect, missing=newcomer.missing - 1),
        ],
        then=f"/members/{found.id}",
    )


@routes.post("/members/{member}/welcome")
async def check_welcome(visit: SpeakingVisit, member: str) -> Response:
    """Welcoming somebody into the household that she wishes to belong to."""
    found = member_named(visit, member)
    wish = visit.book.membership.wishes.get(found.id)
    if wish is None:
        raise Problem(409, "wish-unknown", "she wishes to belong to no other household now")
    return check_page(
        visit,
        visit.words("members.welcome-title"),
        visit.words("members.welcome-sign"),
        act(visit, "household/welcome", {"member": found.id, "household": wish}),
        says=[
            visit.words("members.welcome-who", who=name_of(visit, found), household=bdi(wish)),
            visit.words("members.welcome-effect"),
        ],
        then=f"/members/{found.id}",
    )


def _fits(visit: Visit, one: Member, wanted: str) -> bool:
    if not wanted:
        return True
    name = one.name.casefold() if reads_names(visit) else ""
    return wanted in name or wanted in (one.household or "") or one.id.startswith(wanted)


def _replace_page(visit: Visit, form: Form = NOTHING, wrong: str = "") -> Response:
    present = [
        one
        for one in visit.book.membership.members.values()
        if one.standing is not Standing.LEFT and one.id != visit.member
    ]
    values = {
        "people": sorted(present, key=lambda one: (one.name.casefold(), one.id)),
        "called": lambda one: name_of(visit, one),
        "chosen": form.text("member"),
        "key": form.text("key"),
        "wrong": wrong,
    }
    return show(visit, "replace.html", values, status=422 if wrong else 200)


def _is_known(visit: Visit, key: PublicKey) -> bool:
    membership = visit.book.membership
    return key.text in membership.holders or key.text in membership.retired


def _claim(visit: Visit, claim: LostKey) -> Claim:
    given = visit.book.membership.confirmations[claim.member.id][claim.key]
    return Claim(
        claim=claim,
        number=check_number(read_public_key(claim.key)),
        mine=visit.member in given,
    )
