"""What is held of a ledger, as verification wants it; and what is kept when it shows a fork."""

from node.store.engine import Connection
from node.store.entries import all_evidence, find_ledger, head_at, heads_from, newest_head
from node.store.ledgers import put_evidence, set_alarm
from node.store.values import Evidence, Head, Ledger
from protocol.errors import Inconsistent
from protocol.identity.chain import Chain
from protocol.ledger.checkpoint import Checkpoint, origin_of
from protocol.ledger.fork import ForkEvidence, write_evidence
from protocol.ledger.merkle import Tree
from protocol.replication.branch import Held, SignedHead
from protocol.wire.digests import CommunityId

_MOST_AHEAD = 64
"""Heads beyond what is held: covering heads of parts, and what our witness cosigned alone."""


def nothing_held() -> Held:
    """Of a ledger that is not known here."""
    return Held(chain=None, tree=Tree(), size=0)


def read_held(
    connection: Connection, ledger: Ledger, chain: Chain | None, tree: Tree, at: int
) -> Held:
    """What is held of a stored ledger, with its heads around size `at`."""
    # What was stored a moment ago may not be in the tree yet, and the other way round.
    size = min(ledger.size, tree.size)
    heads = [newest_head(connection, ledger.id, size), head_at(connection, ledger.id, at)]
    heads += heads_from(connection, ledger.id, size + 1, _MOST_AHEAD)
    by_size = {head.size: signed_head(ledger.community, head) for head in heads if head is not None}
    return Held(
        chain=chain,
        tree=tree,
        size=size,
        heads=tuple(by_size[one] for one in sorted(by_size)),
    )


def signed_head(community: CommunityId, head: Head) -> SignedHead:
    """A stored head as a value of the protocol."""
    checkpoint = Checkpoint(origin_of(community), head.size, head.root)
    return SignedHead(checkpoint=checkpoint, note=head.note)


def keep_fork(
    connection: Connection,
    community: CommunityId,
    evidence: ForkEvidence | None,
    why: str,
) -> None:
    """Keep the evidence of a fork, and take nothing more into the ledger until people decide."""
    if evidence is not None:
        kept = Evidence(
            community=community,
            first=evidence.first.encode("utf-8"),
            second=evidence.second.encode("utf-8"),
            raw=write_evidence(evidence),
        )
        put_evidence(connection, kept)
    ledger = find_ledger(connection, community)
    if ledger is not None:
        set_alarm(connection, ledger.id, why)


def require_one_history(connection: Connection, community: CommunityId) -> Ledger | None:
    """A stored ledger, if there is one.

    Raises:
        Inconsistent: it was shown to have two histories, whether or not any of it is stored.
    """
    ledger = find_ledger(connection, community)
    if ledger is not None and ledger.alarm is not None:
        raise Inconsistent("ledger-forked", ledger.alarm)
    if ledger is None and all_evidence(connection, community):
        raise Inconsistent("ledger-forked", "the ledger's key signed two histories")
    return ledger
