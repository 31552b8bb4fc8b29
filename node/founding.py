"""Founding a community on this machine: keys, a ledger with its inception, charter, members.

There is one identity or none, whenever the machine stops:

    rehearse    every first message is signed and folded in memory; what cannot stand is refused
    stage       the working keys are written to `keys.next.json`
    write down  the messages are written to `founding.begun`; from here on they are this community
    carry out   a ledger, and the messages into it, each once, however often this is tried
    promote     the keys become `keys.json`, which says that a community lives here

What stops before `founding.begun` made nothing, and a second attempt starts anew. What stops
behind it is gone on with (`resume_founding`), unless the next root key was made here and its words
were never shown: nobody could ever rotate such a community's keys, so it is refused for good.
Nothing was published by then, and the folder may be deleted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.books import Books
from node.journal import Journal
from node.keys import (
    KEYS,
    KeyFileError,
    NodeKeys,
    forget_secret,
    new_keys,
    new_seed,
    operator_token,
    promote_keys,
    read_staged_keys,
    recovery_words,
    stage_keys,
    write_secret,
)
from node.ports import Ports
from node.settings import Settings
from node.store.engine import Store, open_store
from node.store.entries import own_ledger
from node.store.ledgers import create_ledger
from node.store.schema import bring_up_to_date
from protocol.book import Book
from protocol.community.charter import Charter, charter_json, check_charter
from protocol.decisions.terms import check_terms
from protocol.errors import Refused
from protocol.fold import admit, apply, read_act
from protocol.identity.chain import write_inception
from protocol.wire.bodies import Rows, body, body_json, read_body
from protocol.wire.digests import DIGEST_BYTES, CommunityId, MemberId
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import PrivateKey, PublicKey
from protocol.wire.limits import NONCE_BYTES
from protocol.wire.message import open_message, read_message, write_message

BEGUN: Final = "founding.begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """A founding member's public key, and her household if she has one."""

    key: PublicKey
    household: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new community starts with.

    Whoever made the next root key elsewhere, and wrote down its words there, hands in its public
    key; otherwise it is made here.
    """

    name: str
    languages: tuple[str, ...]
    charter: Charter
    founders: Sequence[Founder]
    next_root: PublicKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What founding gives; words of a next root key made here are shown once and stored nowhere."""

    community: CommunityId
    members: tuple[MemberId, ...]
    words: str = ""


@body
class _Begun:
    """The first messages of the ledger; `words`: whether the next root's are on paper already."""

    messages: Rows[str]
    words: bool


def is_founded(data_dir: Path) -> bool:
    """Whether a community lives here."""
    return (data_dir / KEYS).exists()


def was_cut_short(data_dir: Path) -> bool:
    """Whether a founding was begun here and not brought to its end."""
    return (data_dir / BEGUN).exists() and not is_founded(data_dir)


async def found_community(settings: Settings, plan: Plan, ports: Ports) -> Founded:
    """Found a community in an empty data directory.

    Raises:
        ProtocolError: The charter, a key or a name is not acceptable; nothing was made.
        KeyFileError: There are keys already.
    """
    if is_founded(settings.data_dir):
        raise KeyFileError(f"{settings.data_dir / KEYS} exists: this node has keys already")
    if was_cut_short(settings.data_dir):
        raise Refused("founding-cut", "a founding was begun here: go on with that one")
    check_charter(plan.charter)
    check_terms(plan.charter)
    if not plan.founders:
        raise Refused("founders-missing", "a community needs at least one founding member")
    words, next_root = "", plan.next_root
    if next_root is None:
        seed = new_seed(ports.entropy)
        words = recovery_words(seed, plan.languages[0] if plan.languages else "en")
        next_root = PrivateKey.from_seed(seed).public
    keys = new_keys(ports.entropy)
    messages = _first_messages(plan, keys, next_root, ports)
    _rehearse(messages, ports.clock.now())
    stage_keys(settings.data_dir, keys)
    operator_token(settings.data_dir, ports.entropy)
    _require_free(settings)
    _write_down(settings.data_dir, messages, words=plan.next_root is not None)
    return await _carry_out(settings, ports, messages, words)


