"""Majority: simple, absolute or qualified. Spec: docs/spec/rules.md 6.

* Simple: more than 1/2 of those `cast`; absolute: more than 1/2 of the `electorate`;
  qualified: at least 2/3, 3/4, ... of either, or of those `present` (where to abstain
  weighs against).
* A tie has no winner to pick: the share is reached or it is not.
"""

from collections.abc import Mapping
from typing import Final, Literal

from protocol.decisions.rules import wording
from protocol.decisions.rules.decision import Decision, Ground, check_choice
from protocol.decisions.rules.wording import Language, Unit
from protocol.decisions.tally import Choice, Share, Tally, Whole
from protocol.errors import Malformed
from protocol.wire.bodies import body

OFFERED: Final[tuple[Choice, ...]] = ("agree", "disagree", "abstain")


@body
class Majority:
    """The share that must support, of which whole, and whether it must be exceeded.

    Raises:
        Malformed: more than all would have to agree.
    """

    method: Literal["majority"] = "majority"
    threshold: Share
    of: Whole
    strict: bool

    def __post_init__(self) -> None:
        if self.strict and self.threshold.num == self.threshold.den:
            raise Malformed("rule-invalid", "more than all can never agree")


_SENTENCES: Final[Mapping[Language, Mapping[Ground, str]]] = {
    "es": {
        "support": "Adoptada: {support}; {needed}.",
        "not-enough-support": "Rechazada: {support}; {needed}.",
    },
    "en": {
        "support": "Adopted: {support}; {needed}.",
        "not-enough-support": "Rejected: {support}; {needed}.",
    },
}


def eligible(_rule: Majority, choice: Choice, has_reason: bool) -> None:
    """Whether the rule takes this position.

    Raises:
        Refused: a majority vote offers only for, against and abstention.
    """
    check_choice(choice, has_reason, offered=OFFERED, reason_for=())


def decide(rule: Majority, tally: Tally) -> Decision:
    """Adopted or rejected, whatever the quorum says."""
    if tally.supporting >= needed(rule, tally):
        return Decision(verdict="adopted", ground="support")
    return Decision(verdict="rejected", ground="not-enough-support")


def explain(
    rule: Majority, tally: Tally, decision: Decision, language: Language, unit: Unit = "person"
) -> str:
    """The sentence for people; `decision` is what `decide` says of this rule and tally."""
    return _SENTENCES[language][decision.ground].format(
        support=wording.support(tally, rule.of, language, unit),
        needed=wording.needed(needed(rule, tally), rule.threshold, language, strict=rule.strict),
    )


def needed(rule: Majority, tally: Tally) -> int:
    """How many must support: nothing is adopted that nobody wants, even if the share is zero."""
    whole = tally.size(rule.of)
    if rule.strict:
        return rule.threshold.most(whole) + 1
    return max(1, rule.threshold.least(whole))
