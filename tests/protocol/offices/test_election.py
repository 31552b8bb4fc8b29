"""An election from the call to the seat."""

from node.owed_offices import owed_offices
from protocol.offices.election import Election, result_of
from protocol.offices.holding import deputies, holders
from tests.protocol.kinds import office_histories as past
from tests.protocol.kinds.office_histories import DAY, accept, bars, cast, elected, office, rules
from tests.protocol.ledgers import VOICE, Body, Ledger, charter, found, replay


def held(ledger: Ledger) -> Election:
    return ledger.book.elections.election(ledger.marks["election"])


def count(ledger: Ledger, *, wait_s: int = DAY) -> list[str]:
    """Time goes by, the voice closes it; who was elected, by name."""
    ledger.now += wait_s
    for speech in list(owed_offices(ledger.book, ledger.now)):
        ledger.say(speech.kind, speech.body, VOICE, speech.audience)
    result = held(ledger).result
    assert result is not None
    names = {str(ledger.member(name).id): name for name in past.PEOPLE}
    return [names[one] for one in result.elected]


def test_the_first_is_offered_the_seat_and_the_next_stands_by() -> None:
    village = past.ballots_cast()
    assert list(owed_offices(village.book, village.now)) == []
    assert count(village) == ["Bento", "Alice"]
    assert list(owed_offices(village.book, village.now)) == []
    for name in ("Bento", "Alice"):
        accept(village, name, village.marks["election"])
    at = village.book.moment(village.now)
    offices = village.book.offices
    seated, standby = holders(offices, "health", at), deputies(offices, "health", at)
    assert [one.member for one in seated] == [village.member("Bento").id]
    assert [one.member for one in standby] == [village.member("Alice").id]
    assert replay(village) == village.book


def test_the_last_ballot_of_a_voice_counts() -> None:
    village = past.ballots_cast()
    cast(village, "Bento", "Carla")
    cast(village, "Carla", "Carla")
    cast(village, "Dora", "Carla")
    assert count(village) == ["Carla", past_tie(village)]


def past_tie(ledger: Ledger) -> str:
    """Alice and Bento have one approval each, by Alice's own ballot."""
    lot = held(ledger).choice.lot
    return min(("Alice", "Bento"), key=lambda name: lot(ledger.member(name).id))


def test_without_a_quorum_nobody_is_elected() -> None:
    village = past.election()
    cast(village, "Alice", "Alice")
    assert count(village) == []
    result = held(village).result
    assert result is not None
    assert (result.quorum, result.ballots) == (False, 1)
    assert village.book.offices.offers == {}


def test_in_order_of_preference() -> None:
    village = past.election(elected("ranked"))
    for name, order in (
        ("Alice", ("Alice", "Carla", "Bento")),
        ("Bento", ("Bento", "Carla", "Alice")),
        ("Carla", ("Carla", "Bento", "Alice")),
    ):
        cast(village, name, *order)
    assert count(village)[0] == "Carla", "the second choice of all"


def test_a_share_of_the_ballots_can_be_asked() -> None:
    village = past.ballots_cast(elected(least={"num": 3, "den": 4}))
    assert count(village) == ["Bento"], "Alice has two of three"


def test_a_household_casts_one_ballot() -> None:
    homes = {"Alice": "h1", "Bento": "h1", "Carla": "h2", "Dora": "h3"}
    offices: Body = {"health": elected(unit="household")}
    village = found(*past.PEOPLE, rules=charter() | {"offices": offices}, households=homes)
    for name in ("Alice", "Carla"):
        village.say("office/stand", {"office": "health", "text": None}, name)
    text = village.publish("Dora", "Who?")
    body: Body = {"office": "health", "text": text}
    village.marks["election"] = village.say("election/call", body, "Dora")
    cast(village, "Alice", "Alice")
    cast(village, "Bento", "Carla")
    cast(village, "Dora", "Carla")
    result = result_of(held(village), village.book.moment(village.now + DAY))
    assert result.ballots == 2
    assert count(village) == ["Carla"]


def test_who_serves_in_a_body_without_a_vote_elects_nobody() -> None:
    guard = office(body=True, bars=bars(vote=True))
    village = past.with_offices(rules(health=elected(), guard=guard))
    past.seat(village, "Alice", "guard")
    village.say("office/stand", {"office": "health", "text": None}, "Bento")
    body: Body = {"office": "health", "text": village.publish("Dora", "Who?")}
    village.marks["election"] = village.say("election/call", body, "Dora")
    ballot: Body = {"election": village.marks["election"], "choices": village.ids("Bento")}
    assert village.void("ballot/cast", ballot, "Alice") == "office-bars"
    assert len(held(village).electorate) == 3


def test_an_office_that_is_gone_is_offered_to_nobody() -> None:
    village = past.election_waits()
    without = rules(water=office())
    decision = village.decide(
        "Dora", topic="charter", subject={"kind": "charter", "charter": without}
    )
    body: Body = {"version": 2, "charter": without, "decision": decision}
    village.say("charter/adopt", body, VOICE)
    assert count(village) == ["Bento", "Alice"]
    assert village.book.offices.offers == {}
