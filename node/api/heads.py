"""The head of a ledger that others may see, with the lines of its witnesses."""

from dataclasses import dataclass

from node.runtime import Node
from node.store.engine import Connection
from node.store.entries import cosignatures_from, cosignatures_of, find_ledger, newest_head
from node.store.values import Head
from protocol.ledger.cosignature import add_cosignatures
from protocol.ledger.note import read_note
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_NOTE_SIGNATURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A head as it is published."""

    ledger: CommunityId
    size: int
    note: bytes


async def published_heads(node: Node, *ledgers: CommunityId) -> tuple[Published, ...]:
    """The newest published head of each ledger that has one."""
    own = node.books.own
    own_head = Head(node.journal.head.size, node.journal.head.root, node.journal.bare_note())
    return await node.executor.run(_read, node, ledgers, own_head, own.presence.home)


def _read(
    node: Node, ledgers: tuple[CommunityId, ...], own_head: Head, home: CommunityId | None
) -> tuple[Published, ...]:
    found = []
    with node.store.read() as connection:
        for community in ledgers:
            ledger = find_ledger(connection, community)
            if ledger is None:
                continue
            head = newest_head(connection, ledger.id, ledger.size)
            if ledger.own:
                head = own_head if home is None else _seen_by(connection, ledger.id, home)
            if head is not None:
                note = _with_lines(connection, ledger.id, head)
                found.append(Published(ledger=community, size=head.size, note=note))
    return tuple(found)


def _seen_by(connection: Connection, number: int, home: CommunityId) -> Head | None:
    """Our newest head that the home witness cosigned: two copies of us cannot both have one."""
    lines = cosignatures_from(connection, number, 0, [home])
    return newest_head(connection, number, lines[-1].size) if lines else None


def _with_lines(connection: Connection, number: int, head: Head) -> bytes:
    lines = [one.line for one in cosignatures_of(connection, number, head.size)]
    room = MAX_NOTE_SIGNATURES - len(read_note(head.note).lines)
    return add_cosignatures(head.note, lines[:room]) if lines else head.note
