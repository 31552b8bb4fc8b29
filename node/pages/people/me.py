"""What a member does about herself: her name, her household, her devices, her words, her leave."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from node.api.problems import Problem
from node.api.views import JsonObject
from node.api.words import words_of
from node.pages.acts import act, check_page
from node.pages.deciding.common import SpeakingVisit
from node.pages.forms import NOTHING, Form, FormDep
from node.pages.markup import bdi
from node.pages.people.inviting import TOKEN
from node.pages.people.naming import check_number, myself
from node.pages.site import show
from node.pages.visit import Visit
from protocol.book import Words
from protocol.community.charter import COMMUNITY
from protocol.errors import Refused
from protocol.wire.keys import PublicKey

routes: Final = APIRouter(include_in_schema=False)
_NAME_CHARS: Final = 80
_WRITINGS: Final = 100


@routes.get("/me")
async def me(visit: SpeakingVisit) -> Response:
    """Herself, as the community and this device know her."""
    return _me(visit)


@routes.post("/me/name")
async def check_name(visit: SpeakingVisit, form: FormDep) -> Response:
    """What others are to call her."""
    name = " ".join(form.text("name").split())
    if not name or len(name) > _NAME_CHARS or not name.isprintable():
        return _me(visit, form, wrong="name")
    return check_page(
        visit,
        visit.words("me.name-title"),
        visit.words("me.name-sign"),
        act(visit, "member/profile", {"name": name}, COMMUNITY),
        says=[visit.words("me.name-says", name=bdi(name)), visit.words("me.name-who")],
        then="/me",
    )


@routes.post("/me/household")
async def check_household(visit: SpeakingVisit, form: FormDep) -> Response:
    """Out of her household at once, or a wish that others confirm."""
    if form.text("out"):
        says, household = [visit.words("me.out-says"), visit.words("me.out-effect")], None
    else:
        household = form.text("household").lower()
        if not TOKEN.fullmatch(household) or household == myself(visit).household:
            return _me(visit, form, wrong="household")
        needed = visit.book.charters.current.admission.sponsors
        says = [
            visit.words("me.wish-says", household=bdi(household)),
            visit.words.number("me.wish-effect", needed),
        ]
    return check_page(
        visit,
        visit.words("me.out-title" if household is None else "me.wish-title"),
        visit.words("me.out-sign" if household is None else "me.wish-sign"),
        act(visit, "household/move", {"household": household}),
        says=says,
        then="/me",
    )


@routes.post("/me/drop-key")
async def check_drop(visit: SpeakingVisit, form: FormDep) -> Response:
    """One of her devices is to speak for her no more."""
    keys = myself(visit).keys
    wanted = next((key for key in keys if key.text == form.text("key")), None)
    if wanted is None:
        raise Problem(409, "key-not-yours", "this is none of your keys now")
    if len(keys) == 1:
        raise Problem(409, "key-last", "this is your only key")
    return check_page(
        visit,
        visit.words("me.drop-title"),
        visit.words("me.drop-sign"),
        act(visit, "member/drop-key", {"key": wanted.text}),
        says=[
            visit.words("me.drop-says", number=check_number(wanted)),
            visit.words("me.drop-effect"),
        ],
        then="/me",
        danger=True,
    )


@routes.get("/me/leave")
async def leave(visit: SpeakingVisit) -> Response:
    """What leaving means; the first of two steps."""
    return show(visit, "leave.html", {"wrong": False})


@routes.post("/me/leave")
async def check_leave(visit: SpeakingVisit, form: FormDep) -> Response:
    """The second step, for whoever said that she is sure."""
    if form.text("sure") != "yes":
        return show(visit, "leave.html", {"wrong": True}, status=422)
    return check_page(
        visit,
        visit.words("me.leave-title"),
        visit.words("me.leave-sign"),
        act(visit, "member/leave", {}),
        says=[visit.words("me.leave-says"), visit.words("me.leave-effect")],
        then="/",
        danger=True,
    )


@routes.get("/me/data")
async def data(visit: SpeakingVisit) -> Response:
    """What this browser keeps for her, and what she wrote here."""
    mine = _writings(visit)
    shelf = await words_of(visit.node, visit.asker.reader, [one.message for _, one in mine])
    rows = [
        {"index": index, "words": shelf[one.message], "title": _beginning(shelf[one.message])}
        for index, one in mine
    ]
    return show(visit, "my-data.html", {"rows": rows, "most": _WRITINGS})


@routes.post("/me/data/erase")
async def check_erase(visit: SpeakingVisit, form: FormDep) -> Response:
    """A text of hers is to be forgotten by whoever follows this ledger."""
    index = form.number("index", most=2**53 - 1)
    words = visit.book.words.get(index)
    if words is None or words.speaker != visit.member:
        raise Refused("entry-lasting", "there is no text of yours at that place")
    return check_page(
        visit,
        visit.words("me.erase-title"),
        visit.words("me.erase-sign"),
        act(visit, "entry/erase", {"index": index}, words.audience),
        says=[visit.words("me.erase-says", index=index), visit.words("me.erase-effect")],
        then="/me/data",
        danger=True,
    )


def _me(visit: Visit, form: Form = NOTHING, wrong: str = "") -> Response:
    member = myself(visit)
    wish = visit.book.membership.wishes.get(member.id)
    values = {
        "one": member,
        "name": form.text("name") if wrong == "name" else member.name,
        "household": form.text("household") if wrong == "household" else "",
        "wish": wish,
        "welcomes": len(visit.book.membership.welcomes.get(member.id, ())),
        "devices": [_device(key) for key in member.keys],
        "wrong": wrong,
    }
    return show(visit, "me.html", values, status=422 if wrong else 200)


def _device(key: PublicKey) -> dict[str, str]:
    return {"key": key.text, "number": check_number(key)}


def _writings(visit: Visit) -> list[tuple[int, Words]]:
    """Her newest texts that can be erased, the newest first."""
    mine = [
        (index, words) for index, words in visit.book.words.items() if words.speaker == visit.member
    ]
    return mine[-_WRITINGS:][::-1]


def _beginning(words: JsonObject) -> str:
    """The first words of a text, in whichever language comes first."""
    for part in ("title", "text", "texts"):
        held = words.get(part)
        if isinstance(held, dict) and held:
            return str(next(iter(held.values())))[:80]
    return ""
