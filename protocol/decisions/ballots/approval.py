"""Approval: each voice approves as many options as it likes. Spec: docs/spec/ballots.md 2.

Whoever has most approvals takes the first seat, and so on. An option needs a share of the ballots
to be elected at all, and one approval in any case.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from protocol.decisions.ballots.options import Chosen, Election, require_known
from protocol.decisions.rules.wording import Language
from protocol.decisions.tally import Share
from protocol.wire.bodies import body

Ballot = tuple[str, ...]


@body
class Approval:
    """`least` is the share of the ballots that an option needs."""

    method: Literal["approval"] = "approval"
    least: Share = Share(num=0, den=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCount:
    """How many ballots there were, how many approve each option, and how many it takes."""

    ballots: int
    approvals: Mapping[str, int]
    needed: int


_SENTENCE: Final[Mapping[Language, str]] = {
    "es": "{name}: {votes} de {ballots} papeletas; {needed}.",
    "en": "{name}: {votes} of {ballots} ballots; {needed}.",
}
_NEEDED: Final[Mapping[Language, tuple[str, str]]] = {
    "es": ("hacía falta {n}", "hacían falta {n}"),
    "en": ("{n} was needed", "{n} were needed"),
}
_BY_LOT: Final[Mapping[Language, str]] = {
    "es": "{sentence} Empate decidido por sorteo verificable.",
    "en": "{sentence} A tie, broken by a lot that anybody can check.",
}
_NOBODY: Final[Mapping[Language, str]] = {
    "es": "Nadie reúne las papeletas que hacían falta.",
    "en": "Nobody has the ballots that were needed.",
}


def eligible(election: Election, ballot: Sequence[str]) -> None:
    """Whether the ballot can be cast; an empty one is there and approves nobody.

    Raises:
        Refused: It names what is no option, or an option twice.
    """
    require_known(election, ballot)


def count(rule: Approval, election: Election, ballots: Iterable[Ballot]) -> ApprovalCount:
    """The approvals of each option."""
    cast = list(ballots)
    approvals = Counter(option for ballot in cast for option in ballot)
    return ApprovalCount(
        ballots=len(cast),
        approvals={option: approvals[option] for option in election.options},
        needed=max(1, rule.least.least(len(cast))),
    )


def decide(rule: Approval, election: Election, ballots: Iterable[Ballot]) -> Chosen:
    """Who is elected: most approvals first; of equals, by the election's lot."""
    counted = count(rule, election, ballots)
    votes = counted.approvals
    able = [option for option in election.options if votes[option] >= counted.needed]
    order = sorted(able, key=lambda option: (-votes[option], election.lot(option)))
    elected, left = order[: election.seats], order[election.seats :]
    # The lot decided only where somebody with as many approvals stays without a seat.
    tied = {votes[option] for option in left[:1]}
    return Chosen(
        elected=tuple(elected),
        by_lot=tuple(option for option in elected if votes[option] in tied),
    )


def explain(
    rule: Approval,
    election: Election,
    ballots: Iterable[Ballot],
    names: Mapping[str, str],
    language: Language,
) -> list[str]:
    """A sentence for each who is elected, or one that says that nobody is."""
    cast = list(ballots)
    counted, chosen = count(rule, election, cast), decide(rule, election, cast)
    one, many = _NEEDED[language]
    needed = (one if counted.needed == 1 else many).format(n=counted.needed)
    lines = []
    for option in chosen.elected:
        sentence = _SENTENCE[language].format(
            name=names.get(option, option[:8]),
            votes=counted.approvals[option],
            ballots=counted.ballots,
            needed=needed,
        )
        by_lot = option in chosen.by_lot
        lines.append(_BY_LOT[language].format(sentence=sentence) if by_lot else sentence)
    return lines or [_NOBODY[language]]
