"""How many must support is told as the rule itself counts it."""

import pytest

from protocol.decisions.rules import Consensus, Consent, Majority, Rule, decide, support_needed
from protocol.decisions.tally import Share, Tally

HALF, FOUR_FIFTHS = Share(num=1, den=2), Share(num=4, den=5)


@pytest.mark.parametrize(
    ("rule", "of"),
    [
        (Majority(threshold=HALF, of="cast", strict=True), "cast"),
        (Majority(threshold=FOUR_FIFTHS, of="electorate", strict=False), "electorate"),
        (Majority(threshold=HALF, of="present", strict=False), "present"),
        (Consensus(agree=FOUR_FIFTHS), "present"),
    ],
)
def test_as_many_as_needed_adopt_and_one_less_does_not(rule: Rule, of: str) -> None:
    for agree in range(11):
        tally = Tally(electorate=12, agree=agree, disagree=10 - agree, abstain=1)
        told = support_needed(rule, tally)
        assert told is not None
        assert told[1] == of
        assert (agree >= told[0]) is (decide(rule, tally).verdict == "adopted")


def test_where_objections_decide_no_number_does() -> None:
    assert support_needed(Consent(), Tally(electorate=3, agree=1)) is None
