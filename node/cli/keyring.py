"""A member's own folder: one file an identity, receipts, and the key chains she knows.

    <keys>/<name>.json                        seed, community, member id; mode 0600
    <keys>/<name>.receipts/<message id>.json  what she keeps as proof
    <keys>/chains/<community>.json            the community's key chain and its newest head seen

Every file is written whole or not at all. A seed is on disk before anything is signed with it.
"""

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from node.cli.trouble import UNAUTHORISED, Trouble
from protocol.errors import Malformed
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import SEED_BYTES, PrivateKey
from protocol.wire.text import b64url_decode, b64url_encode

DEFAULT: Final = Path("~/.config/acuerdo")
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is in one community; `member` is none until the community took her in."""

    name: str
    seed: bytes = field(repr=False)
    community: str | None = None
    member: str | None = None
    node: str | None = None
    words_shown: bool = False

    @property
    def key(self) -> PrivateKey:
        """What she signs with."""
        return PrivateKey.from_seed(self.seed)


def slug_of(name: str) -> str:
    """The file name for a person's name.

    Raises:
        Trouble: Nothing of the name can stand in a file's name.
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9._]+", "-", bare).strip("-.")[:64]
    if not _SLUG.fullmatch(slug):
        raise Trouble("identity-name", f"{name!r}")
    return slug


class Keyring:
    """The identities in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser()

    def names(self) -> list[str]:
        """Every identity's file name, without its ending."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def add(self, slug: str, identity: Identity) -> None:
        """Keep a new identity.

        Raises:
            Trouble: There is one of that name already; a seed is never written over.
        """
        if self._path(slug).exists():
            raise Trouble("identity-exists", str(self._path(slug)))
        self._write(self._path(slug), _identity_json(identity))

    def settle(self, slug: str, *, community: str, member: str) -> None:
        """Note that the community took her in."""
        self._change(replace(self.identity(slug), community=community, member=member), slug)

    def note_words_shown(self, slug: str) -> None:
        """Note that she has seen her recovery words."""
        self._change(replace(self.identity(slug), words_shown=True), slug)

    def identity(self, slug: str) -> Identity:
        """An identity by its file name.

        Raises:
            Trouble: There is none, others can read it, or it is damaged.
        """
        path = self._path(slug)
        if not path.exists():
            known = ", ".join(self.names()) or "-"
            raise Trouble("identity-unknown", f"{path} ({known})", UNAUTHORISED)
        if path.stat().st_mode & 0o077:
            raise Trouble("identity-open", str(path), UNAUTHORISED)
        return _read_identity(self._read(path), path)

    def chosen(self, name: str | None) -> str:
        """The identity that was asked for, or the only one there is.

        Raises:
            Trouble: None was asked for, and there is not exactly one.
        """
        if name is not None:
            return slug_of(name)
        names = self.names()
        if len(names) != 1:
            raise Trouble("identity-which", ", ".join(names) or str(self.folder), UNAUTHORISED)
        return names[0]

    def keep_receipt(self, slug: str, message: str, receipt: Mapping[str, JsonValue]) -> Path:
        """Keep the proof that a message stands in the ledger."""
        path = self.folder / f"{slug}.receipts" / f"{message}.json"
        self._write(path, receipt)
        return path

    def receipts(self, slug: str) -> list[dict[str, JsonValue]]:
        """Every receipt she keeps, the newest last."""
        paths = (self.folder / f"{slug}.receipts").glob("*.json")
        return [
            self._read(path) for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns)
        ]

    def known_chain(self, community: str) -> dict[str, JsonValue] | None:
        """What she knows of a community's keys and newest head."""
        path = self.folder / "chains" / f"{community}.json"
        return self._read(path) if path.exists() else None

    def keep_chain(self, community: str, known: Mapping[str, JsonValue]) -> None:
        """Keep it, in the place of what she knew before."""
        self._write(self.folder / "chains" / f"{community}.json", known)

    def _change(self, identity: Identity, slug: str) -> None:
        self._write(self._path(slug), _identity_json(identity))

    def _path(self, slug: str) -> Path:
        return self.folder / f"{slug}.json"

    def _read(self, path: Path) -> dict[str, JsonValue]:
        try:
            value = read_json(path.read_bytes().rstrip(b"\n"))
        except Malformed as problem:
            raise Trouble("file-damaged", f"{path}: {problem.code}") from None
        if not isinstance(value, dict):
            raise Trouble("file-damaged", str(path))
        return value

    def _write(self, path: Path, value: Mapping[str, JsonValue]) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(write_json(dict(value)) + b"\n")
            file.flush()
            os.fsync(descriptor)
        partial.replace(path)


def _identity_json(identity: Identity) -> dict[str, JsonValue]:
    return {
        "version": 1,
        "name": identity.name,
        "seed": b64url_encode(identity.seed),
        "community": identity.community,
        "member": identity.member,
        "node": identity.node,
        "words_shown": identity.words_shown,
    }


def _read_identity(value: Mapping[str, JsonValue], path: Path) -> Identity:
    name, secret = _text(value, "name"), _text(value, "seed")
    try:
        seed = b64url_decode(secret or "")
    except Malformed:
        seed = b""
    if value.get("version") != 1 or name is None or len(seed) != SEED_BYTES:
        raise Trouble("file-damaged", str(path))
    return Identity(
        name=name,
        seed=seed,
        community=_text(value, "community"),
        member=_text(value, "member"),
        node=_text(value, "node"),
        words_shown=value.get("words_shown") is True,
    )


def _text(value: Mapping[str, JsonValue], member: str) -> str | None:
    found = value.get(member)
    return found if isinstance(found, str) else None
