"""Everything that changes a ledger. Only the journal, the mirror and the witness import this file.

The commit point of every append is a compare-and-swap on the ledger's size. A crash before the
transaction commits leaves the ledger as it was; after it, entries, root and head are all there.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from node.store.engine import Stale, insert_if_new, insert_many, insert_new
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
    Growth,
    Head,
    NewEntry,
    Opening,
    Quarantined,
    StoredCosignature,
)
from protocol.ledger.merkle import EMPTY_ROOT, leaf_hash
from protocol.wire.digests import CommunityId, sha256

_ADVANCE = (
    update(LEDGER)
    .where(LEDGER.c.id == bindparam("ledger"), LEDGER.c.size == bindparam("old_size"))
    .values(
        size=bindparam("new_size"), root=bindparam("new_root"), frontier=bindparam("new_frontier")
    )
)
_ADVANCE_WITH_NOTE = _ADVANCE.values(note=bindparam("new_note"))
_SEAL_IN = (
    update(ENTRY)
    .where(
        ENTRY.c.ledger == bindparam("at_ledger"),
        ENTRY.c.index == bindparam("at_index"),
        ENTRY.c.leaf == bindparam("at_leaf"),
        ENTRY.c.raw.is_(None),
        ENTRY.c.sealed.is_(None),
        ENTRY.c.erased.is_(False),
    )
    .values(sealed=bindparam("new_sealed"))
)
_WITNESS = (
    update(WITNESSED)
    .where(
        WITNESSED.c.origin == bindparam("at_origin"),
        WITNESSED.c.size == bindparam("old_size"),
        WITNESSED.c.root == bindparam("old_root"),
    )
    .values(size=bindparam("new_size"), root=bindparam("new_root"))
)
_ROOT_AT = select(HEAD.c.root).where(
    HEAD.c.ledger == bindparam("of"), HEAD.c.size == bindparam("at")
)
_FILL_IN = (
    update(ENTRY)
    .where(
        ENTRY.c.ledger == bindparam("at_ledger"),
        ENTRY.c.index == bindparam("at_index"),
        ENTRY.c.leaf == bindparam("at_leaf"),
        ENTRY.c.raw.is_(None),
        ENTRY.c.erased.is_(False),
    )
    .values(raw=bindparam("new_raw"), message_id=bindparam("new_message"), sealed=None)
)


def create_ledger(connection: Connection, community: CommunityId, *, own: bool) -> int:
    """A new, empty ledger and the number that other functions know it by.

    Args:
        connection: an open writing transaction.
        community: whose ledger it is.
        own: whether we write it; a mirrored ledger never becomes our own.
    """
    statement = insert(LEDGER).values(
        community=community, own=own, size=0, root=EMPTY_ROOT, frontier=b""
    )
    key = connection.execute(statement).inserted_primary_key
    assert key is not None  # noqa: S101 - a row was inserted
    return int(key[0])


def append(
    connection: Connection,
    ledger: int,
    old_size: int,
    entries: Sequence[NewEntry],
    growth: Growth,
) -> None:
    """Adds entries behind the first `old_size` ones, or nothing at all.

    The journal and the mirror use the same function: our own ledger and a copy grow alike.
    `growth.note`, when given, becomes the ledger's newest head and is kept among its heads.

    Raises:
        Stale: the ledger does not have `old_size` entries any more.
    """
    assert growth.size == old_size + len(entries)  # noqa: S101 - our own bug otherwise
    values = {
        "ledger": ledger,
        "old_size": old_size,
        "new_size": growth.size,
        "new_root": growth.root,
        "new_frontier": growth.frontier,
    }
    statement = _ADVANCE
    if growth.note is not None:
        values["new_note"] = growth.note
        statement = _ADVANCE_WITH_NOTE
    if connection.execute(statement, values).rowcount != 1:
        raise Stale(f"ledger {ledger} no longer has {old_size} entries")
    if entries:
        places = enumerate(entries, old_size)
        insert_many(
            connection,
            ENTRY,
            [
                (ledger, index, leaf, False, message_id, sealed, raw)
                for index, (leaf, raw, message_id, sealed) in places
            ],
        )
    if growth.note is not None:
        put_head(connection, ledger, Head(growth.size, growth.root, growth.note))


def fill_in(connection: Connection, ledger: int, openings: Iterable[Opening]) -> int:
    """Stores the bytes of withheld entries; how many places they fitted.

    Bytes fit a place whose leaf hash they have and that neither holds its bytes nor was erased:
    what was erased stays erased, whoever sends it again.
    """
    rows = [
        {
            "at_ledger": ledger,
            "at_index": opening.index,
            "at_leaf": leaf_hash(opening.raw),
            "new_raw": opening.raw,
            "new_message": opening.message_id,
        }
        for opening in openings
    ]
    return sum(connection.execute(_FILL_IN, row).rowcount for row in rows)


def seal_in(
    connection: Connection, ledger: int, sealed: Iterable[tuple[int, bytes, bytes]]
) -> None:
    """Keeps bytes that only the ledger's owner can read, once, where we have no others.

    Args:
        connection: an open writing transaction.
        ledger: its number.
        sealed: index, leaf hash and sealed bytes of each.
    """
    for index, leaf, raw in sealed:
        row = {"at_ledger": ledger, "at_index": index, "at_leaf": leaf, "new_sealed": raw}
        connection.execute(_SEAL_IN, row)


def erase(connection: Connection, ledger: int, index: int) -> bool:
    """Forgets an entry's bytes for good; its leaf hash and message id stay.

    The id stays so that a repeated submission is still known; it gives nothing away, since the
    signed bytes hold a nonce. Call `Store.scrub` after the commit. False: there was nothing left.
    """
    statement = (
        update(ENTRY)
        .where(ENTRY.c.ledger == ledger, ENTRY.c.index == index, ENTRY.c.erased.is_(False))
        .values(raw=None, sealed=None, erased=True)
    )
    return connection.execute(statement).rowcount == 1


def extend_chain(connection: Connection, ledger: int, start: int, raws: Sequence[bytes]) -> None:
    """Adds events to a community's identity, from position `start`."""
    if raws:
        connection.execute(
            insert(CHAIN),
            [
                {"ledger": ledger, "position": position, "raw": raw}
                for position, raw in enumerate(raws, start)
            ],
        )


