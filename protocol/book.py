"""The book: everything that one ledger's entries say, folded. Spec: docs/spec/book.md.

A book knows one ledger and nothing of any other, so that the order in which ledgers come
can change nothing. It is changed by the fold alone (fold.py); everybody else asks.
"""

from dataclasses import dataclass, field

from protocol.community.charter import Charters
from protocol.community.electorate import Electorate, snapshot
from protocol.community.members import Membership
from protocol.decisions.amendment import Amendment
from protocol.decisions.proposal import Decisions, Proposal
from protocol.decisions.terms import Terms, read_terms
from protocol.errors import Refused
from protocol.federation.acts import FederationActs, LedgerFacts
from protocol.identity.chain import Chain
from protocol.identity.presence import Presence
from protocol.wire.digests import CommunityId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who published a text or comment, and about which proposal."""

    index: int
    speaker: str
    proposal: MessageId | None


@dataclass(slots=True, kw_only=True)
class Book:
    """The folded state of one ledger.

    Attributes:
        clock: Seconds; the newest entry's `received`. It never goes back.
        ids: Where each message stands; what makes a submission idempotent.
        said: Texts and comments; needed at the door, never by a rule.
        withheld: How many entries this reader holds as hashes only.
        void: Entries that stand in the tree but count for nothing, with the code that says why.
        erased: Indexes whose bytes are to be forgotten.
    """

    ledger: CommunityId
    size: int = 0
    clock: int = 0
    founding: bool = True
    chain: Chain | None = None
    presence: Presence = field(default_factory=Presence)
    charters: Charters = field(default_factory=Charters)
    membership: Membership = field(default_factory=Membership)
    decisions: Decisions = field(default_factory=Decisions)
    amendments: dict[MessageId, Amendment] = field(default_factory=dict)
    federation: FederationActs = field(default_factory=FederationActs)
    ids: dict[MessageId, int] = field(default_factory=dict)
    said: dict[MessageId, Said] = field(default_factory=dict)
    withheld: int = 0
    void: dict[int, str] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)

    @property
    def identity(self) -> Chain:
        """The key chain.

        Raises:
            Refused: The ledger has not begun.
        """
        if self.chain is None:
            raise Refused("ledger-empty", "the ledger has no inception yet")
        return self.chain

    @property
    def facts(self) -> LedgerFacts:
        """What the federation floor asks of this ledger."""
        return LedgerFacts(chain=self.identity, acts=self.federation)

    def amendment(self, amendment_id: str) -> Amendment:
        """An amendment by id.

        Raises:
            Refused: There is none of that id.
        """
        found = self.amendments.get(MessageId(amendment_id))
        if found is None:
            raise Refused("amendment-unknown", "there is no such amendment in this ledger")
        return found

    def terms(self, proposal: Proposal) -> Terms:
        """The terms that apply to a proposal: frozen once open, the charter's before."""
        if proposal.frozen is not None:
            return proposal.frozen.terms
        return read_terms(self.charters.current.terms(proposal.type))

    def electorate(self, proposal: Proposal) -> Electorate:
        """Who has a voice in it: frozen once open, as of now before."""
        if proposal.frozen is not None:
            return proposal.frozen.electorate
        return snapshot(self.membership, self.terms(proposal).unit)
