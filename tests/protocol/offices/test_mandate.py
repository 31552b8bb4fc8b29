"""How it stands with a mandate: who it binds, when it rests, when it is over."""

from protocol.offices.mandate import Mandate, standing_of
from protocol.wire.digests import MessageId
from tests.protocol.kinds import office_histories as past
from tests.protocol.kinds.office_histories import DAY, issue, office, rules, seat
from tests.protocol.ledgers import Body, Ledger, replay


def mandate(ledger: Ledger) -> Mandate:
    return ledger.book.mandates.by_id[MessageId(ledger.marks["mandate"])]


def standing(ledger: Ledger) -> str:
    return standing_of(ledger.book.offices, mandate(ledger), ledger.book.moment(ledger.now))


def test_the_decision_is_the_mandate() -> None:
    village = past.under_mandate()
    found = mandate(village)
    assert (found.id, found.office, found.member) == (village.marks["mandate"], "health", None)
    assert found.text == village.proposal(found.id).text
    assert (found.imperative, found.report_s) == (True, 7 * DAY)
    assert [(one.what, one.most) for one in found.limits] == [("cents", 50_000)]
    assert found.issued.index == village.book.size - 1
    assert found.id in village.book.decisions.carried_out
    assert standing(village) == "in-force"
    village.now += 20 * DAY - 1
    assert standing(village) == "in-force"
    village.now += 1
    assert standing(village) == "over"


def test_a_suspension_is_at_once_and_lapses_by_itself() -> None:
    village = past.mandate_suspended()
    assert standing(village) == "suspended"
    village.now += 3 * DAY - 1
    assert standing(village) == "suspended"
    village.now += 1
    assert standing(village) == "in-force"


def test_a_decision_ends_it_where_it_closes() -> None:
    village = past.mandate_ended()
    assert standing(village) == "ended"
    ended = mandate(village).ended
    assert ended is not None
    assert ended.index == village.book.size - 1
    assert replay(village) == village.book


def test_a_mandate_to_a_person_waits_for_her_and_goes_with_her() -> None:
    village = past.with_offices(rules(health=office(deputies=1)))
    issue(village, member=village.member("Alice").id)
    assert standing(village) == "waiting"
    seat(village, "Alice")
    assert standing(village) == "in-force"
    village.say("office/resign", {"office": "health"}, "Alice")
    assert standing(village) == "over"
    seat(village, "Alice")
    assert standing(village) == "over", "a new term is not the old mandate"


def test_a_deputys_mandate_waits_until_she_steps_in() -> None:
    village = past.holding()
    issue(village, member=village.member("Bento").id)
    assert standing(village) == "waiting"
    village.say("office/resign", {"office": "health"}, "Alice")
    assert standing(village) == "in-force"


def test_a_mandate_to_the_office_stays_when_people_change() -> None:
    village = past.under_mandate()
    village.say("office/resign", {"office": "health"}, "Alice")
    assert standing(village) == "in-force"


def test_an_office_that_is_gone_takes_no_mandate() -> None:
    village = past.with_offices(rules(health=office(), water=office()))
    without = rules(water=office())
    subject: Body = {"kind": "charter", "charter": without}
    adopted = village.decide("Alice", topic="charter", subject=subject)
    late = village.draft("Dora", topic="mandate", subject=past.mandated())
    village.open("Dora", late)
    body: Body = {"version": 2, "charter": without, "decision": adopted}
    village.say("charter/adopt", body, "the community")
    for name in past.PEOPLE:
        village.take(name, late, "agree")
    village.close(late)
    assert village.book.mandates.by_id == {}
