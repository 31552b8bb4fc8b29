"""Offline verification of a bundle: everything in it computed anew, nothing believed.

Spec: docs/spec/audit.md. The steps, for every ledger in the bundle:

1. the key chain, from the inception whose hash is the community's id;
2. every entry: its one spelling, its place, its author's signature;
3. the tree over all leaves, withheld ones included, against every signed head;
4. the cosignatures of every community whose keys the bundle holds;
5. the fold of the entries by the rules: each decision's outcome is counted again, and each
   credential of a holder compared with the place that it names;

and across ledgers: what a community stated against what it decided, every close with its
receipts, votes and commits, and the joint outcome against what each community recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from protocol.book import Book
from protocol.decisions.proposal import FederatedSubject, Proposal, State
from protocol.decisions.quorum import explain
from protocol.decisions.rules import Language
from protocol.errors import Inconsistent, ProtocolError
from protocol.federation.acts import LedgerFacts
from protocol.federation.joint import JointOutcome, explain_outcome, open_joint, outcome_of
from protocol.federation.proposal import position_of
from protocol.fold import advance
from protocol.identity.chain import Chain, open_chain
from protocol.ledger.checkpoint import Checkpoint, open_checkpoint, origin_of
from protocol.ledger.cosignature import read_cosignatures
from protocol.ledger.entry import read_entry
from protocol.ledger.merkle import Tree, verify_consistency
from protocol.offices.credential import differing
from protocol.replication.bundle import Section, read_section, split_bundle
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.message import verify_message

LANGUAGES: tuple[Language, Language] = ("es", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that does not hold; `index` names the entry where one is to blame."""

    ledger: CommunityId
    index: int | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """One decision of a community, counted again from its positions."""

    ledger: CommunityId
    proposal: MessageId
    type: str
    verdict: str
    sentences: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRecount:
    """One federated proposal; no outcome means that the bundle holds no certificate of it."""

    proposal: MessageId
    federation: MessageId
    outcome: JointOutcome | None
    sentences: Mapping[str, str]
    commits: int


@dataclass(slots=True, kw_only=True)
class LedgerReport:
    """What was found of one ledger."""

    ledger: CommunityId
    name: str = ""
    size: int = 0
    withheld: int = 0
    signatures: int = 0
    heads: int = 0
    witnesses: frozenset[CommunityId] = frozenset()
    void: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Report:
    """The whole result; it is right only if there is no problem."""

    ledgers: list[LedgerReport] = field(default_factory=list)
    decisions: list[Recount] = field(default_factory=list)
    joint: list[JointRecount] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether everything in the bundle holds."""
        return not self.problems


def audit(raw: bytes) -> Report:
    """Verify a bundle, offline.

    Raises:
        Malformed: It is no bundle at all; anything less is a problem in the report.
    """
    report = Report()
    sections: dict[CommunityId, Section] = {}
    chains: dict[CommunityId, Chain] = {}
    for frame in split_bundle(raw):
        try:
            section = _joined(sections.get(frame.ledger), read_section(frame))
            chain = open_chain(section.chain)
            if chain.community != section.ledger:
                raise Inconsistent("section-other", "the keys are another community's")
            sections[frame.ledger], chains[frame.ledger] = section, chain
        except ProtocolError as problem:
            _note(report, frame.ledger, None, problem)
    books = {
        ledger: _audit_ledger(report, section, chains[ledger], chains)
        for ledger, section in sections.items()
    }
    _recount(report, books)
    _compare_credentials(report, books)
    _recount_joint(report, books)
    return report


def _joined(before: Section | None, section: Section) -> Section:
    """A long ledger comes in several sections, one behind the other."""
    if before is None:
        return section
    if section.start != before.end:
        raise Inconsistent("section-partial", "two sections of one ledger do not meet")
    return replace(
        section,
        heads=tuple(dict.fromkeys((*before.heads, *section.heads))),
        start=before.start,
        items=(*before.items, *section.items),
    )


def _note(report: Report, ledger: CommunityId, index: int | None, problem: ProtocolError) -> None:
    report.problems.append(
        Problem(ledger=ledger, index=index, code=problem.code, detail=problem.detail)
    )


def _audit_ledger(
    report: Report, section: Section, chain: Chain, chains: Mapping[CommunityId, Chain]
) -> Book:
    book = Book(ledger=section.ledger)
    found = LedgerReport(ledger=section.ledger, size=section.end)
    report.ledgers.append(found)
    if section.start != 0:
        report.problems.append(
            Problem(
                ledger=section.ledger,
                index=None,
                code="section-partial",
                detail="the bundle holds only a part of this ledger",
            )
        )
        return book
    tree = Tree(item.leaf for item in section.items)
    _audit_heads(report, found, section, chain, chains, tree)
    for index, item in enumerate(section.items):
        if item.raw is not None:
            found.signatures += 1
            try:
                entry = read_entry(item.raw)
                verify_message(entry.message)
            except ProtocolError as problem:
                _note(report, section.ledger, index, problem)
        advance(book, item.raw, item.leaf)
    found.withheld, found.void, found.name = book.withheld, dict(book.void), book.presence.name
    return book


def _audit_heads(
    report: Report,
    found: LedgerReport,
    section: Section,
    chain: Chain,
    chains: Mapping[CommunityId, Chain],
    tree: Tree,
) -> None:
    witnesses: set[CommunityId] = set()
    held = 0
    for number, note in enumerate(section.heads):
        try:
            head = _open_head(note, chain)
            if head.size <= tree.size:
                verify_consistency(head.size, head.size, tree.root(head.size), head.root, ())
            elif number == len(section.heads) - 1:
                verify_consistency(tree.size, head.size, tree.root(), head.root, section.proof)
            held += 1
            keys = {one: known.current.witness for one, known in chains.items()}
            witnesses |= {one.witness for one in read_cosignatures(note, keys)}
        except ProtocolError as problem:
            _note(report, section.ledger, None, problem)
    found.heads, found.witnesses = held, frozenset(witnesses - {section.ledger})


def _open_head(note: bytes, chain: Chain) -> Checkpoint:
    for keyset in chain.keysets[:-1]:
        try:
            head = open_checkpoint(note, keyset.log, origin_of(chain.community))
        except ProtocolError:
            continue
        if chain.log_key(head.size) == keyset.log:
            return head
    return open_checkpoint(note, chain.current.log, origin_of(chain.community))


def _recount(report: Report, books: Mapping[CommunityId, Book]) -> None:
    for ledger, book in books.items():
        for proposal in book.decisions.proposals.values():
            outcome, frozen = proposal.outcome, proposal.frozen
            if outcome is None or frozen is None:
                continue
            terms, unit = frozen.terms, frozen.electorate.unit
            report.decisions.append(
                Recount(
                    ledger=ledger,
                    proposal=proposal.id,
                    type=proposal.type,
                    verdict=outcome.verdict,
                    sentences={
                        language: explain(
                            terms.rule,
                            terms.quorum,
                            outcome.tally,
                            language,
                            unit,
                            recorded=proposal.voices_recorded,
                        )
                        for language in LANGUAGES
                    },
                )
            )
            _compare_stated(report, book, proposal)


def _compare_stated(report: Report, book: Book, proposal: Proposal) -> None:
    """Where a community's own decision can be read, its statement to the others must match."""
    if not isinstance(proposal.subject, FederatedSubject) or proposal.state is State.WITHDRAWN:
        return
    for stated in book.federation.positions.get(MessageId(proposal.subject.proposal), []):
        if stated.body.decision == proposal.id and stated.body != position_of(proposal):
            report.problems.append(
                Problem(
                    ledger=book.ledger,
                    index=stated.index,
                    code="position-differs",
                    detail="the community stated another position than the one it decided",
                )
            )


