"""What holds of every method, against second counts that are written another way."""

from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.decisions.ballots import approval, lot, ranked
from protocol.decisions.ballots.approval import Approval
from protocol.decisions.ballots.options import Chosen, Election
from protocol.decisions.ballots.ranked import Ranked
from protocol.decisions.rules.wording import LANGUAGES
from protocol.decisions.tally import Share
from protocol.wire.digests import sha256

Ballots = list[tuple[str, ...]]


def option(number: int) -> str:
    return sha256(b"option %d" % number).hex()


@st.composite
def elections(draw: st.DrawFn, most: int = 5) -> Election:
    number = draw(st.integers(1, most))
    seed = draw(st.binary(min_size=32, max_size=32)).hex()
    options = draw(st.permutations([option(one) for one in range(number)]))
    return Election(seed=seed, options=tuple(options), seats=draw(st.integers(1, most)))


@st.composite
def cast(draw: st.DrawFn) -> tuple[Election, Ballots]:
    election = draw(elections())
    one = st.lists(st.sampled_from(election.options), unique=True).map(tuple)
    return election, draw(st.lists(one, max_size=12))


SHARES = st.integers(1, 6).flatmap(
    lambda den: st.integers(0, den).map(lambda num: Share(num=num, den=den))
)


# --- approval ---------------------------------------------------------------------------------


def plain_approval(rule: Approval, election: Election, ballots: Ballots) -> tuple[str, ...]:
    """Seat by seat, the best that is left; nothing is sorted."""
    left: set[str] = set(election.options)
    taken: list[str] = []
    while left and len(taken) < election.seats:
        votes = {one: sum(one in ballot for ballot in ballots) for one in left}
        enough = {
            one: number
            for one, number in votes.items()
            if number >= 1 and number * rule.least.den >= rule.least.num * len(ballots)
        }
        if not enough:
            break
        best = [one for one, number in enough.items() if number == max(enough.values())]
        taken.append(election.first_of(best))
        left.remove(taken[-1])
    return tuple(taken)


@settings(deadline=None)
@given(cast(), SHARES)
def test_approval_is_what_a_plain_count_finds(
    given: tuple[Election, Ballots], least: Share
) -> None:
    election, ballots = given
    rule = Approval(least=least)
    assert approval.decide(rule, election, ballots).elected == plain_approval(
        rule, election, ballots
    )


@settings(deadline=None)
@given(cast(), st.data())
def test_more_approval_never_harms(given: tuple[Election, Ballots], data: st.DataObject) -> None:
    election, ballots = given
    before = approval.decide(Approval(), election, ballots).elected
    if not before or not ballots:
        return
    winner = data.draw(st.sampled_from(before))
    number = data.draw(st.integers(0, len(ballots) - 1))
    if winner in ballots[number]:
        return
    more = [*ballots[:number], (*ballots[number], winner), *ballots[number + 1 :]]
    after = approval.decide(Approval(), election, more).elected
    assert winner in after
    assert after.index(winner) <= before.index(winner)


# --- ranked -----------------------------------------------------------------------------------


def every_chain(election: Election, ballots: Ballots) -> dict[tuple[str, str], int]:
    """The strongest chain between each two, by trying every chain that there is."""

    def prefer(one: str, other: str) -> int:
        ahead = 0
        for ballot in ballots:
            if one in ballot:
                ahead += other not in ballot or ballot.index(one) < ballot.index(other)
        return ahead

    def link(one: str, other: str) -> int:
        return prefer(one, other) if prefer(one, other) > prefer(other, one) else 0

    found = {}
    for one, other in permutations(election.options, 2):
        between = [name for name in election.options if name not in (one, other)]
        best = 0
        for length in range(len(between) + 1):
            for middle in permutations(between, length):
                chain = (one, *middle, other)
                links = [link(a, b) for a, b in pairwise(chain)]
                best = max(best, min(links))
        found[one, other] = best
    return found


