"""Assemblies that meet in a room: how they are called. Spec: docs/spec/assembly.md.

An invitation names the time, the text that invites, and the proposals on the agenda. Whoever
called it can call it anew for another time or agenda, or cancel it, until minutes of it stand.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

from annotated_types import Len
from pydantic import Strict

from protocol.decisions.minutes import Minutes
from protocol.decisions.proposal import Decisions, require_author
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.bodies import Hex32, Seconds, body
from protocol.wire.digests import MessageId
from protocol.wire.limits import MAX_AGENDA


@body
class Convening:
    """A member calls an assembly, in place of an earlier call if `replaces` names one."""

    text: Hex32
    starts_at: Seconds
    agenda: Annotated[tuple[Hex32, ...], Strict(strict=False), Len(0, MAX_AGENDA)]
    replaces: Hex32 | None


@body
class Cancelling:
    """Who called the assembly calls it off."""

    assembly: Hex32


class AssemblyState(Enum):
    """Where a call is in its life."""

    CALLED = "called"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    HELD = "held"


LIFE: dict[AssemblyState, frozenset[AssemblyState]] = {
    AssemblyState.CALLED: frozenset(
        {AssemblyState.REPLACED, AssemblyState.CANCELLED, AssemblyState.HELD}
    ),
    AssemblyState.REPLACED: frozenset(),
    AssemblyState.CANCELLED: frozenset(),
    AssemblyState.HELD: frozenset(),
}


@dataclass(slots=True, kw_only=True)
class Assembly:
    """One call; changed only by the fold."""

    id: MessageId
    author: str
    index: int
    called_at: int
    body: Convening
    state: AssemblyState = AssemblyState.CALLED
    replaced_by: MessageId | None = None
    minutes: list[MessageId] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Assemblies:
    """Every call and all minutes of one ledger."""

    calls: dict[MessageId, Assembly] = field(default_factory=dict)
    minutes: dict[MessageId, Minutes] = field(default_factory=dict)

    def call(self, assembly_id: str) -> Assembly:
        """A call by id.

        Raises:
            Refused: There is none of that id in this ledger.
        """
        found = self.calls.get(MessageId(assembly_id))
        if found is None:
            raise Refused("assembly-unknown", "no such assembly was called in this ledger")
        return found

    def record(self, minutes_id: str) -> Minutes:
        """Minutes by id.

        Raises:
            Refused: There are none of that id in this ledger.
        """
        found = self.minutes.get(MessageId(minutes_id))
        if found is None:
            raise Refused("minutes-unknown", "there are no such minutes in this ledger")
        return found


def require_call(assembly: Assembly, to: AssemblyState) -> None:
    """The table allows this step now.

    Raises:
        Refused: It does not.
    """
    if to not in LIFE[assembly.state]:
        raise Refused("assembly-state", f"this call is {assembly.state.value} already")


def check_convening(assemblies: Assemblies, decisions: Decisions, act: Act[Convening]) -> None:
    """A time to come, proposals that are here, each once, and a call of hers to replace.

    Raises:
        Refused: One of these does not hold.
    """
    if act.body.starts_at < act.received:
        raise Refused("assembly-past", "an assembly is called before it starts")
    if len(set(act.body.agenda)) != len(act.body.agenda):
        raise Refused("item-twice", "a proposal stands on an agenda once")
    for proposal in act.body.agenda:
        decisions.proposal(proposal)
    if act.body.replaces is not None:
        replaced = assemblies.call(act.body.replaces)
        require_author(replaced.author, act.speaker)
        require_call(replaced, AssemblyState.REPLACED)


def apply_convening(assemblies: Assemblies, act: Act[Convening]) -> None:
    """It is called; the call that it replaces is over."""
    assemblies.calls[act.id] = Assembly(
        id=act.id,
        author=act.speaker,
        index=act.index,
        called_at=act.received,
        body=act.body,
    )
    if act.body.replaces is not None:
        replaced = assemblies.call(act.body.replaces)
        replaced.state = AssemblyState.REPLACED
        replaced.replaced_by = act.id


def check_cancelling(assembly: Assembly, act: Act[Cancelling]) -> None:
    """Only who called it, and only while it is not over.

    Raises:
        Refused: Otherwise.
    """
    require_author(assembly.author, act.speaker)
    require_call(assembly, AssemblyState.CANCELLED)


def check_held(assembly: Assembly) -> None:
    """Minutes can be written of this call: it stands, or others wrote of it before.

    Raises:
        Refused: It was cancelled or replaced.
    """
    if assembly.state is not AssemblyState.HELD:
        require_call(assembly, AssemblyState.HELD)


def apply_held(assembly: Assembly) -> None:
    """Minutes of it stand: it can be neither moved nor cancelled any more."""
    if AssemblyState.HELD in LIFE[assembly.state]:
        assembly.state = AssemblyState.HELD
