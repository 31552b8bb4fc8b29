"""Our witness: it cosigns heads of other communities' ledgers (docs/spec/witness.md).

    request -> who -> signature -> old size -> proof -> store -> cosign -> answer

It signs at most one history of each ledger, ever. What it is about to sign is stored first,
by a compare-and-swap, in one transaction with the line: a crash before the commit leaves the
witness where it was and nobody has a line; after it, the line is there to be given again.

The same goes for the mirror, which cosigns what it has stored whole; it knows more than a
proof, since it has computed the root from the stored bytes.
"""

from collections.abc import Callable
from typing import assert_never

from node.books import Books
from node.chains import Chains
from node.held import keep_fork, read_held, require_one_history
from node.keys import NodeKeys
from node.ports import Ports
from node.store.engine import Connection, Store
from node.store.entries import cosignatures_of, find_ledger, head_at, last_witnessed
from node.store.ledgers import advance_witnessed, put_cosignatures, put_head
from node.store.values import Head, Ledger, StoredCosignature
from protocol.errors import (
    Behind,
    Inconsistent,
    Malformed,
    ProtocolError,
    Refused,
    Unauthentic,
)
from protocol.identity.chain import Chain
from protocol.ledger.checkpoint import Checkpoint, origin_of
from protocol.ledger.cosignature import add_cosignatures, cosign
from protocol.ledger.witnessing import (
    AddCheckpoint,
    Decline,
    Reason,
    judge,
    read_add_checkpoint,
)
from protocol.replication.branch import Contradiction, SignedHead, check_head
from protocol.replication.extend import open_head
from protocol.wire.digests import CommunityId, sha256


