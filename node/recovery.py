"""After every start: how far does our own ledger go? The others know.

A machine that was restored from an older backup would sign a second history. So nothing is
written until the home witness has answered, or, where none is named, at least one peer; if
they know more, the missing tail is fetched first. A node without peers works on at once:
nobody else has ever seen what it lacks.
"""

import structlog

from node.books import Books
from node.journal import RECOVERING, Journal, Unavailable
from node.mirror import Mirror
from node.peers import Peers, PeerTrouble
from node.ports import Ports
from node.settings import Settings
from node.store.engine import Store
from node.store.peers import all_peers
from node.store.values import Peer
from protocol.errors import ProtocolError
from protocol.ledger.checkpoint import open_checkpoint, origin_of, read_checkpoint
from protocol.ledger.note import read_note

_FIRST_PAUSE_S = 0.2
_LAST_PAUSE_S = 30.0
_MOST_PAGES = 10_000
log = structlog.get_logger()


class Recovery:
    """Asks until somebody who must know has answered."""

    def __init__(
        self,
        *,
        store: Store,
        books: Books,
        journal: Journal,
        mirror: Mirror,
        peers: Peers,
        ports: Ports,
        settings: Settings,
    ) -> None:
        self._store = store
        self._books = books
        self._journal = journal
        self._mirror = mirror
        self._peers = peers
        self._clock = ports.clock
        self._executor = ports.executor
        self._settings = settings

    def begin(self) -> None:
        """Before anything else runs: write nothing yet, if others may know more. Blocks."""
        with self._store.read() as connection:
            known = all_peers(connection)
        if known and not self._settings.trust_own_store:
            self._journal.read_only = Unavailable(
                RECOVERING, "asking the home witness how far our ledger goes"
            )

    async def run(self) -> None:
        """Ask, again and again with growing pauses, until the ledger may be written."""
        pause = _FIRST_PAUSE_S
        while self._journal.recovering:
            if await self._ask_all():
                self._journal.read_only = None
                self._books.changed.ring()
                return
            await self._clock.sleep(pause)
            pause = min(_LAST_PAUSE_S, pause * 2)

    async def _ask_all(self) -> bool:
        """Whether enough of those who must know have answered, and we have what they know."""
        home = self._books.own.presence.home
        peers = await self._executor.run(self._all_peers)
        knew: list[bool] = []
        for peer in peers:
            try:
                knows = await self._ask(peer)
            except (PeerTrouble, ProtocolError):
                continue
            except Exception:
                log.exception("recovery_broke")
                continue
            if home is None or peer.community == home:
                knew.append(knows)
        # Who never saw our ledger says nothing about it; if all say so, nobody ever did.
        strangers_all = len(knew) == len(peers) or home is not None
        enough = any(knew) or (bool(knew) and strangers_all)
        return enough and self._journal.recovering

    async def _ask(self, peer: Peer) -> bool:
        """Have what a peer has of our ledger; False if it never saw any of it."""
        own = self._books.own_id
        for _ in range(_MOST_PAGES):
            size = self._journal.head.size
            try:
                note = await self._peers.checkpoint(peer.url, own)
            except PeerTrouble as trouble:
                if trouble.status == 404:
                    return False
                raise
            stated = read_checkpoint(read_note(note).text)
            key = self._books.own.identity.log_key(stated.size)
            if open_checkpoint(note, key, origin_of(own)).size <= size:
                return True
            taken = await self._mirror.take(await self._peers.pull(peer.url, own, size))
            if not any(one.error is None for one in taken) or self._journal.head.size == size:
                raise PeerTrouble("peer-tail", "the peer knows more and does not give it")
        raise PeerTrouble("peer-tail", "the peer's tail does not come to an end")

    def _all_peers(self) -> tuple[Peer, ...]:
        with self._store.read() as connection:
            return all_peers(connection)
