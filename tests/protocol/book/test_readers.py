"""Two readers of one ledger: what they both can read means the same to both.

Outsiders hold hashes of what is addressed to the community; everybody holds hashes of what
was erased. A hostile community may write whatever it likes into its own ledger.
"""

from collections.abc import Callable

import pytest

from protocol.decisions.proposal import State
from protocol.wire.digests import MessageId
from protocol.wire.message import Message
from tests.protocol import joint_bodies as joint
from tests.protocol.book.readers import (
    fold_without,
    forgetting,
    joint_acts,
    outsider,
    partner,
    proposals_of,
    structure_of,
)
from tests.protocol.kinds import histories as past
from tests.protocol.kinds.cases import CASES
from tests.protocol.kinds.histories import FEDERATION
from tests.protocol.ledgers import VOICE, Body, Ledger, begin, charter, found, key, replay

OTHERS = past.ELSEWHERE


STORIES = sorted({case.story for case in CASES}, key=lambda story: story.__name__)
EVERY_STORY = pytest.mark.parametrize("story", STORIES, ids=[one.__name__ for one in STORIES])


@EVERY_STORY
def test_nothing_that_is_decided_rests_on_text(story: Callable[[], Ledger]) -> None:
    ledger = story()
    assert structure_of(forgetting(ledger)) == structure_of(ledger.book)


@EVERY_STORY
@pytest.mark.parametrize("sees", [outsider, partner])
def test_outsiders_see_less_and_nothing_else(
    story: Callable[[], Ledger], sees: Callable[[Message], bool]
) -> None:
    ledger = story()
    theirs = replay(ledger, sees)
    assert theirs.identity == ledger.book.identity
    assert theirs.presence == ledger.book.presence
    assert theirs.charters.versions == ()
    assert not theirs.void
    if sees is partner:
        assert joint_acts(theirs, FEDERATION) == joint_acts(ledger.book, FEDERATION)


def test_a_public_community_is_an_open_book() -> None:
    village = found("Alice", "Bento", rules=charter("public"))
    village.decide("Alice")
    assert structure_of(replay(village, outsider))["proposals"] == proposals_of(village.book)


# --- erasing ----------------------------------------------------------------------------------


def test_who_never_had_the_text_and_who_still_has_it_hold_one_book() -> None:
    village = past.commented()
    village.say("member/profile", {"name": "Bento de la Cruz"}, "Bento")
    first = village.book.size - 1
    village.say("member/profile", {"name": "Bento"}, "Bento")
    for index in (int(village.marks["why index"]), first + 1):
        village.say("entry/erase", {"index": index}, "Bento")
    assert village.member("Bento").name == "Bento de la Cruz"
    assert MessageId(village.marks["why"]) not in village.book.said
    assert village.proposal(village.marks["well"]).comments == []
    gone = {int(village.marks["why index"]), first + 1}
    assert village.book.erased == village.book.hidden == gone
    assert fold_without(village, gone) == replay(village) == village.book


def test_an_order_to_erase_what_lasts_does_nothing() -> None:
    """A hostile node orders copies to forget a position, the inception, and what is to come."""
    village = past.all_agree()
    for index in (0, 1, village.book.size - 1, village.book.size + 1):
        assert village.void("entry/erase", {"index": index}, "Mallory") is None
    village.publish("Alice", "stands where an order was waiting")
    assert village.book.erased == set()
    assert village.book.words


# --- hostile histories ------------------------------------------------------------------------


def test_text_does_not_end_the_founding() -> None:
    """Erase the text, and a reader would take a member whom the others did not."""
    village = found("Alice")
    village.publish("Alice", "Good morning")
    assert village.book.founding
    body: Body = {"key": key("Bento").public.text, "household": None}
    village.say("member/found", body, VOICE)
    assert structure_of(forgetting(village)) == structure_of(village.book)


def test_what_only_a_federation_reads_does_not_end_the_founding() -> None:
    village = found("Alice", rules=charter("public"))
    to_federation = f"federation:{FEDERATION}"
    assert (
        village.void("closing/turn", {"proposal": OTHERS, "round": 0}, VOICE, to_federation) is None
    )
    village.say("member/found", {"key": key("Bento").public.text, "household": None}, VOICE)
    assert len(replay(village, outsider).membership.members) == 2


def test_no_second_first_charter_for_outsiders() -> None:
    """Inside the charter is closed; a show for strangers is written beside it."""
    village = found("Alice", "Bento")
    body = past.adopting(1, charter("public"), None)
    assert village.void("charter/adopt", body, VOICE, "public") == "charter-version"
    puppet: Body = {"key": key("Puppet").public.text, "household": None}
    assert village.void("member/found", puppet, VOICE, "public") == "audience-wrong"
    theirs = replay(village, outsider)
    assert theirs.void == {4: "charter-hidden", 5: "charter-missing"}
    assert theirs.membership.members == {}


