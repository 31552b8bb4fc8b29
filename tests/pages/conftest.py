"""A village's node, and people with browsers who come to it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.ports import Ports
from protocol.community.charter import Admission
from tests.node.api.conftest import house, house_of, neighbour, open_house, outsider, ports
from tests.node.api.house import House
from tests.node.journal.village import village_charter
from tests.pages.browse import Browser

__all__ = ["house", "house_of", "neighbour", "open_house", "outsider", "ports"]


@pytest.fixture
async def strict(tmp_path: Path, ports: Ports) -> AsyncIterator[House]:
    """A village that lets somebody in when two members vouch."""
    charter = replace(village_charter(), admission=Admission(sponsors=2))
    async with house_of(tmp_path / "peña", ports, "La Peña", charter=charter) as opened:
        yield opened


@pytest.fixture
def visitor(house: House) -> Browser:
    """Nobody known."""
    return Browser(house)


@pytest.fixture
async def ana(house: House) -> Browser:
    """A member, signed in."""
    return await Browser(house).sign_in(0)


@pytest.fixture
async def bento(house: House) -> Browser:
    """Another member, whose browser speaks Spanish."""
    return await Browser(house, language="es").sign_in(1)


@pytest.fixture
async def operator(house: House) -> Browser:
    """Whoever looks after the node, signed in."""
    return await Browser(house).operate()
