"""Keys are replaced by the words on paper, and by nothing else."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from node.founding import Founded, Founder, Plan, found_community
from node.keys import KeyFileError, new_keys, new_seed, read_keys, recovery_words, stage_keys
from node.ports import Ports, system_ports
from node.rotation import rotate_keys
from node.runtime import open_node
from node.settings import Settings
from protocol.community.charter import read_charter
from protocol.errors import ProtocolError
from protocol.ledger.checkpoint import open_checkpoint
from protocol.wire.keys import PrivateKey
from tests.village import charter


@pytest.fixture
async def ports() -> AsyncIterator[Ports]:
    held = system_ports(2)
    yield held
    held.executor.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "ceiba")


async def found(settings: Settings, ports: Ports) -> Founded:
    plan = Plan(
        name="La Ceiba",
        languages=("es",),
        charter=read_charter(charter("public")),
        founders=[Founder(key=PrivateKey.from_seed(os.urandom(32)).public)],
    )
    return await found_community(settings, plan, ports)


async def test_the_words_give_new_keys_and_the_old_ones_speak_no_more(
    settings: Settings, ports: Ports
) -> None:
    founded, old = await found(settings, ports), read_keys(settings.data_dir)
    rotated = await rotate_keys(settings, ports, founded.words)
    assert rotated.words != founded.words
    new = read_keys(settings.data_dir)
    assert {key.public for key in (new.log, new.witness, new.voice)}.isdisjoint(
        {old.log.public, old.witness.public, old.voice.public}
    )
    async with open_node(settings, ports) as node:
        assert node.books.own_id == founded.community
        said = await node.journal.speak("identity/address", "public", {"urls": ["http://a.test"]})
        assert said.index == rotated.index + 1
        head = open_checkpoint(node.journal.bare_note(), new.log.public)
        assert head.size == said.index + 1
        with pytest.raises(ProtocolError, match=r"checkpoint|signature|key"):
            open_checkpoint(node.journal.bare_note(), old.log.public)
    with pytest.raises(KeyFileError, match="in force"):
        await rotate_keys(settings, ports, founded.words)
    again = await rotate_keys(settings, ports, rotated.words)
    assert again.index == said.index + 1


async def test_other_words_change_nothing(settings: Settings, ports: Ports) -> None:
    await found(settings, ports)
    before = (settings.data_dir / "keys.json").read_bytes()
    other = recovery_words(new_seed(ports.entropy), "es")
    with pytest.raises(KeyFileError):
        await rotate_keys(settings, ports, other)
    assert (settings.data_dir / "keys.json").read_bytes() == before


async def test_a_rotation_cut_short_is_finished_by_the_next_start(
    settings: Settings, ports: Ports
) -> None:
    founded, old = await found(settings, ports), (settings.data_dir / "keys.json").read_bytes()
    await rotate_keys(settings, ports, founded.words)
    new = read_keys(settings.data_dir)
    # As after a crash between the entry and the exchange of the files.
    (settings.data_dir / "keys.json").write_bytes(old)
    stage_keys(settings.data_dir, new)
    async with open_node(settings, ports) as node:
        await node.journal.speak("identity/address", "public", {"urls": ["http://a.test"]})
    assert read_keys(settings.data_dir).log.public == new.log.public
    assert not (settings.data_dir / "keys.next.json").exists()


async def test_staged_keys_that_the_ledger_does_not_name_are_left_alone(
    settings: Settings, ports: Ports
) -> None:
    await found(settings, ports)
    before = read_keys(settings.data_dir)
    stage_keys(settings.data_dir, new_keys(ports.entropy))
    async with open_node(settings, ports) as node:
        assert node.keys.log.public == before.log.public
