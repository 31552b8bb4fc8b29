"""Whatever the operator does is written down for the members, after it was done."""

import sqlite3
from pathlib import Path

from node.api.backups import FOLDER, make_backup
from node.api.operations import HEADER
from node.checking import CHECK
from node.journal import Unavailable
from node.store.duties import all_duties
from node.store.snapshots import write_snapshot
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue
from tests.node.api.house import Caller, House, JsonObject
from tests.node.api.story import draft, publish


def written(house: House) -> list[tuple[str, str | None]]:
    return [(one.act, one.note) for one in house.node.books.own.operations.values()]


async def test_every_act_is_written_down(house: House, outsider: House, tmp_path: Path) -> None:
    operator = house.operator
    peer: JsonObject = {"url": "http://agua.example/", "allow_private": False}
    await operator.post("/v1/operator/peers", peer)
    await operator.call("DELETE", "/v1/operator/peers?url=http://agua.example")
    await operator.post("/v1/operator/backup", {"path": str(tmp_path / "copia.db")})
    await operator.get("/v1/operator/bundle?audience=community")
    await operator.call("POST", "/v1/operator/bundle", await outsider.bundle())
    await make_backup(house.node)
    drilled = await operator.post("/v1/operator/drill", {"name": None})
    name = str(drilled.json["name"])
    assert written(house) == [
        ("peer-added", "http://agua.example"),
        ("peer-removed", "http://agua.example"),
        ("backup-made", "copia.db"),
        ("bundle-exported", "community"),
        ("bundle-imported", outsider.village.community[:8]),
        ("backup-made", name),
        ("restore-drilled", f"{name}: ok"),
    ]
    (last,) = list(house.node.books.own.operations)[-1:]
    assert drilled.headers[HEADER] == str(last)


async def test_what_came_to_nothing_is_not_written_down(house: House) -> None:
    operator = house.operator
    for url in ("ftp://x", ""):
        await operator.post("/v1/operator/peers", {"url": url, "allow_private": False})
    await operator.call("DELETE", "/v1/operator/peers?url=http://agua.example")
    await operator.post("/v1/operator/backup", {"path": "relative.db"})
    await operator.post("/v1/operator/drill", {"name": None})
    await operator.get("/v1/operator/bundle?audience=everybody")
    await operator.call("POST", "/v1/operator/bundle", b"no bundle")
    assert written(house) == []


async def test_an_act_stands_where_nothing_can_be_written(house: House) -> None:
    house.node.journal.read_only = Unavailable("storage-failed", "no room left")
    added = await house.operator.post("/v1/operator/peers", {"url": "http://agua.example"})
    assert (added.status, added.headers[HEADER]) == (201, "storage-failed")
    assert (await house.operator.get("/v1/operator/peers")).json["peers"] != []
    assert written(house) == []


async def test_strangers_read_no_record(house: House) -> None:
    await house.operator.post("/v1/operator/peers", {"url": "http://agua.example"})
    own = house.village.community
    raw = (await house.anybody.get(f"/v1/ledgers/{own}/range")).raw
    assert b"agua.example" not in raw
    assert b"agua.example" in (await house.member().get(f"/v1/ledgers/{own}/range")).raw


async def test_a_token_is_renewed(house: House) -> None:
    old = house.operator
    gone = await old.call("DELETE", "/v1/operator/token")
    assert gone.status == 204
    refused = await old.get("/v1/operator/peers")
    assert (refused.status, refused.code) == (401, "token-invalid")
    assert (await house.operator.get("/v1/operator/peers")).status == 200
    assert house.operator.token != old.token
    assert written(house) == [("token-renewed", None)]


async def test_a_drill_replays_the_newest_copy(house: House) -> None:
    await publish(house, "Antes de la copia")
    await draft(house)
    path, _, _ = await make_backup(house.node)
    size = house.node.journal.head.size - 1
    with house.node.store.write() as connection:
        write_snapshot(connection, 1, 3, b"nobody reads this in a drill")
    found = (await house.operator.post("/v1/operator/drill", {"name": path.name})).json
    assert found["sound"] is True
    assert (found["size"], found["behind"]) == (size, 1)
    assert (found["members"], found["proposals"], found["void"]) == (3, 1, 0)
    listed = (await house.operator.get("/v1/operator/backups")).json["backups"]
    assert [row["name"] for row in listed] == [path.name]  # type: ignore[index, union-attr, call-overload]


async def test_a_drill_finds_what_is_wrong(house: House, neighbour: House) -> None:
    text = await publish(house, "Una letra cambiada")
    await make_backup(house.node)
    assert await faults(house.operator) == []
    (path,) = (house.node.settings.data_dir / FOLDER).glob("*.db")
    sound = path.read_bytes()
    for harm, fault in (
        ("UPDATE entry SET raw = CAST(raw || x'20' AS BLOB) WHERE \"index\" = 5", "changed"),
        ('DELETE FROM entry WHERE "index" = 5', "missing"),
        ("UPDATE ledger SET root = zeroblob(32)", "root"),
        ("DELETE FROM ledger", "no-ledger"),
    ):
        path.write_bytes(sound)
        harmed(path, harm)
        assert fault in await faults(house.operator), fault
    path.write_bytes(b"no database at all" * 1_000)
    assert await faults(house.operator) == ["unreadable"]
    await make_backup(neighbour.node)
    (other,) = (neighbour.node.settings.data_dir / FOLDER).glob("*.db")
    path.write_bytes(other.read_bytes())
    assert await faults(house.operator) == ["other-ledger"]
    assert MessageId(text) in house.node.books.own.said, "the living ledger is as it was"


async def faults(operator: Caller) -> list[JsonValue]:
    found = (await operator.post("/v1/operator/drill", {"name": None})).json["faults"]
    assert isinstance(found, list)
    return found


def harmed(path: Path, statement: str) -> None:
    with sqlite3.connect(path, isolation_level=None) as copy:
        names = copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            copy.execute(f'DROP TRIGGER "{name}"')
        copy.execute(statement)
    copy.close()


async def test_a_look_is_left_as_a_duty(house: House) -> None:
    url = "http://agua.example"
    await house.operator.post("/v1/operator/peers", {"url": url, "allow_private": False})
    asked = await house.operator.post("/v1/operator/checks", {"url": url})
    assert asked.status == 202
    with house.node.store.read() as connection:
        assert CHECK in {duty.kind for duty in all_duties(connection, 9)}
    assert (await house.operator.get("/v1/operator/checks")).json["checks"] == []