def _compare_credentials(report: Report, books: Mapping[CommunityId, Book]) -> None:
    """Where the structure can be read, what others are told of a holder must be what it says."""
    for ledger, book in books.items():
        for told in differing(book.credentials, book.offices) if book.charters.versions else ():
            report.problems.append(
                Problem(
                    ledger=ledger,
                    index=told.index,
                    code="credential-differs",
                    detail="the community stated another holder than its own ledger has",
                )
            )


def _recount_joint(report: Report, books: Mapping[CommunityId, Book]) -> None:
    facts: dict[CommunityId, LedgerFacts] = {
        ledger: book.facts for ledger, book in books.items() if book.chain is not None
    }
    for ledger in facts.values():
        for proposal in ledger.acts.proposals.values():
            try:
                joint = open_joint(facts, proposal)
            except ProtocolError as problem:
                _note(report, proposal.ledger, proposal.index, problem)
                continue
            outcome = outcome_of(joint)
            sentences: dict[str, str] = (
                {}
                if outcome is None
                else {language: explain_outcome(joint, outcome, language) for language in LANGUAGES}
            )
            commits = 0 if joint.certificate is None else len(joint.certificate.commits)
            report.joint.append(
                JointRecount(
                    proposal=proposal.id,
                    federation=MessageId(proposal.body.federation),
                    outcome=outcome,
                    sentences=sentences,
                    commits=commits,
                )
            )
            _compare_recorded(report, books, proposal.id, outcome)


def _compare_recorded(
    report: Report,
    books: Mapping[CommunityId, Book],
    proposal: MessageId,
    outcome: JointOutcome | None,
) -> None:
    for ledger, book in books.items():
        recorded = book.federation.outcomes.get(proposal)
        if recorded is None or outcome is None:
            continue
        same = (recorded.list, recorded.verdict, recorded.tally) == (
            outcome.list,
            outcome.decision.verdict,
            outcome.tally,
        )
        if not same:
            report.problems.append(
                Problem(
                    ledger=ledger,
                    index=None,
                    code="outcome-differs",
                    detail="the community recorded another joint outcome than the certified one",
                )
            )
