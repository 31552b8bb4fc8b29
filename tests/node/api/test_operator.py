"""What the holder of the operator's token does, and what she cannot."""

import sqlite3
from pathlib import Path

import pytest

from node.store.duties import all_duties
from protocol.replication.bundle import read_section, split_bundle
from protocol.wire.encoding import JsonValue
from protocol.wire.text import b64_decode
from tests.node.api.house import House, JsonObject
from tests.node.api.story import draft, open_vote, publish, take


async def test_the_operator_says_what_needs_no_decision(house: House) -> None:
    acts: list[JsonObject] = [
        {"kind": "community/describe", "body": {"name": "La Ceiba Alta", "languages": ["es"]}},
        {"kind": "identity/address", "body": {"urls": ["https://ceiba.example"]}},
        {"kind": "identity/witness", "body": {"home": "a" * 64}},
        {"kind": "identity/witness", "body": {"home": None}, "audience": "public"},
    ]
    for act in acts:
        answer = await house.operator.post("/v1/operator/acts", act)
        assert answer.status == 201
        assert b64_decode(str(answer.json["entry"]))
        assert answer.json["receipt"]
    status = (await house.anybody.get("/v1/status")).json
    assert (status["name"], status["urls"]) == ("La Ceiba Alta", ["https://ceiba.example"])


async def test_the_operator_founds_no_members_later(house: House) -> None:
    body: JsonObject = {"key": house.node.keys.log.public.text, "household": None}
    await draft(house)
    answer = await house.operator.post("/v1/operator/acts", {"kind": "member/found", "body": body})
    assert (answer.status, answer.code) == (409, "founded-already")


@pytest.mark.parametrize(
    "kind", ["position/take", "proposal/close", "federation/join", "member/join", "x", ""]
)
async def test_the_operator_decides_nothing(house: House, kind: str) -> None:
    answer = await house.operator.post("/v1/operator/acts", {"kind": kind, "body": {}})
    assert (answer.status, answer.code) == (403, "not-the-operators")


async def test_an_erasure_goes_to_whoever_had_the_words(house: House) -> None:
    for audience in ("public", "community"):
        said = await publish(house, "Un nombre de más", audience)
        index = house.node.books.own.ids[said]
        act: JsonObject = {"kind": "entry/erase", "body": {"index": index}}
        answer = await house.operator.post("/v1/operator/acts", act)
        assert answer.status == 201
        place = (await house.anybody.get(f"/v1/messages/{said}")).json
        assert place["missing"] == "erased"
        entry = b64_decode(str(answer.json["entry"]))
        assert f'\\"audience\\":\\"{audience}\\"'.encode() in entry


async def test_closing_waits_for_the_charter(house: House) -> None:
    proposal = await draft(house)
    await open_vote(house, proposal)
    early = await house.operator.post("/v1/operator/close", {"proposal": proposal})
    assert (early.status, early.code) == (422, "too-early")
    for member in range(3):
        await take(house, member, proposal)
    closed = await house.operator.post("/v1/operator/close", {"proposal": proposal})
    assert closed.status == 201
    again = await house.operator.post("/v1/operator/close", {"proposal": proposal})
    assert (again.status, again.code) == (409, "proposal-state")
    unknown = await house.operator.post("/v1/operator/close", {"proposal": "0" * 64})
    assert (unknown.status, unknown.code) == (422, "proposal-unknown")


async def test_peers_come_and_go(house: House) -> None:
    operator = house.operator
    peer: JsonObject = {"url": "http://192.168.1.20:8420/", "allow_private": True}
    added = await operator.post("/v1/operator/peers", peer)
    assert added.status == 201
    assert added.json["url"] == "http://192.168.1.20:8420"
    with house.node.store.read() as connection:
        owed = all_duties(connection, 10)
    assert {duty.target for duty in owed} == {"http://192.168.1.20:8420"}
    shown = (await operator.get("/v1/operator/duties")).json
    assert shown["total"] == len(owed)
    listed = (await operator.get("/v1/operator/peers")).json["peers"]
    assert listed == [added.json]
    gone = await operator.call("DELETE", "/v1/operator/peers?url=http://192.168.1.20:8420")
    assert (gone.status, gone.raw) == (204, b"")
    again = await operator.call("DELETE", "/v1/operator/peers?url=http://192.168.1.20:8420")
    assert (again.status, again.code) == (404, "peer-unknown")
    assert (await operator.get("/v1/operator/duties")).json["total"] == 0


@pytest.mark.parametrize(
    "url", ["", "ceiba.example", "ftp://ceiba.example", "http://a@b.example", "http://x/?y", "//x"]
)
async def test_an_odd_address_is_no_peer(house: House, url: str) -> None:
    answer = await house.operator.post("/v1/operator/peers", {"url": url, "allow_private": False})
    assert (answer.status, answer.code) == (400, "address-malformed")


