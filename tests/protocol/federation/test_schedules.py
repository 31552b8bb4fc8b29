"""Whatever the roads, the patience and the hostile closers do: one outcome, and it comes."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.scenario import agreement_of
from tests.model.simulate import Story


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 7), st.integers(0, 6), st.integers(1, 5), st.randoms(use_true_random=False))
def test_every_random_schedule_ends_in_one_certificate(
    closers: int, first_chair: int, rounds: int, chance: Random
) -> None:
    close = agreement_of(closers, first_chair % closers)
    count = chance.randint(0, close.closers.faulty)
    story = Story(close, frozenset(chance.sample(close.closers.ids, count)), rounds, chance)
    story.run(40 + 20 * closers)
    assert story.complete(2 * closers) <= 2 * closers
