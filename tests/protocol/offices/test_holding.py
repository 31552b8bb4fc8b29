"""Who holds what, at which entry: terms that lapse, deputies who step in, charters that change."""

import pytest

from protocol.offices.holding import Moment, PlaceState, deputies, holders
from protocol.wire.digests import MessageId
from tests.protocol.kinds import office_histories as past
from tests.protocol.kinds.office_histories import DAY, accept, bars, choose, office, rules, seat
from tests.protocol.ledgers import VOICE, Body, Ledger, item, replay, room


def now(ledger: Ledger) -> Moment:
    return ledger.book.moment(ledger.now)


def names(ledger: Ledger, of: str = "health", at: Moment | None = None) -> list[str]:
    known = {
        ledger.member(name).id: name
        for name in past.PEOPLE
        if ledger.book.membership.by_key(ledger.signer(name).public)
    }
    found = holders(ledger.book.offices, of, at or now(ledger))
    return [known.get(one.member, "somebody gone") for one in found]


def adopt(ledger: Ledger, charter: Body, version: int = 2) -> None:
    subject: Body = {"kind": "charter", "charter": charter}
    decision = ledger.decide("Dora", topic="charter", subject=subject)
    body: Body = {"version": version, "charter": charter, "decision": decision}
    ledger.say("charter/adopt", body, VOICE)


def test_she_holds_it_from_the_entry_behind_her_acceptance() -> None:
    village = past.chosen()
    assert names(village) == []
    place = village.book.offices.places[
        MessageId(accept(village, "Alice", village.marks["decision"]))
    ]
    accepted = place.accepted.index
    at = [Moment(index=accepted + step, received=village.now) for step in (0, 1, 900)]
    assert [place.serves(one) for one in at] == [False, True, True]
    assert place.until == village.now + 30 * DAY


def test_a_term_ends_at_its_second_without_any_entry() -> None:
    village = past.holding()
    size = village.book.size
    ends = [Moment(index=size, received=village.now + 30 * DAY + step) for step in (-1, 0)]
    assert [names(village, at=one) for one in ends] == [["Alice"], []]
    assert village.book.offices.places[MessageId(village.marks["place"])].ended is None
    assert [len(deputies(village.book.offices, "health", one)) for one in ends] == [1, 0]


def test_a_deputy_steps_in_for_the_rest_of_the_term() -> None:
    village = past.holding()
    until = village.now + 30 * DAY
    village.now += 10 * DAY
    ended = village.book.size
    village.say("office/resign", {"office": "health"}, "Alice")
    assert names(village) == ["Bento"]
    (place,) = holders(village.book.offices, "health", now(village))
    assert (place.until, place.follows, place.state) == (
        until,
        village.marks["place"],
        PlaceState.HOLDING,
    )
    at = [Moment(index=ended + step, received=village.now) for step in (0, 1)]
    assert [names(village, at=one) for one in at] == [["Alice"], ["Bento"]]
    assert deputies(village.book.offices, "health", now(village)) == []


def test_nobody_steps_in_when_a_term_lapses() -> None:
    village = past.holding()
    village.now += 30 * DAY
    assert names(village) == []
    village.publish("Dora", "still nobody")
    assert names(village) == []


def test_who_leaves_the_community_leaves_her_offices() -> None:
    village = past.holding()
    village.say("office/stand", {"office": "health", "text": None}, "Alice")
    village.say("member/leave", {}, "Alice")
    assert names(village) == ["Bento"]
    assert village.book.offices.candidates == {}
    village.say("member/leave", {}, "Bento")
    assert names(village) == []


def test_a_deputy_who_left_does_not_step_in() -> None:
    village = past.holding()
    village.say("member/leave", {}, "Bento")
    village.say("office/resign", {"office": "health"}, "Alice")
    assert names(village) == []


def test_deputies_step_in_in_the_order_in_which_they_accepted() -> None:
    village = past.with_offices(rules(health=office(deputies=2)))
    decision = choose(village, "Alice", by=("Bento", "Carla"))
    for name in ("Alice", "Carla", "Bento"):
        accept(village, name, decision)
    for holder, next_one in (("Alice", "Carla"), ("Carla", "Bento")):
        village.say("office/resign", {"office": "health"}, holder)
        assert names(village) == [next_one]