async def resume_founding(settings: Settings, ports: Ports) -> Founded:
    """Bring a founding that was cut short to its end: the same community, once.

    Raises:
        Refused: Its recovery words were never shown.
    """
    begun = read_body(_Begun, read_json((settings.data_dir / BEGUN).read_bytes()))
    if not begun.words:
        raise Refused(
            "founding-cut", "a founding was cut short before its recovery words were shown"
        )
    return await _carry_out(settings, ports, [one.encode() for one in begun.messages], "")


def _first_messages(
    plan: Plan, keys: NodeKeys, next_root: PublicKey, ports: Ports
) -> Sequence[bytes]:
    inception = write_inception(
        PrivateKey.from_seed(new_seed(ports.entropy)),
        log=keys.log.public,
        witness=keys.witness.public,
        voice=keys.voice.public,
        next_root=next_root,
        created=ports.clock.now(),
        nonce=ports.entropy.bytes(NONCE_BYTES),
    )
    community = CommunityId(read_message(inception).id)
    audience = plan.charter.audience

    def said(kind: str, to: str, value: Mapping[str, JsonValue]) -> bytes:
        nonce = ports.entropy.bytes(NONCE_BYTES)
        return write_message(
            keys.voice, ledger=community, kind=kind, audience=to, nonce=nonce, body=value
        )

    charter = charter_json(plan.charter)
    return (
        inception,
        said("charter/adopt", audience, {"version": 1, "charter": charter, "decision": None}),
        # The name comes behind the charter: what stands before it can never be erased.
        said(
            "community/describe", "public", {"name": plan.name, "languages": list(plan.languages)}
        ),
        *(
            said("member/found", audience, {"key": one.key.text, "household": one.household})
            for one in plan.founders
        ),
    )


def _rehearse(messages: Sequence[bytes], now: int) -> None:
    """The journal will take every one of them, or nothing is made at all."""
    book = Book(ledger=CommunityId(read_message(messages[0]).id))
    for index, raw in enumerate(messages):
        leaf = index.to_bytes(DIGEST_BYTES)
        act = read_act(book, open_message(raw), index=index, received=now, leaf=leaf)
        admit(book, act)
        book.size += 1
        apply(book, act)


def _write_down(data_dir: Path, messages: Sequence[bytes], *, words: bool) -> None:
    begun = _Begun(messages=tuple(raw.decode() for raw in messages), words=words)
    write_secret(data_dir / BEGUN, write_json(body_json(begun)).decode())


async def _carry_out(
    settings: Settings, ports: Ports, messages: Sequence[bytes], words: str
) -> Founded:
    keys = read_staged_keys(settings.data_dir)
    if keys is None:
        raise KeyFileError("the keys of the founding that was begun here are gone")
    read = [read_message(raw) for raw in messages]
    community = CommunityId(read[0].id)
    store = open_store(settings.store_url)
    try:
        bring_up_to_date(store)
        _claim(store, community)
        books = Books(store, ports)
        books.open()
        journal = Journal(
            store=store,
            books=books,
            keys=keys,
            ports=ports,
            batch=settings.batch_submissions,
            most_waiting=settings.max_waiting,
        )
        for raw in messages:
            await journal.submit(raw)
        await journal.close()
    finally:
        store.close()
    promote_keys(settings.data_dir)
    forget_secret(settings.data_dir / BEGUN)
    return Founded(
        community=community,
        members=tuple(MemberId(one.id) for one in read if one.kind == "member/found"),
        words=words,
    )


def _require_free(settings: Settings) -> None:
    """No community has this database yet: its keys may be gone, but it is not."""
    store = open_store(settings.store_url)
    try:
        bring_up_to_date(store)
        with store.read() as connection:
            own = own_ledger(connection)
    finally:
        store.close()
    if own is not None:
        raise Refused("founded-already", "this database is another community's already")


def _claim(store: Store, community: CommunityId) -> None:
    """The database is this community's own, from now on or since an attempt before this one."""
    with store.write() as connection:
        own = own_ledger(connection)
        if own is None:
            create_ledger(connection, community, own=True)
        elif own.community != community:
            raise Refused("founded-already", "this database is another community's already")
