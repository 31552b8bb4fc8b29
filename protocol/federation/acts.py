"""What one ledger says about federations: the material of every joint outcome.

Nothing here looks into another ledger; joining them is the work of `roster` and `joint`,
over the acts of all ledgers at hand, in whatever order those came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.errors import Refused
from protocol.federation.compact import Compact, Joining, Leaving
from protocol.federation.proposal import FinalOutcome, Proposing, Stating
from protocol.identity.chain import Chain
from protocol.ledger.act import Act
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntry:
    """One closing step as it stands in its closer's ledger."""

    index: int
    message: Message


@dataclass(slots=True, kw_only=True)
class FederationActs:
    """Everything federated in one ledger, by federation or by proposal."""

    compacts: dict[MessageId, Act[Compact]] = field(default_factory=dict)
    joins: dict[MessageId, Act[Joining]] = field(default_factory=dict)
    leaves: dict[MessageId, Act[Leaving]] = field(default_factory=dict)
    standing: dict[MessageId, MessageId] = field(default_factory=dict)
    proposals: dict[MessageId, Act[Proposing]] = field(default_factory=dict)
    positions: dict[MessageId, list[Act[Stating]]] = field(default_factory=dict)
    steps: dict[MessageId, list[StepEntry]] = field(default_factory=dict)
    outcomes: dict[MessageId, FinalOutcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFacts:
    """What the other floors ask of one ledger: its keys and its federated acts."""

    chain: Chain
    acts: FederationActs


def federation_of(audience: str) -> MessageId:
    """The federation that an audience names.

    Raises:
        Refused: It names none.
    """
    kind, _, federation = audience.partition(":")
    if kind != "federation":
        raise Refused("audience-federation", "this kind is addressed to a federation")
    return MessageId(federation)


def check_join(acts: FederationActs, act: Act[Joining]) -> None:
    """A community joins a federation that it is not in, once.

    Raises:
        Refused: It is in already, or the audience is another federation's.
    """
    if federation_of(act.audience) != act.body.federation:
        raise Refused("audience-federation", "a join is addressed to the federation it names")
    if MessageId(act.body.federation) in acts.standing:
        raise Refused("joined-already", "the community is in this federation already")


def apply_join(acts: FederationActs, act: Act[Joining]) -> None:
    """The community is in."""
    acts.joins[act.id] = act
    acts.standing[MessageId(act.body.federation)] = act.id


def check_leave(acts: FederationActs, act: Act[Leaving]) -> None:
    """Only who is in can leave.

    Raises:
        Refused: It is not in, or the audience is another federation's.
    """
    if federation_of(act.audience) != act.body.federation:
        raise Refused("audience-federation", "a leave is addressed to the federation it names")
    if MessageId(act.body.federation) not in acts.standing:
        raise Refused("not-in-federation", "the community is not in this federation")


def apply_leave(acts: FederationActs, act: Act[Leaving]) -> None:
    """The community is out."""
    acts.leaves[act.id] = act
    del acts.standing[MessageId(act.body.federation)]


def check_stating(acts: FederationActs, act: Act[Stating]) -> None:
    """A final position is the last one.

    Raises:
        Refused: A final position stands already.
    """
    federation_of(act.audience)
    said = acts.positions.get(MessageId(act.body.proposal), [])
    # What was said to another federation is no business of these readers: they cannot see it.
    if any(one.body.final and one.audience == act.audience for one in said):
        raise Refused("position-final", "the community's final position stands already")


def apply_stating(acts: FederationActs, act: Act[Stating]) -> None:
    """It stands until a later one that is timely."""
    acts.positions.setdefault(MessageId(act.body.proposal), []).append(act)


def find_compact(
    facts: Mapping[CommunityId, LedgerFacts], federation: MessageId
) -> Act[Compact] | None:
    """The compact of that id, in whichever ledger it stands."""
    for ledger in facts.values():
        found = ledger.acts.compacts.get(federation)
        if found is not None:
            return found
    return None
