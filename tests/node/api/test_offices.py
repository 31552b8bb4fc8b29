"""What the API shows of offices: who holds one, on what terms, what is overdue, who is told."""

from base64 import b64decode
from typing import Any

from node.api.office_views import office_summary, see
from protocol.offices.credential import open_credential
from protocol.wire.encoding import JsonValue
from tests.node.api.house import Caller, House
from tests.node.api.story import call_recall, fill, mandate, owe, publish, report


async def read(house: House, path: str, caller: Caller | None = None) -> dict[str, Any]:
    answer = await (caller or house.member(1)).get(path)
    assert answer.status == 200, answer.raw
    return dict(answer.json)


async def test_an_office_with_its_holder_deputy_and_what_is_free(house: House) -> None:
    place = await fill(house, "health", 0, deputies=(2,))
    raw = house.village.says(1, "office/stand", {"office": "watch", "text": None})
    await house.node.journal.submit(raw)
    listed = (await read(house, "/v1/offices"))["offices"]
    health, school, watch = listed
    assert [one["office"] for one in listed] == ["health", "school", "watch"]
    assert school["definition"]["election"]["method"] == "approval"
    (holder,), (deputy,) = health["holders"], health["deputies"]
    assert (holder["id"], holder["member"]) == (place, house.village.members[0])
    assert (holder["serves"], deputy["serves"], health["free"]) == (True, False, 0)
    assert holder["until"] == holder["accepted_at"] + 30 * 86_400
    assert health["definition"]["recall"] == {"share": {"num": 1, "den": 2}, "terms": None}
    assert (watch["free"], watch["holders"]) == (2, [])
    assert [one["member"] for one in watch["candidates"]] == [house.village.members[1]]
    shown = await read(house, "/v1/offices/health")
    assert {name: shown[name] for name in health} == health
    missing = await house.member(1).get("/v1/offices/water")
    assert (missing.status, missing.code) == (404, "office-unknown")


async def test_mandates_and_what_is_overdue_by_the_nodes_clock(house: House) -> None:
    place = await fill(house, "health", 0)
    issued = await mandate(house)
    shown = await read(house, f"/v1/mandates/{issued}")
    assert (shown["standing"], shown["binding"]) == ("in-force", "imperative")
    assert shown["text"]["texts"] == {"es": "Que así sea"}
    assert (await read(house, "/v1/mandates?office=health"))["mandates"] == [shown]
    assert (await read(house, "/v1/mandates?office=watch"))["mandates"] == []
    await report(house, 0, place)
    accounts = await read(house, "/v1/accounts?state=given")
    assert (accounts["overdue"], len(accounts["reports"])) == ([], 1)
    (given,) = accounts["reports"]
    assert (given["about"], given["period"], given["state"]) == (place, 1, "given")
    book, late = house.node.books.own, shown["issued_at"] + 86_400
    summary = office_summary(see(book, {}, names=False, now=late), "health")
    (due,) = summary["overdue"]  # type: ignore[misc,str-unpack]
    assert due == {
        "about": issued,
        "office": "health",
        "holder": None,
        "period": 1,
        "due": late,
        "returned": False,
    }


async def test_a_recall_from_the_call_to_the_proposal(house: House) -> None:
    place = await fill(house, "health", 0, deputies=(2,))
    first = await call_recall(house, 1, place)
    shown = await read(house, f"/v1/recalls/{first}")
    assert (shown["state"], shown["voices"], shown["needed"]) == ("gathering", 1, 2)
    assert shown["calls"][0]["text"]["texts"] == {"es": "No vino a ninguna reunión"}
    await call_recall(house, 2, place)
    await owe(house)
    shown = await read(house, f"/v1/recalls/{first}")
    assert shown["state"] == "voting"
    proposal = await read(house, f"/v1/proposals/{shown['proposal']}")
    assert proposal["subject"] == {"kind": "recall", "place": place}
    assert proposal["author"] == "voice"
    assert (await read(house, "/v1/recalls?state=voting"))["recalls"] == [shown]
    assert (await read(house, "/v1/offices/health"))["recalls"] == [shown]


async def test_anybody_can_check_a_holder_from_one_entry(house: House) -> None:
    """The key chain, one entry, its receipt: no structure of the community is needed."""
    await fill(house, "health", 0)
    anybody = house.anybody
    assert (await read(house, "/v1/offices/health/credentials", anybody))["credentials"] == []
    await owe(house)
    (told,) = (await read(house, "/v1/offices/health/credentials", anybody))["credentials"]
    assert (told["holds"], told["key"]) == (True, house.village.keys[0].public.text)
    entry = await read(house, f"/v1/messages/{told['id']}", anybody)
    body, receipt = open_credential(
        house.node.books.own.identity,
        b64decode(entry["entry"]),
        entry["receipt"].encode(),
    )
    assert (body.office, body.member) == ("health", house.village.members[0])
    assert receipt.index == told["index"]
    raw = house.village.says(0, "office/resign", {"office": "health"})
    await house.node.journal.submit(raw)
    await owe(house)
    (told,) = (await read(house, "/v1/offices/health/credentials", anybody))["credentials"]
    assert (told["holds"], told["ground"]) == (False, "resigned")


async def test_the_door_refuses_with_the_rules_own_code(house: House) -> None:
    place = await fill(house, "health", 0)
    said = {
        "office/resign": {"office": "health"},
        "recall/call": {"place": place, "text": "0" * 64},
        "account/accept": {"report": "0" * 64},
    }
    codes = []
    for kind, body in said.items():
        answer = await house.anybody.submit(house.village.says(1, kind, body))
        codes.append((answer.status, answer.code))
    assert codes == [(409, "office-not-held"), (422, "text-unknown"), (422, "report-unknown")]


async def test_an_election_with_its_ballots_and_what_they_come_to(house: House) -> None:
    journal, village = house.node.journal, house.village
    for member in (0, 1):
        raw = village.says(member, "office/stand", {"office": "school", "text": None})
        await journal.submit(raw)
    text = await publish(house, "Quién cuida la escuela")
    raw = village.says(2, "election/call", {"office": "school", "text": text})
    election = (await journal.submit(raw)).id
    choices: list[JsonValue] = [village.members[1]]
    for member in (0, 2):
        ballot: dict[str, JsonValue] = {"election": election, "choices": choices}
        await journal.submit(village.says(member, "ballot/cast", ballot))
    (shown,) = (await read(house, "/v1/offices/school"))["elections"]
    assert (shown["id"], shown["state"], shown["voices"]) == (election, "open", 3)
    assert [one["member"] for one in shown["candidates"]] == [*village.members[:2]]
    assert [one["choices"] for one in shown["ballots"]] == [choices, choices]
    assert shown["text"]["texts"] == {"es": "Quién cuida la escuela"}
    assert shown["explain"]["es"] == [f"{village.members[1][:8]}: 2 de 2 papeletas; hacía falta 1."]
    again = village.says(0, "election/call", {"office": "school", "text": text})
    answer = await house.anybody.submit(again)
    assert (answer.status, answer.code) == (422, "election-running")
