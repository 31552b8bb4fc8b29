"""Data directories as a node would have left them, made in process before anything is measured."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from node.ports import Ports, system_ports
from protocol.wire.digests import MessageId
from tests.node.journal.village import Village, found_village, open_desk, village_charter

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Prepared:
    """A village with an open proposal and so many entries, and its folder."""

    village: Village
    proposal: MessageId
    size: int

    @property
    def folder(self) -> Path:
        return self.village.settings.data_dir

    def positions(self, count: int) -> list[bytes]:
        """Signed positions that nobody has sent yet; a member may change her mind."""
        return [self.village.position(number, self.proposal) for number in range(count)]

    def copy(self, folder: Path) -> Path:
        """The same data at another place, as after a move to another machine."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.log"))
        return folder


async def prepare(folder: Path, *, members: int, entries: int, name: str) -> Prepared:
    """Found a village whose books are public and fill its ledger with positions."""
    ports = system_ports(2)
    try:
        return await _prepare(folder, ports, members, entries, name)
    finally:
        ports.executor.close()


async def _prepare(folder: Path, ports: Ports, members: int, entries: int, name: str) -> Prepared:
    charter = village_charter("public")
    village = await found_village(folder, ports, members=members, name=name, charter=charter)
    desk = open_desk(village, ports, batch=_AT_ONCE, most_waiting=2 * _AT_ONCE)
    proposal = await desk.open_proposal()
    while (missing := entries - desk.journal.head.size) > 0:
        batch = range(min(missing, _AT_ONCE))
        await asyncio.gather(
            *(desk.journal.submit(village.position(number, proposal)) for number in batch)
        )
    await desk.books.save(1)
    size = desk.journal.head.size
    await desk.close()
    return Prepared(village, proposal, size)
