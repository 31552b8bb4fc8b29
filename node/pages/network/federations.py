"""Federations: what communities agreed on, who is in, and how ours joins, leaves or founds one."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from node.api.bodies import MessagePath
from node.api.communities import known_communities
from node.api.community import sees_structure
from node.api.federations import federation_of
from node.api.problems import NotHere, Problem
from node.api.views import JsonObject
from node.pages.acts import act
from node.pages.deciding.common import FIRST, Act, SpeakingVisit, page
from node.pages.deciding.texts import Writing, languages_of, read_writing
from node.pages.forms import Form, FormDep
from node.pages.network.map import PageNumber
from node.pages.visit import Visit, VisitDep
from protocol.community.charter import PUBLIC
from protocol.decisions.proposal import JoinSubject, LeaveSubject, Proposal, State
from protocol.decisions.rules import rule_json
from protocol.federation.acts import find_compact
from protocol.federation.compact import Compact, check_compact, joint_rule
from protocol.wire.bodies import body_json, read_body
from protocol.wire.digests import MessageId

routes: Final = APIRouter(include_in_schema=False)
ON_A_PAGE: Final = 30
_MOST_CHOICES: Final = 150
Step = Literal["join", "leave"]

RULES: Final[Mapping[str, JsonObject]] = {
    "consent": {
        "rule": {"method": "consent", "max_objections": 0},
        "quorum": {"num": 1, "den": 2},
    },
    "consensus": {
        "rule": {
            "method": "consensus",
            "agree": {"num": 4, "den": 5},
            "max_reservations": {"num": 1, "den": 3},
            "max_aside": {"num": 1, "den": 5},
            "reason_for": ["block"],
            "on_block": "reject",
            "fallback": None,
        },
        "quorum": {"num": 2, "den": 3},
    },
    "two-thirds": {
        "rule": {
            "method": "majority",
            "threshold": {"num": 2, "den": 3},
            "of": "cast",
            "strict": False,
        },
        "quorum": {"num": 1, "den": 2},
    },
    "majority": {
        "rule": {
            "method": "majority",
            "threshold": {"num": 1, "den": 2},
            "of": "cast",
            "strict": True,
        },
        "quorum": {"num": 1, "den": 2},
    },
}
"""Rules to start from, the most careful first."""

PACES: Final[Mapping[str, tuple[int, int]]] = {
    "online": (120, 120),
    "now-and-then": (6 * 3_600, 3_600),
    "by-hand": (7 * 86_400, 86_400),
}
"""How news travels: the echo window after a closing time, and a round of the close, in seconds."""


@routes.get("/federations")
async def federations(visit: VisitDep, asked_for: PageNumber = 1) -> Response:
    """Every federation whose compact is known here, our own first."""
    facts = visit.node.books.facts()
    compacts = [act for ledger in facts.values() for act in ledger.acts.compacts.values()]
    own = visit.node.books.own_id
    compacts.sort(key=lambda one: (own not in one.body.communities, -one.received, one.id))
    start = (max(1, min(asked_for, 10_000)) - 1) * ON_A_PAGE
    reader = visit.asker.reader
    some = compacts[start : start + ON_A_PAGE]
    values = {
        "rows": [await federation_of(visit.node, reader, facts, one) for one in some],
        "own": own,
        "number": start // ON_A_PAGE + 1,
        "more": start + ON_A_PAGE < len(compacts),
    }
    return page(visit, "network/federations.html", values)


@routes.get("/federations/new")
async def found(visit: SpeakingVisit) -> Response:
    """An empty form."""
    return await _founding(visit, Writing(languages=languages_of(visit)), {}, {}, 200)


@routes.post("/federations/new")
async def check_founding(visit: SpeakingVisit, form: FormDep) -> Response:
    """The compact that will be signed, in words; or the form again, with what was typed."""
    writing = read_writing(visit, form, languages_of(visit))
    rows = await known_communities(visit.node, visit.asker)
    own = str(visit.node.books.own_id)
    known = {str(row["id"]) for row in rows}
    chosen = [one for one in dict.fromkeys(form.many("community")) if one in known - {own}]
    typed = {"communities": chosen, "rule": form.text("rule"), "pace": form.text("pace")}
    wrong = {**writing.wrong, **_wrong_choices(visit, form, chosen)}
    if form.text("step") == "write" or wrong:
        return await _founding(visit, writing, typed, wrong, 422 if wrong else 200)
    body = _compact(form, [own, *chosen])
    check_compact(read_body(Compact, {**body, "text": "0" * 64}))
    acts: list[Act] = [
        {"kind": "text/publish", "audience": PUBLIC, "body": writing.body},
        {"kind": "federation/compact", "audience": PUBLIC, "body": {**body, "text": FIRST}},
    ]
    values = {
        "text": writing.body,
        "compact": body,
        "own": own,
        "acts": acts,
        "typed": form.fields,
    }
    return page(visit, "network/found-check.html", values)


def _compact(form: Form, communities: list[str]) -> JsonObject:
    window_s, round_s = PACES[form.text("pace")]
    return {
        "communities": [*communities],
        "terms": RULES[form.text("rule")],
        "closers": None,
        "window_s": window_s,
        "round_s": round_s,
    }


def _wrong_choices(visit: Visit, form: Form, chosen: list[str]) -> dict[str, Markup]:
    wrong = {}
    if not chosen:
        wrong["communities"] = visit.words("federations.none-chosen")
    elif len(chosen) >= _MOST_CHOICES:
        wrong["communities"] = visit.words("federations.too-many", most=_MOST_CHOICES)
    if form.text("rule") not in RULES:
        wrong["rule"] = visit.words("federations.rule-missing")
    if form.text("pace") not in PACES:
        wrong["pace"] = visit.words("federations.pace-missing")
    return wrong


async def _founding(
    visit: Visit,
    writing: Writing,
    typed: Mapping[str, Any],
    wrong: Mapping[str, Markup],
    status: int,
) -> Response:
    rows = await known_communities(visit.node, visit.asker)
    values = {
        "writing": writing,
        "wrong": wrong,
        "chosen": typed.get("communities", []),
        "rule": typed.get("rule") or next(iter(RULES)),
        "pace": typed.get("pace") or next(iter(PACES)),
        "rows": [row for row in rows if not row["own"]][:_MOST_CHOICES],
        "rules": RULES,
        "paces": {name: visit.moments.span(window) for name, (window, _) in PACES.items()},
    }
    return page(visit, "network/found.html", values, status)


@routes.get("/federations/{message}")
async def federation(visit: VisitDep, message: MessagePath) -> Response:
    """One federation: its compact in words, and for those inside, who is in."""
    row = await _view(visit, message)
    own = visit.node.books.own_id
    book = visit.book
    decides = sees_structure(visit.asker, book)
    values = {
        "row": row,
        "own": own,
        "standing": message in book.federation.standing,
        "named": own in row["communities"],  # type: ignore[operator]
        "joining": _under_way(visit, message, JoinSubject) if decides else None,
        "leaving": _under_way(visit, message, LeaveSubject) if decides else None,
        "in_it": {str(seat["community"]) for seat in _rows(row, "seats")},
        "gone": {str(seat["community"]) for seat in _rows(row, "left")},
        "inside": row["seats"] is not None,
    }
    return page(visit, "network/federation.html", values)


def _rows(row: JsonObject, name: str) -> list[JsonObject]:
    found = row[name]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


async def _view(visit: Visit, message: MessageId) -> JsonObject:
    facts = visit.node.books.facts()
    compact = find_compact(facts, message)
    if compact is None:
        raise NotHere("federation-unknown", "no compact of that id is known here")
    row = await federation_of(visit.node, visit.asker.reader, facts, compact)
    terms = compact.body.terms
    # With every parameter spelled out, also those that the compact leaves to their defaults.
    rule = rule_json(joint_rule(terms))
    return {**row, "terms": {"rule": rule, "quorum": body_json(terms.quorum)}}


def _under_way(
    visit: Visit, federation: MessageId, subject: type[JoinSubject | LeaveSubject]
) -> Proposal | None:
    """Our proposal to join or leave that is not decided yet, if there is one."""
    for one in reversed(visit.book.decisions.proposals.values()):
        waits = one.state in (State.DRAFT, State.OPEN)
        if waits and isinstance(one.subject, subject) and one.subject.federation == federation:
            return one
    return None


@routes.get("/federations/{message}/{step}")
async def ask_to(visit: SpeakingVisit, message: MessagePath, step: Step) -> Response:
    """A form for the reasons to join or leave."""
    row = await _possible(visit, message, step)
    return _asking(visit, row, step, Writing(languages=languages_of(visit)), 200)


@routes.post("/federations/{message}/{step}")
async def check_asking(
    visit: SpeakingVisit, message: MessagePath, step: Step, form: FormDep
) -> Response:
    """The proposal that will be signed; or the form again, with what was typed."""
    row = await _possible(visit, message, step)
    writing = read_writing(visit, form, languages_of(visit))
    if form.text("step") == "write" or writing.wrong:
        return _asking(visit, row, step, writing, 422 if writing.wrong else 200)
    subject: JsonObject = {"kind": f"federation/{step}", "federation": message}
    if step == "join":
        subject["founder"] = row["founder"]
    draft: JsonObject = {"type": "federation", "text": FIRST, "subject": subject}
    acts = [act(visit, "text/publish", writing.body), act(visit, "proposal/draft", draft)]
    values = {
        "row": row,
        "step": step,
        "text": writing.body,
        "acts": acts,
        "typed": form.fields,
        "terms": visit.book.charters.current.terms("federation"),
    }
    return page(visit, "network/asking-check.html", values)


async def _possible(visit: Visit, message: MessageId, step: Step) -> JsonObject:
    """The federation, if ours can take that step.

    Raises:
        Problem: It is in already, or is not in.
    """
    row = await _view(visit, message)
    standing = message in visit.book.federation.standing
    if step == "join" and standing:
        raise Problem(409, "joined-already", "the community is in this federation already")
    if step == "leave" and not standing:
        raise Problem(422, "not-in-federation", "the community is not in this federation")
    communities = row["communities"]
    if isinstance(communities, list) and visit.node.books.own_id not in communities:
        raise Problem(422, "compact-names-others", "the compact does not name our community")
    return row


def _asking(visit: Visit, row: JsonObject, step: Step, writing: Writing, status: int) -> Response:
    values = {"row": row, "step": step, "writing": writing}
    return page(visit, "network/asking.html", values, status)
