"""Who answers where, and how much of each ledger they say that they hold.

A peer's address is found out, never believed: `community` is filled in when the address has
answered with a signature of that community's key.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, delete, select, update

from node.store.engine import insert_new, upsert
from node.store.tables import PEER, PEER_SIZE
from node.store.values import Peer
from protocol.wire.digests import CommunityId

# Asked at every change; put together once.
_ALL = select(PEER).order_by(PEER.c.url)
_AT = select(PEER).where(PEER.c.url == bindparam("address"))
_SIZES = select(PEER_SIZE.c.ledger, PEER_SIZE.c.size).where(
    PEER_SIZE.c.community == bindparam("whose")
)


def put_peer(
    connection: Connection,
    url: str,
    *,
    allow_private: bool | None = None,
    community: CommunityId | None = None,
) -> None:
    """Remembers an address; of one that is known, changes only what is given."""
    row = {
        "url": url,
        "community": community,
        "allow_private": bool(allow_private),
        "failures": 0,
        "served": "",
    }
    insert_new(connection, PEER, [row])
    changes: dict[str, object] = {}
    if allow_private is not None:
        changes["allow_private"] = allow_private
    if community is not None:
        changes["community"] = community
    if changes:
        connection.execute(update(PEER).where(PEER.c.url == url).values(changes))


def drop_peer(connection: Connection, url: str) -> bool:
    """Forgets an address; False if it was not known."""
    return connection.execute(delete(PEER).where(PEER.c.url == url)).rowcount == 1


def all_peers(connection: Connection) -> tuple[Peer, ...]:
    """Every address, in the order of their text."""
    return tuple(Peer(**row) for row in connection.execute(_ALL).mappings())


def find_peer(connection: Connection, url: str) -> Peer | None:
    """What is known of an address."""
    row = connection.execute(_AT, {"address": url}).mappings().one_or_none()
    return None if row is None else Peer(**row)


def peers_of(connection: Connection, community: CommunityId) -> tuple[Peer, ...]:
    """A community's addresses, those that answered last first."""
    statement = (
        select(PEER)
        .where(PEER.c.community == community)
        .order_by(PEER.c.failures, PEER.c.last_heard_ms.desc(), PEER.c.url)
    )
    return tuple(Peer(**row) for row in connection.execute(statement).mappings())


def heard(connection: Connection, url: str, now_ms: int, community: CommunityId) -> None:
    """Notes that an address answered, and for whom."""
    changes = {
        "community": community,
        "last_heard_ms": now_ms,
        "failures": 0,
        "last_error": None,
    }
    connection.execute(update(PEER).where(PEER.c.url == url).values(changes))


def put_served(connection: Connection, url: str, federations: Iterable[str]) -> None:
    """Notes of which federations a peer was given everything that is for their members."""
    served = " ".join(sorted(federations))
    connection.execute(update(PEER).where(PEER.c.url == url).values(served=served))


def serve_again(connection: Connection) -> None:
    """Forgets what peers were given: we can read more now, and so may they."""
    connection.execute(update(PEER).where(PEER.c.served != "").values(served=""))


def failed(connection: Connection, url: str, error: str) -> None:
    """Notes that an address did not answer as it should."""
    changes = {"failures": PEER.c.failures + 1, "last_error": error}
    connection.execute(update(PEER).where(PEER.c.url == url).values(changes))


def put_sizes(
    connection: Connection, community: CommunityId, sizes: Mapping[CommunityId, int]
) -> None:
    """Notes how much of which ledgers a community says that it holds."""
    rows = [
        {"community": community, "ledger": ledger, "size": size} for ledger, size in sizes.items()
    ]
    upsert(connection, PEER_SIZE, ("community", "ledger"), rows)


def sizes_of(connection: Connection, community: CommunityId) -> dict[CommunityId, int]:
    """How much of which ledgers a community said that it holds."""
    found = connection.execute(_SIZES, {"whose": community})
    return {CommunityId(ledger): size for ledger, size in found}
