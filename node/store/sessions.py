"""Browsers that are signed in: the digest of what their cookie holds, whose key, until when.

The cookie's own text is stored nowhere, so that whoever reads the database cannot sign in.
"""

from sqlalchemy import Connection, bindparam, delete, select

from node.store.engine import insert_new
from node.store.tables import SESSION

# Asked at every page; put together once.
_HOLDER = select(SESSION.c.holder).where(
    SESSION.c.digest == bindparam("digest"), SESSION.c.expires_s > bindparam("now")
)


def put_session(connection: Connection, digest: bytes, holder: str, expires_s: int) -> None:
    """Remembers a session."""
    row = {"digest": digest, "holder": holder, "expires_s": expires_s}
    insert_new(connection, SESSION, [row])


def session_holder(connection: Connection, digest: bytes, now: int) -> str | None:
    """Whose session it is; None if it is unknown or over."""
    found = connection.execute(_HOLDER, {"digest": digest, "now": now}).scalar_one_or_none()
    return None if found is None else str(found)


def drop_session(connection: Connection, digest: bytes) -> None:
    """Forgets one session."""
    connection.execute(delete(SESSION).where(SESSION.c.digest == digest))


def drop_sessions_of(connection: Connection, holder: str) -> int:
    """Forgets every session of a holder; how many there were."""
    return connection.execute(delete(SESSION).where(SESSION.c.holder == holder)).rowcount


def drop_expired(connection: Connection, now: int) -> None:
    """Forgets what is over."""
    connection.execute(delete(SESSION).where(SESSION.c.expires_s <= now))
