"""What our community owes about its offices: others are told who holds them, and who no more.

As in owed.py nothing is remembered: the same book owes the same acts.
"""

from collections.abc import Iterator

from node.owed import Speech
from protocol.book import Book
from protocol.offices.credential import ATTEST, END, owed_attestings, owed_unattestings
from protocol.wire.bodies import body_json

_FEDERATION = "federation:"


def owed_offices(book: Book, now: int) -> Iterator[Speech]:
    """Credentials to be taken back, then those to be given."""
    at = book.moment(now)
    known = (book.offices, book.membership, book.credentials, at)
    for audience, ended in owed_unattestings(*known):
        yield Speech(kind=END, audience=audience, body=body_json(ended))
    for audience, given in owed_attestings(*known):
        if _is_heard(book, audience):
            yield Speech(kind=ATTEST, audience=audience, body=body_json(given))


def _is_heard(book: Book, audience: str) -> bool:
    """A federation is told nothing by a community that is not in it."""
    federation = audience.removeprefix(_FEDERATION)
    return federation == audience or federation in book.federation.standing