def test_a_charter_without_the_office_ends_it_and_one_with_fewer_seats_the_last_ones() -> None:
    village = past.with_offices(rules(health=office(seats=3, deputies=1), water=office()))
    for name in ("Alice", "Bento", "Carla"):
        seat(village, name)
    accept(village, "Dora", choose(village, by=("Dora",)))
    seat(village, "Dora", "water")
    adopt(village, rules(health=office(seats=2, term_s=1)))
    assert names(village) == ["Alice", "Bento"]
    assert names(village, "water") == []
    states = {one.state for one in village.book.offices.places.values()}
    assert states == {PlaceState.HOLDING, PlaceState.REMOVED}
    village.now += 29 * DAY
    assert names(village) == ["Alice", "Bento"], "the term that they accepted"


def test_a_shorter_rest_than_the_charter_asks_makes_terms_of_one_row() -> None:
    village = past.with_offices(rules(health=office(rotation={"terms": 2, "rest_s": 10 * DAY})))
    for resting in (0, 9):
        village.now += resting * DAY
        seat(village, "Alice")
        village.now += 30 * DAY
    third = choose(village, "Alice")
    assert village.refused("office/accept", {"decision": third}, "Alice") == "office-rest"
    village.now += 7 * DAY
    third = choose(village, "Alice")
    village.now += 3 * DAY
    accept(village, "Alice", third)


def test_giving_it_up_early_is_a_term_too() -> None:
    village = past.with_offices(rules(health=office(rotation={"terms": 1, "rest_s": 10 * DAY})))
    seat(village, "Alice")
    village.say("office/resign", {"office": "health"}, "Alice")
    again = choose(village, "Alice")
    assert village.refused("office/accept", {"decision": again}, "Alice") == "office-rest"


def test_no_term_begins_again_when_the_books_are_opened() -> None:
    """To the public the clock of what only members read does not count; to offices it does."""
    village = past.holding()
    start = village.now
    opened = past.rules(health=office(deputies=1)) | {"audience": "public"}
    subject: Body = {"kind": "charter", "charter": opened}
    village.now += 30 * DAY
    decision = village.decide("Dora", topic="charter", subject=subject)
    village.now = start
    body: Body = {"version": 2, "charter": opened, "decision": decision}
    assert village.void("charter/adopt", body, VOICE, "public") is None
    village.audience = "public"
    assert village.void("office/resign", {"office": "health"}, "Alice", "public") == (
        "office-not-held"
    )
    assert names(village) == []


# --- who may not vote while she serves --------------------------------------------------------


def guarded(assembly: Body | None = None) -> Ledger:
    charter = rules(guard=office(body=True, seats=2, bars=bars(vote=True)))
    return past.with_offices(charter | ({} if assembly is None else {"assembly": assembly}))


def test_who_serves_in_an_executing_body_is_in_no_electorate() -> None:
    village = guarded()
    seat(village, "Alice", "guard")
    well = village.draft("Bento")
    village.open("Bento", well)
    assert village.member("Alice").id not in village.electorate(well)
    assert len(village.electorate(well)) == 3
    village.now += 30 * DAY
    mill = village.draft("Alice")
    village.open("Alice", mill)
    assert village.member("Alice").id in village.electorate(mill), "her term is over"


def test_who_begins_to_serve_while_voting_is_open_keeps_what_she_said() -> None:
    village = guarded()
    well = village.draft("Bento")
    village.open("Bento", well, closes_at=village.now + DAY)
    village.take("Alice", well, "agree")
    seat(village, "Alice", "guard")
    body: Body = {"proposal": well, "choice": "disagree", "reason": None}
    assert village.void("position/take", body, "Alice") == "office-bars"
    assert [one.choice for one in village.proposal(well).positions.values()] == ["agree"]


@pytest.mark.parametrize("hands", [2, 3])
def test_a_room_does_not_count_who_may_not_vote(hands: int) -> None:
    """Alice, Bento and Carla are there; Alice serves."""
    village = guarded(room())
    well = village.draft("Bento")
    village.open("Bento", well, closes_at=village.now + DAY)
    seat(village, "Alice", "guard")
    present = ("Alice", "Bento", "Carla")
    text = village.publish("Bento", "Minutes")
    by_name = village.minutes(text, present, item(well, village.named("Alice", "agree")))
    assert village.void("assembly/minutes", by_name, "Bento") == "office-bars"
    by_hands = village.minutes(text, present, item(well, counts={"agree": hands}))
    code = village.void("assembly/minutes", by_hands, "Bento")
    assert code == (None if hands == 2 else "counts-over")
    assert replay(village) == village.book
