"""Options to choose among, what came of it, and how a tie is broken. Spec: docs/spec/ballots.md 1.

Options are opaque ids: members, proposals, whatever. Ballots come without names, one a voice;
neither their order nor that of the options changes anything.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from protocol.errors import Malformed, Refused
from protocol.wire.digests import DIGEST_BYTES, sha256
from protocol.wire.text import hex_decode

MAX_OPTIONS: Final = 100
MAX_BALLOTS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """What is chosen: `seats` of the options; `seed` is the id that breaks ties.

    Raises:
        Malformed: No options, one twice, too many, no seat, or ids that are none.
    """

    seed: str
    options: tuple[str, ...]
    seats: int

    def __post_init__(self) -> None:
        known = len(set(self.options)) == len(self.options)
        if not (known and 1 <= len(self.options) <= MAX_OPTIONS and 1 <= self.seats <= MAX_OPTIONS):
            raise Malformed("ballot-options", f"1 to {MAX_OPTIONS} options, each once, and seats")
        for one in (self.seed, *self.options):
            hex_decode(one, DIGEST_BYTES)

    def lot(self, option: str) -> bytes:
        """By what an option stands in a tie: the lowest comes first."""
        return sha256(hex_decode(self.seed, DIGEST_BYTES) + hex_decode(option, DIGEST_BYTES))

    def first_of(self, tied: Iterable[str]) -> str:
        """Which of several options that nothing else tells apart."""
        return min(tied, key=self.lot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What came of an election.

    Attributes:
        elected: In the order in which they were chosen; fewer than the seats if no more qualify.
        by_lot: Those of them that took their place before another by the tie-break alone.
    """

    elected: tuple[str, ...]
    by_lot: tuple[str, ...]


def require_known(election: Election, named: Sequence[str]) -> None:
    """A ballot names options of this election, each once.

    Raises:
        Refused: It does not.
    """
    if len(set(named)) != len(named) or not _known(election, named):
        raise Refused("ballot-invalid", "a ballot names options of this election, each once")


def _known(election: Election, named: Collection[str]) -> bool:
    return set(named) <= set(election.options)
