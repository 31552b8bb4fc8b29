"""Drawing lots that anybody can draw again. Spec: docs/spec/ballots.md 4.

Whoever takes part first commits to a secret by its hash, then reveals it; the seed is made of all
that was revealed. Each draw is uniform: numbers that would favour some are thrown away.
"""

from collections.abc import Sequence

from protocol.decisions.ballots.options import Chosen, Election
from protocol.errors import Refused
from protocol.wire.digests import DIGEST_BYTES, sha256
from protocol.wire.text import hex_decode

_SPACE = 2 ** (8 * DIGEST_BYTES)


def commitment(secret: str) -> str:
    """The hash by which somebody commits to a secret of 32 bytes.

    Raises:
        Malformed: It is not 64 hex digits.
    """
    return sha256(hex_decode(secret, DIGEST_BYTES)).hex()


def require_revealed(committed: str, secret: str) -> None:
    """What is revealed is what was committed to.

    Raises:
        Refused: It is something else.
    """
    if commitment(secret) != committed:
        raise Refused("lot-other", "this is not the secret that was committed to")


def seed_of(election: Election, secrets: Sequence[str]) -> bytes:
    """The seed: the election's id and every secret, in the order in which they were revealed."""
    parts = [hex_decode(one, DIGEST_BYTES) for one in (election.seed, *secrets)]
    return sha256(b"".join(parts))


def draw(election: Election, secrets: Sequence[str]) -> Chosen:
    """Who is drawn: as many as there are seats, each order as likely as any other."""
    seed = seed_of(election, secrets)
    left, counter = sorted(election.options), 0
    drawn: list[str] = []
    while left and len(drawn) < election.seats:
        number, counter = _below(len(left), seed, counter)
        drawn.append(left.pop(number))
    return Chosen(elected=tuple(drawn), by_lot=tuple(drawn))


def _below(bound: int, seed: bytes, counter: int) -> tuple[int, int]:
    """A number below the bound, and the counter after it; too large ones are thrown away."""
    while True:
        number = int.from_bytes(sha256(seed + counter.to_bytes(8)))
        counter += 1
        if number < _SPACE - _SPACE % bound:
            return number % bound, counter
