"""Four villages, each with a node of its own, and their applications in process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from node.ports import InlineExecutor, Ports, SystemClock, SystemEntropy
from node.runtime import open_node
from protocol.community.charter import Charter
from protocol.wire.encoding import JsonValue
from tests.node.api.house import House
from tests.node.journal.village import found_village, village_charter

DAY = 86_400
OFFICES: dict[str, dict[str, JsonValue]] = {
    "health": {
        "seats": 1,
        "deputies": 1,
        "term_s": 30 * DAY,
        "accept_s": DAY,
        "recall": {"share": {"num": 1, "den": 2}},
        "suspension": {"by": ["watch"], "for_s": DAY},
        "accounts": {"report_s": DAY, "accepted_by": ["watch"]},
        "audience": "public",
    },
    "school": {
        "seats": 1,
        "term_s": 30 * DAY,
        "accept_s": DAY,
        "filled_by": ["election"],
        "election": {
            "method": "approval",
            "unit": "person",
            "quorum": {"num": 1, "den": 2},
            "voting_s": DAY,
        },
    },
    "watch": {"seats": 2, "term_s": 30 * DAY, "accept_s": DAY},
}


@pytest.fixture
def ports() -> Ports:
    return Ports(clock=SystemClock(), executor=InlineExecutor(), entropy=SystemEntropy())


@asynccontextmanager
async def house_of(
    folder: Path,
    ports: Ports,
    name: str,
    audience: str = "community",
    *,
    charter: Charter | None = None,
    households: tuple[str | None, ...] = (),
) -> AsyncIterator[House]:
    charter = charter or replace(village_charter(audience, early=True), offices=OFFICES)
    village = await found_village(
        folder, ports, members=3, name=name, charter=charter, households=households
    )
    nobody_answers = httpx.MockTransport(lambda _: httpx.Response(502))
    async with open_node(village.settings, ports, transport=nobody_answers) as node:
        yield House(village, node)


@pytest.fixture
async def house(tmp_path: Path, ports: Ports) -> AsyncIterator[House]:
    async with house_of(tmp_path / "ceiba", ports, "La Ceiba") as opened:
        yield opened


@pytest.fixture
async def neighbour(tmp_path: Path, ports: Ports) -> AsyncIterator[House]:
    async with house_of(tmp_path / "roble", ports, "El Roble") as opened:
        yield opened


@pytest.fixture
async def outsider(tmp_path: Path, ports: Ports) -> AsyncIterator[House]:
    async with house_of(tmp_path / "pino", ports, "El Pino") as opened:
        yield opened


@pytest.fixture
async def open_house(tmp_path: Path, ports: Ports) -> AsyncIterator[House]:
    async with house_of(tmp_path / "plaza", ports, "La Plaza", "public") as opened:
        yield opened
