"""The book: everything that one ledger's entries say, folded. Spec: docs/spec/book.md.

A book knows one ledger and nothing of any other, so that the order in which ledgers come
can change nothing. It is changed by the fold alone (fold.py); everybody else asks.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from protocol.community.charter import COMMUNITY, PUBLIC, Charters
from protocol.community.electorate import Electorate, snapshot
from protocol.community.members import Membership, forget_name
from protocol.community.operation import Done
from protocol.decisions.amendment import Amendment
from protocol.decisions.assembly import Assemblies
from protocol.decisions.office_subjects import RecallSubject
from protocol.decisions.proposal import Decisions, Proposal
from protocol.decisions.terms import Terms, read_terms
from protocol.errors import Refused
from protocol.federation.acts import FederationActs, LedgerFacts
from protocol.identity.chain import Chain
from protocol.identity.presence import Description, Presence, apply_descriptions
from protocol.ledger.act import Act
from protocol.ledger.fork import ForkEvidence
from protocol.offices.account import Accounts
from protocol.offices.credential import Credentials
from protocol.offices.election import Elections
from protocol.offices.holding import Holdings, Moment, barred_voters
from protocol.offices.mandate import Mandates
from protocol.offices.recall import Recalls, recall_terms
from protocol.wire.digests import CommunityId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who published a text or comment, and about which proposal."""

    index: int
    speaker: str
    proposal: MessageId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """An entry whose bytes may be erased; `speaker` wrote it, as far as the reader knows."""

    message: MessageId
    speaker: str
    audience: str


MAX_ACCUSATIONS: Final = 1_000
"""Ledgers of which one community shows that they forked; more are not remembered."""


@dataclass(slots=True, kw_only=True)
class Book:
    """The folded state of one ledger.

    Attributes:
        bare: Nothing stands here but identity and descriptions, and all of it could be read.
        clock: Seconds; the newest `received` of an entry that lasts. It never goes back.
        clocks: The same by audience.
        structure_clock: The newest `received` of structure; whoever reads some of it read all.
        ids: Where each message stands; what makes a submission idempotent.
        said: Texts and comments; needed at the door, never by a rule.
        words: Entries whose bytes may be erased.
        hidden: Entries that this reader holds as hashes only, erased ones among them.
        void: Entries that stand in the tree but count for nothing, with the code that says why.
        accusations: Evidence of forks of other ledgers, the last one of each; not verified here.
        erased: Indexes whose bytes are to be forgotten.
        operations: What the operator did, by index; shown, and nothing rests on it.
    """

    ledger: CommunityId
    size: int = 0
    bare: bool = True
    founding: bool = True
    clock: int = 0
    clocks: dict[str, int] = field(default_factory=dict)
    structure_clock: int = 0
    chain: Chain | None = None
    presence: Presence = field(default_factory=Presence)
    descriptions: dict[int, Description] = field(default_factory=dict)
    charters: Charters = field(default_factory=Charters)
    membership: Membership = field(default_factory=Membership)
    decisions: Decisions = field(default_factory=Decisions)
    amendments: dict[MessageId, Amendment] = field(default_factory=dict)
    assemblies: Assemblies = field(default_factory=Assemblies)
    offices: Holdings = field(default_factory=Holdings)
    elections: Elections = field(default_factory=Elections)
    recalls: Recalls = field(default_factory=Recalls)
    mandates: Mandates = field(default_factory=Mandates)
    accounts: Accounts = field(default_factory=Accounts)
    credentials: Credentials = field(default_factory=Credentials)
    federation: FederationActs = field(default_factory=FederationActs)
    ids: dict[MessageId, int] = field(default_factory=dict)
    said: dict[MessageId, Said] = field(default_factory=dict)
    words: dict[int, Words] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    void: dict[int, str] = field(default_factory=dict)
    accusations: dict[str, ForkEvidence] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)
    operations: dict[int, Done] = field(default_factory=dict)

    @property
    def withheld(self) -> int:
        """How many entries this reader holds as hashes only."""
        return len(self.hidden)

    def clock_of(self, audience: str) -> int:
        """The time before which nothing new can stand for these readers.

        It rests on what all of them can read, so that they agree on what is void: the
        community reads everything, the others what is public and their own.
        """
        if audience == COMMUNITY:
            return self.clock
        return max(self.clocks.get(PUBLIC, 0), self.clocks.get(audience, 0))

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
        if isinstance(proposal.subject, RecallSubject):
            place = self.offices.places.get(MessageId(proposal.subject.place))
            office = None if place is None else self.offices.definitions.get(place.office)
            return recall_terms(self.charters.current, office)
        return read_terms(self.charters.current.terms(proposal.type))

    def electorate(self, proposal: Proposal, now: int = 0) -> Electorate:
        """Who has a voice in it: frozen once open, as of now before.

        Without a time the ledger's own is meant, that of its newest structure.
        """
        if proposal.frozen is not None:
            return proposal.frozen.electorate
        barred = barred_voters(self.offices, self.moment(now))
        return snapshot(self.membership, self.terms(proposal).unit, barred)

    def moment(self, now: int = 0) -> Moment:
        """The next entry, if it were structure and received now."""
        return Moment(index=self.size, received=max(now, self.structure_clock))

    def moment_of(self, act: Act[object]) -> Moment:
        """By what an act of structure is judged; offices know no time that goes back."""
        return Moment(index=act.index, received=max(act.received, self.structure_clock))


def erase(book: Book, index: int, audience: str) -> None:
    """Forget an entry that may be erased: the book is then as if its bytes had never come.

    Whoever still holds the bytes and whoever never had them come to the same book. What is
    not erasable, or has not come yet, stays; so does what more people read than the order,
    for they would not hear of it.
    """
    words = book.words.get(index)
    if words is None:
        if index in book.hidden:
            book.erased.add(index)
        return
    if audience not in (PUBLIC, words.audience):
        return
    del book.words[index]
    book.erased.add(index)
    book.hidden.add(index)
    if book.ids.get(words.message) == index:
        del book.ids[words.message]
    said = book.said.get(words.message)
    if said is not None and said.proposal in book.decisions.proposals:
        comments = book.decisions.proposals[said.proposal].comments
        # They stand in the order of the ledger: somebody may erase many of many.
        at = bisect_left(comments, said.index, key=lambda one: book.said[one].index)
        del comments[at : at + (comments[at : at + 1] == [words.message])]
    book.said.pop(words.message, None)
    book.operations.pop(index, None)
    forget_name(book.membership, words.speaker, index)
    if book.descriptions.pop(index, None) is not None:
        book.presence = apply_descriptions(book.presence, book.descriptions)