class Witness:
    """Cosigns with our community's witness key."""

    def __init__(
        self, *, store: Store, books: Books, chains: Chains, keys: NodeKeys, ports: Ports
    ) -> None:
        self._store = store
        self._books = books
        self._chains = chains
        self._keys = keys
        self._clock = ports.clock
        self._executor = ports.executor

    async def add_checkpoint(self, body: bytes) -> bytes:
        """Answer a C2SP `add-checkpoint` request with our signature line.

        Raises:
            Malformed: the request cannot be read, or its old size is beyond the new one.
            Refused: `witness-origin`: the ledger is not known here.
            Unauthentic: `witness-untrusted`: its log key did not sign the head.
            Behind: `witness-size`: the old size is not that of the last cosigned head.
            Inconsistent: the proof does not hold, or the ledger has two histories.
        """
        return await self._executor.run(self._add, body, self._clock.now())

    async def latest(self, origin_hash: str) -> bytes | None:
        """The newest head that we cosigned for an origin, by the hex SHA-256 of the origin."""
        return await self._executor.run(self._latest, origin_hash)

    def cosign_stored(
        self,
        connection: Connection,
        ledger: CommunityId,
        number: int,
        head: SignedHead,
        root_at: Callable[[int], bytes],
    ) -> bytes | None:
        """Cosign a head whose entries this transaction has stored, up to the last one.

        Args:
            connection: the transaction; the line may leave when it has committed.
            ledger: whose head it is.
            number: the ledger's number in the store.
            head: verified against what is stored.
            root_at: the stored tree's root at a size up to the head's.

        Returns:
            Our line; none if we cosigned a larger head before.

        Raises:
            Contradiction: we cosigned a head that is not in this history.
        """
        seen = self._seen(connection, head.checkpoint.origin)
        if seen is not None and seen.size > head.checkpoint.size:
            return None
        if seen is not None and root_at(seen.size) != seen.root:
            raise Contradiction("ledger-forked", "our witness cosigned another history", None)
        return self._sign(connection, ledger, number, head, seen, self._clock.now())

    def _add(self, body: bytes, now: int) -> bytes:
        request = read_add_checkpoint(body)
        community = self._community_of(request.checkpoint.origin)
        chain = None if community is None else self._chains.find(community)
        if community is None or chain is None:
            raise Refused("witness-origin", "no ledger of this origin is known here")
        try:
            with self._store.write() as connection:
                return self._answer(connection, community, chain, request, now)
        except Contradiction as fork:
            with self._store.write() as connection:
                keep_fork(connection, community, fork.evidence, fork.detail)
            raise

    def _answer(
        self,
        connection: Connection,
        community: CommunityId,
        chain: Chain,
        request: AddCheckpoint,
        now: int,
    ) -> bytes:
        ledger = require_one_history(connection, community)
        if ledger is None:
            raise Refused("witness-origin", "no ledger of this origin is known here")
        seen = self._seen(connection, request.checkpoint.origin)
        verdict = judge(request, chain.log_key(request.checkpoint.size), seen)
        if isinstance(verdict, Decline) and verdict.reason in _BEFORE_PROOF:
            raise _declined(verdict)
        # Its log key signed the head: whether or not the proof holds, it may show a fork.
        head = open_head(community, chain, request.note)
        tree = self._books.tree(community)
        check_head(
            community, head, read_held(connection, ledger, chain, tree, head.checkpoint.size)
        )
        if isinstance(verdict, Decline):
            raise _declined(verdict)
        return self._sign(connection, community, ledger.id, head, seen, now)

    def _seen(self, connection: Connection, origin: str) -> Checkpoint | None:
        known = last_witnessed(connection, origin)
        return None if known is None else Checkpoint(origin, *known)

    def _sign(
        self,
        connection: Connection,
        ledger: CommunityId,
        number: int,
        head: SignedHead,
        seen: Checkpoint | None,
        now: int,
    ) -> bytes:
        checkpoint, own = head.checkpoint, self._books.own_id
        if seen == checkpoint:
            for known in cosignatures_of(connection, number, checkpoint.size):
                if known.witness == own:
                    return known.line
        else:
            old = None if seen is None else (seen.size, seen.root)
            new = (checkpoint.size, checkpoint.root)
            advance_witnessed(connection, origin_of(ledger), old, new)
        put_head(connection, number, Head(checkpoint.size, checkpoint.root, head.note))
        line = cosign(self._keys.witness, own, checkpoint, now)
        stored = StoredCosignature(checkpoint.size, own, checkpoint.root, now, line)
        put_cosignatures(connection, number, [stored])
        return line

    def _latest(self, origin_hash: str) -> bytes | None:
        community = self._community_by_hash(origin_hash)
        if community is None:
            return None
        with self._store.read() as connection:
            ledger = find_ledger(connection, community)
            seen = self._seen(connection, origin_of(community))
            if ledger is None or seen is None:
                return None
            return self._note(connection, ledger, seen)

    def _note(self, connection: Connection, ledger: Ledger, seen: Checkpoint) -> bytes | None:
        head = head_at(connection, ledger.id, seen.size)
        lines = [
            known.line
            for known in cosignatures_of(connection, ledger.id, seen.size)
            if known.witness == self._books.own_id
        ]
        return None if head is None else add_cosignatures(head.note, lines)

    def _community_of(self, origin: str) -> CommunityId | None:
        """The other community whose origin it is; nobody is a witness in its own cause."""
        for community in self._books.known():
            if origin_of(community) == origin and community != self._books.own_id:
                return community
        return None

    def _community_by_hash(self, origin_hash: str) -> CommunityId | None:
        for community in self._books.known():
            if sha256(origin_of(community).encode()).hex() == origin_hash:
                return community
        return None


_BEFORE_PROOF = frozenset({Reason.UNKNOWN_ORIGIN, Reason.UNTRUSTED})


def _declined(verdict: Decline) -> ProtocolError:
    match verdict.reason:
        case Reason.UNKNOWN_ORIGIN:
            return Refused("witness-origin", "no ledger of this origin is known here")
        case Reason.UNTRUSTED:
            return Unauthentic("witness-untrusted", "the head is not signed by its ledger's key")
        case Reason.OLD_BEYOND_NEW:
            return Malformed("witness-old-size", "the old size is beyond the head's")
        case Reason.OTHER_SIZE:
            detail = f"the last head cosigned here has size {verdict.size}"
            return Behind("witness-size", detail, size=verdict.size)
        case Reason.UNPROVEN | Reason.FORK:
            return Inconsistent("witness-unproven", "the head does not follow the last one")
        case _:
            assert_never(verdict.reason)