def put_head(connection: Connection, ledger: int, head: Head) -> None:
    """Keeps a signed head. A second one of the same size is not kept beside it.

    Raises:
        Stale: a head with another root is there already: fork evidence that nobody looked for.
    """
    row = {"ledger": ledger, "size": head.size, "root": head.root, "note": head.note}
    if insert_if_new(connection, HEAD, row):
        return
    place = {"of": ledger, "at": head.size}
    if connection.execute(_ROOT_AT, place).scalar_one() != head.root:
        raise Stale(f"ledger {ledger} has another head of size {head.size}")


def set_note(connection: Connection, ledger: int, head: Head) -> None:
    """Makes a head the ledger's newest; it must cover just what the ledger holds.

    Raises:
        Stale: the ledger's size or root is another, or another head of this size is there.
    """
    statement = (
        update(LEDGER)
        .where(LEDGER.c.id == ledger, LEDGER.c.size == head.size, LEDGER.c.root == head.root)
        .values(note=head.note)
    )
    if connection.execute(statement).rowcount != 1:
        raise Stale(f"ledger {ledger} is not what the head of size {head.size} says")
    put_head(connection, ledger, head)


def put_cosignatures(
    connection: Connection, ledger: int, cosignatures: Iterable[StoredCosignature]
) -> None:
    """Keeps witnesses' lines; of each witness's lines under one head the first one stays."""
    rows = [{"ledger": ledger, **cosignature._asdict()} for cosignature in cosignatures]
    insert_new(connection, COSIGNATURE, rows)


def advance_witnessed(
    connection: Connection, origin: str, old: tuple[int, bytes] | None, new: tuple[int, bytes]
) -> None:
    """Remembers what our witness is about to cosign; it must be durable before the line leaves.

    Raises:
        Stale: the witness last cosigned something else than `old`.
    """
    size, root = new
    if old is None:
        row = {"origin": origin, "size": size, "root": root}
        if not insert_if_new(connection, WITNESSED, row):
            raise Stale(f"the witness knows {origin} already")
        return
    change = {
        "at_origin": origin,
        "old_size": old[0],
        "old_root": old[1],
        "new_size": size,
        "new_root": root,
    }
    if connection.execute(_WITNESS, change).rowcount != 1:
        raise Stale(f"the witness last cosigned another head of {origin}")


def put_evidence(connection: Connection, evidence: Evidence) -> None:
    """Keeps two contradicting heads, once however often they arrive and in either order."""
    first, second = sorted((evidence.first, evidence.second))
    digest = sha256(sha256(first) + sha256(second))
    row = {
        "digest": digest,
        "community": evidence.community,
        "first": first,
        "second": second,
        "raw": evidence.raw,
    }
    insert_new(connection, EVIDENCE, [row])


def set_alarm(connection: Connection, ledger: int, alarm: str | None) -> None:
    """Says in one sentence why nothing more is taken into a ledger; None lifts it."""
    connection.execute(update(LEDGER).where(LEDGER.c.id == ledger).values(alarm=alarm))


def quarantine(connection: Connection, ledger: int, refusals: Iterable[Quarantined]) -> None:
    """Sets entries aside that their ledger's rules refuse; they stay stored and hashed."""
    rows = [
        {"ledger": ledger, "index": it.index, "code": it.code, "detail": it.detail}
        for it in refusals
    ]
    insert_new(connection, QUARANTINE, rows)
