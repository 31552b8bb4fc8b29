"""Proposals to several communities: how each stands, how the close goes, and what came of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from node.api.bodies import MessagePath
from node.api.community import sees_structure
from node.api.federations import federation_of, joint_of
from node.api.joint_views import asked_view
from node.api.problems import NotHere
from node.api.views import JsonObject
from node.api.words import words_of
from node.pages.deciding.bars import Bar, draw
from node.pages.deciding.common import FIRST, SIGNS, Act, SpeakingVisit, page
from node.pages.deciding.texts import Writing, languages_of, read_writing
from node.pages.forms import Form, FormDep
from node.pages.network.map import PageNumber
from node.pages.visit import Visit, VisitDep
from node.readers import may_read
from protocol.decisions.proposal import FederatedSubject, Proposal
from protocol.decisions.tally import CHOICES
from protocol.federation.acts import find_compact
from protocol.federation.joint import find_proposal
from protocol.federation.proposal import Proposing
from protocol.ledger.act import VOICE
from protocol.ledger.act import Act as Placed
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue

routes: Final = APIRouter(include_in_schema=False)
ON_A_PAGE: Final = 30
_HOUR_S: Final = 3_600
_STEP_S: Final = 300
_EVENING: Final = 20
_DAYS: Final = (1, 3, 7, 14, 28)
_FURTHEST_S: Final = 366 * 86_400
_UNKNOWN: Final = dict.fromkeys(("explain", "outcome", "close", "certificate"))
"""What is not said while entries that the roster cites are missing."""


@routes.get("/federated")
async def federated(visit: VisitDep, asked_for: PageNumber = 1) -> Response:
    """The proposals that are addressed to whoever looks, the newest first."""
    facts = visit.node.books.facts()
    asked = [act for ledger in facts.values() for act in ledger.acts.proposals.values()]
    asked = [one for one in asked if may_read(visit.asker.reader, one.ledger, one.audience)]
    asked.sort(key=lambda one: (one.received, one.id), reverse=True)
    start = (max(1, min(asked_for, 10_000)) - 1) * ON_A_PAGE
    some = asked[start : start + ON_A_PAGE]
    words = await words_of(visit.node, visit.asker.reader, _texts(some))
    values = {
        "rows": [await _row(visit, one, words) for one in some],
        "number": start // ON_A_PAGE + 1,
        "more": start + ON_A_PAGE < len(asked),
        "may_ask": visit.member is not None and bool(visit.book.federation.standing),
    }
    return page(visit, "network/federated-list.html", values)


def _texts(some: list[Placed[Proposing]]) -> list[MessageId]:
    return [MessageId(one.body.text) for one in some]


async def _row(
    visit: Visit, asked: Placed[Proposing], words: Mapping[MessageId, JsonObject]
) -> JsonObject:
    joint = await joint_of(visit.node, visit.node.books.facts(), asked)
    explain = joint.get("explain")
    return {
        **asked_view(asked, words),
        "stage": joint["stage"],
        "sentence": explain.get(visit.language) if isinstance(explain, dict) else None,
    }


@routes.get("/federated/new")
async def ask_all(visit: SpeakingVisit, federation: str = "") -> Response:
    """An empty form."""
    return await _asking(visit, federation, Writing(languages=languages_of(visit)), "", {}, 200)


@routes.post("/federated/new")
async def check_asking(visit: SpeakingVisit, form: FormDep) -> Response:
    """What will be put to all, in words; or the form again, with what was typed."""
    chosen = form.text("federation")
    writing = read_writing(visit, form, languages_of(visit))
    closes_at = _read_time(visit, form)
    row = await _standing(visit, chosen)
    wrong = {**writing.wrong, **_wrong(visit, row, closes_at)}
    if form.text("step") == "write" or wrong or row is None:
        status = 422 if wrong else 200
        return await _asking(visit, chosen, writing, form.text("at"), wrong, status)
    audience = f"federation:{chosen}"
    asked: JsonObject = {
        "federation": chosen,
        "text": FIRST,
        "seats": row["seats"],
        "left": row["left"],
        "closes_at": closes_at,
    }
    acts: list[Act] = [
        {"kind": "text/publish", "audience": audience, "body": writing.body},
        {"kind": "federation/propose", "audience": audience, "body": asked},
    ]
    values = {
        "row": row,
        "text": writing.body,
        "closes_at": closes_at,
        "seated": [seat["community"] for seat in _dicts(row["seats"])],
        "acts": acts,
        "typed": form.fields,
    }
    return page(visit, "network/ask-check.html", values)


async def _standing(visit: Visit, federation: str) -> JsonObject | None:
    """The federation, if ours is in it."""
    facts = visit.node.books.facts()
    if federation not in visit.book.federation.standing:
        return None
    compact = find_compact(facts, MessageId(federation))
    if compact is None:
        return None
    return await federation_of(visit.node, visit.asker.reader, facts, compact)


def _wrong(visit: Visit, row: JsonObject | None, closes_at: int | None) -> dict[str, Markup]:
    wrong = {}
    if row is None:
        wrong["federation"] = visit.words("federated.no-federation")
    elif unaccounted(row):
        wrong["federation"] = visit.words("federated.waiting-for", n=len(unaccounted(row)))
    now = max(visit.node.clock.now(), visit.book.clock)
    if closes_at is None:
        wrong["at"] = visit.words("open.time-missing")
    elif closes_at < now + _STEP_S:
        wrong["at"] = visit.words("federated.time-early")
    elif closes_at > now + _FURTHEST_S:
        wrong["at"] = visit.words("open.time-late")
    return wrong


def unaccounted(row: JsonObject) -> list[str]:
    """Communities of the compact that have neither joined nor left, as far as is known here."""
    known = {str(one["community"]) for name in ("seats", "left") for one in _dicts(row[name])}
    communities = row["communities"]
    named = communities if isinstance(communities, list) else []
    return [str(one) for one in named if str(one) not in known]


def _dicts(value: JsonValue) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _read_time(visit: Visit, form: Form) -> int | None:
    chosen = form.text("closes")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 13:
        return int(chosen)
    return visit.moments.read_field(form.text("at"))


def _times(visit: Visit) -> list[int]:
    now = visit.node.clock.now()
    hour = now + _HOUR_S - now % _STEP_S + _STEP_S
    evenings = [visit.moments.on_day(timedelta(days=days), _EVENING) for days in _DAYS]
    return [hour, *(one for one in evenings if one > hour)]


async def _asking(
    visit: Visit,
    federation: str,
    writing: Writing,
    at: str,
    wrong: Mapping[str, Markup],
    status: int,
) -> Response:
    rows = [await _standing(visit, one) for one in visit.book.federation.standing]
    values = {
        "rows": [row for row in rows if row is not None],
        "federation": federation,
        "writing": writing,
        "times": _times(visit),
        "at": at,
        "wrong": wrong,
    }
    return page(visit, "network/ask.html", values, status)


@routes.get("/federated/{message}")
async def one_federated(visit: VisitDep, message: MessagePath) -> Response:
    """One proposal: the outcome first if there is one, how each community stands, the close."""
    facts = visit.node.books.facts()
    asked = find_proposal(facts, message)
    if asked is None or not may_read(visit.asker.reader, asked.ledger, asked.audience):
        raise NotHere("federated-unknown", "no such federated proposal is known here")
    words = await words_of(visit.node, visit.asker.reader, [MessageId(asked.body.text)])
    joint = await joint_of(visit.node, facts, asked)
    own = _own_decision(visit, message) if sees_structure(visit.asker, visit.book) else None
    values: dict[str, Any] = {
        "asked": asked_view(asked, words),
        "joint": {**_UNKNOWN, **joint},
        "standings": _standings(joint),
        "bars": _bars(visit, joint),
        "own": own,
        "steps": _steps(joint),
    }
    return page(visit, "network/federated.html", values)


def _own_decision(visit: Visit, message: MessageId) -> Proposal | None:
    """Our own decision on it, drafted by the community's voice."""
    for one in visit.book.decisions.proposals.values():
        subject = one.subject
        about = isinstance(subject, FederatedSubject) and subject.proposal == message
        if about and one.author == VOICE:
            return one
    return None


