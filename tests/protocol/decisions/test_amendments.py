"""Drafts and amendments: versions, answers, and what opening freezes."""

import pytest

from protocol.decisions.amendment import AmendmentState
from protocol.decisions.proposal import LIFE, State
from protocol.wire.digests import MessageId
from tests.protocol.kinds import histories as past
from tests.protocol.ledgers import VOICE, Body, Ledger


def state_of(village: Ledger, amendment: str) -> AmendmentState:
    return village.book.amendments[MessageId(amendment)].state


def test_carla_amends_and_alice_accepts() -> None:
    village = past.accepted()
    well = village.proposal(village.marks["well"])
    assert well.version == 2
    assert [str(text) for text in well.texts] == [village.marks["text"], village.marks["other"]]
    assert state_of(village, village.marks["change"]) is AmendmentState.ACCEPTED
    village.open("Alice", well.id)
    assert well.frozen is not None
    assert (well.frozen.version, str(well.frozen.text)) == (2, village.marks["other"])


def test_of_two_amendments_to_one_version_the_other_is_stale_and_can_be_offered_anew() -> None:
    village = past.two_amendments()
    stale = village.marks["change"]
    body: Body = {"amendment": stale}
    assert village.refused("amendment/accept", body, "Alice") == "amendment-stale"
    anew = village.say("amendment/propose", past.amending(village, base=2), "Carla")
    village.say("amendment/accept", {"amendment": anew}, "Alice")
    village.say("amendment/withdraw", body, "Carla")
    assert village.proposal(village.marks["well"]).version == 3
    assert state_of(village, stale) is AmendmentState.WITHDRAWN


def test_a_proposal_of_the_community_takes_amendments_in_its_own_name() -> None:
    village = past.village()
    well = village.draft(VOICE, "7" * 64)
    text = village.publish("Carla", "Another text")
    body: Body = {"proposal": well, "base": 1, "text": text}
    change = village.say("amendment/propose", body, "Carla")
    assert village.refused("amendment/accept", {"amendment": change}, "Carla") == "not-the-author"
    village.say("amendment/accept", {"amendment": change}, VOICE)
    assert village.proposal(well).version == 2


@pytest.mark.parametrize("kind", ["accept", "decline", "withdraw"])
@pytest.mark.parametrize("first", ["accept", "decline", "withdraw"])
def test_an_amendment_is_answered_once(first: str, kind: str) -> None:
    village = past.amended()
    author = {"accept": "Alice", "decline": "Alice", "withdraw": "Carla"}
    body: Body = {"amendment": village.marks["change"]}
    village.say(f"amendment/{first}", body, author[first])
    assert village.refused(f"amendment/{kind}", body, author[kind]) == "amendment-state"


def test_an_open_text_does_not_change() -> None:
    village = past.amended_and_opened()
    well = village.marks["well"]
    frozen = village.proposal(well).frozen
    body: Body = {"amendment": village.marks["change"]}
    assert village.void("amendment/accept", body, "Alice") == "text-frozen"
    assert village.void("amendment/propose", past.amending(village), "Carla") == "text-frozen"
    assert village.void("proposal/open", village.opening(well), "Alice") == "proposal-state"
    assert village.proposal(well).frozen == frozen
    assert village.proposal(well).version == 1


REACHED = {
    State.DRAFT: past.drafted,
    State.OPEN: past.opened,
    State.ADOPTED: past.closed,
    State.WITHDRAWN: past.withdrawn,
}


@pytest.mark.parametrize("state", REACHED, ids=lambda state: state.value)
def test_a_life_is_the_table(state: State) -> None:
    """From each state, each step: let in exactly if the table has it."""
    village = REACHED[state]()
    well = village.marks["well"]
    assert village.proposal(well).state is state
    withdrawal = village.write("proposal/withdraw", {"proposal": well}, "Alice")
    opened = village.opening(well)
    if State.OPEN in LIFE[state]:
        village.say("proposal/open", opened, "Alice")
    else:
        assert village.refused("proposal/open", opened, "Alice") == "proposal-state"
    code = village.force(withdrawal)
    assert (code is None) == (State.WITHDRAWN in LIFE[state])


def test_every_end_is_final() -> None:
    assert set(LIFE) == set(State)
    for state in (State.ADOPTED, State.REJECTED, State.LAPSED, State.WITHDRAWN):
        assert LIFE[state] == frozenset()