@settings(deadline=None)
@given(cast())
def test_schulze_is_what_every_chain_says(given: tuple[Election, Ballots]) -> None:
    election, ballots = given
    strength = every_chain(election, ballots)
    left = list(election.options)
    taken: list[str] = []
    while ballots and left and len(taken) < election.seats:
        best = [
            one
            for one in left
            if all(strength[one, other] >= strength[other, one] for other in left if other != one)
        ]
        assert best, "somebody is always unbeaten"
        tier = list(best)
        while tier and len(taken) < election.seats:
            taken.append(election.first_of(tier))
            tier.remove(taken[-1])
        left = [one for one in left if one not in best]
    assert ranked.decide(Ranked(), election, ballots).elected == tuple(taken)


@settings(deadline=None)
@given(cast())
def test_whoever_beats_everybody_in_pairs_is_elected_first(given: tuple[Election, Ballots]) -> None:
    election, ballots = given
    prefer = ranked.count(election, ballots).prefer
    for one in election.options:
        others = [other for other in election.options if other != one]
        if others and all(prefer[one, other] > prefer[other, one] for other in others):
            chosen = ranked.decide(Ranked(), election, ballots)
            assert chosen.elected[0] == one
            assert one not in chosen.by_lot


# --- both -------------------------------------------------------------------------------------


def both(election: Election, ballots: Ballots) -> list[Chosen]:
    return [
        approval.decide(Approval(), election, ballots),
        ranked.decide(Ranked(), election, ballots),
    ]


@settings(deadline=None)
@given(cast(), st.data())
def test_the_order_of_ballots_and_of_options_changes_nothing(
    given: tuple[Election, Ballots], data: st.DataObject
) -> None:
    election, ballots = given
    options = tuple(data.draw(st.permutations(election.options)))
    shuffled = Election(seed=election.seed, options=options, seats=election.seats)
    assert both(election, ballots) == both(shuffled, list(data.draw(st.permutations(ballots))))


@settings(deadline=None)
@given(cast(), st.data())
def test_other_names_choose_the_same_where_no_lot_decides(
    given: tuple[Election, Ballots], data: st.DataObject
) -> None:
    election, ballots = given
    names = dict(zip(election.options, data.draw(st.permutations(election.options)), strict=True))
    renamed = [tuple(names[one] for one in ballot) for ballot in ballots]
    for before, after in zip(both(election, ballots), both(election, renamed), strict=True):
        if not before.by_lot:
            assert {names[one] for one in before.elected} == set(after.elected)


@settings(deadline=None)
@given(cast())
def test_nobody_has_two_seats_and_no_seat_is_invented(given: tuple[Election, Ballots]) -> None:
    election, ballots = given
    for chosen in both(election, ballots):
        assert len(set(chosen.elected)) == len(chosen.elected) <= election.seats
        assert set(chosen.elected) <= set(election.options)
        assert set(chosen.by_lot) <= set(chosen.elected)
    for language in LANGUAGES:
        names = {one: one[:4] for one in election.options}
        lines = [
            *approval.explain(Approval(), election, ballots, names, language),
            *ranked.explain(Ranked(), election, ballots, names, language),
        ]
        assert all(line and "{" not in line for line in lines)


# --- lots -------------------------------------------------------------------------------------


@settings(deadline=None)
@given(elections(), st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=4))
def test_a_lot_can_be_drawn_again(election: Election, secrets: list[str]) -> None:
    drawn = lot.draw(election, secrets)
    assert drawn == lot.draw(election, secrets)
    assert len(drawn.elected) == min(election.seats, len(election.options))
    assert len(set(drawn.elected)) == len(drawn.elected)


def test_every_option_is_drawn_about_as_often() -> None:
    options = tuple(option(number) for number in range(5))
    drawn = dict.fromkeys(options, 0)
    for number in range(2_000):
        election = Election(seed=sha256(b"%d" % number).hex(), options=options, seats=1)
        drawn[lot.draw(election, []).elected[0]] += 1
    # 400 each are expected; 5 standard deviations are 90.
    assert all(310 < number < 490 for number in drawn.values())


def test_numbers_that_would_favour_some_are_thrown_away() -> None:
    """Of three options, the last number of the space would be a third option's alone."""
    number, counter = lot._below(3, bytes(32), 0)
    assert (0 <= number < 3, counter) == (True, 1)
    assert (lot._SPACE - lot._SPACE % 3) % 3 == 0
