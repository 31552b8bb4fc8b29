"""Quorum: how many must take part for the rule to be asked at all. Spec: docs/spec/rules.md 7.

Whoever takes a position is there, whatever the position; nobody at all is never a quorum.
Quorum and rule together give the verdict (`resolve`), its sentence (`explain`) and whether
waiting for the absent can still change it (`settled`).
"""

from collections.abc import Mapping
from typing import Final

from protocol.decisions import rules
from protocol.decisions.rules import Decision, Language, Rule, Unit, offered, wording
from protocol.decisions.tally import Share, Tally
from protocol.wire.bodies import body


@body
class Quorum(Share):
    """The share of the electorate that must take part."""


_NO_QUORUM: Final[Mapping[Language, str]] = {
    "es": "Caducada por falta de quórum: participan {present}; {needed}.",
    "en": "Lapsed without a quorum: {present} do so; {needed}.",
}
_NO_ELECTORATE: Final[Mapping[Language, str]] = {
    "es": "Caducada por falta de quórum: nadie tiene derecho a participar.",
    "en": "Lapsed without a quorum: nobody is entitled to take part.",
}


def quorum_met(quorum: Quorum, tally: Tally) -> bool:
    """Whether enough of the electorate took part; in an empty electorate nobody can."""
    return tally.present >= least_present(quorum, tally)


def resolve(rule: Rule, quorum: Quorum, tally: Tally) -> Decision:
    """The verdict: lapsed without a quorum, otherwise what the rule says."""
    if not quorum_met(quorum, tally):
        return Decision(verdict="lapsed", ground="no-quorum")
    return rules.decide(rule, tally)


def explain(
    rule: Rule,
    quorum: Quorum,
    tally: Tally,
    language: Language,
    unit: Unit = "person",
    *,
    recorded: int = 0,
) -> str:
    """The sentence that people read under the outcome that `resolve` gives.

    Where voices count because minutes of an assembly say so, a second one says how many.
    """
    sentence = _explain(rule, quorum, tally, language, unit)
    if recorded == 0:
        return sentence
    return f"{sentence} {wording.recorded(recorded, tally, language, unit)}"


def _explain(rule: Rule, quorum: Quorum, tally: Tally, language: Language, unit: Unit) -> str:
    decision = resolve(rule, quorum, tally)
    if decision.ground != "no-quorum":
        return rules.explain(rule, tally, decision, language, unit)
    if tally.electorate == 0:
        return _NO_ELECTORATE[language]
    return _NO_QUORUM[language].format(
        present=wording.among(tally.present, tally.electorate, "electorate", language, unit),
        needed=wording.needed(least_present(quorum, tally), quorum, language),
    )


def settled(rule: Rule, quorum: Quorum, tally: Tally) -> bool:
    """Whether no position of the absent can change the verdict, so that closing early is fair.

    Positions already taken are held to be final, as a charter accepts that allows closing
    early. A block or an objection is not: it is there to be answered, so what it rejects is
    never settled while somebody is still to speak.

    It is enough to ask what happens if all the absent do the same: every condition of every
    rule is hardest (and easiest) to meet at one of these corners, and quorum only grows.
    """
    decision = resolve(rule, quorum, tally)
    if tally.absent > 0 and decision.ground in ("blocked", "objections"):
        return False
    corners = (tally.if_absent_took(choice) for choice in offered(rule))
    return all(resolve(rule, quorum, corner).verdict == decision.verdict for corner in corners)


def least_present(quorum: Quorum, tally: Tally) -> int:
    """How many must take part: somebody in any case."""
    return max(1, quorum.least(tally.electorate))
