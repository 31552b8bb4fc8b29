"""Ranked: each voice puts options in order; Schulze's method. Spec: docs/spec/ballots.md 3.

Whoever more voices prefer to each other option, taken by pairs, takes the seat; where pairs
go in a circle, the strongest chains of pairs decide. An option that a ballot leaves out stands
behind all that it names. For more than one seat the next in order follow: this is not
proportional, a majority can fill every seat.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from protocol.decisions.ballots.options import Chosen, Election, require_known
from protocol.decisions.rules.wording import Language
from protocol.wire.bodies import body

Ballot = tuple[str, ...]
Pairs = Mapping[tuple[str, str], int]


@body
class Ranked:
    """Schulze's method with winning votes."""

    method: Literal["ranked"] = "ranked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCount:
    """How many prefer the first of a pair to the second, and the strength of its best chain."""

    ballots: int
    prefer: Pairs
    strength: Pairs


_BEATS: Final[Mapping[Language, str]] = {
    "es": "{name}: más voces la prefieren a cada una de las demás opciones que quedaban.",
    "en": "{name}: more voices prefer it to each other option that was left.",
}
_BY_CHAINS: Final[Mapping[Language, str]] = {
    "es": "{name}: ninguna otra opción le gana, ni por parejas ni por cadenas de parejas.",
    "en": "{name}: no other option beats it, by pairs or by chains of pairs.",
}
_BY_LOT: Final[Mapping[Language, str]] = {
    "es": "{name}: empate decidido por sorteo verificable.",
    "en": "{name}: a tie, broken by a lot that anybody can check.",
}
_NOBODY: Final[Mapping[Language, str]] = {
    "es": "Nadie emitió una papeleta.",
    "en": "Nobody cast a ballot.",
}


def eligible(election: Election, ballot: Sequence[str]) -> None:
    """Whether the ballot can be cast; an empty one is there and prefers nothing.

    Raises:
        Refused: It names what is no option, or an option twice.
    """
    require_known(election, ballot)


def count(election: Election, ballots: Iterable[Ballot]) -> PairCount:
    """Every pair of options, and the strongest chain of pairs from one to the other."""
    cast = list(ballots)
    options = election.options
    pairs = [(one, other) for one in options for other in options if one != other]
    prefer = dict.fromkeys(pairs, 0)
    for ballot in cast:
        place = {option: number for number, option in enumerate(ballot)}
        behind = len(options)
        for one, other in pairs:
            prefer[one, other] += place.get(one, behind) < place.get(other, behind)
    return PairCount(ballots=len(cast), prefer=prefer, strength=_strongest(options, prefer))


def _strongest(options: Sequence[str], prefer: Pairs) -> Pairs:
    """A chain is as strong as its weakest pair; only pairs that are won are links."""
    strength = {
        (one, other): votes if votes > prefer[other, one] else 0
        for (one, other), votes in prefer.items()
    }
    for middle in options:
        for one in options:
            if one == middle:
                continue
            for other in options:
                if other not in (one, middle):
                    way = min(strength[one, middle], strength[middle, other])
                    strength[one, other] = max(strength[one, other], way)
    return strength


def decide(_rule: Ranked, election: Election, ballots: Iterable[Ballot]) -> Chosen:
    """Who is elected: whom nobody beats by chains; then, of the rest, whom no other of it beats.

    Where they are more than the seats that are left, the election's lot says who of them.
    """
    counted = count(election, ballots)
    left = list(election.options)
    elected: list[str] = []
    by_lot: list[str] = []
    while counted.ballots and left and len(elected) < election.seats:
        seats = election.seats - len(elected)
        unbeaten = [one for one in left if not _is_beaten(one, left, counted.strength)]
        winners = sorted(unbeaten, key=election.lot)[:seats]
        elected += winners
        by_lot += winners if len(unbeaten) > seats else []
        left = [one for one in left if one not in unbeaten]
    return Chosen(elected=tuple(elected), by_lot=tuple(by_lot))


def _is_beaten(one: str, left: Sequence[str], strength: Pairs) -> bool:
    return any(other != one and strength[other, one] > strength[one, other] for other in left)


def explain(
    rule: Ranked,
    election: Election,
    ballots: Iterable[Ballot],
    names: Mapping[str, str],
    language: Language,
) -> list[str]:
    """A sentence for each who is elected, or one that says that nobody is."""
    cast = list(ballots)
    counted, chosen = count(election, cast), decide(rule, election, cast)
    lines = []
    for number, option in enumerate(chosen.elected):
        others = [one for one in election.options if one not in chosen.elected[: number + 1]]
        wins = all(counted.prefer[option, one] > counted.prefer[one, option] for one in others)
        sentence = _BY_LOT if option in chosen.by_lot else _BEATS if wins else _BY_CHAINS
        lines.append(sentence[language].format(name=names.get(option, option[:8])))
    return lines or [_NOBODY[language]]
