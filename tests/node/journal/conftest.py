"""A founded village of ten on a real database, and the machine's own ports."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from node.ports import InlineExecutor, Ports, SystemClock, SystemEntropy, system_ports
from tests.node.journal.village import Desk, Village, found_village, open_desk


@pytest.fixture(params=["threads", "inline"])
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    """The same journal with threads, as a node runs it, and without, as a simulation does."""
    if request.param == "inline":
        yield Ports(clock=SystemClock(), executor=InlineExecutor(), entropy=SystemEntropy())
        return
    ports = system_ports(2)
    yield ports
    ports.executor.close()


@pytest.fixture
async def village(tmp_path: Path, ports: Ports) -> Village:
    return await found_village(tmp_path, ports)


@pytest.fixture
async def desk(village: Village, ports: Ports) -> AsyncIterator[Desk]:
    opened = open_desk(village, ports)
    yield opened
    await opened.close()
