"""Closing steps as signed messages, and back. Spec: docs/spec/closing.md.

A step is believed because its closer's voice signed it, wherever it was found: in the
closer's ledger, or carried along in somebody else's commit or list.
"""

from collections.abc import Sequence
from typing import Annotated, assert_never

from annotated_types import Ge, Le, Len

from protocol.errors import Refused, Unauthentic
from protocol.federation.agreement import MAX_ROUND, Agreement
from protocol.federation.evidence import Chains, SeenPosition, chain_of, open_evidence
from protocol.federation.steps import Commit, Forked, Listing, Receipt, Step, Turn, Vote
from protocol.wire.bodies import Count, Hex32, Rows, body, body_json, read_body
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import MAX_COUNCIL, MAX_ENTRY_BYTES
from protocol.wire.message import Message, open_message, verify_message

RECEIPT, LIST, VOTE = "closing/receipt", "closing/list", "closing/vote"
COMMIT, TURN = "closing/commit", "closing/turn"
Round = Annotated[int, Ge(0), Le(MAX_ROUND)]
MessageText = Annotated[str, Len(1, MAX_ENTRY_BYTES)]


@body
class ReceiptBody:
    """A part of what a closer received in time, with the evidence for each position."""

    proposal: Hex32
    part: Count
    parts: Annotated[int, Ge(1), Le(MAX_COUNCIL)]
    rows: Annotated[Rows[SeenPosition], Len(0, MAX_COUNCIL)]


@body
class ListBody:
    """The chair's list; `votes` are messages that back one listed before."""

    proposal: Hex32
    round: Round
    list: Annotated[str, Len(1, MAX_ENTRY_BYTES)]
    votes: Annotated[Rows[MessageText], Len(0, 7)]


@body
class VoteBody:
    """A vote for the list of that hash."""

    proposal: Hex32
    round: Round
    list: Hex32


@body
class CommitBody:
    """A commit to the list of that hash, with the votes it rests on."""

    proposal: Hex32
    round: Round
    list: Hex32
    votes: Annotated[Rows[MessageText], Len(1, 7)]


@body
class TurnBody:
    """The closer opens a round, for the one before took too long."""

    proposal: Hex32
    round: Round


def step_of(message: Message, agreement: Agreement, chains: Chains) -> Step:
    """A closer's message as a step, everything in it verified.

    Raises:
        ChainUnknown: Keys that it rests on are not here yet.
        Unauthentic: A signature does not hold, or it is not in the closer's name.
        Malformed: It cannot be read.
        Refused: It is not a step of this close.
    """
    closer = _closer(message, chains)
    match message.kind:
        case "closing/receipt":
            receipt = read_body(ReceiptBody, message.body)
            _require_proposal(receipt.proposal, agreement)
            return Receipt(
                closer=closer,
                id=message.id,
                part=receipt.part,
                parts=receipt.parts,
                seen=tuple(open_evidence(row, agreement.proposal, chains) for row in receipt.rows),
            )
        case "closing/list":
            listed = read_body(ListBody, message.body)
            _require_proposal(listed.proposal, agreement)
            return Listing(
                closer=closer,
                round=listed.round,
                text=listed.list,
                votes=_votes(listed.votes, agreement, chains),
            )
        case "closing/vote":
            return _vote(message, agreement, chains)
        case "closing/commit":
            commit = read_body(CommitBody, message.body)
            _require_proposal(commit.proposal, agreement)
            return Commit(
                closer=closer,
                round=commit.round,
                digest=commit.list,
                votes=_votes(commit.votes, agreement, chains),
            )
        case "closing/turn":
            turn = read_body(TurnBody, message.body)
            _require_proposal(turn.proposal, agreement)
            return Turn(closer=closer, round=turn.round)
        case _:
            raise Refused("step-unknown", "this is not a closing step")


def body_of(
    step: Step, agreement: Agreement, rows: Sequence[SeenPosition] = ()
) -> tuple[str, dict[str, JsonValue]]:
    """The kind and body that say a step; a receipt's rows come beside it."""
    proposal = agreement.proposal
    match step:
        case Receipt(part=part, parts=parts):
            return RECEIPT, body_json(
                ReceiptBody(proposal=proposal, part=part, parts=parts, rows=tuple(rows))
            )
        case Listing(round=number, text=text, votes=votes):
            texts = tuple(vote.text for vote in votes)
            return LIST, body_json(
                ListBody(proposal=proposal, round=number, list=text, votes=texts)
            )
        case Vote(round=number, digest=digest):
            return VOTE, body_json(VoteBody(proposal=proposal, round=number, list=digest))
        case Commit(round=number, digest=digest, votes=votes):
            texts = tuple(vote.text for vote in votes)
            return COMMIT, body_json(
                CommitBody(proposal=proposal, round=number, list=digest, votes=texts)
            )
        case Turn(round=number):
            return TURN, body_json(TurnBody(proposal=proposal, round=number))
        case Forked():
            raise Refused("step-unknown", "fork evidence is an entry of its own kind")
        case _:
            assert_never(step)


def _votes(texts: Sequence[str], agreement: Agreement, chains: Chains) -> tuple[Vote, ...]:
    return tuple(_vote(open_message(text.encode()), agreement, chains) for text in texts)


def _vote(message: Message, agreement: Agreement, chains: Chains) -> Vote:
    if message.kind != VOTE:
        raise Refused("step-unknown", "this is not a vote")
    vote = read_body(VoteBody, message.body)
    _require_proposal(vote.proposal, agreement)
    return Vote(
        closer=_closer(message, chains),
        round=vote.round,
        digest=vote.list,
        text=message.raw.decode("utf-8"),
    )


def _closer(message: Message, chains: Chains) -> CommunityId:
    verify_message(message)
    if not chain_of(chains, message.ledger).is_voice(message.author):
        raise Unauthentic("not-the-voice", "the step is not in its closer's name")
    return message.ledger


def _require_proposal(proposal: str, agreement: Agreement) -> None:
    if proposal != agreement.proposal:
        raise Refused("step-other", "the step belongs to another close")