@pytest.mark.parametrize("audience", ["community", "public"])
def test_before_the_first_charter_stands_nothing_but_identity(audience: str) -> None:
    ledger = begin()
    text: Body = {"title": {"en": "A"}, "texts": {"en": "B"}}
    assert ledger.void("text/publish", text, VOICE, audience) is None
    body = past.adopting(1, charter("public"), None)
    assert ledger.void("charter/adopt", body, VOICE, "public") == "charter-hidden"
    assert replay(ledger, outsider).void == {2: "charter-hidden"}


def test_a_community_that_closes_its_doors_says_so_to_those_outside() -> None:
    village = found("Alice", "Bento", rules=charter("public"))
    closed = charter()
    decision = village.decide(
        "Alice", topic="charter", subject={"kind": "charter", "charter": closed}
    )
    body = past.adopting(2, closed, decision)
    assert village.refused("charter/adopt", body, VOICE, "community") == "charter-audience"
    village.say("charter/adopt", body, VOICE, "public")
    village.audience = "community"
    village.draft("Bento")
    shown = past.body(type="general", text="7" * 64, subject=None)(village)
    assert village.void("proposal/draft", shown, VOICE, "public") == "audience-wrong"
    theirs = replay(village, outsider)
    assert theirs.charters == village.book.charters
    assert theirs.void == village.book.void
    assert len(theirs.decisions.proposals) == 1


def test_a_community_that_opens_its_doors_stays_unknown_to_those_outside() -> None:
    """They could not know what was decided before; so they count nothing, not something else."""
    village = found("Alice", "Bento")
    rules = charter("public")
    decision = village.decide(
        "Alice", topic="charter", subject={"kind": "charter", "charter": rules}
    )
    village.say("charter/adopt", past.adopting(2, rules, decision), VOICE, "public")
    village.audience = "public"
    village.draft("Bento")
    assert len(village.book.decisions.proposals) == 2
    theirs = replay(village, outsider)
    assert theirs.decisions.proposals == {}
    assert set(theirs.void.values()) == {"charter-hidden", "not-a-member"}


def test_the_clock_of_what_some_cannot_read_does_not_bind_the_others() -> None:
    village = found("Alice", "Bento", rules=charter("public"))
    village.now += 1_000
    assert (
        village.void(
            "closing/turn", {"proposal": OTHERS, "round": 0}, VOICE, "federation:" + OTHERS
        )
        is None
    )
    village.now -= 500
    body = past.body(type="general", text="7" * 64, subject=None)(village)
    assert village.void("proposal/draft", body, VOICE, "public") is None
    assert replay(village, outsider).void == village.book.void == {}
    village.now -= 500
    assert village.void("proposal/draft", body, VOICE, "public") == "clock-back"
    home: Body = {"name": "Aldea", "languages": []}
    assert village.void("community/describe", home, VOICE, "public") == "clock-back"
    assert replay(village, outsider).void == village.book.void


def test_a_later_text_does_not_hold_the_clock() -> None:
    village = found("Alice")
    village.now += 1_000
    village.publish("Alice", "from tomorrow")
    village.now -= 1_000
    body = past.body(type="general", text="7" * 64, subject=None)(village)
    assert village.void("proposal/draft", body, "Alice") is None
    assert structure_of(forgetting(village)) == structure_of(village.book)


def test_a_join_does_not_use_up_the_decision_on_a_charter() -> None:
    """Only the federation reads the join; the charter is for everybody."""
    village = found("Alice", "Bento", rules=charter("public"))
    rules = charter("public", sponsors=2)
    decision = village.decide(
        "Alice", topic="charter", subject={"kind": "charter", "charter": rules}
    )
    body = joint.joining(FEDERATION, decision)
    assert village.void("federation/join", body, VOICE, f"federation:{FEDERATION}") is None
    village.say("charter/adopt", past.adopting(2, rules, decision), VOICE, "public")
    assert replay(village, outsider).charters == village.book.charters


def test_a_word_to_one_federation_does_not_silence_it_in_another() -> None:
    village = past.answered()
    said = past.stating(village)
    assert village.void("federation/position", said, VOICE, f"federation:{OTHERS}") is None
    assert village.void("federation/position", said, VOICE, f"federation:{FEDERATION}") is None
    assert (
        village.void("federation/position", said, VOICE, f"federation:{FEDERATION}")
        == "position-final"
    )
    theirs = replay(village, partner)
    assert set(theirs.void.values()) == {"position-final"}


def test_positions_are_what_they_were_when_a_comment_is_gone() -> None:
    village = past.commented()
    well = village.marks["well"]
    village.take("Bento", well, "block", village.marks["why"])
    village.say("entry/erase", {"index": int(village.marks["why index"])}, "Bento")
    for name in ("Alice", "Carla"):
        village.take(name, well, "agree")
    village.close(well)
    assert village.proposal(well).state is State.REJECTED
    assert (
        forgetting(village).decisions.proposals[MessageId(well)].outcome
        == village.proposal(well).outcome
    )


def test_an_order_behind_the_readers_backs_erases_nothing() -> None:
    village = past.commented_in_public()
    index = int(village.marks["why index"])
    assert village.void("entry/erase", {"index": index}, VOICE, "community") is None
    assert index not in village.book.erased
    assert village.void("entry/erase", {"index": index}, VOICE, "public") is None
    assert index in village.book.erased
