"""What the voice owes about offices: nothing twice, nothing to a federation that we are not in."""

from node.api.views import snapshot_view
from node.owed_offices import owed_offices
from tests.protocol import joint_bodies as joint
from tests.protocol.kinds import office_histories as past
from tests.protocol.kinds.histories import FEDERATION, TO_FEDERATION
from tests.protocol.ledgers import VOICE, Body, Ledger, begin, key


def owed(ledger: Ledger) -> list[tuple[str, str]]:
    return [(one.kind, one.audience) for one in owed_offices(ledger.book, ledger.now)]


def speak(ledger: Ledger) -> None:
    for speech in list(owed_offices(ledger.book, ledger.now)):
        ledger.say(speech.kind, speech.body, VOICE, speech.audience)


def test_before_the_first_charter_nothing_is_owed() -> None:
    assert owed(begin()) == []


def test_a_federation_is_told_once_we_are_in_it() -> None:
    village = past.told_to(TO_FEDERATION)
    assert owed(village) == []
    subject = joint.join_subject(FEDERATION)
    decision = village.decide("Dora", topic="federation", subject=subject)
    village.say("federation/join", joint.joining(FEDERATION, decision), VOICE, TO_FEDERATION)
    assert owed(village) == [("office/attest", TO_FEDERATION)]
    speak(village)
    assert owed(village) == []


def test_each_of_her_keys_has_its_credential() -> None:
    village = past.unspoken()
    speak(village)
    first = village.member("Alice").keys[0]
    body: Body = {"member": village.member("Alice").id, "key": key("new phone").public.text}
    for name in ("Bento", "Carla"):
        village.say("member/replace", body, name)
    assert owed(village) == [("office/end", "public"), ("office/attest", "public")]
    speak(village)
    told = {one.body.key: one.ended is None for one in village.book.credentials.by_id.values()}
    assert told == {first.text: False, key("new phone").public.text: True}


def test_what_an_author_signs_knows_whose_term_is_over_by_now() -> None:
    """Nothing stands in the ledger when a term ends; the electorate counts her again even so."""
    guard = past.office(body=True, bars=past.bars(vote=True))
    village = past.with_offices(past.rules(guard=guard))
    past.seat(village, "Alice", "guard")
    well = village.draft("Bento")
    shown = [
        snapshot_view(village.book, village.proposal(well), village.now + wait)
        for wait in (0, 30 * past.DAY - 1, 30 * past.DAY)
    ]
    assert [one["electorate"] for one in shown] == [3, 3, 4]
    village.now += 30 * past.DAY
    names = ("electorate", "electorate_root", "version", "text", "charter")
    body = {name: shown[2][name] for name in names}
    closes: Body = {"proposal": well, "closes_at": village.now + 3_600}
    village.say("proposal/open", body | closes, "Bento")
    assert village.member("Alice").id in village.electorate(well)
