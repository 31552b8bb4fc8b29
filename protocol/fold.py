"""The fold: a book and the next entry make the next book. Spec: docs/spec/book.md.

The same functions serve our own ledger, copies of others and offline verification:

    entry bytes -> read -> Act -> check -> apply

An entry that stands in a ledger but does not pass `check` changes nothing: it is void, and
its code is kept. An entry whose bytes are withheld or erased only counts.
"""

from typing import assert_never

from protocol.book import Book
from protocol.community.charter import COMMUNITY, PUBLIC
from protocol.community.members import active_author
from protocol.errors import ProtocolError, Refused, Unauthentic
from protocol.kinds import KINDS, Kind
from protocol.ledger.act import VOICE, Act
from protocol.ledger.entry import read_entry
from protocol.wire.bodies import read_body
from protocol.wire.message import INCEPTION, Message


def advance(book: Book, raw: bytes | None, leaf: bytes) -> str | None:
    """Fold the next entry into the book; the code if it is void, or None.

    Args:
        book: Changed in place.
        raw: The entry's bytes; None if they are withheld or erased.
        leaf: The leaf hash, which the caller has checked against the bytes and the tree.
    """
    index = book.size
    book.size += 1
    if raw is None:
        book.withheld += 1
        return None
    try:
        entry = read_entry(raw)
        act = read_act(book, entry.message, index=index, received=entry.received, leaf=leaf)
        _require_place(book, entry.index, index, entry.received)
        _check(book, act)
    except ProtocolError as problem:
        book.void[index] = problem.code
        return problem.code
    apply(book, act)
    return None


def read_act(
    book: Book, message: Message, *, index: int, received: int, leaf: bytes
) -> Act[object]:
    """A message as an act at its place.

    Raises:
        Refused: The kind is not known.
        Malformed: The body is not of its kind.
        Unauthentic: Its author may not say this.
    """
    kind = _kind(message)
    return Act(
        ledger=book.ledger,
        index=index,
        received=received,
        leaf=leaf,
        message=message,
        speaker=_speaker(book, kind, message),
        body=read_body(kind.body, message.body),
    )


def admit(book: Book, act: Act[object]) -> None:
    """Everything that is asked of a new entry at the door of the community's own ledger.

    Raises:
        ProtocolError: Of whichever family fits; nothing was changed.
    """
    _require_place(book, act.index, book.size, act.received)
    kind = _kind(act.message)
    if kind.author == "vouched":
        _insider(book, act.message)
    _check(book, act)
    kind.admit(book, act)


def apply(book: Book, act: Act[object]) -> None:
    """Let a checked act take effect; the caller has counted it in `book.size`."""
    kind = _kind(act.message)
    book.founding = book.founding and kind.founding
    book.clock = act.received
    book.ids.setdefault(act.id, act.index)
    kind.apply(book, act)


def _kind(message: Message) -> Kind:
    kind = KINDS.get(message.kind)
    if kind is None:
        raise Refused("kind-unknown", f"this version knows no kind {message.kind[:64]!r}")
    return kind


def _check(book: Book, act: Act[object]) -> None:
    kind = _kind(act.message)
    _require_ledger(book, act)
    if act.id in book.ids:
        raise Refused("message-repeated", "this message stands in the ledger already")
    _require_audience(book, kind, act)
    kind.check(book, act)


def _require_ledger(book: Book, act: Act[object]) -> None:
    message = act.message
    if act.index == 0:
        if message.kind != INCEPTION or str(message.id) != book.ledger:
            raise Unauthentic("ledger-start", "a ledger starts with its community's inception")
    elif message.ledger != book.ledger:
        raise Unauthentic("other-ledger", "this message was signed for another ledger")


def _require_place(book: Book, stated: int, index: int, received: int) -> None:
    if stated != index:
        raise Refused("entry-index", "the entry states another place than it has")
    if received < book.clock:
        raise Refused("clock-back", "the ledger's clock does not go back")


def _speaker(book: Book, kind: Kind, message: Message) -> str:
    match kind.author:
        case "root" | "newcomer":
            return ""
        case "vouched":
            return _known_speaker(book, message)
        case "voice":
            if message.author != book.identity.current.voice:
                raise Unauthentic("not-the-voice", "only the community's own key may say this")
            return VOICE
        case "member":
            return active_author(book.membership, message.author).id
        case "speaker":
            return _insider(book, message)


def _known_speaker(book: Book, message: Message) -> str:
    if book.chain is not None and message.author == book.chain.current.voice:
        return VOICE
    member = book.membership.by_key(message.author)
    return "" if member is None else member.id


def _insider(book: Book, message: Message) -> str:
    if message.author == book.identity.current.voice:
        return VOICE
    return active_author(book.membership, message.author).id


def _require_audience(book: Book, kind: Kind, act: Act[object]) -> None:
    audience = act.audience
    match kind.audience:
        case "public":
            right = audience == PUBLIC
        case "home":
            right = audience == COMMUNITY
        case "structure":
            # The first charter says by itself who may read it; its own check compares.
            right = book.charters.version == 0 or audience == book.charters.current.audience
        case "federation":
            right = audience.startswith("federation:")
        case "words":
            right = True
        case _:
            assert_never(kind.audience)
    if not right:
        raise Refused("audience-wrong", f"an entry of this kind is not addressed to {audience}")
