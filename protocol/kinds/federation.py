"""Kinds by which communities decide together, and by which entries are erased."""

from collections.abc import Callable
from typing import Any

from protocol.book import MAX_ACCUSATIONS, Book, erase
from protocol.community.charter import PUBLIC
from protocol.decisions.proposal import JoinSubject, LeaveSubject
from protocol.errors import Refused
from protocol.federation import acts as federated
from protocol.federation import compact, statements
from protocol.federation import proposal as joint
from protocol.kinds.decisions import admit_text
from protocol.kinds.kind import Kind, Step, carried_out, mandate
from protocol.ledger.act import VOICE, Act
from protocol.ledger.fork import ForkEvidence
from protocol.offices.holding import require_proposing
from protocol.wire.bodies import Count, body
from protocol.wire.digests import MessageId


@body
class Erasure:
    """The bytes of an erasable entry are to be forgotten; its leaf hash stays."""

    index: Count


def _admit_join(book: Book, act: Act[compact.Joining]) -> None:
    decided = mandate(book, act.body.decision, JoinSubject)
    if (decided.founder, decided.federation) != (act.body.founder, act.body.federation):
        raise Refused("decision-other", "the decision was about another federation")


def _admit_leave(book: Book, act: Act[compact.Leaving]) -> None:
    decided = mandate(book, act.body.decision, LeaveSubject)
    if decided.federation != act.body.federation:
        raise Refused("decision-other", "the decision was about another federation")


def _apply_join(book: Book, act: Act[compact.Joining]) -> None:
    federated.apply_join(book.federation, act)
    carried_out(book, act.body.decision, JoinSubject)


def _apply_leave(book: Book, act: Act[compact.Leaving]) -> None:
    federated.apply_leave(book.federation, act)
    carried_out(book, act.body.decision, LeaveSubject)


def _apply_compact(book: Book, act: Act[compact.Compact]) -> None:
    book.federation.compacts[act.id] = act


def _check_proposing(_book: Book, act: Act[joint.Proposing]) -> None:
    if federated.federation_of(act.audience) != act.body.federation:
        raise Refused("audience-federation", "a proposal is addressed to its own federation")
    joint.check_proposing(act.body)


def _admit_proposing(book: Book, act: Act[joint.Proposing]) -> None:
    if MessageId(act.body.federation) not in book.federation.standing:
        raise Refused("not-in-federation", "the community is not in this federation")
    require_proposing(book.offices, act.speaker, book.moment(act.received))
    admit_text(book, act)


def _apply_proposing(book: Book, act: Act[joint.Proposing]) -> None:
    book.federation.proposals[act.id] = act


def _admit_stating(book: Book, act: Act[joint.Stating]) -> None:
    joint_position = joint.position_of(book.decisions.proposal(act.body.decision))
    if joint_position != act.body:
        raise Refused("position-differs", "the position is not what the community decided")


def _apply_step(book: Book, act: Act[Any]) -> None:
    entry = federated.StepEntry(index=act.index, message=act.message)
    book.federation.steps.setdefault(MessageId(act.body.proposal), []).append(entry)


def _apply_outcome(book: Book, act: Act[joint.FinalOutcome]) -> None:
    book.federation.outcomes[MessageId(act.body.proposal)] = act.body


def _apply_evidence(book: Book, act: Act[ForkEvidence]) -> None:
    if len(book.accusations) < MAX_ACCUSATIONS:
        book.accusations[act.body.ledger] = act.body


def _check_outcome(book: Book, act: Act[joint.FinalOutcome]) -> None:
    federated.federation_of(act.audience)
    if MessageId(act.body.proposal) in book.federation.outcomes:
        raise Refused("outcome-known", "the final outcome is recorded already")


def _on_federation(step: Callable[[federated.FederationActs, Act[Any]], None]) -> Step:
    return lambda book, act: step(book.federation, act)


def _admit_erasure(book: Book, act: Act[Erasure]) -> None:
    index = act.body.index
    if index >= book.size:
        raise Refused("entry-unknown", "there is no entry of that index")
    if index in book.erased:
        raise Refused("entry-erased", "this entry was erased before")
    words = book.words.get(index)
    if words is None:
        raise Refused("entry-lasting", "an entry of this kind cannot be erased")
    if act.speaker not in (VOICE, words.speaker):
        raise Refused("not-the-author", "only its author, or the community, erases a text")
    if act.audience not in (PUBLIC, words.audience):
        raise Refused("erasure-audience", "whoever reads the text must hear that it is erased")


def _apply_erasure(book: Book, act: Act[Erasure]) -> None:
    erase(book, act.body.index, act.audience)


def _check_compact(_book: Book, act: Act[compact.Compact]) -> None:
    compact.check_compact(act.body)


def _step(body_type: type) -> Kind:
    return Kind(body=body_type, author="voice", audience="federation", apply=_apply_step)


KINDS = {
    "federation/compact": Kind(
        body=compact.Compact,
        author="vouched",
        audience="public",
        check=_check_compact,
        apply=_apply_compact,
        admit=admit_text,
    ),
    "federation/join": Kind(
        body=compact.Joining,
        author="voice",
        audience="federation",
        check=_on_federation(federated.check_join),
        apply=_apply_join,
        admit=_admit_join,
    ),
    "federation/leave": Kind(
        body=compact.Leaving,
        author="voice",
        audience="federation",
        check=_on_federation(federated.check_leave),
        apply=_apply_leave,
        admit=_admit_leave,
    ),
    "federation/propose": Kind(
        body=joint.Proposing,
        author="vouched",
        audience="federation",
        check=_check_proposing,
        apply=_apply_proposing,
        admit=_admit_proposing,
    ),
    "federation/position": Kind(
        body=joint.Stating,
        author="voice",
        audience="federation",
        check=_on_federation(federated.check_stating),
        apply=_on_federation(federated.apply_stating),
        admit=_admit_stating,
    ),
    "closing/receipt": _step(statements.ReceiptBody),
    "closing/list": _step(statements.ListBody),
    "closing/vote": _step(statements.VoteBody),
    "closing/commit": _step(statements.CommitBody),
    "closing/turn": _step(statements.TurnBody),
    "federation/outcome": Kind(
        body=joint.FinalOutcome,
        author="voice",
        audience="federation",
        check=_check_outcome,
        apply=_apply_outcome,
    ),
    "fork/evidence": Kind(
        body=ForkEvidence, author="voice", audience="public", apply=_apply_evidence
    ),
    "entry/erase": Kind(
        body=Erasure,
        author="vouched",
        audience="words",
        admit=_admit_erasure,
        apply=_apply_erasure,
    ),
}