def _standings(joint: JsonObject) -> list[JsonObject]:
    """Each community with what it said; once it is final, what of it was in time."""
    outcome = joint.get("outcome")
    certified = {
        str(row["community"]): row
        for row in _dicts(outcome["rows"] if isinstance(outcome, dict) else None)
    }
    found = []
    for position in _dicts(joint.get("positions")):
        row = certified.get(str(position["community"]))
        choice = position.get("choice") if row is None else row.get("choice")
        timely = None if row is None else row.get("choice") is not None
        counted = position if row is None or not timely else row
        found.append(
            {
                "community": position["community"],
                "heard": position["heard"],
                "choice": choice if timely is not False else position.get("choice"),
                "timely": timely,
                "people": counted.get("people"),
                "households": counted.get("households"),
            }
        )
    return found


def _bars(visit: Visit, joint: JsonObject) -> Markup | None:
    """The communities' choices as bars: as certified, or as heard so far."""
    standings = _standings(joint)
    if not standings:
        return None
    counted = [one["choice"] for one in standings if one["choice"] and one["timely"] is not False]
    bars = [
        Bar(
            style=choice,
            words=f"{SIGNS[choice]} {visit.words(f'choices.{choice}')}",
            number=str(counted.count(choice)),
            part=counted.count(choice),
            whole=len(standings),
        )
        for choice in CHOICES
        if choice in counted or choice == "agree"
    ]
    return draw(bars, str(visit.words("federated.bars")))


def _steps(joint: JsonObject) -> list[tuple[str, bool, dict[str, object]]]:
    """The stages of the close: the key of each, whether it is done, and its figures."""
    close = joint.get("close")
    if not isinstance(close, dict):
        return []
    quorum = joint["quorum"]
    needed = quorum if isinstance(quorum, int) else 0
    receipts = close["receipts"]
    heard = len(receipts) if isinstance(receipts, list) else 0
    votes, commits = _most(close["votes"]), _most(close["commits"])
    final = joint["stage"] == "final"
    return [
        ("deadline", joint["stage"] != "open", {}),
        ("receipts", final or 0 < needed <= heard, {"n": heard, "q": needed}),
        ("list", final or bool(close["lists"]), {}),
        ("votes", final or 0 < needed <= votes, {"n": votes, "q": needed}),
        ("commits", final or 0 < needed <= commits, {"n": commits, "q": needed}),
        ("certificate", final, {}),
    ]


def _most(voices: JsonValue) -> int:
    """The most closers that said the same in one round."""
    closers = [one["closers"] for one in _dicts(voices)]
    return max((len(one) for one in closers if isinstance(one, list)), default=0)
