"""Questions about ledgers: what is stored, without changing any of it."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, CursorResult, bindparam, func, select

from node.store.tables import (
    CHAIN,
    COSIGNATURE,
    ENTRY,
    EVIDENCE,
    HEAD,
    LEDGER,
    QUARANTINE,
    WITNESSED,
)
from node.store.values import (
    Evidence,
    Head,
    Ledger,
    Place,
    Quarantined,
    StoredCosignature,
    StoredEntry,
)
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_INTEGER

# Built once: putting a statement together takes SQLAlchemy longer than the database needs for it.
_RANGE = (
    ENTRY.c.ledger == bindparam("of"),
    ENTRY.c.index >= bindparam("start"),
    ENTRY.c.index < bindparam("stop"),
)
_ENTRIES = select(ENTRY.c.leaf, ENTRY.c.raw, ENTRY.c.sealed).where(*_RANGE).order_by(ENTRY.c.index)
_LEAVES = select(ENTRY.c.leaf).where(*_RANGE).order_by(ENTRY.c.index)
_WITHHELD = (
    select(ENTRY.c.index)
    .where(*_RANGE, ENTRY.c.raw.is_(None), ENTRY.c.erased.is_(False))
    .order_by(ENTRY.c.index)
)
_LEDGER_OF = select(LEDGER).where(LEDGER.c.community == bindparam("community"))
_HEADS = select(HEAD.c.size, HEAD.c.root, HEAD.c.note).where(HEAD.c.ledger == bindparam("of"))
_HEAD_AT = _HEADS.where(HEAD.c.size == bindparam("size"))
_NEWEST_HEAD = _HEADS.where(HEAD.c.size <= bindparam("most")).order_by(HEAD.c.size.desc()).limit(1)
_HEADS_FROM = (
    _HEADS.where(HEAD.c.size >= bindparam("size")).order_by(HEAD.c.size).limit(bindparam("most"))
)
_HEADS_OF_SIZES = _HEADS.where(HEAD.c.size.in_(bindparam("sizes", expanding=True))).order_by(
    HEAD.c.size
)
_LINES = (
    select(
        COSIGNATURE.c.size,
        COSIGNATURE.c.witness,
        COSIGNATURE.c.root,
        COSIGNATURE.c.time,
        COSIGNATURE.c.line,
    )
    .where(COSIGNATURE.c.ledger == bindparam("of"))
    .order_by(COSIGNATURE.c.size, COSIGNATURE.c.time, COSIGNATURE.c.witness)
)
_LINES_AT = _LINES.where(COSIGNATURE.c.size == bindparam("size"))
_LINES_OF_SIZES = _LINES.where(COSIGNATURE.c.size.in_(bindparam("sizes", expanding=True)))
_LINES_FROM = _LINES.where(
    COSIGNATURE.c.size >= bindparam("size"),
    COSIGNATURE.c.witness.in_(bindparam("witnesses", expanding=True)),
)
_NEWEST_COSIGNED = select(func.max(COSIGNATURE.c.size)).where(
    COSIGNATURE.c.ledger == bindparam("of")
)
_NEWEST_COSIGNED_BY = _NEWEST_COSIGNED.where(COSIGNATURE.c.witness == bindparam("witness"))
_COSIGNED_SIZES = (
    select(COSIGNATURE.c.size)
    .where(COSIGNATURE.c.ledger == bindparam("of"), COSIGNATURE.c.size <= bindparam("most"))
    .distinct()
    .order_by(COSIGNATURE.c.size.desc())
    .limit(bindparam("limit"))
)
_LAST_WITNESSED = select(WITNESSED.c.size, WITNESSED.c.root).where(
    WITNESSED.c.origin == bindparam("origin")
)
_EVIDENCE = select(
    EVIDENCE.c.community, EVIDENCE.c.first, EVIDENCE.c.second, EVIDENCE.c.raw
).order_by(EVIDENCE.c.digest)
_EVIDENCE_OF = _EVIDENCE.where(EVIDENCE.c.community == bindparam("community"))
_CHAIN = select(CHAIN.c.raw).where(CHAIN.c.ledger == bindparam("of")).order_by(CHAIN.c.position)
_LOOKUP = 500  # ids asked for in one statement, far below either database's limit of parameters


def find_ledger(connection: Connection, community: CommunityId) -> Ledger | None:
    """The ledger of a community, if we hold it."""
    return _one_ledger(connection.execute(_LEDGER_OF, {"community": community}))


def own_ledger(connection: Connection) -> Ledger | None:
    """The ledger that this node writes; None before the community was founded here."""
    return _one_ledger(connection.execute(select(LEDGER).where(LEDGER.c.own)))


def all_ledgers(connection: Connection) -> tuple[Ledger, ...]:
    """Every ledger that we hold, our own first, then as they came."""
    statement = select(LEDGER).order_by(LEDGER.c.own.desc(), LEDGER.c.id)
    return tuple(Ledger(**row) for row in connection.execute(statement).mappings())


def _one_ledger(found: CursorResult[*tuple[object, ...]]) -> Ledger | None:
    row = found.mappings().one_or_none()
    return None if row is None else Ledger(**row)


def read_entries(
    connection: Connection, ledger: int, start: int, stop: int
) -> tuple[StoredEntry, ...]:
    """The entries from `start` up to, without, `stop`; fewer where the ledger ends before."""
    found = connection.execute(_ENTRIES, {"of": ledger, "start": start, "stop": stop})
    # All at once: a row at a time, SQLAlchemy takes longer than the database.
    return tuple(map(StoredEntry._make, found.all()))


def read_leaves(connection: Connection, ledger: int, start: int, stop: int) -> list[bytes]:
    """The leaf hashes alone, in order."""
    found = connection.execute(_LEAVES, {"of": ledger, "start": start, "stop": stop})
    return list(found.scalars())


def withheld(connection: Connection, ledger: int, start: int, stop: int) -> list[int]:
    """The places in a range whose bytes we never had; erased ones are not among them."""
    found = connection.execute(_WITHHELD, {"of": ledger, "start": start, "stop": stop})
    return list(found.scalars())


def is_erased(connection: Connection, ledger: int, index: int) -> bool:
    """Whether the bytes of an entry were erased on request."""
    statement = select(ENTRY.c.erased).where(ENTRY.c.ledger == ledger, ENTRY.c.index == index)
    return bool(connection.execute(statement).scalar())


def find_message(connection: Connection, ledger: int, message_id: bytes) -> int | None:
    """The first place in one ledger of a message, erased ones included."""
    statement = select(func.min(ENTRY.c.index)).where(
        ENTRY.c.message_id == message_id, ENTRY.c.ledger == ledger
    )
    found = connection.execute(statement).scalar()
    return None if found is None else int(found)


def find_messages(
    connection: Connection, ledger: int, message_ids: Sequence[bytes]
) -> Mapping[bytes, int]:
    """Which of these messages one ledger holds, each with its first place."""
    found: dict[bytes, int] = {}
    for start in range(0, len(message_ids), _LOOKUP):
        statement = (
            select(ENTRY.c.message_id, func.min(ENTRY.c.index))
            .where(
                ENTRY.c.message_id.in_(message_ids[start : start + _LOOKUP]),
                ENTRY.c.ledger == ledger,
            )
            .group_by(ENTRY.c.message_id)
        )
        found.update((key, index) for key, index in connection.execute(statement))
    return found


def places_of(connection: Connection, message_id: bytes) -> tuple[Place, ...]:
    """Every place of a message in any ledger."""
    statement = (
        select(ENTRY.c.ledger, ENTRY.c.index)
        .where(ENTRY.c.message_id == message_id)
        .order_by(ENTRY.c.ledger, ENTRY.c.index)
    )
    return tuple(Place(ledger, index) for ledger, index in connection.execute(statement))


def read_chain(connection: Connection, ledger: int) -> tuple[bytes, ...]:
    """The events of a community's identity, from its inception."""
    return tuple(connection.execute(_CHAIN, {"of": ledger}).scalars())


