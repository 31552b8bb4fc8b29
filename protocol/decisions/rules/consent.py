"""Consent: adopted unless somebody objects. Spec: docs/spec/rules.md 5.

* `block` is the objection: an argued harm, with a reason in any case.
* `disagree` is a concern and `reservations` a reserve: both are on record, neither stops.
* Somebody must want it: silence, abstentions and concerns alone adopt nothing.
"""

from collections.abc import Mapping
from typing import Final, Literal

from protocol.decisions.rules import wording
from protocol.decisions.rules.decision import Decision, Ground, check_choice
from protocol.decisions.rules.wording import Language, Unit
from protocol.decisions.tally import Choice, Tally
from protocol.wire.bodies import Count, body

OFFERED: Final[tuple[Choice, ...]] = ("agree", "reservations", "disagree", "block", "abstain")
REASON_FOR: Final[tuple[Choice, ...]] = ("block",)


@body
class Consent:
    """How many objections a proposal survives; the usual answer is none."""

    method: Literal["consent"] = "consent"
    max_objections: Count = 0


_SENTENCES: Final[Mapping[Language, Mapping[Ground, str]]] = {
    "es": {
        "consent": "Adoptada: {objections}; {support}.",
        "objections": "Rechazada: {objecting}; {limit}.",
        "not-enough-support": "Rechazada: {support}; hacía falta al menos 1.",
    },
    "en": {
        "consent": "Adopted: {objections}; {support}.",
        "objections": "Rejected: {objecting}; {limit}.",
        "not-enough-support": "Rejected: {support}; at least 1 was needed.",
    },
}
_NO_OBJECTION: Final[Mapping[Language, str]] = {
    "es": "nadie presenta una objeción",
    "en": "nobody objects",
}
_WITHIN_LIMIT: Final[Mapping[Language, str]] = {
    "es": "{objections}, con un límite de {number}",
    "en": "{objections}, with a limit of {number}",
}
_LIMIT: Final[Mapping[Language, tuple[str, str]]] = {
    "es": ("con esta regla, una objeción basta para detenerla", "el límite es {number}"),
    "en": ("under this rule, one objection is enough to stop it", "the limit is {number}"),
}


def eligible(_rule: Consent, choice: Choice, has_reason: bool) -> None:
    """Whether the rule takes this position.

    Raises:
        Refused: consent knows no standing aside; an objection came without its reason.
    """
    check_choice(choice, has_reason, offered=OFFERED, reason_for=REASON_FOR)


def decide(rule: Consent, tally: Tally) -> Decision:
    """Adopted or rejected, whatever the quorum says."""
    if tally.block > rule.max_objections:
        return Decision(verdict="rejected", ground="objections")
    if tally.supporting == 0:
        return Decision(verdict="rejected", ground="not-enough-support")
    return Decision(verdict="adopted", ground="consent")


def explain(
    rule: Consent, tally: Tally, decision: Decision, language: Language, unit: Unit = "person"
) -> str:
    """The sentence for people; `decision` is what `decide` says of this rule and tally."""
    one_is_enough, limit = _LIMIT[language]
    return _SENTENCES[language][decision.ground].format(
        support=wording.support(tally, "present", language, unit),
        objections=_objections(rule, tally, language),
        objecting=wording.part_that("object", tally.block, tally, language, unit),
        limit=limit.format(number=rule.max_objections) if rule.max_objections else one_is_enough,
    )


def _objections(rule: Consent, tally: Tally, language: Language) -> str:
    if tally.block == 0:
        return _NO_OBJECTION[language]
    objections = wording.objections(tally.block, language)
    return _WITHIN_LIMIT[language].format(objections=objections, number=rule.max_objections)
