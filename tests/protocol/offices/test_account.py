"""Reports by date: what is owed, what is overdue, what was accepted or sent back."""

from protocol.offices.account import Due, ReportState, overdue
from protocol.wire.digests import MessageId
from tests.protocol.kinds import office_histories as past
from tests.protocol.kinds.office_histories import DAY, report
from tests.protocol.ledgers import Body, Ledger, replay


def missing(ledger: Ledger) -> list[Due]:
    book = ledger.book
    return overdue(book.offices, book.mandates, book.accounts, ledger.now)


def periods(ledger: Ledger, about: str = "place") -> list[int]:
    found = MessageId(ledger.marks[about])
    return [one.period for one in missing(ledger) if one.source.about == found]


def state(ledger: Ledger) -> ReportState:
    return ledger.book.accounts.report(ledger.marks["report"]).state


def test_a_report_is_overdue_from_its_date_on_without_any_entry() -> None:
    village = past.watched()
    start = village.now
    size = village.book.size
    for day, owed in ((0, []), (9, []), (10, [1]), (19, [1]), (20, [1, 2]), (400, [1, 2, 3])):
        village.now = start + day * DAY
        assert periods(village) == owed
    assert village.book.size == size
    assert [one.due for one in missing(village)] == [start + 10 * step * DAY for step in (1, 2, 3)]


def test_office_and_mandate_are_accounted_for_each_by_itself() -> None:
    village = past.under_mandate()
    village.now += 21 * DAY
    assert (periods(village), periods(village, "mandate")) == ([1, 2], [1, 2, 3])
    report(village, 2)
    report(village, 1, "mandate")
    assert (periods(village), periods(village, "mandate")) == ([1], [2, 3])


def test_what_is_sent_back_is_owed_again() -> None:
    village = past.report_returned()
    village.now += 10 * DAY
    assert state(village) is ReportState.RETURNED
    place = MessageId(village.marks["place"])
    assert [one.returned for one in missing(village) if one.source.about == place] == [True]
    first = village.marks["report"]
    report(village)
    assert periods(village) == []
    assert village.marks["report"] != first
    assert replay(village) == village.book


def test_a_decision_or_enough_of_those_whom_the_charter_names_accept() -> None:
    assert state(past.judged("agree")) is ReportState.ACCEPTED
    assert state(past.accepted_by_one()) is ReportState.GIVEN
    assert state(past.report_accepted()) is ReportState.ACCEPTED


def test_without_a_quorum_a_report_waits_on() -> None:
    village = past.reported()
    subject: Body = {"kind": "account", "report": village.marks["report"]}
    decision = village.draft("Dora", topic="account", subject=subject)
    village.open("Dora", decision)
    village.now += DAY
    village.close(decision)
    assert state(village) is ReportState.GIVEN


def test_a_decision_on_what_was_accepted_meanwhile_changes_nothing() -> None:
    village = past.accepted_by_one()
    subject: Body = {"kind": "account", "report": village.marks["report"]}
    decision = village.draft("Dora", topic="account", subject=subject)
    village.open("Dora", decision)
    village.say("account/accept", {"report": village.marks["report"]}, "Carla")
    for name in past.PEOPLE:
        village.take(name, decision, "disagree")
    village.close(decision)
    assert state(village) is ReportState.ACCEPTED


def test_who_left_the_office_still_owes_the_last_period() -> None:
    village = past.watched()
    village.now += 3 * DAY
    village.say("office/resign", {"office": "health"}, "Alice")
    village.now += 400 * DAY
    assert periods(village) == [1]
    report(village)
    assert missing(village) == []


def test_who_was_recalled_acts_no_more_for_the_office() -> None:
    """Of a mandate to the office she reports no more; of her own time there she still does."""
    village = past.under_mandate()
    village.now += DAY
    village.say("office/resign", {"office": "health"}, "Alice")
    body: Body = {"about": village.marks["mandate"], "period": 1, "text": village.marks["text"]}
    assert village.void("account/report", body, "Alice") == "office-not-held"
    report(village)