def head_at(connection: Connection, ledger: int, size: int) -> Head | None:
    """The signed head of just this size."""
    row = connection.execute(_HEAD_AT, {"of": ledger, "size": size}).one_or_none()
    return None if row is None else Head._make(row)


def newest_head(connection: Connection, ledger: int, most: int | None = None) -> Head | None:
    """The largest signed head, or the largest of at most `most` entries."""
    upto = {"of": ledger, "most": MAX_INTEGER if most is None else most}
    row = connection.execute(_NEWEST_HEAD, upto).one_or_none()
    return None if row is None else Head._make(row)


def heads_from(connection: Connection, ledger: int, size: int, limit: int) -> tuple[Head, ...]:
    """Signed heads of at least `size` entries, smallest first."""
    found = connection.execute(_HEADS_FROM, {"of": ledger, "size": size, "most": limit})
    return tuple(map(Head._make, found))


def cosignatures_of(
    connection: Connection, ledger: int, size: int
) -> tuple[StoredCosignature, ...]:
    """The witnesses' lines under the head of just this size."""
    found = connection.execute(_LINES_AT, {"of": ledger, "size": size})
    return tuple(map(StoredCosignature._make, found))


def cosignatures_from(
    connection: Connection, ledger: int, size: int, witnesses: Iterable[CommunityId]
) -> tuple[StoredCosignature, ...]:
    """Lines of these witnesses under any head of at least `size` entries, smallest head first."""
    asked = {"of": ledger, "size": size, "witnesses": sorted(witnesses)}
    return tuple(map(StoredCosignature._make, connection.execute(_LINES_FROM, asked)))


