"""Folded books on disk, so that a start does not fold a whole ledger again.

A snapshot is a shortcut and never the truth: it is used only by the very code that made it, and
thrown away whenever anything about it is odd. It is a pickle because a book is hundreds of small
frozen classes; whoever can write the database owns the node already, but a restored or shared
database file must not become a program, so nothing but the protocol's own classes is built.
"""

import io
import pickle
import sys
from collections import OrderedDict, defaultdict, deque
from fractions import Fraction
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import zstandard
from sqlalchemy import Connection, delete, select

import protocol
from node.store.engine import upsert
from node.store.tables import SNAPSHOT

_PACKAGE = protocol.__name__
_PLAIN = {
    ("builtins", "bytearray"): bytearray,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "set"): set,
    ("collections", "OrderedDict"): OrderedDict,
    ("collections", "defaultdict"): defaultdict,
    ("collections", "deque"): deque,
    ("fractions", "Fraction"): Fraction,
}
_MOST_BYTES = 1 << 30


class Unusable(Exception):  # noqa: N818 - named for what is the case
    """A snapshot that this code does not read; fold the ledger instead."""


@cache
def code_fingerprint() -> str:
    """What the code that folds is: the text of every file of the protocol, and the interpreter."""
    digest = sha256(sys.version.encode())
    for name, text in sorted(_sources(files(_PACKAGE), "")):
        digest.update(f"{name}\n{len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        if item.is_dir():
            found += _sources(item, f"{prefix}{item.name}/")
        elif item.name.endswith(".py"):
            found.append((prefix + item.name, item.read_bytes()))
    return found


def save_snapshot(connection: Connection, ledger: int, size: int, book: object) -> None:
    """Keeps a book as it is after `size` entries, in place of an earlier one."""
    write_snapshot(connection, ledger, size, freeze(book))


def write_snapshot(connection: Connection, ledger: int, size: int, blob: bytes) -> None:
    """Keeps a book that was frozen before, so that no transaction waits for the freezing."""
    row = {"ledger": ledger, "size": size, "fingerprint": code_fingerprint(), "blob": blob}
    upsert(connection, SNAPSHOT, ("ledger",), [row])


def load_snapshot(connection: Connection, ledger: int) -> tuple[int, object] | None:
    """The size and the book that this very code saved for a ledger, if any.

    The size may be beyond the ledger's only if somebody meddled; the caller compares.
    """
    statement = select(SNAPSHOT.c.size, SNAPSHOT.c.blob).where(
        SNAPSHOT.c.ledger == ledger, SNAPSHOT.c.fingerprint == code_fingerprint()
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    try:
        return row.size, thaw(row.blob)
    except Unusable:
        return None


def drop_snapshots(connection: Connection) -> None:
    """Forgets all of them: the next start folds every ledger from its entries."""
    connection.execute(delete(SNAPSHOT))


def freeze(book: object) -> bytes:
    """The bytes of a book."""
    return zstandard.ZstdCompressor(level=1).compress(
        pickle.dumps(book, protocol=pickle.HIGHEST_PROTOCOL)
    )


def thaw(blob: bytes) -> object:
    """The book of such bytes.

    Raises:
        Unusable: they are damaged, or would build anything but plain values and our own classes.
    """
    try:
        raw = zstandard.ZstdDecompressor().decompress(blob, max_output_size=_MOST_BYTES)
        return _OwnClassesOnly(io.BytesIO(raw)).load()
    except Exception as error:
        # Damaged pickles fail in every way there is; all of them mean the same to the caller.
        raise Unusable(str(error)) from error


class _OwnClassesOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        plain = _PLAIN.get((module, name))
        if plain is not None:
            return plain
        if module == _PACKAGE or module.startswith(f"{_PACKAGE}."):
            found = super().find_class(module, name)
            # A module of ours also holds what it imports, and functions: neither is a value.
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a snapshot")
