"""Positions counted: how many voices took which choice, out of how many. Spec: docs/spec/rules.md.

A voter is an opaque string: a person, a household, a community or a council, so the same
count serves an assembly and a federation. Whoever belongs to the electorate and took no
position is absent. Everything is an integer or a fraction of integers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, Literal, get_args

from protocol.errors import Malformed
from protocol.wire.bodies import Count, body

Choice = Literal["agree", "reservations", "aside", "disagree", "block", "abstain"]
CHOICES: Final[tuple[Choice, ...]] = get_args(Choice)
Whole = Literal["cast", "present", "electorate"]

MAX_SHARE_PART: Final = 1_000_000
"""Largest numerator or denominator: no community states a finer rule, and the products stay
within 2**53 for a verifier that counts in doubles."""
MAX_ELECTORATE: Final = 1_000_000_000


@body
class Share:
    """A part of a whole, as people write it: 2/3 is not reduced and not rounded.

    Raises:
        Malformed: below nothing, over the whole, or of parts beyond `MAX_SHARE_PART`.
    """

    num: Count
    den: Count

    def __post_init__(self) -> None:
        if not 0 <= self.num <= self.den or not 1 <= self.den <= MAX_SHARE_PART:
            raise Malformed("share-invalid", f"{self.num}/{self.den} is not a share of a whole")

    def __str__(self) -> str:
        return f"{self.num}/{self.den}"

    def least(self, whole: int) -> int:
        """The smallest number that is at least this share of `whole`."""
        return -(-self.num * whole // self.den)

    def most(self, whole: int) -> int:
        """The largest number that is at most this share of `whole`."""
        return self.num * whole // self.den


def not_below(share: Share, other: Share) -> bool:
    """Whether `share` is the same part of a whole as `other`, or a larger one."""
    return share.num * other.den >= other.num * share.den


@body
class Tally:
    """The electorate's size and the voices for each choice.

    Raises:
        Malformed: a negative count, or more voices than the electorate has.
    """

    electorate: Count
    agree: Count = 0
    reservations: Count = 0
    aside: Count = 0
    disagree: Count = 0
    block: Count = 0
    abstain: Count = 0

    def __post_init__(self) -> None:
        counts = [self.voices(choice) for choice in CHOICES]
        if min(counts) < 0 or not sum(counts) <= self.electorate <= MAX_ELECTORATE:
            detail = f"{sum(counts)} positions in an electorate of {self.electorate}"
            raise Malformed("tally-invalid", detail)

    def voices(self, choice: Choice) -> int:
        """How many took `choice`."""
        match choice:
            case "agree":
                return self.agree
            case "reservations":
                return self.reservations
            case "aside":
                return self.aside
            case "disagree":
                return self.disagree
            case "block":
                return self.block
            case "abstain":
                return self.abstain

    @property
    def present(self) -> int:
        """Whoever took a position; to abstain is to be there."""
        return self.cast + self.abstain

    @property
    def cast(self) -> int:
        """Positions with a view: everybody present who did not abstain."""
        return self.supporting + self.aside + self.disagree + self.block

    @property
    def absent(self) -> int:
        """Whoever has a voice and took no position."""
        return self.electorate - self.present

    @property
    def supporting(self) -> int:
        """Who wants it to go ahead, with reservations or without."""
        return self.agree + self.reservations

    def size(self, of: Whole) -> int:
        """How many the whole counts that a share is taken of."""
        match of:
            case "cast":
                return self.cast
            case "present":
                return self.present
            case "electorate":
                return self.electorate

    def plus(self, other: "Tally") -> "Tally":
        """Both electorates taken together; they have nobody in common."""
        return Tally(
            electorate=self.electorate + other.electorate,
            agree=self.agree + other.agree,
            reservations=self.reservations + other.reservations,
            aside=self.aside + other.aside,
            disagree=self.disagree + other.disagree,
            block=self.block + other.block,
            abstain=self.abstain + other.abstain,
        )

    def with_more(self, voices: Mapping[Choice, int]) -> "Tally":
        """The count with more voices of the same electorate, none of them counted before."""
        return replace(
            self, **{choice: self.voices(choice) + more for choice, more in voices.items()}
        )

    def if_absent_took(self, choice: Choice) -> "Tally":
        """What the count would be if everybody still absent took `choice`."""
        return replace(self, **{choice: self.voices(choice) + self.absent})


def count(choices: Mapping[str, Choice] | Iterable[Choice], electorate: int) -> Tally:
    """The tally of `choices`, by voter or bare, in an electorate of that size.

    Raises:
        Malformed: more choices than the electorate has voices.
    """
    taken = Counter(choices.values() if isinstance(choices, Mapping) else choices)
    return Tally(
        electorate=electorate,
        agree=taken["agree"],
        reservations=taken["reservations"],
        aside=taken["aside"],
        disagree=taken["disagree"],
        block=taken["block"],
        abstain=taken["abstain"],
    )
