"""What closers say while they close, as values: receipt, list, vote, commit, turn.

The agreement works on these alone. `statements` translates signed messages into them and
back; whatever a step claims about signatures was checked there. Spec: docs/spec/closing.md.

- Ids are opaque. Two steps are the same statement when they compare equal; the signed text
  that a vote carries along is not part of what it says.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from protocol.wire.digests import sha256


class Cosigned(NamedTuple):
    """A witness saw a head, at the time that its cosignature states."""

    witness: str
    time_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A community's position at its place in its ledger, restated.

    `people` and `households` are the electorate and the voices for each choice in the order
    of `decisions.tally`, or None where that unit did not decide.
    """

    ledger: str
    index: int
    leaf: str
    message: str
    choice: str
    final: bool
    people: tuple[int, ...] | None = None
    households: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A position with the verified cosignatures of heads that include it."""

    row: Row
    cosigned: tuple[Cosigned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One part of what a closer received in time; `id` is that of the message."""

    closer: str
    id: str
    part: int = 0
    parts: int = 1
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A closer takes a list to be right, and is not bound to another."""

    closer: str
    round: int
    digest: str
    text: str = field(default="", compare=False, repr=False)
    """The message that said it, so that others can carry it along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The chair's list; one listed before carries the votes that back it."""

    closer: str
    round: int
    text: str = field(repr=False)
    votes: tuple[Vote, ...] = ()
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", sha256(self.text.encode("utf-8")).hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A closer saw a quorum of votes, and is bound to that list from now on."""

    closer: str
    round: int
    digest: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A closer's patience with the round before is over."""

    closer: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forked:
    """Two heads of a closer's ledger contradict; the evidence was verified."""

    closer: str


Step: TypeAlias = Receipt | Listing | Vote | Commit | Turn | Forked
