"""What the operator does to the node, whichever road it is asked by, and its record.

A page, a route and a command come to the same function. It acts, and then the community's voice
writes down for the members what was done (docs/spec/operation.md). Where nothing can be written,
the act stands, and whoever asked is told that it was not recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from node.addresses import read_peer_url
from node.api.problems import NotHere, Problem
from node.journal import Unavailable
from node.keys import renew_operator_token
from node.mirror import Taken
from node.publishing import PULL
from node.readers import ANYBODY, Reader, reader_of
from node.runtime import Node
from node.store.duties import forget
from node.store.peers import all_peers, drop_peer, put_peer
from node.store.sessions import drop_sessions_of
from node.store.values import Peer
from protocol.community.charter import COMMUNITY, PUBLIC
from protocol.community.operation import Operation, OperatorAct
from protocol.errors import ProtocolError
from protocol.wire.bodies import body_json
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_LINE_CHARS

OPERATOR: Final = "operator"
"""Who holds the sessions that the operator's token opened."""
HEADER: Final = "acuerdo-record"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Where an act was written down, or the code that says why not; neither: nothing was done."""

    index: int | None = None
    problem: str | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """The same for an answer of any sort."""
        told = self.problem if self.index is None else str(self.index)
        return {} if told is None else {HEADER: told}


async def record(node: Node, act: OperatorAct, note: str | None = None) -> Record:
    """Write down what was done."""
    line = None if note is None else note[:MAX_LINE_CHARS]
    body = body_json(Operation(act=act, note=line))
    try:
        accepted = await node.journal.speak("operation/record", COMMUNITY, body)
    except (ProtocolError, Unavailable) as problem:
        log.warning("operation_unrecorded", act=act, code=problem.code)
        return Record(problem=problem.code)
    return Record(index=accepted.index)


async def add_peer(node: Node, text: str, *, allow_private: bool) -> tuple[Peer, Record]:
    """An address more, called soon; nothing that it says is believed for that.

    Raises:
        Malformed: It is no address of a node.
    """
    url = read_peer_url(text).text
    peer = await node.executor.run(_put_peer, node, url, allow_private)
    await node.duties.owe(PULL, url)
    return peer, await record(node, "peer-added", url)


def _put_peer(node: Node, url: str, allow_private: bool) -> Peer:
    with node.store.write() as connection:
        put_peer(connection, url, allow_private=allow_private)
        return next(one for one in all_peers(connection) if one.url == url)


async def remove_peer(node: Node, url: str) -> Record:
    """No more calls to an address; what came from it stays.

    Raises:
        Problem: It is not called.
    """
    if not await node.executor.run(_drop_peer, node, url):
        raise NotHere("peer-unknown", "this address is not called")
    return await record(node, "peer-removed", url)


def _drop_peer(node: Node, url: str) -> bool:
    with node.store.write() as connection:
        forget(connection, url)
        return drop_peer(connection, url)


async def export_bundle(
    node: Node, audience: str, ledgers: Sequence[CommunityId] = (), *, start: int = 0
) -> tuple[bytes, Record]:
    """Ledgers to be carried away, all by default, as somebody of that audience may read them.

    Raises:
        Problem: There is no such audience.
        ProtocolError: A ledger is not held here.
    """
    reader = reader_of_audience(node, audience)
    starts = dict.fromkeys(ledgers or node.books.known(), start)
    raw = await node.executor.run(node.delivery.bundle_for, reader, starts, None)
    return raw, await record(node, "bundle-exported", audience)


def reader_of_audience(node: Node, audience: str) -> Reader:
    """Who reads what is addressed to an audience.

    Raises:
        Problem: There is no such audience.
    """
    kind, _, federation = audience.partition(":")
    match kind:
        case "public":
            return ANYBODY
        case "community":
            return reader_of(node.books.own_id, node.books.facts())
        case "federation":
            return Reader(federations=frozenset({federation}))
        case _:
            raise Problem(400, "audience-unknown", f"{PUBLIC}, {COMMUNITY} or federation:<id>")


async def import_bundle(node: Node, raw: bytes) -> tuple[Sequence[Taken], Record]:
    """Take what is new in a bundle, and ledgers that were not known here.

    Raises:
        Malformed: It is no bundle, and nothing was taken.
    """
    taken = await node.mirror.take(raw, trust_new=True)
    came = [one.ledger for one in taken if one.error is None]
    if not came:
        return taken, Record()
    note = ", ".join(ledger[:8] for ledger in dict.fromkeys(came))
    return taken, await record(node, "bundle-imported", note)


async def renew_token(node: Node, state: Any) -> Record:
    """A new token in the file; the old one, and what it opened in browsers, is worth nothing."""
    state.operator_token = await node.executor.run(_renew_token, node)
    return await record(node, "token-renewed")


def _renew_token(node: Node) -> str:
    token = renew_operator_token(node.settings.data_dir, node.entropy)
    with node.store.write() as connection:
        drop_sessions_of(connection, OPERATOR)
    return token
