"""Who holds an office, since when and until when. Spec: docs/spec/offices.md, "Holding".

A place is a seat, or that of a deputy who stands by. It begins with the holder's own acceptance
and ends with its term, at no entry at all, or before at the entry that ends it.

Invariants:
* no office has more holders than the charter in force gives it seats;
* nobody has two places in one office at a time;
* a life is the table `LIFE`; a term that is over needs no entry and no state.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from protocol.errors import Refused
from protocol.offices.definition import Office
from protocol.wire.digests import MemberId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place in the ledger and the ledger's time there: what an act is judged by."""

    index: int
    received: int


class PlaceState(Enum):
    """Where a place is in its life."""

    DEPUTY = "deputy"
    HOLDING = "holding"
    RESIGNED = "resigned"
    RECALLED = "recalled"
    LEFT = "left"
    REMOVED = "removed"


LIFE: dict[PlaceState, frozenset[PlaceState]] = {
    PlaceState.DEPUTY: frozenset(
        {PlaceState.HOLDING, PlaceState.RESIGNED, PlaceState.LEFT, PlaceState.REMOVED}
    ),
    PlaceState.HOLDING: frozenset(
        {PlaceState.RESIGNED, PlaceState.RECALLED, PlaceState.LEFT, PlaceState.REMOVED}
    ),
    PlaceState.RESIGNED: frozenset(),
    PlaceState.RECALLED: frozenset(),
    PlaceState.LEFT: frozenset(),
    PlaceState.REMOVED: frozenset(),
}
VACATES = frozenset({PlaceState.RESIGNED, PlaceState.RECALLED, PlaceState.LEFT})
"""Ends by which a seat stands empty, so that a deputy steps in."""


@dataclass(slots=True, kw_only=True)
class Place:
    """One person's place in one office; its id is the message by which she accepted.

    Attributes:
        decision: The decision that chose her.
        began: When she took a seat; None while she stands by as a deputy.
        until: When the term is over.
        report_s: How often she reports while she serves.
        ended: The entry that ended it before.
        follows: The place whose seat she stepped into as a deputy.
    """

    id: MessageId
    office: str
    member: MemberId
    decision: MessageId
    accepted: Moment
    until: int
    state: PlaceState
    report_s: int | None = None
    began: Moment | None = None
    ended: Moment | None = None
    follows: MessageId | None = None

    def stands(self, at: Moment) -> bool:
        """Whether it is still hers where an act at that moment is judged."""
        if not self.accepted.index < at.index or at.received >= self.until:
            return False
        return self.ended is None or at.index <= self.ended.index

    def serves(self, at: Moment) -> bool:
        """Whether she holds a seat there."""
        return self.began is not None and self.began.index < at.index and self.stands(at)

    @property
    def over_at(self) -> int:
        """When it was over, or will be."""
        return self.until if self.ended is None else min(self.until, self.ended.received)


