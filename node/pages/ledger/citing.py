"""What an entry refers to, as links: the entries that it cites, and the page of a proposal."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from markupsafe import Markup

from node.pages.ledger.looks import Looks, text_of
from protocol.book import Book
from protocol.wire.digests import MessageId
from protocol.wire.message import Message


class Cited(NamedTuple):
    """Something that an entry refers to: a sentence's key with what it is, and where it is."""

    key: str
    name: Markup | str
    path: str


_CITED: Final[Mapping[str, str]] = {
    "text": "ledger.cites-text",
    "reason": "ledger.cites-reason",
    "replies_to": "ledger.cites-comment",
    "amendment": "ledger.cites-amendment",
    "decision": "ledger.cites-decision",
    "member": "ledger.cites-member",
    "federation": "ledger.cites-federation",
    "assembly": "ledger.cites-assembly",
    "minutes": "ledger.cites-minutes",
    "corrects": "ledger.cites-minutes",
}


def cited_by(message: Message, looks: Looks, own: Book) -> list[Cited]:
    """What a message refers to, of what is known here."""
    return [*_proposals(message, looks, own), *_entries(message, looks, own)]


def _proposals(message: Message, looks: Looks, own: Book) -> Iterator[Cited]:
    about = MessageId(text_of(message.body, "proposal"))
    if looks.book.ledger == own.ledger and about in own.decisions.proposals and looks.inside:
        yield Cited("ledger.cites-proposal", looks.proposal(about), f"/p/{about}")


def _entries(message: Message, looks: Looks, own: Book) -> Iterator[Cited]:
    base = "/ledger" if looks.book.ledger == own.ledger else f"/ledgers/{looks.book.ledger}"
    for field, key in _CITED.items():
        index = looks.book.ids.get(MessageId(text_of(message.body, field)))
        if index is not None:
            yield Cited(key, str(index), f"{base}/{index}")
    erased = message.body.get("index")
    if message.kind == "entry/erase" and isinstance(erased, int):
        yield Cited("ledger.cites-erased", str(erased), f"{base}/{erased}")
