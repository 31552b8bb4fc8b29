"""Nobody walks into a household, or founds one, alone: there a voice is to be had."""

import pytest

from protocol.community.electorate import snapshot
from tests.protocol.kinds import histories as past
from tests.protocol.ledgers import VOICE, Body, Ledger, charter, found, key, replay, terms

HOMES = {"Alice": "house-1", "Ana": "house-1", "Bento": "house-2", "Mallory": "house-3"}


def village(sponsors: int = 1) -> Ledger:
    rules = charter(sponsors=sponsors, general=terms("majority", unit="household"))
    return found("Alice", "Ana", "Bento", "Carla", "Mallory", households=HOMES, rules=rules)


def voices(ledger: Ledger) -> tuple[str, ...]:
    return snapshot(ledger.book.membership, "household").voices


def home(ledger: Ledger, name: str) -> str | None:
    return ledger.member(name).household


@pytest.mark.parametrize("target", ["house-1", "house-2", "house-9"])
def test_nobody_moves_alone(target: str) -> None:
    """Not to speak another household's last word, and not into a new one for a second voice."""
    there = village()
    before, version = voices(there), there.book.membership.version
    mallory: Body = {"member": there.member("Mallory").id, "household": target}
    there.move("Mallory", target)
    assert there.void("household/welcome", mallory, "Mallory") == "welcomes-herself"
    assert there.void("household/welcome", mallory, VOICE) == "not-a-member"
    assert (home(there, "Mallory"), voices(there)) == ("house-3", before)
    assert there.book.membership.version == version
    well = there.draft("Bento")
    there.open("Bento", well)
    there.take("Mallory", well, "disagree")
    assert set(there.proposal(well).positions) == {"house-3"}


def test_one_household_does_not_split_into_many_voices() -> None:
    there = village(sponsors=2)
    for name, target in (("Alice", "house-8"), ("Ana", "house-9")):
        there.move(name, target)
    there.welcome("Alice", "Ana", "house-9")
    there.welcome("Ana", "Alice", "house-8")
    assert voices(there) == ("house-1", "house-2", "house-3")
    there.welcome("Bento", "Ana", "house-9")
    assert voices(there) == ("house-1", "house-2", "house-3", "house-9")


def test_strangers_to_a_household_cannot_open_its_door() -> None:
    there = village()
    there.move("Mallory", "house-1", "Bento", "Carla")
    assert home(there, "Mallory") == "house-3"
    there.welcome("Ana", "Mallory", "house-1")
    assert home(there, "Mallory") == "house-1"
    assert not there.book.membership.wishes
    assert not there.book.membership.welcomes
    assert replay(there) == there.book


def test_one_who_moved_out_opens_it_no_more() -> None:
    there = village()
    there.move("Mallory", "house-1")
    there.say("household/move", {"household": None}, "Ana")
    assert home(there, "Ana") is None
    there.welcome("Ana", "Mallory", "house-1")
    assert home(there, "Mallory") == "house-3"


def test_a_household_of_one_who_waits_is_not_empty() -> None:
    there = village(sponsors=2)
    there.invite("Alice", "for Dora", household="house-9")
    there.join("Dora", "for Dora")
    there.move("Mallory", "house-9", "Alice", "Bento")
    assert home(there, "Mallory") == "house-3"
    said = past.inviting("house-9")(there)
    assert there.refused("member/invite", said, "Alice") == "household-not-yours"


def test_welcomes_fall_with_the_wish() -> None:
    there = village(sponsors=2)
    there.move("Carla", "house-2", "Bento")
    there.move("Carla", "house-2")
    assert there.book.membership.welcomes, "the same wish again keeps them"
    there.move("Carla", "house-9")
    there.move("Carla", "house-2", "Alice")
    assert home(there, "Carla") is None
    there.say("household/move", {"household": None}, "Carla")
    gone: Body = {"member": there.member("Carla").id, "household": "house-2"}
    assert there.refused("household/welcome", gone, "Bento") == "wish-unknown"


def test_who_leaves_takes_back_her_welcomes() -> None:
    there = village(sponsors=2)
    there.move("Carla", "house-1", "Ana")
    there.say("member/leave", {}, "Ana")
    there.welcome("Bento", "Carla", "house-1")
    assert home(there, "Carla") is None
    there.welcome("Alice", "Carla", "house-1")
    assert home(there, "Carla") == "house-1"


def test_nobody_is_invited_into_the_household_of_others() -> None:
    there = village()
    assert there.void("member/invite", past.inviting("house-1")(there), "Mallory") == (
        "household-not-yours"
    )
    there.invite("Ana", "for Eva", household="house-1")
    there.join("Eva", "for Eva")
    assert home(there, "Eva") == "house-1"


def test_two_invitations_into_one_empty_household_serve_once() -> None:
    there = village()
    for name in ("Dora", "Eva"):
        there.invite("Bento", f"for {name}", household="house-9")
    there.join("Dora", "for Dora")
    body = there.joining("Eva", "for Eva")
    assert there.refused("member/join", body, "Eva") == "household-not-yours"


def test_the_community_founds_any_household() -> None:
    there = village()
    body: Body = {"key": key("Dora").public.text, "household": "house-1"}
    there.say("member/found", body, VOICE)
    there.people["Dora"] = key("Dora")
    assert home(there, "Dora") == "house-1"
