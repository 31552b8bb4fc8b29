"""The fold: a book and the next entry make the next book. Spec: docs/spec/book.md.

The same functions serve our own ledger, copies of others and offline verification:

    entry bytes -> read -> Act -> check -> apply

An entry that stands in a ledger but does not pass `check` changes nothing: it is void, and
its code is kept. An entry whose bytes are withheld or erased only counts.

Readers see different parts of a ledger, and text may be erased before somebody reads it. So
whether an entry is void, and what it does, rests on nothing but entries that every reader of
this one can read, and never on one that may be erased.
"""

from typing import assert_never

from protocol.book import Book, Words
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
        book.hidden.add(index)
        book.bare = False
        return None
    try:
        entry = read_entry(raw)
        act = read_act(book, entry.message, index=index, received=entry.received, leaf=leaf)
        _require_place(book, act, entry.index, index)
        _check(book, act)
    except ProtocolError as problem:
        book.void[index] = problem.code
        book.bare = False
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
    _require_place(book, act, act.index, book.size)
    kind = _kind(act.message)
    if not (book.charters.versions or kind.founding):
        raise Refused("charter-missing", "the community has not adopted a charter yet")
    if kind.author == "vouched":
        _insider(book, act.message)
    _check(book, act)
    kind.admit(book, act)


def apply(book: Book, act: Act[object]) -> None:
    """Let a checked act take effect; the caller has counted it in `book.size`."""
    kind = _kind(act.message)
    book.bare = book.bare and kind.founding
    book.ids.setdefault(act.id, act.index)
    if not kind.erasable:
        book.clock = max(act.received, book.clock)
        book.clocks[act.audience] = max(act.received, book.clocks.get(act.audience, 0))
        if kind.audience in ("structure", "charter"):
            book.structure_clock = max(act.received, book.structure_clock)
    elif not book.bare:
        # What stands before the first charter is not erased: see `charter-hidden`.
        book.words[act.index] = Words(message=act.id, speaker=act.speaker, audience=act.audience)
    if kind.audience == "structure" and not kind.founding:
        book.founding = False
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


def _require_place(book: Book, act: Act[object], stated: int, index: int) -> None:
    if stated != index:
        raise Refused("entry-index", "the entry states another place than it has")
    if act.received < book.clock_of(act.audience):
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
            right = audience == book.charters.current.audience
        case "charter":
            # A charter says by itself who may read it; its own check compares.
            right = True
        case "federation":
            right = audience.startswith("federation:")
        case "office":
            right = audience == PUBLIC or audience.startswith("federation:")
        case "words":
            right = True
        case _:
            assert_never(kind.audience)
    if not right:
        raise Refused("audience-wrong", f"an entry of this kind is not addressed to {audience}")
