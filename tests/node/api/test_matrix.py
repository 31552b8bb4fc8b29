"""Who may do what: every role at every route, and what each is shown.

The table is compared with the application's own routes, so that no route is forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from node.api.submissions import PATH
from node.keys import operator_token
from protocol.community.charter import charter_json
from protocol.ledger.checkpoint import origin_of
from protocol.wire.digests import MessageId, sha256
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from tests.node.api.house import Answer, Caller, House
from tests.node.api.story import (
    Federation,
    adopt,
    call_recall,
    comment,
    convene,
    draft,
    federate,
    fill,
    mandate,
    open_vote,
    owe,
    publish,
    record,
    report,
    take,
)

ROLES = ("anonymous", "stranger", "member", "peer", "outsider", "operator")
# A stranger whose key nobody knows is anonymous; an outsider is a known community that no
# compact of ours names. 401: say who you are; 403: known, and not for you.
ALL = (200,) * 6
INSIDE = (401, 401, 200, 403, 403, 200)
FEDERATED = (404, 404, 200, 200, 404, 200)
MEMBERS = (401, 401, 200, 403, 403, 200)
OPERATOR = (401, 401, 403, 403, 403, 200)
OPERATOR_ADDS = (401, 401, 403, 403, 403, 201)

MATRIX: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/livez"): ALL,
    ("GET", "/readyz"): ALL,
    ("GET", "/metrics"): ALL,
    ("GET", "/openapi.json"): ALL,
    ("GET", "/v1/status"): ALL,
    ("GET", "/v1/communities"): ALL,
    ("GET", "/v1/communities/{community}/chain"): ALL,
    ("GET", "/v1/charter"): INSIDE,
    ("GET", "/v1/charter/{number}"): INSIDE,
    ("GET", "/v1/members"): INSIDE,
    ("GET", "/v1/proposals"): INSIDE,
    ("GET", "/v1/proposals/{message}"): INSIDE,
    ("GET", "/v1/proposals/{message}/snapshot"): MEMBERS,
    ("GET", "/v1/assemblies"): INSIDE,
    ("GET", "/v1/assemblies/{message}"): INSIDE,
    ("GET", "/v1/minutes"): INSIDE,
    ("GET", "/v1/minutes/{message}"): INSIDE,
    ("GET", "/v1/offices"): INSIDE,
    ("GET", "/v1/offices/{name}"): INSIDE,
    ("GET", "/v1/offices/{name}/credentials"): ALL,
    ("GET", "/v1/mandates"): INSIDE,
    ("GET", "/v1/mandates/{message}"): INSIDE,
    ("GET", "/v1/recalls"): INSIDE,
    ("GET", "/v1/recalls/{message}"): INSIDE,
    ("GET", "/v1/accounts"): INSIDE,
    ("POST", "/v1/messages"): (201, 200, 200, 200, 200, 200),
    ("GET", "/v1/messages/{message}"): ALL,
    ("GET", "/v1/federations"): ALL,
    ("GET", "/v1/federations/{message}"): ALL,
    ("GET", "/v1/federated"): ALL,
    ("GET", "/v1/federated/{message}"): FEDERATED,
    ("GET", "/v1/heads"): ALL,
    ("GET", "/v1/ledgers/{community}/checkpoint"): ALL,
    ("GET", "/v1/ledgers/{community}/range"): ALL,
    ("GET", "/v1/ledgers/{community}/tile/{path:path}"): ALL,
    ("POST", "/v1/bundles"): ALL,
    ("POST", "/v1/witness/add-checkpoint"): (400,) * 6,
    ("GET", "/v1/witness/{origin_hash}/checkpoint"): (404,) * 6,
    ("POST", "/v1/operator/acts"): OPERATOR_ADDS,
    ("POST", "/v1/operator/close"): (401, 401, 403, 403, 403, 422),
    ("GET", "/v1/operator/peers"): OPERATOR,
    ("POST", "/v1/operator/peers"): OPERATOR_ADDS,
    ("DELETE", "/v1/operator/peers"): (401, 401, 403, 403, 403, 204),
    ("GET", "/v1/operator/bundle"): OPERATOR,
    ("POST", "/v1/operator/bundle"): OPERATOR,
    ("GET", "/v1/operator/duties"): OPERATOR,
    ("GET", "/v1/operator/doctor"): OPERATOR,
    ("POST", "/v1/operator/backup"): OPERATOR_ADDS,
    ("GET", "/v1/operator/backups"): OPERATOR,
    ("POST", "/v1/operator/drill"): (401, 401, 403, 403, 403, 404),
    ("GET", "/v1/operator/checks"): OPERATOR,
    ("POST", "/v1/operator/checks"): (401, 401, 403, 403, 403, 404),
    # Last, for the token that callers hold is worth nothing afterwards.
    ("DELETE", "/v1/operator/token"): (401, 401, 403, 403, 403, 204),
}


@dataclass
class Town:
    """Our house, two neighbours whose ledgers it holds, and things to ask for."""

    house: House
    neighbour: House
    outsider: House
    proposal: MessageId
    secret: MessageId
    assembly: MessageId
    minutes: MessageId
    mandate: MessageId
    recall: MessageId
    federation: Federation
    act: bytes
    bundle: bytes

    def callers(self) -> Iterator[tuple[str, Caller]]:
        unknown = PrivateKey.from_seed(sha256(b"nobody here has this key"))
        yield "anonymous", self.house.anybody
        yield "stranger", self.house.signed(unknown)
        yield "member", self.house.member(1)
        yield "peer", self.house.signed(self.neighbour.node.keys.voice)
        yield "outsider", self.house.signed(self.outsider.node.keys.voice)
        yield "operator", self.house.operator

    async def knock(self, caller: Caller, method: str, path: str) -> Answer:
        own = self.house.village.community
        values = {
            "{community}": own,
            "{origin_hash}": sha256(origin_of(own).encode()).hex(),
            "{path:path}": "0/000.p/1",
            "{name}": "health",
            "{number}": "1",
            "{message}": self.federation.proposal if "federated" in path else self.proposal,
        }
        if path == "/v1/federations/{message}":
            values["{message}"] = self.federation.id
        elif path == "/v1/assemblies/{message}":
            values["{message}"] = self.assembly
        elif path == "/v1/minutes/{message}":
            values["{message}"] = self.minutes
        elif path == "/v1/mandates/{message}":
            values["{message}"] = self.mandate
        elif path == "/v1/recalls/{message}":
            values["{message}"] = self.recall
        filled = path
        for name, value in values.items():
            filled = filled.replace(name, value)
        if (method, path) == ("DELETE", "/v1/operator/peers"):
            await self.house.operator.post(path, self.asked(path))
            filled += "?url=http://agua.example"
        raw = {PATH: self.act, "/v1/bundles": self.bundle, "/v1/operator/bundle": self.bundle}
        if method == "POST" and path in raw:
            return await caller.call("POST", filled, raw[path])
        if method == "POST":
            return await caller.post(filled, self.asked(path))
        return await caller.call(method, filled)

    def asked(self, path: str) -> dict[str, JsonValue]:
        backup = str(self.house.node.settings.data_dir / "copy.db")
        bodies: dict[str, dict[str, JsonValue]] = {
            "/v1/operator/acts": {
                "kind": "community/describe",
                "body": {"name": "La Ceiba", "languages": ["es"]},
            },
            "/v1/operator/close": {"proposal": self.proposal},
            "/v1/operator/peers": {"url": "http://agua.example", "allow_private": False},
            "/v1/operator/backup": {"path": backup},
            "/v1/operator/drill": {"name": None},
            "/v1/operator/checks": {"url": "http://nobody.example"},
        }
        return bodies.get(path, {})


@pytest.fixture
async def town(house: House, neighbour: House, outsider: House) -> Town:
    for other in (neighbour, outsider):
        await house.learn(other)
    proposal = await draft(house)
    secret = await comment(house, 1, proposal, "Solo entre nosotras")
    await open_vote(house, proposal)
    await take(house, 1, proposal)
    assembly = await convene(house, proposal)
    minutes = await record(house, assembly=assembly)
    place = await fill(house, "health", 0, deputies=(2,))
    mandated = await mandate(house)
    await report(house, 0, place)
    called = await call_recall(house, 1, place)
    await owe(house)
    federation = await federate(house, neighbour.village.community)
    return Town(
        house=house,
        neighbour=neighbour,
        outsider=outsider,
        proposal=proposal,
        secret=secret,
        assembly=assembly,
        minutes=minutes,
        mandate=mandated,
        recall=called,
        federation=federation,
        act=house.village.text(2, "Para todas las puertas"),
        bundle=await neighbour.bundle(),
    )


def routes_of(house: House) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for route in house.app.routes:
        assert isinstance(route, APIRoute | Route), route
        if route.endpoint.__module__.startswith("node.pages."):
            continue  # tests/pages/test_matrix.py has those
        methods = {"POST"} if route.path == PATH else (route.methods or set()) - {"HEAD"}
        found |= {(method, route.path) for method in methods}
    return found


async def test_no_route_is_missing(house: House) -> None:
    assert routes_of(house) == set(MATRIX)


async def test_every_role_at_every_route(town: Town) -> None:
    answered = {}
    for route in MATRIX:
        statuses = []
        for _, caller in town.callers():
            answer = await town.knock(caller, *route)
            statuses.append(answer.status)
            if answer.status >= 400:
                assert answer.code
        answered[route] = tuple(statuses)
    wrong = {
        route: (MATRIX[route], answered[route])
        for route in MATRIX
        if answered[route] != MATRIX[route]
    }
    assert not wrong


async def test_a_wrong_token_is_refused_even_where_nobody_needs_one(house: House) -> None:
    right = operator_token(house.node.settings.data_dir, house.node.entropy)
    for header in ("", "Bearer", "Bearer ", f"Bearer {'x' * 43}", f"Basic {right}", right):
        answer = await house.anybody.get("/v1/status", {"authorization": header})
        assert (answer.status, answer.code) == (401, "token-invalid")
        assert "Bearer" in answer.headers["www-authenticate"]
    spelled = await house.anybody.get("/v1/operator/peers", {"authorization": f"bearer {right}"})
    assert spelled.status == 200


# --- what each of them sees -----------------------------------------------------------------

SEES_STRUCTURE = {"member", "operator"}
SEES_FEDERATION = {"member", "peer", "operator"}


async def test_counts_of_people_are_for_those_inside(town: Town) -> None:
    for role, caller in town.callers():
        status = (await caller.get("/v1/status")).json
        assert (status["members"] is not None) == (role in SEES_STRUCTURE)
        assert (status["open_proposals"] is not None) == (role in SEES_STRUCTURE)
        joined = [town.federation.id] if role in SEES_FEDERATION else []
        assert status["federations"] == joined


async def test_an_entry_goes_to_its_audience_alone(town: Town) -> None:
    addressed = {
        town.secret: SEES_STRUCTURE,
        town.federation.proposal: SEES_FEDERATION,
        town.federation.id: set(ROLES),
    }
    for message, audience in addressed.items():
        for role, caller in town.callers():
            answer = await caller.get(f"/v1/messages/{message}")
            assert answer.status == 200
            assert (answer.json["entry"] is not None) == (role in audience)
            assert answer.json["missing"] == (None if role in audience else "withheld")
            assert answer.json["receipt"]


async def test_no_answer_holds_words_for_others(town: Town) -> None:
    """Everything that an outsider can get, searched for what was not said to her."""
    met = b"Nos reunimos bajo la ceiba"
    reported = b"Cuarenta visitas"
    inside = [
        b"Solo entre nosotras",
        b"Reparar la bomba",
        met,
        reported,
        town.federation.words.encode(),
    ]
    own = town.house.village.community
    doors = [path for method, path in MATRIX if method == "GET"]
    for role, caller in town.callers():
        seen = b""
        for door in doors:
            seen += (await town.knock(caller, "GET", door)).raw
        for message in (town.secret, town.proposal, town.federation.proposal):
            seen += (await caller.get(f"/v1/messages/{message}")).raw
        for start in range(0, town.house.node.journal.head.size, 7):
            seen += (await caller.get(f"/v1/ledgers/{own}/range?start={start}")).raw
        allowed = [role in SEES_STRUCTURE] * 4 + [role in SEES_FEDERATION]
        assert [words in seen for words in inside] == allowed, role


async def test_federations_show_their_members_to_members(town: Town) -> None:
    for role, caller in town.callers():
        shown = (await caller.get(f"/v1/federations/{town.federation.id}")).json
        assert shown["founder"] == town.house.village.community
        assert (shown["seats"] is not None) == (role in SEES_FEDERATION)
        listed = (await caller.get("/v1/federated")).json["federated"]
        assert bool(listed) == (role in SEES_FEDERATION)


async def test_a_member_who_left_is_a_stranger(town: Town) -> None:
    caller = town.house.member(2)
    assert (await caller.get("/v1/members")).status == 200
    await town.house.node.journal.submit(town.house.village.says(2, "member/leave", {}))
    assert (await caller.get("/v1/members")).status == 401


async def test_books_that_are_opened_later_do_not_open_what_was_said_before(town: Town) -> None:
    book = town.house.node.books.own
    assert book.charters.current.audience == "community"
    opened: dict[str, JsonValue] = {**charter_json(book.charters.current), "audience": "public"}
    decision = await adopt(town.house, {"kind": "charter", "charter": opened}, "charter")
    body: dict[str, JsonValue] = {"version": 2, "charter": opened, "decision": decision}
    await town.house.node.journal.speak("charter/adopt", "public", body)
    anybody = town.house.anybody
    assert (await anybody.get("/v1/charter")).json["version"] == 2
    assert (await anybody.get("/v1/charter/2")).json["charter"] == opened
    assert (await anybody.get("/v1/charter/1")).status == 401
    assert (await town.house.member(0).get("/v1/charter/1")).json["version"] == 1
    assert (await anybody.get("/v1/charter/3")).code == "charter-unknown"
    assert (await anybody.get("/v1/members")).status == 401
    assert (await anybody.get(f"/v1/proposals/{town.proposal}")).status == 401


async def test_an_open_community_shows_its_decisions_and_not_its_names(open_house: House) -> None:
    name: dict[str, JsonValue] = {"name": "Ana"}
    raw = open_house.village.says(0, "member/profile", name, "community")
    await open_house.node.journal.submit(raw)
    told = await publish(open_house, "Dicho a todo el mundo", "public")
    hidden = await draft(open_house, "Dicho entre nosotras")
    anybody = open_house.anybody
    members = (await anybody.get("/v1/members")).json
    assert "Ana" not in str(members)
    assert "Ana" in str((await open_house.member(1).get("/v1/members")).json)
    shown = (await anybody.get(f"/v1/proposals/{hidden}")).json
    assert shown["text"] == {"id": shown["text"]["id"], "missing": "withheld"}  # type: ignore[index,call-overload]
    entry = (await anybody.get(f"/v1/messages/{told}")).json
    assert entry["missing"] is None
