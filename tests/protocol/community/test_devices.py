"""A member with several devices is one member."""

import pickle

from tests.protocol.kinds import histories as past
from tests.protocol.ledgers import Body, key, replay


def test_whichever_key_signs_it_is_she_who_speaks() -> None:
    village = past.opened()
    well, bento = village.marks["well"], village.member("Bento").id
    village.add_key("Bento", "Bento's tablet")
    village.take("Bento", well, "agree")
    village.take("Bento's tablet", well, "abstain")
    assert [one.choice for one in village.proposal(well).positions.values()] == ["abstain"]
    assert village.member("Bento's tablet").id == bento


def test_a_second_key_changes_no_electorate() -> None:
    village = past.village()
    before = village.electorate(village.draft("Alice"))
    version = village.book.membership.version
    village.add_key("Bento", "Bento's tablet")
    assert village.book.membership.version == version
    assert village.electorate(village.draft("Alice")) == before


def test_she_confirms_once_whatever_she_holds() -> None:
    village = past.bento_lost()
    village.add_key("Alice", "Alice's tablet")
    village.say("member/replace", past.replacing(village), "Alice")
    again = village.refused("member/replace", past.replacing(village), "Alice's tablet")
    assert again == "confirmed-twice"


def test_a_replacement_ends_every_key_that_she_had() -> None:
    village = past.two_devices_replaced()
    for name in ("Bento", "Bento's tablet"):
        assert village.refused("member/leave", {}, name) == "key-retired"
    (left,) = village.member("Bento's new phone").keys
    assert left == key("Bento's new phone").public


def test_who_leaves_leaves_with_every_key() -> None:
    village = past.two_devices()
    village.say("member/leave", {}, "Bento's tablet")
    assert village.refused("member/invite", _invitation(), "Bento") == "key-retired"


def test_a_dropped_key_makes_room() -> None:
    village = past.eight_devices()
    assert village.refused("member/add-key", village.adding("Bento", "9"), "Bento") == "keys-many"
    village.say("member/drop-key", {"key": key("Bento's device 0").public.text}, "Bento")
    village.add_key("Bento", "9")
    assert len(village.member("Bento").keys) == 8
    assert replay(village) == village.book
    assert pickle.loads(pickle.dumps(village.book)) == village.book  # noqa: S301 - our own


def test_a_proof_given_to_one_member_serves_no_other() -> None:
    """Carla reads Bento's proof off his screen."""
    village = past.bento_lost()
    stolen = village.adding("Bento", "Bento's tablet")
    assert village.refused("member/add-key", stolen, "Carla") == "signature-invalid"
    assert village.void("member/add-key", stolen, "Carla") == "signature-invalid"
    village.say("member/add-key", stolen, "Bento")
    assert village.member("Bento's tablet").id == village.marks["Bento"]


def _invitation() -> Body:
    return {"invitation": key("for Eva").public.text, "household": None, "until": 0}
