"""What a rule says of a tally, and what every rule asks of a position. Spec: docs/spec/rules.md."""

from collections.abc import Collection
from typing import Literal

from protocol.decisions.tally import Choice
from protocol.errors import Refused
from protocol.wire.bodies import body

Verdict = Literal["adopted", "rejected", "lapsed"]
Ground = Literal[
    "support",
    "support-over-block",
    "consent",
    "blocked",
    "objections",
    "too-many-aside",
    "too-many-reservations",
    "not-enough-support",
    "no-quorum",
]


@body
class Decision:
    """The verdict and why; both are stable codes, for people there is `explain`."""

    verdict: Verdict
    ground: Ground


def check_choice(
    choice: Choice, has_reason: bool, *, offered: Collection[Choice], reason_for: Collection[Choice]
) -> None:
    """Whether a position with this choice may be taken at all.

    Raises:
        Refused: the rule does not offer the choice, or wants a reason that is missing.
    """
    if choice not in offered:
        raise Refused("choice-not-offered", f"this rule offers {', '.join(offered)}, not {choice}")
    if choice in reason_for and not has_reason:
        raise Refused("reason-missing", f"{choice} needs a reason, posted before")
