"""Amendments: texts offered in place of a version of a draft. Spec: docs/spec/proposal.md."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated

from pydantic import Field

from protocol.decisions.proposal import Proposal, State, require_author
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.bodies import Hex32, body
from protocol.wire.digests import MessageId


@body
class Amending:
    """Someone offers another text for version `base`."""

    proposal: Hex32
    base: Annotated[int, Field(ge=1, le=100_000)]
    text: Hex32


@body
class Answer:
    """An amendment is accepted or declined by the proposal's author, or withdrawn by its own."""

    amendment: Hex32


class AmendmentState(Enum):
    """Where an amendment is in its life; every end is final."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A text offered in place of one version of a draft."""

    id: MessageId
    proposal: MessageId
    author: str
    base: int
    text: MessageId
    state: AmendmentState = AmendmentState.PROPOSED


def check_amending(proposal: Proposal, act: Act[Amending]) -> None:
    """The proposal is a draft, and the amendment is to its newest version.

    Raises:
        Refused: It is frozen, or a newer version exists.
    """
    if proposal.state is not State.DRAFT:
        raise Refused("text-frozen", "the text is frozen: only a draft can be amended")
    if act.body.base != proposal.version:
        raise Refused("amendment-stale", f"the newest version is {proposal.version}")


def apply_amending(
    amendments: dict[MessageId, Amendment], proposal: Proposal, act: Act[Amending]
) -> None:
    """It waits for the author's answer."""
    amendments[act.id] = Amendment(
        id=act.id,
        proposal=proposal.id,
        author=act.speaker,
        base=act.body.base,
        text=MessageId(act.body.text),
    )
    proposal.amendments.append(act.id)


def check_answer(
    proposal: Proposal, amendment: Amendment, to: AmendmentState, speaker: str
) -> None:
    """Whoever answers may, and the amendment still waits.

    Raises:
        Refused: It was answered, the text is frozen, it is stale, or somebody else answers.
    """
    owner = amendment.author if to is AmendmentState.WITHDRAWN else proposal.author
    require_author(owner, speaker)
    if amendment.state is not AmendmentState.PROPOSED:
        raise Refused("amendment-state", f"the amendment is {amendment.state.value} already")
    if to is AmendmentState.ACCEPTED:
        if proposal.state is not State.DRAFT:
            raise Refused("text-frozen", "the text is frozen: only a draft can be amended")
        if amendment.base != proposal.version:
            raise Refused("amendment-stale", f"the newest version is {proposal.version}")


def apply_answer(
    amendments: dict[MessageId, Amendment],
    proposal: Proposal,
    amendment: Amendment,
    to: AmendmentState,
) -> None:
    """An accepted text is the newest version from now on."""
    amendments[amendment.id] = replace(amendment, state=to)
    if to is AmendmentState.ACCEPTED:
        proposal.texts.append(amendment.text)
