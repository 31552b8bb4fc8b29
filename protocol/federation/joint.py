"""What the communities decide together, from the ledgers at hand. Spec: docs/spec/federation.md.

Every function takes the facts of all ledgers held and returns the same for the same facts,
in whatever order and by whatever road they came. A reader that holds less may know less; it
never knows otherwise.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from protocol.decisions.quorum import explain, resolve
from protocol.decisions.rules import Decision, Language, Rule
from protocol.decisions.tally import MAX_ELECTORATE, Choice, Tally, count
from protocol.errors import ProtocolError
from protocol.federation.acts import LedgerFacts
from protocol.federation.agreement import Agreement
from protocol.federation.certificate import Certificate, certificate, certified_rows
from protocol.federation.closing import current_round
from protocol.federation.compact import joint_rule
from protocol.federation.evidence import Chains, tally_of
from protocol.federation.proposal import Proposing, Stating
from protocol.federation.roster import Roster, open_roster
from protocol.federation.statements import step_of
from protocol.federation.steps import Forked, Row, Step
from protocol.federation.view import View, learn_all
from protocol.ledger.act import Act
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.message import Message

Facts = Mapping[CommunityId, LedgerFacts]
ReadStep = Callable[[Message, Agreement, Chains], Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """One federated proposal as far as it is known here."""

    roster: Roster
    view: View
    certificate: Certificate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JointOutcome:
    """The outcome: the rule over the certified list.

    `people` and `households` are the sums of what the communities state behind their
    positions, of those that state any; None where they state more than a tally can hold.
    """

    decision: Decision
    tally: Tally
    rows: tuple[tuple[str, Row | None], ...]
    people: Tally | None
    households: Tally | None
    round: int
    list: str


def find_proposal(facts: Facts, proposal: MessageId) -> Act[Proposing] | None:
    """The federated proposal of that id, in whichever ledger it stands."""
    for ledger in facts.values():
        found = ledger.acts.proposals.get(proposal)
        if found is not None:
            return found
    return None


def open_joint(
    facts: Facts,
    proposal: Act[Proposing],
    forked: frozenset[str] = frozenset(),
    read_step: ReadStep = step_of,
) -> Joint:
    """Everything known of the close of a proposal.

    Args:
        facts: The ledgers at hand.
        proposal: The federated proposal.
        forked: Communities of which fork evidence was verified.
        read_step: How a message becomes a step; a reader that asks often may remember.

    Raises:
        RosterUnknown: An entry that the roster cites has not come yet.
        Refused: The roster is wrong.
    """
    roster = open_roster(facts, proposal)
    shown = (Forked(closer=one) for one in forked & set(roster.agreement.closers.ids))
    view = learn_all(View(roster.agreement), (*_steps(facts, roster, read_step), *shown))
    return Joint(roster=roster, view=view, certificate=certificate(view))


def _steps(facts: Facts, roster: Roster, read_step: ReadStep) -> Iterator[Step]:
    chains = {community: ledger.chain for community, ledger in facts.items()}
    for closer in roster.agreement.closers.ids:
        ledger = facts.get(CommunityId(closer))
        entries = [] if ledger is None else ledger.acts.steps.get(roster.proposal.id, [])
        for entry in entries:
            try:
                yield read_step(entry.message, roster.agreement, chains)
            except ProtocolError:
                # Keys that are not here yet, or a step that counts for nothing.
                continue


def positions_heard(facts: Facts, roster: Roster) -> dict[str, Act[Stating] | None]:
    """What each community was heard to say last, certified or not."""
    heard: dict[str, Act[Stating] | None] = {}
    for community in roster.agreement.electorate:
        ledger = facts.get(CommunityId(community))
        said = [] if ledger is None else ledger.acts.positions.get(roster.proposal.id, [])
        heard[community] = said[-1] if said else None
    return heard


def outcome_of(joint: Joint) -> JointOutcome | None:
    """The final outcome, once there is a certificate."""
    if joint.certificate is None:
        return None
    agreement, terms = joint.roster.agreement, joint.roster.compact.body.terms
    rows = certified_rows(agreement, joint.certificate)
    choices = [_choice(row) for _, row in rows if row is not None]
    tally = count(choices, len(agreement.electorate))
    return JointOutcome(
        decision=resolve(joint_rule(terms), terms.quorum, tally),
        tally=tally,
        rows=rows,
        people=_sum(tally_of(row.people) for _, row in rows if row is not None),
        households=_sum(tally_of(row.households) for _, row in rows if row is not None),
        round=joint.certificate.round,
        list=joint.certificate.digest,
    )


def explain_outcome(joint: Joint, outcome: JointOutcome, language: Language) -> str:
    """The sentence that people read."""
    terms = joint.roster.compact.body.terms
    rule: Rule = joint_rule(terms)
    return explain(rule, terms.quorum, outcome.tally, language, "community")


def round_of(joint: Joint, me: CommunityId) -> int:
    """The round that a closer is in."""
    return current_round(joint.view, me)


def _choice(row: Row) -> Choice:
    match row.choice:
        case "agree" | "reservations" | "aside" | "disagree" | "block" | "abstain":
            return row.choice
        case _:
            raise AssertionError("a row's choice was read strictly before")


def _sum(tallies: Iterator[Tally | None]) -> Tally | None:
    stated = [tally for tally in tallies if tally is not None]
    if not stated or sum(tally.electorate for tally in stated) > MAX_ELECTORATE:
        # Whatever is claimed of people decides nothing, so it must not stop the outcome.
        return None
    return reduce(Tally.plus, stated)
