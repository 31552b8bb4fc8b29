"""The tables, as storage rows only: they validate nothing and go nowhere outside the store.

All that matters can be rebuilt from `ledger`, `entry`, `chain`, `head`, `cosignature`, `witnessed`
and `evidence`; the rest is memory of work to do (`duty`, `peer`), of who signed in (`session`), or
a shortcut (`snapshot`).
Wide byte columns stand last, so that a scan over leaf hashes does not walk through the entries.
"""

from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """What every table has in common: a catalogue of its own and one scheme of names."""


def _part(**options: Any) -> Any:
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False}, **options)


def _ledger() -> Any:
    return _part(foreign_key="ledger.id")


class LedgerRow(Row, table=True):
    """A ledger that we write (`own`) or mirror; `size` is what every append compares and swaps."""

    __tablename__ = "ledger"

    id: int | None = Field(default=None, primary_key=True)
    community: str = Field(unique=True, max_length=64)
    own: bool
    size: int = Field(sa_type=BigInteger)
    root: bytes = Field(sa_type=LargeBinary)
    frontier: bytes = Field(sa_type=LargeBinary)
    alarm: str | None = None
    note: bytes | None = Field(default=None, sa_type=LargeBinary)


class EntryRow(Row, table=True):
    """One place of a ledger. Without `raw` it is withheld from us, or erased."""

    __tablename__ = "entry"
    __table_args__ = (Index(None, "message_id"),)

    ledger: int = _ledger()
    index: int = _part(sa_type=BigInteger)
    leaf: bytes = Field(sa_type=LargeBinary)
    erased: bool = False
    message_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)


class ChainRow(Row, table=True):
    """An event of a community's identity: what its keys are is known before its ledger is read."""

    __tablename__ = "chain"

    ledger: int = _ledger()
    position: int = _part()
    raw: bytes = Field(sa_type=LargeBinary)


class HeadRow(Row, table=True):
    """A signed head without cosignatures, exactly as its ledger's key signed it."""

    __tablename__ = "head"

    ledger: int = _ledger()
    size: int = _part(sa_type=BigInteger)
    root: bytes = Field(sa_type=LargeBinary)
    note: bytes = Field(sa_type=LargeBinary)


class CosignatureRow(Row, table=True):
    """A witness's line for one head; the first that we saw stays, for its time is evidence."""

    __tablename__ = "cosignature"

    ledger: int = _ledger()
    size: int = _part(sa_type=BigInteger)
    witness: str = _part(max_length=64)
    root: bytes = Field(sa_type=LargeBinary)
    time: int = Field(sa_type=BigInteger)
    line: bytes = Field(sa_type=LargeBinary)


class WitnessedRow(Row, table=True):
    """What our own witness key last cosigned for an origin: it never goes back or sideways."""

    __tablename__ = "witnessed"

    origin: str = Field(primary_key=True)
    size: int = Field(sa_type=BigInteger)
    root: bytes = Field(sa_type=LargeBinary)


class EvidenceRow(Row, table=True):
    """Two signed heads of one ledger that cannot both be true."""

    __tablename__ = "evidence"

    digest: bytes = Field(primary_key=True, sa_type=LargeBinary)
    community: str = Field(index=True, max_length=64)
    first: bytes = Field(sa_type=LargeBinary)
    second: bytes = Field(sa_type=LargeBinary)
    raw: bytes = Field(sa_type=LargeBinary)


class PeerRow(Row, table=True):
    """An address at which a community answers, and how it went the last time."""

    __tablename__ = "peer"

    url: str = Field(primary_key=True)
    community: str | None = Field(default=None, index=True, max_length=64)
    allow_private: bool = False
    last_heard_ms: int | None = Field(default=None, sa_type=BigInteger)
    failures: int = 0
    last_error: str | None = None
    served: str = ""


class PeerSizeRow(Row, table=True):
    """How much of a ledger a community has told us that it holds."""

    __tablename__ = "peer_size"

    community: str = _part(max_length=64)
    ledger: str = _part(max_length=64)
    size: int = Field(sa_type=BigInteger)


class DutyRow(Row, table=True):
    """Something that the node owes to the outside and has not done yet."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("kind", "target", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    target: str
    subject: str
    revision: int = 0
    attempts: int = 0
    due_ms: int = Field(sa_type=BigInteger, index=True)
    error: str | None = None
    payload: bytes = Field(sa_type=LargeBinary)


class SnapshotRow(Row, table=True):
    """A folded book at a size, readable only by the code that folded it."""

    __tablename__ = "snapshot"

    ledger: int = _ledger()
    size: int = Field(sa_type=BigInteger)
    fingerprint: str
    blob: bytes = Field(sa_type=LargeBinary)


class QuarantineRow(Row, table=True):
    """An entry of a mirrored ledger that its own rules refuse; it holds up nothing else."""

    __tablename__ = "quarantine"

    ledger: int = _ledger()
    index: int = _part(sa_type=BigInteger)
    code: str
    detail: str


class SessionRow(Row, table=True):
    """A browser that showed a key, or the operator's token, and needs not show it again soon."""

    __tablename__ = "session"

    digest: bytes = Field(primary_key=True, sa_type=LargeBinary)
    holder: str = Field(index=True)
    expires_s: int = Field(sa_type=BigInteger, index=True)


METADATA: MetaData = Row.metadata


def _table(name: str) -> Table:
    return METADATA.tables[name]


LEDGER = _table("ledger")
ENTRY = _table("entry")
CHAIN = _table("chain")
HEAD = _table("head")
COSIGNATURE = _table("cosignature")
WITNESSED = _table("witnessed")
EVIDENCE = _table("evidence")
PEER = _table("peer")
PEER_SIZE = _table("peer_size")
DUTY = _table("duty")
SNAPSHOT = _table("snapshot")
QUARANTINE = _table("quarantine")
SESSION = _table("session")
