"""A village's node, and people with browsers who come to it."""

import pytest

from tests.node.api.conftest import house, house_of, neighbour, open_house, outsider, ports
from tests.node.api.house import House
from tests.pages.browse import Browser

__all__ = ["house", "house_of", "neighbour", "open_house", "outsider", "ports"]


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
