"""What communities decide together, as JSON. Pure; names as in docs/spec/http-api.md."""

from collections.abc import Mapping

from node.api.views import JsonObject, Words, tally_view, text_view
from protocol.decisions.rules import LANGUAGES
from protocol.federation.acts import LedgerFacts
from protocol.federation.compact import Compact
from protocol.federation.evidence import tally_of
from protocol.federation.joint import (
    Joint,
    JointOutcome,
    explain_outcome,
    outcome_of,
    positions_heard,
)
from protocol.federation.proposal import Proposing, Stating
from protocol.federation.roster import in_force, members_of
from protocol.federation.steps import Row
from protocol.ledger.act import Act
from protocol.wire.bodies import body_json
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue

Facts = Mapping[CommunityId, LedgerFacts]


def federation_view(
    facts: Facts, compact: Act[Compact], words: Words, *, inside: bool
) -> JsonObject:
    """A federation; who has joined or left is told to those inside alone.

    `seats` and `left` are what a federated proposal cites: who would be asked today.
    """
    body = compact.body
    return {
        "id": compact.id,
        "founder": compact.ledger,
        "index": compact.index,
        "text": text_view(MessageId(body.text), words),
        "communities": list(body.communities),
        "terms": body_json(body.terms),
        "closers": None if body.closers is None else list(body.closers),
        "window_s": body.window_s,
        "round_s": body.round_s,
        "in_force": in_force(facts, compact.id) if inside else None,
        "seats": _seats(facts, compact) if inside else None,
        "left": _left(facts, compact) if inside else None,
    }


def _seats(facts: Facts, compact: Act[Compact]) -> list[JsonValue]:
    standing = members_of(facts, compact.id).items()
    return [{"community": one, "join": join} for one, join in standing if join is not None]


def _left(facts: Facts, compact: Act[Compact]) -> list[JsonValue]:
    """Of each community that is out again, its last leave."""
    gone: list[JsonValue] = []
    for one, join in members_of(facts, compact.id).items():
        ledger = facts.get(one)
        if join is not None or ledger is None:
            continue
        leaves = [
            leave.id for leave in ledger.acts.leaves.values() if leave.body.federation == compact.id
        ]
        gone += [{"community": one, "leave": leave} for leave in leaves[-1:]]
    return gone


def asked_view(proposal: Act[Proposing], words: Words) -> JsonObject:
    """A federated proposal as it was put."""
    body = proposal.body
    return {
        "id": proposal.id,
        "ledger": proposal.ledger,
        "index": proposal.index,
        "proposed_at": proposal.received,
        "federation": body.federation,
        "text": text_view(MessageId(body.text), words),
        "electorate": [seat.community for seat in body.seats],
        "closes_at": body.closes_at,
    }


def joint_view(facts: Facts, joint: Joint, *, now: int) -> JsonObject:
    """How far the communities have come with a proposal, and its outcome once it is final."""
    agreement, compact = joint.roster.agreement, joint.roster.compact.body
    outcome = outcome_of(joint)
    return {
        "stage": _stage(joint, now),
        "window_s": compact.window_s,
        "round_s": compact.round_s,
        "terms": body_json(compact.terms),
        "closers": list(agreement.closers.ids),
        "faulty": agreement.closers.faulty,
        "quorum": agreement.closers.quorum,
        "positions": _positions(facts, joint),
        "close": _close(joint),
        "certificate": _certificate(joint),
        "outcome": None if outcome is None else _outcome(outcome),
        "explain": None
        if outcome is None
        else {language: explain_outcome(joint, outcome, language) for language in LANGUAGES},
    }


def _stage(joint: Joint, now: int) -> str:
    if joint.certificate is not None:
        return "final"
    closing = now >= joint.roster.agreement.deadline_s or bool(joint.view.steps)
    return "closing" if closing else "open"


def _positions(facts: Facts, joint: Joint) -> list[JsonValue]:
    heard = positions_heard(facts, joint.roster)
    return [
        {"community": community, **({} if said is None else _said(said)), "heard": said is not None}
        for community, said in heard.items()
    ]


def _said(said: Act[Stating]) -> JsonObject:
    counts = said.body.counts
    return {
        "choice": said.body.choice,
        "final": said.body.final,
        "people": None if counts.people is None else tally_view(counts.people),
        "households": None if counts.households is None else tally_view(counts.households),
        "root": said.body.root,
        "index": said.index,
        "leaf": said.leaf.hex(),
        "message": said.id,
    }


def _close(joint: Joint) -> JsonObject:
    view = joint.view
    return {
        "receipts": [one for one in view.agreement.closers.ids if view.whole_receipt(one)],
        "rounds": {**dict(sorted(view.reached.items()))},
        "lists": [
            {"round": number, "closer": listing.closer, "list": listing.digest}
            for number, listings in sorted(view.listings.items())
            for listing in listings
        ],
        "votes": _voices(view.votes),
        "commits": _voices(view.commits),
        "suspects": [*sorted(view.suspects)],
    }


def _voices(said: Mapping[tuple[int, str], Mapping[str, object]]) -> list[JsonValue]:
    return [
        {"round": number, "list": digest, "closers": [*sorted(by)]}
        for (number, digest), by in sorted(said.items())
    ]


def _certificate(joint: Joint) -> JsonObject | None:
    proof = joint.certificate
    if proof is None:
        return None
    return {
        "round": proof.round,
        "list": proof.digest,
        "text": proof.listing.text,
        "commits": [commit.closer for commit in proof.commits],
        "receipts": [receipt.id for parts in proof.receipts for receipt in parts],
    }


def _outcome(outcome: JointOutcome) -> JsonObject:
    return {
        "verdict": outcome.decision.verdict,
        "ground": outcome.decision.ground,
        "tally": tally_view(outcome.tally),
        "people": None if outcome.people is None else tally_view(outcome.people),
        "households": None if outcome.households is None else tally_view(outcome.households),
        "round": outcome.round,
        "list": outcome.list,
        "rows": [{"community": one, **_row(row)} for one, row in outcome.rows],
    }


def _row(row: Row | None) -> JsonObject:
    if row is None:
        return {"choice": None}
    people, households = tally_of(row.people), tally_of(row.households)
    return {
        "choice": row.choice,
        "final": row.final,
        "index": row.index,
        "leaf": row.leaf,
        "message": row.message,
        "people": None if people is None else tally_view(people),
        "households": None if households is None else tally_view(households),
    }
