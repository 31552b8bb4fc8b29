"""Members and households: how people come, go, and lose their phones in the river."""

import pytest

from protocol.community.members import STANDINGS, Standing
from protocol.wire.text import b64url_encode
from tests.protocol.kinds import histories as past
from tests.protocol.ledgers import START, VOICE, Body, charter, found, key


def test_dora_is_invited_and_has_a_voice_in_what_opens_later() -> None:
    village = past.opened()
    village.invite("Alice", "for Dora", household="house-1")
    dora = village.join("Dora", "for Dora")
    member = village.member("Dora")
    assert (str(member.id), member.standing) == (str(dora), Standing.ACTIVE)
    assert member.household == "house-1"
    assert member.sponsors == frozenset({village.member("Alice").id})
    assert member.id not in village.electorate(village.marks["well"])
    later = village.draft("Bento")
    village.open("Bento", later)
    assert member.id in village.electorate(later)


def test_where_two_must_vouch_a_newcomer_waits() -> None:
    village = past.waiting()
    dora = village.member("Dora")
    assert dora.standing is Standing.WAITING
    proposal = village.draft("Alice")
    assert dora.id not in village.electorate(proposal)
    assert village.refused("member/leave", {}, "Dora") == "member-waiting"
    village.say("member/sponsor", {"member": dora.id}, "Bento")
    assert village.member("Dora").standing is Standing.ACTIVE
    assert village.member("Dora").since == village.book.size - 1
    assert dora.id in village.electorate(proposal)


@pytest.mark.parametrize(
    ("after_s", "code"),
    [(0, "ok"), (100, "ok"), (101, "invitation-expired"), (9_999, "invitation-expired")],
)
def test_an_invitation_lasts_until_its_time(after_s: int, code: str) -> None:
    village = past.invited()
    village.now += after_s
    body = village.joining("Dora", "for Dora")
    assert village.refused("member/join", body, "Dora") == code


def test_an_invitation_is_for_one() -> None:
    village = past.joined()
    body = village.joining("Eva", "for Dora")
    assert village.refused("member/join", body, "Eva") == "invitation-unknown"


def test_a_proof_is_good_for_one_key_and_one_community() -> None:
    village, other = past.invited(), found("Alice", name="other")
    other.invite("Alice", "for Dora")
    proof = village.joining("Dora", "for Dora")
    assert village.refused("member/join", proof, "Mallory") == "signature-invalid"
    assert other.refused("member/join", proof, "Dora") == "signature-invalid"
    forged = proof | {"proof": b64url_encode(key("Mallory").sign(b"let me in"))}
    assert village.refused("member/join", forged, "Dora") == "signature-invalid"


def test_who_left_cannot_come_back_with_the_old_key() -> None:
    village = past.bento_gone()
    village.invite("Alice", "for Bento")
    body = village.joining("Bento", "for Bento")
    assert village.refused("member/join", body, "Bento") == "key-known"
    village.join("Bento again", "for Bento")
    assert len(village.book.membership.active()) == 3


def test_who_leaves_leaves_her_position_and_votes_no_second_time() -> None:
    village = past.opened()
    well = village.marks["well"]
    village.take("Bento", well, "disagree")
    bento = village.member("Bento").id
    village.say("member/leave", {}, "Bento")
    village.invite("Alice", "for Bento")
    village.join("Bento again", "for Bento")
    body: Body = {"proposal": well, "choice": "agree", "reason": None}
    assert village.refused("position/take", body, "Bento") == "key-retired"
    assert village.refused("position/take", body, "Bento again") == "no-voice"
    assert village.proposal(well).positions[bento].choice == "disagree"


def test_a_lost_key_is_dead_from_the_entry_that_replaces_it() -> None:
    village = past.opened()
    well = village.marks["well"]
    village.marks["Bento"] = bento = village.member("Bento").id
    village.take("Bento", well, "disagree")
    village.say("member/replace", past.replacing(village), "Alice")
    village.take("Bento", well, "agree")
    village.say("member/replace", past.replacing(village), "Carla")
    body: Body = {"proposal": well, "choice": "abstain", "reason": None}
    assert village.refused("position/take", body, "Bento") == "key-retired"
    assert village.member("Bento's new phone").id == bento
    village.take("Bento's new phone", well, "abstain")
    assert len(village.proposal(well).positions) == 1
    assert village.proposal(well).positions[bento].choice == "abstain"


def test_confirmations_count_for_one_key_each() -> None:
    """Mallory has Alice confirm one key and Carla another."""
    village = past.half_replaced()
    village.say("member/replace", past.replacing(village, "Mallory"), "Carla")
    assert village.member("Bento").id == village.marks["Bento"]
    village.say("member/replace", past.replacing(village), "Carla")
    assert village.member("Bento's new phone").id == village.marks["Bento"]
    assert not village.book.membership.confirmations
    again = past.replacing(village, "Mallory")
    village.say("member/replace", again, "Alice")
    assert village.member("Bento's new phone").id == village.marks["Bento"]


def test_two_members_cannot_get_one_key() -> None:
    village = past.half_replaced()
    carla: Body = past.replacing(village) | {"member": village.member("Carla").id}
    village.say("member/replace", carla, "Alice")
    village.say("member/replace", carla, "Bento")
    assert village.refused("member/replace", past.replacing(village), "Carla") == "key-retired"
    assert (
        village.refused("member/replace", past.replacing(village), "Bento's new phone")
        == "key-known"
    )


def test_a_key_belongs_to_one_member_for_ever() -> None:
    village = past.replaced()
    membership = village.book.membership
    assert set(membership.holders).isdisjoint(membership.retired)
    body: Body = {"key": key("Bento").public.text, "household": None}
    assert village.void("member/found", body, VOICE) == "founded-already"


def test_names_are_for_people_and_change_no_electorate() -> None:
    village = past.opened()
    version = village.book.membership.version
    village.say("member/profile", {"name": "Alicia"}, "Alice")
    assert village.member("Alice").name == "Alicia"
    assert village.book.membership.version == version


def test_lives_are_the_table() -> None:
    assert set(STANDINGS) == set(Standing)
    assert STANDINGS[Standing.LEFT] == frozenset()


def test_an_invitation_key_is_never_given_twice() -> None:
    village = past.invited()
    body: Body = {"invitation": key("for Dora").public.text, "household": None, "until": START}
    assert village.refused("member/invite", body, "Bento") == "invitation-known"


def test_one_confirmation_is_enough_where_the_charter_says_so() -> None:
    village = found("Alice", "Bento", rules=charter(confirmations=1))
    village.marks["Bento"] = village.member("Bento").id
    village.say("member/replace", past.replacing(village), "Alice")
    assert village.member("Bento's new phone").id == village.marks["Bento"]
