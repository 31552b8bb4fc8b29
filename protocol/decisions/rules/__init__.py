"""The closed table of decision rules, and the way to each of them. Spec: docs/spec/rules.md.

Every rule is a pure module with `eligible`, `decide` and `explain`. It knows nothing of
quorum, time or ledgers; the quorum stands beside it in `protocol.decisions.quorum`.
"""

from collections.abc import Mapping
from typing import Final, assert_never

from protocol.decisions.rules import consensus, consent, majority
from protocol.decisions.rules.consensus import Consensus
from protocol.decisions.rules.consent import Consent
from protocol.decisions.rules.decision import Decision, Ground, Verdict
from protocol.decisions.rules.majority import Majority
from protocol.decisions.rules.wording import LANGUAGES, UNITS, Language, Unit
from protocol.decisions.tally import Choice, Tally, Whole
from protocol.errors import Malformed, Refused
from protocol.wire.bodies import body_json, read_body
from protocol.wire.encoding import JsonValue

__all__ = [
    "LANGUAGES",
    "METHODS",
    "UNITS",
    "Consensus",
    "Consent",
    "Decision",
    "Ground",
    "Language",
    "Majority",
    "Rule",
    "Unit",
    "Verdict",
    "decide",
    "eligible",
    "explain",
    "offered",
    "read_rule",
    "rule_json",
    "support_needed",
]

Rule = Consensus | Consent | Majority
METHODS: Final[Mapping[str, type[Rule]]] = {
    "consensus": Consensus,
    "consent": Consent,
    "majority": Majority,
}


def read_rule(value: JsonValue) -> Rule:
    """The rule that a charter or a proposal states.

    Raises:
        Malformed: not an object, or parameters that the method does not have.
        Refused: a method that is not in the table.
    """
    if not isinstance(value, dict):
        raise Malformed("rule-invalid", "a rule is an object")
    method = value.get("method")
    if not isinstance(method, str) or method not in METHODS:
        raise Refused("rule-unknown", f"no decision rule is called {method!r}")
    return read_body(METHODS[method], value)


def rule_json(rule: Rule) -> dict[str, JsonValue]:
    """The rule as it is written; every parameter is spelled out."""
    return body_json(rule)


def offered(rule: Rule) -> tuple[Choice, ...]:
    """The choices that people can take under this rule, in the order to show them."""
    match rule:
        case Consensus():
            return consensus.OFFERED
        case Consent():
            return consent.OFFERED
        case Majority():
            return majority.OFFERED
        case _:
            assert_never(rule)


def eligible(rule: Rule, choice: Choice, has_reason: bool) -> None:
    """Whether the rule takes a position with this choice.

    Raises:
        Refused: the choice is not offered, or it needs a reason.
    """
    match rule:
        case Consensus():
            consensus.eligible(rule, choice, has_reason)
        case Consent():
            consent.eligible(rule, choice, has_reason)
        case Majority():
            majority.eligible(rule, choice, has_reason)
        case _:
            assert_never(rule)


def decide(rule: Rule, tally: Tally) -> Decision:
    """What the rule makes of the tally, whatever the quorum says: adopted or rejected."""
    match rule:
        case Consensus():
            return consensus.decide(rule, tally)
        case Consent():
            return consent.decide(rule, tally)
        case Majority():
            return majority.decide(rule, tally)
        case _:
            assert_never(rule)


def explain(
    rule: Rule, tally: Tally, decision: Decision, language: Language, unit: Unit = "person"
) -> str:
    """The sentence that people read; `decision` is what `decide` says of this rule and tally."""
    match rule:
        case Consensus():
            return consensus.explain(rule, tally, decision, language, unit)
        case Consent():
            return consent.explain(rule, tally, decision, language, unit)
        case Majority():
            return majority.explain(rule, tally, decision, language, unit)
        case _:
            assert_never(rule)


def support_needed(rule: Rule, tally: Tally) -> tuple[int, Whole] | None:
    """How many must support it and of which whole; None where objections decide, not numbers."""
    match rule:
        case Consensus():
            return consensus.needed(rule, tally), "present"
        case Consent():
            return None
        case Majority():
            return majority.needed(rule, tally), rule.of
        case _:
            assert_never(rule)
