"""Copies of the database: made, listed, taken away, and tried out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from node.api.operations import Record, record
from node.api.problems import NotHere, Problem
from node.drill import Drill, drill
from node.runtime import Node
from node.store.backup import NotHere as NoFileToCopy
from node.store.backup import back_up

FOLDER: Final = "backups"
MOST_LISTED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy in the node's own folder of backups."""

    name: str
    bytes: int
    made_at: int


def list_backups(node: Node) -> tuple[Backup, ...]:
    """The copies in the node's own folder, the newest first. Blocks."""
    folder = node.settings.data_dir / FOLDER
    found = [_backup(path) for path in folder.glob("*.db")] if folder.is_dir() else []
    return tuple(sorted(found, key=lambda one: (one.made_at, one.name), reverse=True)[:MOST_LISTED])


def _backup(path: Path) -> Backup:
    stat = path.stat()
    return Backup(name=path.name, bytes=stat.st_size, made_at=int(stat.st_mtime))


async def make_backup(node: Node, path: str | None = None) -> tuple[Path, int, Record]:
    """Copy the database to a new file; without a path, into the node's own folder.

    Raises:
        Problem: The path is not that of a new file, or the copy could not be written.
    """
    target, written = await node.executor.run(_back_up, node, path)
    return target, written, await record(node, "backup-made", target.name)


def _back_up(node: Node, path: str | None) -> tuple[Path, int]:
    target = _new_name(node) if path is None else Path(path)
    if not target.is_absolute() or target.exists() or not target.parent.is_dir():
        raise Problem(422, "backup-path", "name a new file in a directory that exists, in full")
    try:
        return target, back_up(node.store, target)
    except (NoFileToCopy, OSError) as problem:
        raise Problem(422, "backup-failed", str(problem)) from None


def _new_name(node: Node) -> Path:
    """`acuerdo-20261127-200000.db`, and a number behind it for more than one in a second."""
    folder = node.settings.data_dir.absolute() / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    stem = datetime.fromtimestamp(node.clock.now(), UTC).strftime("acuerdo-%Y%m%d-%H%M%S")
    names = (folder / f"{stem}{more}.db" for more in ("", *(f"-{n}" for n in range(2, 1_000))))
    return next(name for name in names if not name.exists())


async def fetch_backup(node: Node, name: str) -> tuple[Path, Record]:
    """A copy that is about to leave the machine.

    Raises:
        Problem: There is no copy of that name.
    """
    path = await node.executor.run(_find, node, name)
    return path, await record(node, "backup-fetched", name)


def _find(node: Node, name: str | None) -> Path:
    for one in list_backups(node):
        if name in (None, one.name):
            return node.settings.data_dir / FOLDER / one.name
    raise NotHere("backup-unknown", "there is no backup of that name here")


async def drill_restore(node: Node, name: str | None = None) -> tuple[str, Drill, Record]:
    """Open a copy, the newest by default, elsewhere; replay it and compare it with the ledger.

    Raises:
        Problem: There is no such copy.
    """
    path = await node.executor.run(_find, node, name)
    found = await drill(node.books, node.executor, path)
    told = f"{path.name}: {'ok' if found.sound else ', '.join(found.faults)}"
    return path.name, found, await record(node, "restore-drilled", told)
