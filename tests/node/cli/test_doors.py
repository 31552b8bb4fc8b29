"""What `acuerdo serve` finds in its folder: a community, nothing, or a founding cut short."""

import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from node import founding
from node.cli.doors import Doors
from node.first_run import DRAFT, TOKEN, open_first_run
from node.founding import BEGUN, Founder, Plan, found_community, was_cut_short
from node.ports import InlineExecutor, Ports, SystemClock, SystemEntropy
from node.settings import Settings
from protocol.errors import Refused
from protocol.wire.keys import PrivateKey
from tests.node.journal.village import seed, village_charter

from .conftest import Acuerdo

PORTS = Ports(clock=SystemClock(), executor=InlineExecutor(), entropy=SystemEntropy())


def key(number: int) -> PrivateKey:
    return PrivateKey.from_seed(seed("Alba", number))


PLAN = Plan(
    name="Alba",
    languages=("es",),
    charter=village_charter(),
    founders=[Founder(key=key(0).public)],
    next_root=key(9).public,
)


class Stopped(BaseException):
    """The machine stops here."""


def stop(*_: object, **__: object) -> None:
    raise Stopped


async def status_of(doors: Doors, path: str = "/v1/status") -> int:
    transport = httpx.ASGITransport(doors)
    request = httpx.Request("GET", f"http://127.0.0.1{path}")
    response = await transport.handle_async_request(request)
    await response.aread()
    return response.status_code


async def cut_short(settings: Settings, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(founding, "promote_keys", stop)
        with pytest.raises(Stopped):
            await found_community(settings, plan, PORTS)
    assert was_cut_short(settings.data_dir)


async def test_an_empty_folder_is_served_for_its_founding(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    async with AsyncExitStack() as closing:
        doors = Doors(settings, closing)
        token = await doors.open()
        assert token is not None
        assert await status_of(doors) == 503
        assert await status_of(doors, f"/found/{token}") == 200
    async with AsyncExitStack() as closing:
        assert await Doors(settings, closing).open() == token


async def test_a_community_is_served_and_what_led_to_it_is_gone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    open_first_run(settings.data_dir, PORTS.entropy).change(name="Alba")
    await found_community(settings, PLAN, PORTS)
    (settings.data_dir / BEGUN).write_text("{}")
    async with AsyncExitStack() as closing:
        doors = Doors(settings, closing)
        assert await doors.open() is None
        assert await status_of(doors) == 200
    left = {path.name for path in settings.data_dir.iterdir()}
    assert not left & {TOKEN, DRAFT, BEGUN}


async def test_a_founding_cut_short_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    await cut_short(settings, PLAN, monkeypatch)
    async with AsyncExitStack() as closing:
        doors = Doors(settings, closing)
        assert await doors.open() is None
        assert await status_of(doors) == 200


async def test_one_whose_words_nobody_saw_is_refused_by_both_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    await cut_short(settings, replace(PLAN, next_root=None), monkeypatch)
    async with AsyncExitStack() as closing:
        with pytest.raises(Refused, match="founding-cut"):
            await Doors(settings, closing).open()


def test_a_command_says_what_to_do_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, acuerdo: Acuerdo
) -> None:
    given = ("init", "--data", tmp_path / "data", "--name", "Alba", "--founder", "Rosa")
    with monkeypatch.context() as broken:
        broken.setattr(founding, "promote_keys", stop)
        with pytest.raises(Stopped):
            acuerdo(*given)
    again = acuerdo(*given, "--json")
    assert (again.code, again.error["code"]) == (1, "founding-cut")
    served = subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "node.cli.main", "serve"),
            *("--data", str(tmp_path / "data"), "--port", "0", "--json"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert served.returncode == 1
    assert '"founding-cut"' in served.stderr
    assert "delete this data folder" in served.stderr
