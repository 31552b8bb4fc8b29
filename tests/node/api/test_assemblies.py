"""What the API shows of assemblies that met in a room."""

from typing import Any

from protocol.ledger.merkle import root_of
from protocol.wire.digests import MessageId
from tests.node.api.house import House
from tests.node.api.story import comment, contest, convene, countersign, draft, open_vote, record


def item(proposal: str, *positions: dict[str, Any], agree: int = 0) -> dict[str, Any]:
    counts = {"agree": agree} if agree else None
    return {"proposal": proposal, "counts": counts, "positions": list(positions)}


def named(house: House, member: int, choice: str = "agree") -> dict[str, Any]:
    helper = house.village.members[0]
    return {
        "member": house.village.members[member],
        "choice": choice,
        "reason": None,
        "helper": helper,
    }


async def opened(house: House) -> MessageId:
    proposal = await draft(house)
    await open_vote(house, proposal)
    return proposal


async def read(house: House, path: str) -> dict[str, Any]:
    answer = await house.member(1).get(path)
    assert answer.status == 200, answer.raw
    return dict(answer.json)


async def test_a_call_with_its_agenda_and_its_minutes(house: House) -> None:
    proposal = await opened(house)
    call = await convene(house, proposal)
    minutes = await record(house, item(proposal, agree=2), assembly=call)
    listed = await read(house, "/v1/assemblies?state=called")
    assert listed["total"] == 1
    shown = await read(house, f"/v1/assemblies/{call}")
    assert listed["assemblies"] == [{name: shown[name] for name in listed["assemblies"][0]}]
    assert shown["text"]["texts"] == {"es": "Nos vemos bajo la ceiba"}
    assert [one["id"] for one in shown["proposals"]] == shown["agenda"] == [proposal]
    assert [one["id"] for one in shown["records"]] == shown["minutes"] == [minutes]
    await countersign(house, 1, minutes)
    assert (await read(house, f"/v1/assemblies/{call}"))["state"] == "held"


async def test_minutes_from_the_first_word_to_the_last_contest(house: House) -> None:
    proposal = await opened(house)
    minutes = await record(house, item(proposal, named(house, 2, "abstain"), agree=1))
    shown = await read(house, f"/v1/minutes/{minutes}")
    assert (shown["state"], shown["contest_until"]) == ("recorded", None)
    assert shown["present"] == {"people": 3, "households": 0, "guests": 2}
    assert shown["rule"] == {"witnesses": 1, "contest_s": 600, "contests": 2}
    (about,) = shown["items"]
    assert (about["code"], about["counting"], about["voices"]) == (None, False, 0)
    await countersign(house, 1, minutes)
    shown = await read(house, f"/v1/minutes/{minutes}")
    assert shown["state"] == "standing"
    assert shown["contest_until"] == shown["stands_since"] + 600
    assert [one["member"] for one in shown["countersigned"]] == [house.village.members[1]]
    (about,) = shown["items"]
    assert (about["counting"], about["voices"], about["covered"]) == (True, 2, 2)
    assert about["counts"]["total"] == 1
    assert [one["counting"] for one in about["positions"]] == [True]
    why = await comment(house, 2, proposal, "Yo dije otra cosa")
    await contest(house, 2, minutes, why)
    shown = await read(house, f"/v1/minutes/{minutes}")
    assert [one["reason"]["text"] for one in shown["contests"]] == [{"es": "Yo dije otra cosa"}]
    (about,) = shown["items"]
    assert [(one["counting"], one["code"]) for one in about["positions"]] == [(False, "contested")]
    assert about["voices"] == 1
    await contest(house, 1, minutes)
    shown = await read(house, f"/v1/minutes/{minutes}")
    assert (shown["state"], shown["contested"]) == ("contested", 2)
    assert shown["items"][0]["counting"] is False
    assert [one["id"] for one in (await read(house, "/v1/minutes"))["minutes"]] == [minutes]
    assert (await read(house, "/v1/minutes?state=standing"))["total"] == 0


async def test_a_proposal_shows_what_the_room_brought(house: House) -> None:
    proposal = await opened(house)
    minutes = await record(house, item(proposal, named(house, 2), agree=1))
    await countersign(house, 1, minutes)
    shown = await read(house, f"/v1/proposals/{proposal}")
    assert (shown["spoken"], shown["voices_recorded"], shown["minutes"]) == (2, 2, [minutes])
    (recorded,) = shown["recorded"]
    assert (recorded["minutes"], recorded["covered"]) == (minutes, 2)
    assert recorded["positions"] == [
        {
            "voice": house.village.members[2],
            "member": house.village.members[2],
            "choice": "agree",
            "reason": None,
            "helper": house.village.members[0],
            "minutes": minutes,
            "counting": True,
        }
    ]
    assert shown["tally"]["agree"] == 2
    assert shown["contest_until"] is not None
    assert "2 de 2 personas" in shown["explain"]["es"]
    assert shown["positions_root"] == root_of([bytes.fromhex(recorded["leaf"])]).hex()
    await house.node.journal.submit(house.village.position(2, proposal, "disagree"))
    shown = await read(house, f"/v1/proposals/{proposal}")
    assert [one["counting"] for one in shown["recorded"][0]["positions"]] == [False]
    seen = (await read(house, f"/v1/minutes/{minutes}"))["items"][0]["positions"]
    assert [(one["counting"], one["code"]) for one in seen] == [(False, "own-position")]


async def test_before_anybody_signs_it_is_said_what_would_count(house: House) -> None:
    proposal = await opened(house)
    minutes = await record(house, item(proposal, agree=3))
    await house.node.journal.submit(house.village.position(1, proposal))
    shown = await read(house, f"/v1/minutes/{minutes}")
    assert shown["items"][0]["code"] == "counts-over"


async def test_what_the_room_refuses_comes_with_its_code(house: House) -> None:
    proposal = await opened(house)
    minutes = await record(house, item(proposal, agree=3))
    await countersign(house, 1, minutes)
    answer = await house.anybody.submit(house.village.position(2, proposal))
    assert (answer.status, answer.code) == (409, "counted-in-room")
    raw = house.village.says(0, "assembly/countersign", {"minutes": minutes})
    answer = await house.anybody.submit(raw)
    assert (answer.status, answer.code) == (422, "countersigns-herself")
    for path in ("assemblies", "minutes"):
        missing = await house.member(1).get(f"/v1/{path}/{proposal}")
        code = {"assemblies": "assembly-unknown", "minutes": "minutes-unknown"}[path]
        assert (missing.status, missing.code) == (404, code)


async def test_names_are_for_members_alone(open_house: House) -> None:
    raw = open_house.village.says(0, "member/profile", {"name": "Ana"}, "community")
    await open_house.node.journal.submit(raw)
    minutes = await record(open_house)
    theirs = (await open_house.anybody.get(f"/v1/minutes/{minutes}")).json
    assert "Ana" not in str(theirs)
    ours = (await open_house.member(1).get(f"/v1/minutes/{minutes}")).json
    assert "Ana" in str(ours)


async def test_of_two_minutes_that_name_her_the_later_says_what_stands(house: House) -> None:
    proposal = await opened(house)
    both = []
    for choice in ("agree", "disagree"):
        both.append(await record(house, item(proposal, named(house, 2, choice))))
        await countersign(house, 1, both[-1])
    codes = [
        (await read(house, f"/v1/minutes/{one}"))["items"][0]["positions"][0]["code"]
        for one in both
    ]
    assert codes == ["named-later", None]
    assert (await read(house, f"/v1/proposals/{proposal}"))["tally"]["disagree"] == 1
