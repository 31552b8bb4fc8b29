"""A recall from the first call to the empty seat."""

import pytest

from node.owed import Speech, owed_decisions
from node.owed_offices import owed_offices
from protocol.decisions.proposal import State
from protocol.offices.holding import PlaceState, holders
from protocol.offices.recall import Recall, RecallState
from protocol.wire.digests import MessageId
from tests.protocol.kinds import office_histories as past
from tests.protocol.kinds.office_histories import DAY, accept, call, choose, office, rules
from tests.protocol.ledgers import VOICE, Body, Ledger, charter, found, key, replay, terms


def recall_of(ledger: Ledger) -> Recall:
    found = ledger.book.recalls.newest(ledger.marks["place"])
    assert found is not None
    return found


def holder(ledger: Ledger) -> list[str]:
    at = ledger.book.moment(ledger.now)
    return [one.member for one in holders(ledger.book.offices, "health", at)]


def speak(ledger: Ledger) -> list[str]:
    """The node says what is owed until nothing is; the same books owe the same acts."""
    said: list[str] = []
    for _ in range(10):
        owed: list[Speech] = [
            *owed_decisions(ledger.book, {}, ledger.now),
            *owed_offices(ledger.book, ledger.now),
        ]
        if not owed:
            return said
        for speech in owed[:1]:
            ledger.say(speech.kind, speech.body, VOICE, speech.audience)
            said.append(speech.kind)
    raise AssertionError("it never ends")


def test_with_the_last_call_the_recall_opens_by_itself() -> None:
    village = past.called_once()
    assert speak(village) == []
    assert recall_of(village).state is RecallState.GATHERING
    call(village, "Dora", "other")
    assert recall_of(village).state is RecallState.CALLED
    assert speak(village) == ["proposal/draft", "proposal/open"]
    recall = recall_of(village)
    assert recall.proposal is not None
    proposal = village.proposal(recall.proposal)
    assert (proposal.state, proposal.text) == (State.OPEN, village.marks["why"])
    assert proposal.frozen is not None
    assert proposal.frozen.closes_at == village.now + DAY + 60


def test_its_outcome_empties_the_seat_at_its_entry_and_the_deputy_steps_in() -> None:
    village = past.called_enough()
    speak(village)
    for name in past.PEOPLE:
        village.take(name, str(recall_of(village).proposal), "agree")
    assert holder(village) == [village.member("Alice").id]
    assert speak(village) == ["proposal/close"]
    assert recall_of(village).state is RecallState.RECALLED
    assert holder(village) == [village.member("Bento").id]
    place = village.book.offices.places[MessageId(village.marks["place"])]
    assert place.state is PlaceState.RECALLED
    assert place.ended is not None
    assert place.ended.index == village.book.size - 1
    assert village.void("office/resign", {"office": "health"}, "Alice") == "office-not-held"
    assert replay(village) == village.book


def test_who_is_kept_can_be_called_against_anew() -> None:
    village = past.kept()
    first = recall_of(village)
    assert first.state is RecallState.KEPT
    assert holder(village) == [village.member("Alice").id]
    for name in ("Carla", "Dora"):
        call(village, name)
    assert recall_of(village) is not first
    assert speak(village) == ["proposal/draft", "proposal/open"]


def test_a_recall_of_who_resigned_is_taken_back() -> None:
    village = past.called_enough()
    speak(village)
    village.say("office/resign", {"office": "health"}, "Alice")
    assert speak(village) == ["proposal/withdraw"]
    assert recall_of(village).state is RecallState.MOOT


def test_a_vote_that_ends_after_the_term_recalls_nobody() -> None:
    village = past.recall_open()
    village.now += 30 * DAY
    for name in ("Alice", "Bento"):
        body: Body = {"proposal": village.marks["recall"], "choice": "agree", "reason": None}
        assert village.refused("position/take", body, name) == "voting-closed"
    village.close(village.marks["recall"])
    assert recall_of(village).state is RecallState.KEPT


@pytest.mark.parametrize(("share", "needed"), [((1, 3), 2), ((1, 2), 2), ((3, 4), 3), ((0, 1), 1)])
def test_the_share_is_of_the_voices_and_somebody_in_any_case(
    share: tuple[int, int], needed: int
) -> None:
    village = past.with_offices(rules(health=past.recallable("person", *share)))
    village.marks["place"] = past.seat(village, "Alice")
    village.marks["why"] = village.publish("Carla", "She was never there")
    for number, name in enumerate(past.PEOPLE[:needed], start=1):
        call(village, name)
        called = recall_of(village).state is RecallState.CALLED
        assert called == (number == needed)


def test_a_household_calls_once_and_who_left_calls_no_more() -> None:
    homes = {"Alice": "h1", "Ana": "h2", "Bento": "h2", "Carla": "h3", "Dora": "h4"}
    offices: Body = {"health": past.recallable("household")}
    people = (*past.PEOPLE, "Ana")
    village = found(*people, rules=charter() | {"offices": offices}, households=homes)
    village.marks["place"] = past.seat(village, "Alice")
    village.marks["why"] = village.publish("Carla", "She was never there")
    for name in ("Ana", "Bento"):
        call(village, name)
    assert recall_of(village).state is RecallState.GATHERING, "one household of four"
    call(village, "Carla")
    assert recall_of(village).state is RecallState.CALLED


def test_who_left_calls_no_more() -> None:
    village = past.called_once()
    village.say("member/leave", {}, "Carla")
    call(village, "Dora", "other")
    assert recall_of(village).state is RecallState.GATHERING, "one of three"
    call(village, "Bento")
    assert recall_of(village).state is RecallState.CALLED


def test_without_terms_of_its_own_the_type_says_how() -> None:
    rule: Body = {"share": {"num": 1, "den": 4}}
    slow = rules(health=office(recall=rule))
    decisions = slow["decisions"]
    assert isinstance(decisions, dict)
    decisions["recall"] = terms("consensus", voting_s=77)
    village = found(*past.PEOPLE, rules=slow)
    village.marks["place"] = accept(village, "Alice", choose(village, "Alice"))
    village.marks["why"] = village.publish("Carla", "She was never there")
    call(village, "Carla")
    speak(village)
    assert village.book.terms(village.proposal(str(recall_of(village).proposal))).voting_s == 77


def test_a_new_key_calls_for_the_same_member() -> None:
    village = past.called_once()
    body: Body = {"member": village.member("Carla").id, "key": key("new phone").public.text}
    for name in ("Bento", "Dora"):
        village.say("member/replace", body, name)
    village.people["Carla"] = key("new phone")
    again: Body = {"place": village.marks["place"], "text": village.marks["why"]}
    assert village.refused("recall/call", again, "Carla") == "called-twice"