def newest_cosigned(connection: Connection, ledger: int, witness: CommunityId | None = None) -> int:
    """The size of the largest head that somebody, or this witness, cosigned; 0: there is none."""
    statement = _NEWEST_COSIGNED if witness is None else _NEWEST_COSIGNED_BY
    asked = {"of": ledger} if witness is None else {"of": ledger, "witness": witness}
    return int(connection.execute(statement, asked).scalar() or 0)


def cosigned_heads(
    connection: Connection, ledger: int, most: int, limit: int
) -> tuple[tuple[Head, tuple[StoredCosignature, ...]], ...]:
    """The largest cosigned heads of at most `most` entries, smallest first, with their lines."""
    asked = {"of": ledger, "most": most, "limit": limit}
    wanted = {"of": ledger, "sizes": list(connection.execute(_COSIGNED_SIZES, asked).scalars())}
    lines: dict[int, list[StoredCosignature]] = {}
    for line in map(StoredCosignature._make, connection.execute(_LINES_OF_SIZES, wanted)):
        lines.setdefault(line.size, []).append(line)
    heads = map(Head._make, connection.execute(_HEADS_OF_SIZES, wanted))
    return tuple((head, tuple(lines[head.size])) for head in heads)


def last_witnessed(connection: Connection, origin: str) -> tuple[int, bytes] | None:
    """Size and root that our own witness last cosigned for an origin."""
    row = connection.execute(_LAST_WITNESSED, {"origin": origin}).one_or_none()
    return None if row is None else (row.size, row.root)


def all_evidence(
    connection: Connection, community: CommunityId | None = None
) -> tuple[Evidence, ...]:
    """Contradicting heads that we hold, of one community or of all."""
    if community is None:
        found = connection.execute(_EVIDENCE)
    else:
        found = connection.execute(_EVIDENCE_OF, {"community": community})
    return tuple(Evidence(**row) for row in found.mappings())


def quarantined(connection: Connection, ledger: int) -> tuple[Quarantined, ...]:
    """The entries of a ledger that were set aside, in order."""
    statement = (
        select(QUARANTINE.c.index, QUARANTINE.c.code, QUARANTINE.c.detail)
        .where(QUARANTINE.c.ledger == ledger)
        .order_by(QUARANTINE.c.index)
    )
    return tuple(Quarantined(*row) for row in connection.execute(statement))
