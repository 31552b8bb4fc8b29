"""Who may read what: the one question behind every answer that shows an entry.

A reader is a community: its node, its members, its operator, or nobody that is known. An
entry's audience is read from the entry, and whatever is not allowed here is denied. The
reader outside an audience gets a hash.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from protocol.community.charter import COMMUNITY, PUBLIC
from protocol.federation.acts import LedgerFacts
from protocol.wire.digests import CommunityId

Facts = Mapping[CommunityId, LedgerFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A community that reads, with the federations whose entries it may see."""

    community: CommunityId | None = None
    federations: frozenset[str] = frozenset()


ANYBODY = Reader()


def reader_of(community: CommunityId, facts: Facts) -> Reader:
    """A community, as the ledgers at hand show it."""
    return Reader(community=community, federations=federations_of(community, facts))


def may_read(reader: Reader, ledger: CommunityId, audience: str) -> bool:
    """Whether an entry of `ledger` that is addressed to `audience` is for this reader."""
    if audience == PUBLIC:
        return True
    if audience == COMMUNITY:
        return reader.community == ledger
    kind, _, federation = audience.partition(":")
    return kind == "federation" and federation in reader.federations


def federations_of(community: CommunityId, facts: Facts) -> frozenset[str]:
    """The federations that a community belongs to or was invited into.

    The compact decides, not the joiner: a community that no compact names could otherwise
    write a join into its own ledger and read what was said among others. Who left is out.
    """
    named = {
        str(federation)
        for ledger in facts.values()
        for federation, compact in ledger.acts.compacts.items()
        if community in compact.body.communities
    }
    own = facts.get(community)
    if own is None:
        return frozenset(named)
    left = {str(leave.body.federation) for leave in own.acts.leaves.values()}
    return frozenset(named - (left - {str(one) for one in own.acts.standing}))


def ledgers_of(federations: Collection[str], facts: Facts) -> set[CommunityId]:
    """The communities that the compacts of these federations name."""
    return {
        CommunityId(community)
        for ledger in facts.values()
        for federation, compact in ledger.acts.compacts.items()
        if federation in federations
        for community in compact.body.communities
    }
