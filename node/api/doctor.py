"""What is wrong with this node, and what to do about it: questions with a yes or complaints.

A complaint has a code, by which a page says it in a person's language, and an English sentence
for logs and programs.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from node.runtime import Node
from node.store.duties import all_duties
from node.store.engine import Connection
from node.store.entries import (
    all_evidence,
    all_ledgers,
    newest_cosigned,
    quarantined,
    read_entries,
)
from node.store.peers import all_peers
from protocol.ledger.merkle import Frontier, leaf_hash

_STEP: Final = 1_000
_LEAST_FREE_BYTES: Final = 256 * 1024 * 1024
_CLOCK_SLACK_S: Final = 5
_MOST_DUTIES: Final = 10_000
_STUBBORN: Final = 5
_MOST_COMPLAINTS: Final = 20


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong; `facts` are filled into the sentence of a page."""

    code: str
    detail: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question: fine if there is nothing to complain about."""

    check: str
    complaints: tuple[Complaint, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.complaints

    @property
    def detail(self) -> str:
        """What is wrong, in one line."""
        return "; ".join(one.detail for one in self.complaints)


Question = Callable[[Node, Connection], Iterator[Complaint]]


def examine(node: Node) -> tuple[Check, ...]:
    """Every question, answered; reads the whole of our own ledger from the store."""
    with node.store.read() as connection:
        return tuple(_ask(name, ask, node, connection) for name, ask in _QUESTIONS.items())


def _ask(name: str, ask: Question, node: Node, connection: Connection) -> Check:
    return Check(check=name, complaints=tuple(islice(ask(node, connection), _MOST_COMPLAINTS)))


def _writing(node: Node, _connection: Connection) -> Iterator[Complaint]:
    if node.journal.read_only is not None:
        found = node.journal.read_only
        yield Complaint(f"writing-{found.code}", found.reason)


def _stored_bytes(node: Node, connection: Connection) -> Iterator[Complaint]:
    head, number = node.journal.head, node.books.number(node.books.own_id)
    frontier = Frontier()
    while frontier.size < head.size:
        stop = min(head.size, frontier.size + _STEP)
        entries = read_entries(connection, number, frontier.size, stop)
        for index, entry in enumerate(entries, frontier.size):
            if entry.raw is not None and leaf_hash(entry.raw) != entry.leaf:
                detail = f"entry {index} is not what was hashed: restore a backup"
                yield Complaint("entry-changed", detail, {"index": index})
        if len(entries) != stop - frontier.size:
            missing = frontier.size + len(entries)
            detail = f"entries are missing from {missing} on: restore a backup"
            yield Complaint("entries-missing", detail, {"index": missing})
            return
        frontier = frontier.extend(entry.leaf for entry in entries)
    if frontier.root() != head.root:
        detail = "the stored entries do not make the signed root: stop, and restore a backup"
        yield Complaint("root-differs", detail)


def _keys(node: Node, _connection: Connection) -> Iterator[Complaint]:
    current, keys = node.books.own.identity.current, node.keys
    pairs = ((current.log, keys.log), (current.witness, keys.witness), (current.voice, keys.voice))
    if any(public != key.public for public, key in pairs):
        detail = "keys.json is not the key file of this ledger: put the right one back"
        yield Complaint("keys-other", detail)


def _clock(node: Node, _connection: Connection) -> Iterator[Complaint]:
    behind_s = node.books.own.clock - node.clock.now()
    if behind_s > _CLOCK_SLACK_S:
        detail = f"the machine's clock is {behind_s} s behind the ledger: set it"
        yield Complaint("clock-behind", detail, {"seconds": behind_s})


def _disk(node: Node, _connection: Connection) -> Iterator[Complaint]:
    free = shutil.disk_usage(node.settings.data_dir).free
    if free < _LEAST_FREE_BYTES:
        room = free // 1_048_576
        detail = f"only {room} MiB are free: make room before writing stops"
        yield Complaint("disk-full", detail, {"mib": room})


def _witnesses(node: Node, connection: Connection) -> Iterator[Complaint]:
    peers = all_peers(connection)
    if peers and node.books.own.presence.home is None:
        detail = "there are peers and no home witness: two copies of this node could both publish"
        yield Complaint("home-missing", detail)
    number = node.books.number(node.books.own_id)
    if peers and newest_cosigned(connection, number) == 0:
        yield Complaint("uncosigned", "nobody has cosigned our ledger yet")


def _peers(_node: Node, connection: Connection) -> Iterator[Complaint]:
    for peer in all_peers(connection):
        if peer.failures:
            detail = f"{peer.url} failed {peer.failures} times: {peer.last_error}"
            yield Complaint("peer-failing", detail, {"url": peer.url, "times": peer.failures})


def _ledgers(node: Node, connection: Connection) -> Iterator[Complaint]:
    for ledger in all_ledgers(connection):
        if ledger.alarm is not None:
            detail = f"{ledger.community[:8]}: {ledger.alarm}"
            yield Complaint("ledger-alarm", detail, {"community": ledger.community[:8]})
        aside = len(quarantined(connection, ledger.id))
        if aside:
            detail = f"{ledger.community[:8]}: {aside} entries count for nothing"
            facts = {"community": ledger.community[:8], "entries": aside}
            yield Complaint("ledger-void", detail, facts)
    forked = {one.community for one in all_evidence(connection)}
    for community in sorted(forked):
        detail = f"{community[:8]} signed two histories: speak with its people"
        yield Complaint("ledger-forked", detail, {"community": community[:8]})
    for community in node.books.known():
        if node.books.book(community) is None:
            detail = f"{community[:8]} is stored and cannot be read"
            yield Complaint("ledger-unread", detail, {"community": community[:8]})


def _duties(_node: Node, connection: Connection) -> Iterator[Complaint]:
    stubborn = [duty for duty in all_duties(connection, _MOST_DUTIES) if duty.attempts >= _STUBBORN]
    for duty in stubborn:
        detail = f"{duty.kind} to {duty.target} failed {duty.attempts} times: {duty.error}"
        yield Complaint("duty-stubborn", detail, {"url": duty.target, "times": duty.attempts})


_QUESTIONS: Final[dict[str, Question]] = {
    "writing": _writing,
    "stored-bytes": _stored_bytes,
    "keys": _keys,
    "clock": _clock,
    "disk": _disk,
    "witnesses": _witnesses,
    "peers": _peers,
    "ledgers": _ledgers,
    "duties": _duties,
}
