"""A community's node on a real socket, in this process, so that a test can look behind the page."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from node.founding import Founder, Plan, found_community
from node.ports import Clock, Ports, SystemClock, SystemEntropy, ThreadExecutor
from node.runtime import open_node
from node.settings import Settings
from protocol.community.charter import Charter
from protocol.wire.keys import PrivateKey
from tests.node.api.house import House
from tests.node.journal.village import Village, seed, village_charter

LAN_HOST = "cooperativa.lan"
"""A name that is not this machine's own: over plain http, browsers keep back what they can."""


@dataclass
class Place(House):
    """A house with a door on the loopback; `url` is its address, `lan_url` its plain name's."""

    port: int = field(default=0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def lan_url(self) -> str:
        return f"http://{LAN_HOST}:{self.port}"

    @property
    def token(self) -> str:
        return self.operator.token or ""

    def seed(self, number: int) -> bytes:
        """What a founder's device keeps; libsodium's secret key begins with it."""
        return self.village.keys[number]._secret[:32]


class MovedClock(SystemClock):
    """The machine's clock, so many seconds behind: what is to be old is said by it."""

    def __init__(self, behind_s: int) -> None:
        self.behind_s = behind_s

    def now(self) -> int:
        return super().now() - self.behind_s

    def now_ms(self) -> int:
        return super().now_ms() - self.behind_s * 1_000


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals are pytest's


Before = Callable[[Place], Awaitable[None]]


@asynccontextmanager
async def open_place(
    folder: Path,
    *,
    name: str = "La Ceiba",
    members: int = 3,
    households: Sequence[str | None] = (),
    audience: str = "community",
    charter: Charter | None = None,
    clock: Clock | None = None,
    before: Before | None = None,
    **settings: object,
) -> AsyncIterator[Place]:
    """Found a community by production code and serve it; its founders' keys are known.

    The charter, unless another is given, decides by simple majority, at once when all have spoken.

    Args:
        before: what happens before the node answers and does anything by itself.
        settings: of the node; those given here come on top.
    """
    plan = Plan(
        name=name,
        languages=("es", "en"),
        charter=charter or village_charter(audience, early=True, voting_s=0),
        founders=[
            Founder(
                key=_key(name, number).public,
                household=households[number] if households else None,
            )
            for number in range(members)
        ],
    )
    ports = Ports(clock=clock or SystemClock(), executor=ThreadExecutor(2), entropy=SystemEntropy())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
        given = Settings.model_validate(_settings(folder, port) | settings)
        try:
            founded = await found_community(given, plan, ports)
            keys = tuple(_key(name, number) for number in range(members))
            village = Village(
                given, founded.community, founded.members, keys, plan.charter.audience
            )
            async with open_node(given, ports) as node:
                place = Place(village, node, port=port)
                if before is not None:
                    await before(place)
                async with _answering(place, listening):
                    yield place
        finally:
            ports.executor.close()


def _key(name: str, number: int) -> PrivateKey:
    return PrivateKey.from_seed(seed(name, number))


def _settings(folder: Path, port: int) -> dict[str, object]:
    return {
        "data_dir": folder,
        "public_url": f"http://127.0.0.1:{port}",
        "private_networks": "always",
        "requests_per_minute": 1_000_000,
        "timezone": "America/Bogota",
        "duty_first_retry_ms": 50,
        "duty_last_retry_ms": 400,
        "pull_interval_s": 1,
    }


@asynccontextmanager
async def _answering(place: Place, listening: socket.socket) -> AsyncIterator[None]:
    """Its application and its own doings; whatever breaks in them breaks the test."""
    config = uvicorn.Config(
        place.app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    working = asyncio.create_task(place.node.run())
    try:
        while not server.started:
            assert not serving.done(), serving.exception()
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        working.cancel()
        done, _ = await asyncio.wait([serving, working], timeout=20)
        assert done == {serving, working}, "the node did not end"
        assert serving.exception() is None, serving.exception()
        broke = None if working.cancelled() else working.exception()
    if broke is not None:
        raise AssertionError("the node broke") from broke


def free_folder(base: Path) -> Path:
    """A folder for one more node."""
    folder = base / os.urandom(4).hex()
    folder.mkdir(parents=True)
    return folder
