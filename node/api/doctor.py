"""What is wrong with this node, and what to do about it: questions with a yes or a sentence."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question: fine if there is no `detail` to complain about."""

    check: str
    ok: bool
    detail: str


Question = Callable[[Node, Connection], Iterator[str]]


def examine(node: Node) -> tuple[Check, ...]:
    """Every question, answered; reads the whole of our own ledger from the store."""
    with node.store.read() as connection:
        return tuple(_ask(name, ask, node, connection) for name, ask in _QUESTIONS.items())


def _ask(name: str, ask: Question, node: Node, connection: Connection) -> Check:
    complaints = list(ask(node, connection))
    return Check(check=name, ok=not complaints, detail="; ".join(complaints[:20]))


def _writing(node: Node, _connection: Connection) -> Iterator[str]:
    if node.journal.read_only is not None:
        yield node.journal.read_only.reason


def _stored_bytes(node: Node, connection: Connection) -> Iterator[str]:
    head, number = node.journal.head, node.books.number(node.books.own_id)
    frontier = Frontier()
    while frontier.size < head.size:
        stop = min(head.size, frontier.size + _STEP)
        entries = read_entries(connection, number, frontier.size, stop)
        for index, entry in enumerate(entries, frontier.size):
            if entry.raw is not None and leaf_hash(entry.raw) != entry.leaf:
                yield f"entry {index} is not what was hashed: restore a backup"
        if len(entries) != stop - frontier.size:
            yield f"entries are missing from {frontier.size + len(entries)} on: restore a backup"
            return
        frontier = frontier.extend(entry.leaf for entry in entries)
    if frontier.root() != head.root:
        yield "the stored entries do not make the signed root: stop, and restore a backup"


def _keys(node: Node, _connection: Connection) -> Iterator[str]:
    current, keys = node.books.own.identity.current, node.keys
    pairs = ((current.log, keys.log), (current.witness, keys.witness), (current.voice, keys.voice))
    if any(public != key.public for public, key in pairs):
        yield "keys.json is not the key file of this ledger: put the right one back"


def _clock(node: Node, _connection: Connection) -> Iterator[str]:
    behind_s = node.books.own.clock - node.clock.now()
    if behind_s > _CLOCK_SLACK_S:
        yield f"the machine's clock is {behind_s} s behind the ledger: set it"


def _disk(node: Node, _connection: Connection) -> Iterator[str]:
    free = shutil.disk_usage(node.settings.data_dir).free
    if free < _LEAST_FREE_BYTES:
        yield f"only {free // 1_048_576} MiB are free: make room before writing stops"


def _witnesses(node: Node, connection: Connection) -> Iterator[str]:
    peers = all_peers(connection)
    if peers and node.books.own.presence.home is None:
        yield "there are peers and no home witness: two copies of this node could both publish"
    number = node.books.number(node.books.own_id)
    if peers and newest_cosigned(connection, number) == 0:
        yield "nobody has cosigned our ledger yet"


def _peers(_node: Node, connection: Connection) -> Iterator[str]:
    for peer in all_peers(connection):
        if peer.failures:
            yield f"{peer.url} failed {peer.failures} times: {peer.last_error}"


def _ledgers(node: Node, connection: Connection) -> Iterator[str]:
    for ledger in all_ledgers(connection):
        if ledger.alarm is not None:
            yield f"{ledger.community[:8]}: {ledger.alarm}"
        aside = len(quarantined(connection, ledger.id))
        if aside:
            yield f"{ledger.community[:8]}: {aside} entries count for nothing"
    forked = {one.community for one in all_evidence(connection)}
    for community in sorted(forked):
        yield f"{community[:8]} signed two histories: speak with its people"
    for community in node.books.known():
        if node.books.book(community) is None:
            yield f"{community[:8]} is stored and cannot be read"


def _duties(_node: Node, connection: Connection) -> Iterator[str]:
    stubborn = [duty for duty in all_duties(connection, _MOST_DUTIES) if duty.attempts >= _STUBBORN]
    for duty in stubborn:
        yield f"{duty.kind} to {duty.target} failed {duty.attempts} times: {duty.error}"


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