@dataclass(slots=True, kw_only=True)
class Offer:
    """An adopted decision that chose people, who accept or decline; changed only by the fold."""

    decision: MessageId
    office: str
    members: tuple[MemberId, ...]
    deputies: tuple[MemberId, ...]
    made: Moment
    until: int
    answers: dict[MemberId, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """A member would take an office; `text` is what she says about it."""

    member: MemberId
    office: str
    text: str | None
    index: int
    received: int


@dataclass(slots=True, kw_only=True)
class Holdings:
    """Every office of one ledger as the charter in force defines it, and everybody's places.

    Attributes:
        places: In the order in which they were accepted.
        of_member: The same by person.
        candidates: By office and member.
    """

    definitions: dict[str, Office] = field(default_factory=dict)
    offers: dict[MessageId, Offer] = field(default_factory=dict)
    places: dict[MessageId, Place] = field(default_factory=dict)
    of_member: dict[MemberId, list[MessageId]] = field(default_factory=dict)
    candidates: dict[tuple[str, MemberId], Candidacy] = field(default_factory=dict)

    def office(self, name: str) -> Office:
        """An office that the charter in force defines.

        Raises:
            Refused: It defines none of that name.
        """
        found = self.definitions.get(name)
        if found is None:
            raise Refused("office-unknown", "the charter in force defines no such office")
        return found

    def places_of(self, member: str) -> Iterator[Place]:
        """Every place that somebody ever had, the oldest first."""
        return (self.places[one] for one in self.of_member.get(MemberId(member), ()))

    def enter(self, place: Place) -> None:
        """It is hers from the next entry on."""
        self.places[place.id] = place
        self.of_member.setdefault(place.member, []).append(place.id)


def holders(holdings: Holdings, office: str, at: Moment) -> list[Place]:
    """Who holds a seat in it, whoever has it longest first."""
    found = [one for one in holdings.places.values() if one.office == office and one.serves(at)]
    return sorted(found, key=lambda one: (0 if one.began is None else one.began.index, one.id))


def deputies(holdings: Holdings, office: str, at: Moment) -> list[Place]:
    """Who stands by to step in, in the order in which they do."""
    return [
        one
        for one in holdings.places.values()
        if one.office == office and one.stands(at) and not one.serves(at)
    ]


def held_by(holdings: Holdings, member: str, at: Moment) -> list[Place]:
    """Every place that somebody has then, as a holder or a deputy."""
    return [one for one in holdings.places_of(member) if one.stands(at)]


def place_of(holdings: Holdings, office: str, member: str, at: Moment) -> Place:
    """Her place in an office.

    Raises:
        Refused: She has none then.
    """
    for place in held_by(holdings, member, at):
        if place.office == office:
            return place
    raise Refused("office-not-held", "this member does not hold that office now")


def is_barred(holdings: Holdings, member: str, at: Moment, *, voting: bool) -> bool:
    """Whether an office that she serves in keeps her from voting, or from proposing."""
    for place in holdings.places_of(member):
        office = holdings.definitions.get(place.office)
        if office is None or office.bars is None or not place.serves(at):
            continue
        if office.bars.vote if voting else office.bars.propose:
            return True
    return False


def require_voice(holdings: Holdings, member: str, at: Moment) -> None:
    """Nothing that she holds keeps her from voting.

    Raises:
        Refused: Something does.
    """
    if is_barred(holdings, member, at, voting=True):
        raise Refused("office-bars", "an office that you serve in keeps you from voting")


def require_proposing(holdings: Holdings, member: str, at: Moment) -> None:
    """Nothing that she holds keeps her from proposing.

    Raises:
        Refused: Something does.
    """
    if is_barred(holdings, member, at, voting=False):
        raise Refused("office-bars", "an office that you serve in keeps you from proposing")


def barred_voters(holdings: Holdings, at: Moment) -> frozenset[MemberId]:
    """Members without a voice in what opens at that moment."""
    if not any(one.bars is not None and one.bars.vote for one in holdings.definitions.values()):
        return frozenset()
    return frozenset(one for one in holdings.of_member if is_barred(holdings, one, at, voting=True))


def end(holdings: Holdings, place: Place, to: PlaceState, at: Moment) -> None:
    """A place ends before its term; if a seat stands empty by it, the first deputy steps in.

    Nothing happens to a place whose term is over by then.
    """
    if not place.stands(at):
        return
    if to not in LIFE[place.state]:  # a check came first; a fold never gets here
        raise AssertionError(f"no place goes from {place.state.value} to {to.value}")
    seat = place.began is not None
    place.state, place.ended = to, at
    if not seat or to not in VACATES:
        return
    after = Moment(index=at.index + 1, received=at.received)
    for deputy in deputies(holdings, place.office, after):
        deputy.state, deputy.began, deputy.until = PlaceState.HOLDING, at, place.until
        deputy.follows = place.id
        return


def apply_departure(holdings: Holdings, member: MemberId, at: Moment) -> None:
    """Who leaves the community leaves her offices, and stands for none."""
    places = held_by(holdings, member, at)
    # First where she stands by, so that she does not step into another's seat.
    for place in sorted(places, key=lambda one: one.began is not None):
        end(holdings, place, PlaceState.LEFT, at)
    for key in [key for key in holdings.candidates if key[1] == member]:
        del holdings.candidates[key]


def apply_charter(holdings: Holdings, definitions: dict[str, Office], at: Moment) -> None:
    """The offices that a new charter defines; places for which it has no room end.

    Of too many, those end that were accepted last. Terms that were accepted stay as they are.
    """
    holdings.definitions = definitions
    for key in [key for key in holdings.candidates if key[0] not in definitions]:
        del holdings.candidates[key]
    for name in {one.office for one in holdings.places.values()}:
        office = definitions.get(name)
        seats, standing_by = (0, 0) if office is None else (office.seats, office.deputies)
        seated = sorted(holders(holdings, name, at), key=lambda one: one.accepted.index)
        waiting = deputies(holdings, name, at)
        for place in [*seated[seats:], *waiting[standing_by:]]:
            end(holdings, place, PlaceState.REMOVED, at)
