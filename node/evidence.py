"""Which cosigned heads are evidence in a close that is still open: they must travel.

A position is timely by who saw it when. So of each ledger that states one, the first head
under which each witness saw it goes along with everything that is sent of that ledger,
until the outcome is recorded.
"""

from collections.abc import Iterator

from node.books import Books
from node.store.engine import Connection
from node.store.entries import cosignatures_from, head_at
from node.store.values import Head, StoredCosignature
from protocol.wire.digests import CommunityId

_MOST_HEADS = 24
Lines = dict[int, tuple[Head, list[StoredCosignature]]]


def open_positions(books: Books, ledger: CommunityId) -> Iterator[int]:
    """Where a ledger states positions on proposals whose outcome we have not recorded."""
    book = books.book(ledger)
    if book is None or not book.federation.positions:
        return
    own = books.own.federation.outcomes
    for proposal, said in list(book.federation.positions.items()):  # may run on a thread
        if proposal not in own:
            yield from (one.index for one in said)


def evidence_heads(connection: Connection, books: Books, ledger: CommunityId) -> Lines:
    """Heads with the first lines under which open positions of a ledger were seen."""
    number = books.number(ledger)
    witnesses = [one for one in books.known() if one != ledger]
    found: Lines = {}
    for index in open_positions(books, ledger):
        seen: set[CommunityId] = set()
        for line in cosignatures_from(connection, number, index + 1, witnesses):
            if line.witness in seen:
                continue
            seen.add(line.witness)
            if line.size not in found:
                head = head_at(connection, number, line.size)
                if head is None or len(found) == _MOST_HEADS:
                    continue
                found[line.size] = (head, [])
            found[line.size][1].append(line)
    return found
