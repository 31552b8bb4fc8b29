"""What holds for every rule and every tally."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.decisions import quorum as quorums
from protocol.decisions.quorum import Quorum, quorum_met, resolve, settled
from protocol.decisions.rules import (
    LANGUAGES,
    METHODS,
    UNITS,
    Consensus,
    Consent,
    Majority,
    Rule,
    decide,
    eligible,
    offered,
    read_rule,
    rule_json,
)
from protocol.decisions.tally import CHOICES, Choice, Share, Tally, Whole, count, not_below
from protocol.errors import Refused

parts = st.integers(1, 20).flatmap(lambda den: st.tuples(st.integers(0, den), st.just(den)))
shares = parts.map(lambda part: Share(num=part[0], den=part[1]))
quorum_shares = parts.map(lambda part: Quorum(num=part[0], den=part[1]))
limits = st.none() | shares
wholes: st.SearchStrategy[Whole] = st.sampled_from(("cast", "present", "electorate"))


@st.composite
def consensuses(draw: st.DrawFn) -> Consensus:
    agree, other = draw(shares), draw(shares)
    if not not_below(other, agree):
        agree, other = other, agree
    falls_back = draw(st.booleans())
    reason_for = draw(st.lists(st.sampled_from(CHOICES), unique=True))
    return Consensus(
        agree=agree,
        max_reservations=draw(limits),
        max_aside=draw(limits),
        reason_for=tuple(reason_for),
        on_block="fallback" if falls_back else "reject",
        fallback=other if falls_back else None,
    )


@st.composite
def majorities(draw: st.DrawFn) -> Majority:
    threshold = draw(shares)
    strict = threshold.num < threshold.den and draw(st.booleans())
    return Majority(threshold=threshold, of=draw(wholes), strict=strict)


consents = st.integers(0, 4).map(lambda number: Consent(max_objections=number))
every_rule: st.SearchStrategy[Rule] = st.one_of(consensuses(), consents, majorities())


@st.composite
def tallies(draw: st.DrawFn, most: int = 60) -> Tally:
    voices = draw(st.lists(st.integers(0, most), min_size=6, max_size=6))
    absent = draw(st.integers(0, most))
    return Tally(electorate=sum(voices) + absent, **dict(zip(CHOICES, voices, strict=True)))


@st.composite
def small_cases(draw: st.DrawFn) -> tuple[Rule, Quorum, Tally]:
    rule = draw(every_rule)
    positions = draw(st.lists(st.sampled_from(offered(rule)), max_size=8))
    absent = draw(st.integers(0, 4))
    return rule, draw(quorum_shares), count(positions, len(positions) + absent)


def if_absent_divide(tally: Tally, choices: tuple[Choice, ...]) -> Iterator[Tally]:
    """Every way in which the absent can spread over the choices, or stay away."""
    if not choices:
        yield tally
        return
    first, *others = choices
    for number in range(tally.absent + 1):
        moved = replace(tally, **{first: tally.voices(first) + number})
        yield from if_absent_divide(moved, tuple(others))


def test_every_method_is_tested_here() -> None:
    assert set(METHODS.values()) == {Consensus, Consent, Majority}


@given(every_rule)
def test_what_is_written_reads_back(rule: Rule) -> None:
    assert read_rule(rule_json(rule)) == rule


@given(every_rule, quorum_shares, st.data())
def test_the_order_of_positions_does_not_matter(
    rule: Rule, quorum: Quorum, data: st.DataObject
) -> None:
    positions = data.draw(
        st.dictionaries(st.text(max_size=4), st.sampled_from(CHOICES), max_size=30)
    )
    shuffled = data.draw(st.permutations(list(positions.values())))
    electorate = len(positions) + 3
    assert resolve(rule, quorum, count(positions, electorate)) == resolve(
        rule, quorum, count(shuffled, electorate)
    )


@given(every_rule, quorum_shares, tallies())
def test_more_agreement_never_undoes_an_adoption(rule: Rule, quorum: Quorum, tally: Tally) -> None:
    if resolve(rule, quorum, tally).verdict != "adopted":
        return
    for choice in CHOICES:
        if choice != "agree" and tally.voices(choice) > 0:
            moved = replace(tally, agree=tally.agree + 1, **{choice: tally.voices(choice) - 1})
            assert resolve(rule, quorum, moved).verdict == "adopted", choice
    if tally.absent > 0:
        came = replace(tally, agree=tally.agree + 1)
        assert resolve(rule, quorum, came).verdict == "adopted"
    joined = replace(tally, electorate=tally.electorate + 1, agree=tally.agree + 1)
    assert resolve(rule, quorum, joined).verdict == "adopted"


@given(every_rule, tallies())
def test_nothing_is_adopted_that_nobody_supports(rule: Rule, tally: Tally) -> None:
    unsupported = replace(tally, agree=0, reservations=0)
    assert decide(rule, unsupported).verdict == "rejected"


@given(consensuses(), quorum_shares, tallies())
def test_a_block_that_rejects_never_adopts(rule: Consensus, quorum: Quorum, tally: Tally) -> None:
    blocked = replace(tally, electorate=tally.electorate + 1, block=tally.block + 1)
    strict = replace(rule, on_block="reject", fallback=None)
    assert resolve(strict, quorum, blocked).verdict != "adopted"


@given(consensuses(), tallies())
def test_consensus_is_what_its_fractions_say(rule: Consensus, tally: Tally) -> None:
    share = rule.fallback if tally.block and rule.fallback else rule.agree
    adopted = (
        tally.supporting >= Fraction(share.num, share.den) * tally.present
        and within(rule.max_aside, tally.aside, tally.present)
        and within(rule.max_reservations, tally.reservations, tally.present)
        and not (tally.block and rule.on_block == "reject")
        and tally.supporting > 0
    )
    assert (decide(rule, tally).verdict == "adopted") is adopted


def within(limit: Share | None, part: int, whole: int) -> bool:
    return limit is None or part <= Fraction(limit.num, limit.den) * whole


@given(majorities(), tallies())
def test_majority_is_what_its_fraction_says(rule: Majority, tally: Tally) -> None:
    wanted = Fraction(rule.threshold.num, rule.threshold.den) * tally.size(rule.of)
    enough = tally.supporting > wanted if rule.strict else tally.supporting >= wanted
    assert (decide(rule, tally).verdict == "adopted") is (enough and tally.supporting > 0)


@given(quorum_shares, tallies())
def test_quorum_is_what_its_fraction_says(quorum: Quorum, tally: Tally) -> None:
    enough = tally.present >= Fraction(quorum.num, quorum.den) * tally.electorate
    assert quorum_met(quorum, tally) is (enough and tally.present > 0)


@pytest.mark.parametrize("whole", [3, 9, 999_999_999])
@pytest.mark.parametrize("strict", [False, True])
def test_two_thirds_to_the_voice(whole: int, strict: bool) -> None:
    rule = Majority(threshold=Share(num=2, den=3), of="cast", strict=strict)
    exact = whole // 3 * 2

    def adopted(agree: int) -> bool:
        tally = Tally(electorate=whole, agree=agree, disagree=whole - agree)
        return decide(rule, tally).verdict == "adopted"

    assert [adopted(exact - 1), adopted(exact), adopted(exact + 1)] == [False, not strict, True]


@given(every_rule, quorum_shares, tallies())
def test_every_outcome_has_a_sentence(rule: Rule, quorum: Quorum, tally: Tally) -> None:
    for language in LANGUAGES:
        for unit in UNITS:
            sentence = quorums.explain(rule, quorum, tally, language, unit)
            assert sentence.endswith(".")
            assert "{" not in sentence
            assert "None" not in sentence


@given(small_cases())
def test_settled_means_that_nothing_the_absent_do_matters(
    case: tuple[Rule, Quorum, Tally],
) -> None:
    rule, quorum, tally = case
    now = resolve(rule, quorum, tally)
    futures = if_absent_divide(tally, offered(rule))
    fixed = all(resolve(rule, quorum, future).verdict == now.verdict for future in futures)
    answerable = tally.absent > 0 and now.ground in ("blocked", "objections")
    assert settled(rule, quorum, tally) is (fixed and not answerable)


@given(every_rule, st.sampled_from(CHOICES))
def test_a_block_never_passes_without_a_reason(rule: Rule, choice: Choice) -> None:
    if choice in offered(rule):
        eligible(rule, choice, has_reason=True)
    else:
        with pytest.raises(Refused, match="choice-not-offered"):
            eligible(rule, choice, has_reason=True)
    with pytest.raises(Refused, match=r"reason-missing|choice-not-offered"):
        eligible(rule, "block", has_reason=False)
