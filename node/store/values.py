"""What the store takes and gives: plain values, so that no row leaves it."""

from dataclasses import dataclass
from typing import NamedTuple

from protocol.wire.digests import CommunityId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A stored ledger: how far it goes, and what its newest entries come to.

    `frontier` is the hashes of the tree's right edge, largest subtree first, joined.
    """

    id: int
    community: CommunityId
    own: bool
    size: int
    root: bytes
    frontier: bytes
    alarm: str | None
    note: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What a ledger is after an append: to be written with the entries, or not at all."""

    size: int
    root: bytes
    frontier: bytes
    note: bytes | None = None


class NewEntry(NamedTuple):
    """An entry to be stored; without `raw` it is withheld from us.

    `message_id` is None where the bytes are withheld: nobody can know it then.
    """

    leaf: bytes
    raw: bytes | None = None
    message_id: bytes | None = None
    sealed: bytes | None = None


class StoredEntry(NamedTuple):
    """An entry as it lies in the store, for bundles and receipts."""

    leaf: bytes
    raw: bytes | None
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class Opening:
    """The bytes of an entry that was withheld, now that we may have them."""

    index: int
    raw: bytes
    message_id: bytes | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands."""

    ledger: int
    index: int


class Head(NamedTuple):
    """A signed head, without cosignatures."""

    size: int
    root: bytes
    note: bytes


class StoredCosignature(NamedTuple):
    """One witness's line under one head."""

    size: int
    witness: CommunityId
    root: bytes
    time: int
    line: bytes


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An entry that its ledger's own rules refuse."""

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Two signed heads of one community's ledger that cannot both be true.

    `raw` is the whole of it as it is passed on, with the proof that heads of two sizes need.
    """

    community: CommunityId
    first: bytes
    second: bytes
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An address at which a community answers; `community` is None until it has answered."""

    url: str
    community: CommunityId | None
    allow_private: bool
    last_heard_ms: int | None
    failures: int
    last_error: str | None
    served: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDuty:
    """Something owed: at most one of a kind to a target about a subject."""

    kind: str
    target: str
    subject: str
    due_ms: int
    payload: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A stored duty. `revision` grows when it is owed again while it is being carried out."""

    id: int
    kind: str
    target: str
    subject: str
    revision: int
    attempts: int
    due_ms: int
    error: str | None
    payload: bytes
