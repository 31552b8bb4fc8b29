"""Founding: one identity or none, whenever the machine stops."""

import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node import founding
from node.founding import (
    BEGUN,
    Founder,
    Plan,
    found_community,
    is_founded,
    resume_founding,
    was_cut_short,
)
from node.journal import Journal
from node.keys import KEYS, NEXT_KEYS, KeyFileError, read_keys
from node.ports import InlineExecutor, Ports, SystemClock, SystemEntropy
from node.runtime import Node, open_node
from node.settings import Settings
from protocol.errors import ProtocolError, Refused
from protocol.identity.chain import commitment
from protocol.wire.keys import PrivateKey
from tests.node.journal.village import seed, village_charter


@pytest.fixture
def ports() -> Ports:
    return Ports(clock=SystemClock(), executor=InlineExecutor(), entropy=SystemEntropy())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "alba")


def key(number: int) -> PrivateKey:
    return PrivateKey.from_seed(seed("Alba", number))


NEXT = key(9)
PLAN = Plan(
    name="Alba",
    languages=("es",),
    charter=village_charter(),
    founders=[Founder(key=key(0).public), Founder(key=key(1).public, household="casa-1")],
    next_root=NEXT.public,
)


class Stopped(BaseException):
    """The machine stops here."""


def stop(*_: object, **__: object) -> None:
    raise Stopped


def whole(node: Node) -> None:
    book = node.books.own
    assert book.size == 5
    assert book.presence.name == "Alba"
    assert book.identity.current.next == commitment(NEXT.public)
    assert [one.keys[0] for one in book.membership.active()] == [key(0).public, key(1).public]


async def test_whoever_hands_in_the_next_root_key_keeps_its_words(
    settings: Settings, ports: Ports
) -> None:
    founded = await found_community(settings, PLAN, ports)
    assert founded.words == ""
    async with open_node(settings, ports) as node:
        whole(node)
        assert node.books.own_id == founded.community
        assert [one.id for one in node.books.own.membership.active()] == list(founded.members)
    names = {path.name for path in settings.data_dir.iterdir()}
    assert names == {"acuerdo.db", KEYS, "operator.token"}


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (replace(PLAN, founders=[]), "founders-missing"),
        (replace(PLAN, founders=[PLAN.founders[0], PLAN.founders[0]]), "key-known"),
        (replace(PLAN, name="two\nlines"), "body-invalid"),
        (replace(PLAN, name=""), "body-invalid"),
        (replace(PLAN, languages=("Spanish!",)), "body-invalid"),
        (replace(PLAN, founders=[Founder(key=key(0).public, household="A B")]), "body-invalid"),
    ],
)
async def test_what_cannot_stand_is_refused_before_anything_is_made(
    settings: Settings, ports: Ports, plan: Plan, code: str
) -> None:
    with pytest.raises(ProtocolError) as refused:
        await found_community(settings, plan, ports)
    assert refused.value.code == code
    assert not settings.data_dir.exists()


def _stop_at(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(founding, step, stop)


def _stop_at_message(number: int) -> Callable[[pytest.MonkeyPatch], None]:
    def arrange(monkeypatch: pytest.MonkeyPatch) -> None:
        real, seen = Journal.submit, iter(range(100))

        async def submit(journal: Journal, raw: bytes) -> object:
            if next(seen) == number:
                raise Stopped
            return await real(journal, raw)

        monkeypatch.setattr(Journal, "submit", submit)

    return arrange


BEFORE = ["_rehearse", "stage_keys", "operator_token", "_require_free", "_write_down"]
AFTER = [
    *(
        pytest.param(lambda patch, step=step: _stop_at(patch, step), id=step)
        for step in ("_carry_out", "_claim", "promote_keys")
    ),
    *(pytest.param(_stop_at_message(number), id=f"message-{number}") for number in range(5)),
]


@pytest.mark.parametrize("step", BEFORE)
async def test_what_stops_early_made_nothing_and_a_second_attempt_starts_anew(
    settings: Settings, ports: Ports, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as broken:
        _stop_at(broken, step)
        with pytest.raises(Stopped):
            await found_community(settings, PLAN, ports)
    assert not is_founded(settings.data_dir)
    assert not was_cut_short(settings.data_dir)
    await found_community(settings, PLAN, ports)
    async with open_node(settings, ports) as node:
        whole(node)


@pytest.mark.parametrize("arrange", AFTER)
async def test_what_stops_later_is_the_same_community_once_gone_on_with(
    settings: Settings,
    ports: Ports,
    monkeypatch: pytest.MonkeyPatch,
    arrange: Callable[[pytest.MonkeyPatch], None],
) -> None:
    with monkeypatch.context() as broken:
        arrange(broken)
        with pytest.raises(Stopped):
            await found_community(settings, PLAN, ports)
    assert was_cut_short(settings.data_dir)
    assert stat.S_IMODE((settings.data_dir / BEGUN).stat().st_mode) == 0o600
    begun = (settings.data_dir / BEGUN).read_bytes()
    with pytest.raises(Refused, match="founding-cut"):
        await found_community(settings, PLAN, ports)
    assert (settings.data_dir / BEGUN).read_bytes() == begun
    with pytest.raises(KeyFileError, match="found a community first"):
        async with open_node(settings, ports):
            pass
    founded = await resume_founding(settings, ports)
    async with open_node(settings, ports) as node:
        whole(node)
        assert node.books.own_id == founded.community
    assert not (settings.data_dir / BEGUN).exists()
    assert not (settings.data_dir / NEXT_KEYS).exists()


async def test_words_that_were_never_shown_are_not_missed_later(
    settings: Settings, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        _stop_at(broken, "promote_keys")
        with pytest.raises(Stopped):
            await found_community(settings, replace(PLAN, next_root=None), ports)
    with pytest.raises(Refused, match="founding-cut"):
        await resume_founding(settings, ports)
    assert not is_founded(settings.data_dir)


async def test_keys_are_never_written_over(settings: Settings, ports: Ports) -> None:
    await found_community(settings, PLAN, ports)
    before = read_keys(settings.data_dir)
    with pytest.raises(KeyFileError, match="has keys already"):
        await found_community(settings, PLAN, ports)
    assert read_keys(settings.data_dir).seeds == before.seeds


async def test_a_database_has_one_community(settings: Settings, ports: Ports) -> None:
    await found_community(settings, PLAN, ports)
    database = sqlite3.connect(settings.data_dir / "acuerdo.db")
    before = database.execute("SELECT community FROM ledger").fetchall()
    (settings.data_dir / KEYS).unlink()
    with pytest.raises(Refused, match="founded-already"):
        await found_community(settings, PLAN, ports)
    assert not was_cut_short(settings.data_dir)
    assert database.execute("SELECT community FROM ledger").fetchall() == before
    database.close()
