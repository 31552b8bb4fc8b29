"""The communities that a node knows of, and how they are heard."""

import pytest

from node.store.ledgers import set_alarm
from node.store.peers import failed, heard, put_peer, put_sizes
from tests.node.api.house import Caller, House, JsonObject
from tests.node.api.story import federate


async def rows(caller: Caller) -> dict[str, JsonObject]:
    found = (await caller.get("/v1/communities")).json["communities"]
    assert isinstance(found, list)
    return {str(row["name"]): row for row in found if isinstance(row, dict)}


async def test_alone(house: House) -> None:
    ((name, row),) = (await rows(house.anybody)).items()
    assert (name, row["own"], row["state"], row["behind"]) == ("La Ceiba", True, "own", 0)
    assert row["size"] == house.node.journal.head.size
    assert row["keys"] == 1


async def test_how_a_neighbour_is_heard(house: House, neighbour: House) -> None:
    await house.learn(neighbour)
    community, url = neighbour.village.community, "http://roble.example"
    assert (await rows(house.anybody))["El Roble"]["state"] == "relayed"
    with house.node.store.write() as connection:
        put_peer(connection, url, community=community)
    assert (await rows(house.anybody))["El Roble"]["state"] == "never"
    with house.node.store.write() as connection:
        heard(connection, url, 5_000, community)
        put_sizes(connection, community, {community: 99})
    row = (await rows(house.anybody))["El Roble"]
    assert (row["state"], row["last_heard_ms"]) == ("heard", 5_000)
    held = house.node.books.book(community)
    assert held is not None
    assert row["behind"] == 99 - held.size
    assert row["peers"] is None, "addresses are for the operator"
    assert (await rows(house.member()))["El Roble"]["peers"] is None
    assert (await rows(house.operator))["El Roble"]["peers"] == [url]
    with house.node.store.write() as connection:
        failed(connection, url, "peer-unreached")
    assert (await rows(house.anybody))["El Roble"]["state"] == "silent"
    with house.node.store.write() as connection:
        set_alarm(connection, house.node.books.number(community), "two histories")
    assert (await rows(house.anybody))["El Roble"]["state"] == "forked"


async def test_who_is_only_named_is_known_by_that(house: House, neighbour: House) -> None:
    federation = await federate(house, neighbour.village.community)
    row = (await rows(house.anybody))[""]
    assert (row["id"], row["state"], row["size"]) == (neighbour.village.community, "unknown", 0)
    assert row["federations"] == [federation.id]


@pytest.mark.parametrize("own", [True, False])
async def test_strangers_fill_no_map(house: House, neighbour: House, own: bool) -> None:
    """A compact of others names whom it likes; only our own federations add to the list."""
    inventor = house if own else neighbour
    nobody = ["a" * 64, "b" * 64]
    await federate(inventor, *nobody)  # type: ignore[arg-type]
    await house.learn(neighbour)
    ids = {row["id"] for row in (await house.anybody.get("/v1/communities")).json["communities"]}  # type: ignore[union-attr, index, call-overload]
    assert set(nobody) <= ids if own else not ids & set(nobody)
