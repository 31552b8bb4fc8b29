"""Consensus: broad support, few who stand aside, and blocks that stop. Spec: docs/spec/rules.md 4.

* A block stops the proposal, or (where the charter provides for it) raises the support that
  it takes. Limits on reservations and on standing aside hold in either case.
* Shares are of those present; to abstain is to be present without supporting.
* More agreement never harms: for that reason a block cannot make it easier (`fallback`
  is never below `agree`).
"""

from collections.abc import Mapping
from typing import Final, Literal

from protocol.decisions.rules import wording
from protocol.decisions.rules.decision import Decision, Ground, check_choice
from protocol.decisions.rules.wording import Language, Unit
from protocol.decisions.tally import CHOICES, Choice, Share, Tally, not_below
from protocol.errors import Malformed
from protocol.wire.bodies import Rows, body

OFFERED: Final[tuple[Choice, ...]] = CHOICES


@body
class Consensus:
    """How a community defines consensus; a limit of None is no limit.

    `reason_for` lists the choices that need a reason; a block needs one in any case.

    Raises:
        Malformed: the parts contradict each other.
    """

    method: Literal["consensus"] = "consensus"
    agree: Share
    max_reservations: Share | None = None
    max_aside: Share | None = None
    reason_for: Rows[Choice] = ("block",)
    on_block: Literal["reject", "fallback"] = "reject"
    fallback: Share | None = None

    def __post_init__(self) -> None:
        if len(set(self.reason_for)) != len(self.reason_for):
            raise Malformed("rule-invalid", "a choice is listed twice in reason_for")
        if (self.on_block == "fallback") != (self.fallback is not None):
            raise Malformed("rule-invalid", "a fallback share goes with on_block fallback, only")
        if self.fallback is not None and not not_below(self.fallback, self.agree):
            raise Malformed("rule-invalid", "with a block, less support would be needed")


_SENTENCES: Final[Mapping[Language, Mapping[Ground, str]]] = {
    "es": {
        "support": "Adoptada: {support}; {needed}.",
        "support-over-block": "Adoptada pese a {blocks}: {support}; con bloqueo, {needed}.",
        "blocked": "Rechazada con {blocks}: con esta regla, un bloqueo basta para detenerla.",
        "too-many-aside": "Rechazada: {aside}; {aside_limit}.",
        "too-many-reservations": "Rechazada: {reservations}; {reservations_limit}.",
        "not-enough-support": "Rechazada: {support}; {needed}.",
    },
    "en": {
        "support": "Adopted: {support}; {needed}.",
        "support-over-block": "Adopted despite {blocks}: {support}; with a block, {needed}.",
        "blocked": "Rejected with {blocks}: under this rule, one block is enough to stop it.",
        "too-many-aside": "Rejected: {aside}; {aside_limit}.",
        "too-many-reservations": "Rejected: {reservations}; {reservations_limit}.",
        "not-enough-support": "Rejected: {support}; {needed}.",
    },
}
_BLOCKED_SHORT_OF_FALLBACK: Final[Mapping[Language, str]] = {
    "es": "Rechazada con {blocks}: {support}; con bloqueo, {needed}.",
    "en": "Rejected with {blocks}: {support}; with a block, {needed}.",
}


def eligible(rule: Consensus, choice: Choice, has_reason: bool) -> None:
    """Whether the rule takes this position.

    Raises:
        Refused: a reason is missing.
    """
    reason_for = ("block", *rule.reason_for)
    check_choice(choice, has_reason, offered=OFFERED, reason_for=reason_for)


def decide(rule: Consensus, tally: Tally) -> Decision:
    """Adopted or rejected, whatever the quorum says."""
    refusal = _refusal(rule, tally)
    if refusal is not None:
        return Decision(verdict="rejected", ground=refusal)
    return Decision(verdict="adopted", ground="support-over-block" if tally.block else "support")


def _refusal(rule: Consensus, tally: Tally) -> Ground | None:
    if tally.block > 0 and rule.fallback is None:
        return "blocked"
    if tally.aside > _limit(rule.max_aside, tally):
        return "too-many-aside"
    if tally.reservations > _limit(rule.max_reservations, tally):
        return "too-many-reservations"
    if tally.supporting < needed(rule, tally):
        return "blocked" if tally.block > 0 else "not-enough-support"
    return None


def explain(
    rule: Consensus, tally: Tally, decision: Decision, language: Language, unit: Unit = "person"
) -> str:
    """The sentence for people; `decision` is what `decide` says of this rule and tally."""
    sentence = _SENTENCES[language][decision.ground]
    if decision.ground == "blocked" and rule.fallback is not None:
        sentence = _BLOCKED_SHORT_OF_FALLBACK[language]
    return sentence.format(
        support=wording.support(tally, "present", language, unit),
        needed=wording.needed(needed(rule, tally), _share(rule, tally), language),
        blocks=wording.blocks(tally.block, language),
        aside=wording.part_that("aside", tally.aside, tally, language, unit),
        aside_limit=_limit_clause(rule.max_aside, tally, language),
        reservations=wording.part_that("reservations", tally.reservations, tally, language, unit),
        reservations_limit=_limit_clause(rule.max_reservations, tally, language),
    )


def _share(rule: Consensus, tally: Tally) -> Share:
    if tally.block > 0 and rule.fallback is not None:
        return rule.fallback
    return rule.agree


def needed(rule: Consensus, tally: Tally) -> int:
    """How many must support: nothing is adopted that nobody wants, even if the share is zero."""
    return max(1, _share(rule, tally).least(tally.present))


def _limit(share: Share | None, tally: Tally) -> int:
    return tally.present if share is None else share.most(tally.present)


def _limit_clause(share: Share | None, tally: Tally, language: Language) -> str:
    return "" if share is None else wording.limit(_limit(share, tally), share, language)