async def test_bundles_leave_and_come_in(house: House, outsider: House) -> None:
    secret = await publish(house, "Dicho en casa")
    index = house.node.books.own.ids[secret]
    seen = {}
    for audience in ("public", "community", f"federation:{'a' * 64}"):
        answer = await house.operator.get(f"/v1/operator/bundle?audience={audience}")
        assert answer.headers["content-type"] == "application/vnd.acuerdo.bundle"
        (frame,) = split_bundle(answer.raw)
        seen[audience[:9]] = read_section(frame).items[index].raw is not None
    assert seen == {"public": False, "community": True, "federatio": False}
    odd = await house.operator.get("/v1/operator/bundle?audience=everybody")
    assert (odd.status, odd.code) == (400, "audience-unknown")
    unknown = await house.operator.get(f"/v1/operator/bundle?ledger={'0' * 64}")
    assert (unknown.status, unknown.code) == (404, "ledger-unknown")
    taken = await house.operator.call("POST", "/v1/operator/bundle", await outsider.bundle())
    assert taken.json["ledgers"] != []
    assert '"error":null' in taken.raw.decode()
    both = await house.operator.get("/v1/operator/bundle")
    assert len(split_bundle(both.raw)) == 2


async def test_a_backup_is_a_new_file_and_nothing_else(house: House, tmp_path: Path) -> None:
    target = tmp_path / "copia.db"
    answer = await house.operator.post("/v1/operator/backup", {"path": str(target)})
    assert answer.status == 201
    assert answer.json == {"path": str(target), "bytes": target.stat().st_size}
    with sqlite3.connect(target) as copy:
        (entries,) = copy.execute("SELECT count(*) FROM entry").fetchone()
    copy.close()
    assert entries == house.node.journal.head.size - 1, "that it was made stands behind it"
    before = target.read_bytes()
    for path in (str(target), "copia.db", "", str(tmp_path), str(tmp_path / "no" / "x.db")):
        refused = await house.operator.post("/v1/operator/backup", {"path": path})
        assert (refused.status, refused.code) == (422, "backup-path")
    assert target.read_bytes() == before


async def test_a_healthy_node_has_nothing_to_complain_of(house: House) -> None:
    shown = (await house.operator.get("/v1/operator/doctor")).json
    checks = shown["checks"]
    assert isinstance(checks, list)
    complaints = [row for row in checks if isinstance(row, dict) and row["ok"] is not True]
    assert not [row for row in complaints if row["check"] != "disk"]
    assert len(checks) == 9


async def test_the_doctor_sees_rot_and_lonely_neighbours(house: House) -> None:
    await publish(house, "Una letra cambiada")
    await house.operator.post("/v1/operator/peers", {"url": "http://agua.example"})
    path = house.node.settings.data_dir / "acuerdo.db"
    with sqlite3.connect(path) as rotten:
        names = rotten.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            rotten.execute(f'DROP TRIGGER "{name}"')
        rotten.execute("UPDATE entry SET raw = CAST(raw || x'20' AS BLOB) WHERE \"index\" = 5")
    rotten.close()
    shown = (await house.operator.get("/v1/operator/doctor")).json
    checks = shown["checks"]
    assert isinstance(checks, list)
    told = {str(row["check"]): str(row["detail"]) for row in checks if isinstance(row, dict)}
    assert "entry 5 is not what was hashed" in told["stored-bytes"]
    assert "no home witness" in told["witnesses"]
    assert shown["ok"] is False


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{}", "text/plain", 415, "content-type"),
        (b"{}", "application/x-www-form-urlencoded", 415, "content-type"),
        (b"", "application/json", 400, "json-invalid"),
        (b"[]", "application/json", 400, "body-invalid"),
        (b"{}", "application/json", 400, "body-invalid"),
        (b'{"url":"http://a.example","x":1}', "application/json", 400, "body-invalid"),
        (b'{"url":1}', "application/json; charset=utf-8", 400, "body-invalid"),
        (b'{"url":"a","url":"b"}', "application/json", 400, "json-duplicate-key"),
        (b'{"url":"' + b"a" * 70_000 + b'"}', "application/json", 413, "body-too-large"),
    ],
)
async def test_bodies_are_read_strictly(
    house: House, body: bytes, kind: str, status: int, code: str
) -> None:
    headers = {"content-type": kind}
    answer = await house.operator.call("POST", "/v1/operator/peers", body, headers)
    assert (answer.status, answer.code) == (status, code)


async def test_the_token_speaks_for_the_machine_alone(house: House) -> None:
    """It reads as a member does, and is no member."""
    shown: dict[str, JsonValue] = (await house.operator.get("/v1/status")).json
    assert (shown["you"], shown["member"]) == ("operator", None)
