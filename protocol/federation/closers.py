"""The closers of a federated proposal, and how many of them say what. Spec: docs/spec/closing.md.

- Any two quorums have more than `faulty` closers in common: at least one that keeps the rules.
- The closers that are not faulty are a quorum by themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from protocol.errors import Malformed
from protocol.wire.digests import DIGEST_BYTES, sha256
from protocol.wire.text import hex_decode

MAX_CLOSERS: Final = 7


@dataclass(frozen=True)
class Closers:
    """Who may close one proposal, in the order in which they take the chair.

    Raises:
        Malformed: nobody, too many, or somebody twice.
    """

    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.ids) <= MAX_CLOSERS or len(set(self.ids)) != len(self.ids):
            raise Malformed("closers-invalid", f"1 to {MAX_CLOSERS} closers, each named once")

    @property
    def size(self) -> int:
        """N, how many there are."""
        return len(self.ids)

    @cached_property
    def faulty(self) -> int:
        """f, how many may lie or equivocate without harm."""
        return (self.size - 1) // 3

    @cached_property
    def quorum(self) -> int:
        """Q, how many must agree."""
        return (self.size + self.faulty) // 2 + 1

    def witnesses_needed(self, author: str) -> int:
        """How many closers other than `author` must have seen its position in time.

        At least one of them keeps the rules. A sole closer has nobody to be seen by.
        """
        return min(self.faulty + 1, self.size - (author in self.ids))

    def chair(self, round_number: int, proposal: str) -> str:
        """Who lists in a round: the proposal's hash says where the turn begins."""
        start = int.from_bytes(hex_decode(proposal, DIGEST_BYTES))
        return self.ids[(start + round_number) % self.size]


def draw_closers(seed: str, communities: Iterable[str]) -> tuple[Closers, tuple[str, ...]]:
    """The closers of a proposal, and their substitutes in order, as everybody draws them.

    Up to seven communities all close, in the order of their ids; of more, seven are drawn.

    Args:
        seed: the id of a message that none of the communities chose alone.
        communities: the ids of the council's communities.

    Raises:
        Malformed: there are no communities, or an id is not 64 hex digits.
    """
    ids = sorted(set(communities))
    if len(ids) <= MAX_CLOSERS:
        return Closers(tuple(ids)), ()
    salt = hex_decode(seed, DIGEST_BYTES)
    drawn = sorted(ids, key=lambda one: sha256(salt + hex_decode(one, DIGEST_BYTES)))
    return Closers(tuple(drawn[:MAX_CLOSERS])), tuple(drawn[MAX_CLOSERS:])
