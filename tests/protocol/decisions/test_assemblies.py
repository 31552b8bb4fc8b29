"""Assemblies that meet in a room: what minutes bring to a decision, and what takes it away."""

import pytest

from protocol.audit import LANGUAGES
from protocol.decisions.closing import contest_until, may_close, positions_root, tally_of
from protocol.decisions.minutes import Minutes, MinutesState
from protocol.decisions.position import voices_missing
from protocol.decisions.quorum import explain
from protocol.decisions.tally import CHOICES, Tally
from protocol.federation.proposal import position_of
from protocol.ledger.merkle import leaf_hash, root_of
from protocol.wire.digests import MessageId
from protocol.wire.limits import MAX_ATTENDANCE, MAX_MESSAGE_BYTES, MAX_MINUTES
from tests.protocol import joint_bodies as joint
from tests.protocol.kinds import assembly_histories as past
from tests.protocol.kinds.assembly_histories import PRESENT
from tests.protocol.ledgers import Body, Ledger, charter, found, item, replay, room, terms


def the_well(ledger: Ledger) -> dict[str, int]:
    """The count of the proposal that all stories are about."""
    tally = tally_of(ledger.proposal(ledger.marks["well"]))
    counted = {choice: tally.voices(choice) for choice in CHOICES}
    return {choice: number for choice, number in counted.items() if number}


def papers(ledger: Ledger, mark: str = "minutes") -> Minutes:
    return ledger.book.assemblies.record(ledger.marks[mark])


def held(ledger: Ledger, *about: Body, present: tuple[str, ...] = PRESENT) -> MessageId:
    """An assembly whose minutes stand."""
    minutes = ledger.record("Alice", present, *about)
    ledger.marks["minutes"] = minutes
    ledger.countersign("Bento", minutes)
    return minutes


# --- what counts ------------------------------------------------------------------------------


def test_nothing_counts_before_another_member_signs() -> None:
    village = past.noted()
    assert the_well(village) == {}
    village.countersign("Bento", village.marks["minutes"])
    assert the_well(village) == {"agree": 2}
    well = village.proposal(village.marks["well"])
    assert (well.voices_recorded, voices_missing(well)) == (2, 3)
    assert papers(village).state is MinutesState.STANDING


def test_an_own_signature_outranks_the_minutes_whatever_came_first() -> None:
    village = past.gathered()
    well = village.marks["well"]
    village.take("Dora", well, "aside")
    about = item(well, village.named("Dora", "agree"), village.named("Eva", "agree"))
    held(village, about)
    assert the_well(village) == {"agree": 1, "aside": 1}
    assert papers(village).effects[MessageId(well)].dropped == (
        (village.member("Dora").id, "own-position"),
    )
    village.take("Eva", well, "abstain")
    assert the_well(village) == {"abstain": 1, "aside": 1}
    assert village.proposal(well).counting == []


def test_who_was_counted_contests_and_then_speaks_for_herself() -> None:
    village = past.counted()
    well, minutes = village.marks["well"], village.marks["minutes"]
    taking: Body = {"proposal": well, "choice": "aside", "reason": None}
    assert village.refused("position/take", taking, "Eva") == "counted-in-room"
    for name in ("Eva", "Carla"):
        village.contest(name, minutes)
    assert the_well(village) == {"agree": 1}, "Carla's own"
    village.take("Eva", well, "aside")
    assert the_well(village) == {"agree": 1, "aside": 1}
    assert papers(village).state is MinutesState.CONTESTED


def test_who_is_named_and_contests_is_out_at_once() -> None:
    village = past.contested_once()
    assert the_well(village) == {"agree": 1}
    assert papers(village).state is MinutesState.STANDING
    village.take("Dora", village.marks["well"], "aside")
    assert the_well(village) == {"agree": 1, "aside": 1}


def test_who_is_named_and_contests_before_anybody_signs_is_dropped() -> None:
    village = past.noted()
    village.contest("Dora", village.marks["minutes"])
    village.countersign("Bento", village.marks["minutes"])
    effect = papers(village).effects[MessageId(village.marks["well"])]
    assert effect.dropped == ((village.member("Dora").id, "contested"),)
    assert the_well(village) == {"agree": 1}


def test_contested_before_anybody_signed() -> None:
    village = past.noted()
    for name in ("Dora", "Carla"):
        village.contest(name, village.marks["minutes"])
    assert papers(village).state is MinutesState.CONTESTED
    assert village.refused(
        "assembly/countersign", {"minutes": village.marks["minutes"]}, "Bento"
    ) == ("minutes-state")


def test_who_speaks_before_the_witness_takes_the_counts_with_her() -> None:
    """Four hands are counted of four; one of the four takes her own position meanwhile."""
    village = past.gathered()
    well = village.marks["well"]
    minutes = village.record("Alice", PRESENT, item(well, counts={"agree": 4}))
    village.take("Eva", well, "aside")
    village.countersign("Bento", minutes)
    effect = village.book.assemblies.record(minutes).effects[MessageId(well)]
    assert effect.code == "counts-over"
    assert the_well(village) == {"aside": 1}
    village.take("Dora", well, "agree")
    assert the_well(village) == {"agree": 1, "aside": 1}


def test_two_assemblies_on_one_proposal() -> None:
    """Some met on Friday, some on Sunday; Dora came twice, Eva is named on Sunday."""
    village = past.gathered()
    well = village.marks["well"]
    friday = held(village, item(well, counts={"agree": 2}), present=("Alice", "Bento", "Dora"))
    about = item(well, village.named("Eva", "aside"), village.named("Dora", "abstain"))
    sunday = village.record("Alice", PRESENT, about)
    village.countersign("Eva", sunday)
    effect = village.book.assemblies.record(sunday).effects[MessageId(well)]
    assert effect.dropped == ((village.member("Dora").id, "counted-in-room"),)
    assert the_well(village) == {"agree": 2, "aside": 1}
    both = [village.book.assemblies.record(one) for one in (friday, sunday)]
    expected = root_of([leaf_hash(village.raws[one.index]) for one in both])
    assert positions_root(village.proposal(well)) == expected.hex()


def test_the_last_assembly_that_names_her_says_what_stands() -> None:
    village = past.gathered()
    well = village.marks["well"]
    held(village, item(well, village.named("Dora", "agree")))
    later = village.record("Alice", PRESENT, item(well, village.named("Dora", "aside")))
    village.countersign("Eva", later)
    assert the_well(village) == {"aside": 1}
    for name in ("Carla", "Eva"):
        village.contest(name, later)
    assert the_well(village) == {"agree": 1}, "what stood before stands again"


def test_nobody_is_counted_in_one_assembly_and_again_in_another() -> None:
    """Dora was named on Friday; on Sunday only the three others can be counted."""
    village = past.gathered()
    well = village.marks["well"]
    held(village, item(well, village.named("Dora", "agree")), present=("Alice", "Bento", "Dora"))
    too_many = past.minutes(counts={"aside": 4})(village)
    assert village.refused("assembly/minutes", too_many, "Alice") == "counts-over"
    held(village, item(well, counts={"aside": 2}), present=("Alice", "Bento", "Eva", "Dora"))
    covered = [one.covered for one in village.proposal(well).recorded.values()]
    assert covered == [set(), {village.member(name).id for name in ("Alice", "Bento", "Eva")}]
    again = past.minutes(("Dora", "agree"), counts={"agree": 1})(village)
    assert village.refused("assembly/minutes", again, "Alice") == "counts-over"
    assert the_well(village) == {"agree": 1, "aside": 2}


def test_minutes_after_the_time_are_a_record() -> None:
    village = past.noted()
    village.now += 3_600
    village.countersign("Bento", village.marks["minutes"])
    assert papers(village).state is MinutesState.STANDING
    assert papers(village).effects[MessageId(village.marks["well"])].code == "voting-closed"
    assert the_well(village) == {}
    village.close(village.marks["well"])


def test_minutes_about_a_draft_count_for_nothing_later() -> None:
    village = past.drafted_only()
    about = item(village.marks["well"], village.named("Dora", "agree"))
    minutes = village.record("Alice", PRESENT, about)
    village.open("Alice", village.marks["well"])
    village.countersign("Bento", minutes)
    effect = village.book.assemblies.record(minutes).effects[MessageId(village.marks["well"])]
    assert effect.code == "held-before-opening"


def test_no_more_minutes_than_can_be_looked_through() -> None:
    village = past.gathered()
    about = item(village.marks["well"], village.named("Dora", "agree"))
    for _ in range(MAX_MINUTES):
        held(village, about)
    body = past.minutes(("Dora", "agree"))(village)
    assert village.refused("assembly/minutes", body, "Alice") == "minutes-many"


# --- households -------------------------------------------------------------------------------


def test_a_household_is_there_if_one_of_its_members_is() -> None:
    """Alice's, Bento's, Dora's and Eva's: three voices. Ana is at home, and Alice was counted."""
    village = past.by_households()
    well = village.marks["well"]
    held(village, item(well, counts={"agree": 2}))
    taking: Body = {"proposal": well, "choice": "aside", "reason": None}
    assert village.refused("position/take", taking, "Ana") == "counted-in-room"
    village.take("Carla", well, "agree")
    assert the_well(village) == {"agree": 3}
    assert voices_missing(village.proposal(well)) == 1, "three voices were there, two raised hands"


def test_a_household_named_through_one_of_its_members() -> None:
    village = past.by_households()
    well = village.marks["well"]
    held(village, item(well, village.named("Dora", "agree"), counts={"abstain": 2}))
    assert the_well(village) == {"agree": 1, "abstain": 2}
    village.take("Eva", well, "aside")
    assert the_well(village) == {"aside": 1, "abstain": 2}, "a member's own word for her household"


# --- correcting -------------------------------------------------------------------------------


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    village = past.corrected()
    assert the_well(village) == {"agree": 4}
    old, new = papers(village), papers(village, "other")
    assert (old.state, old.corrected_by) == (MinutesState.CORRECTED, new.id)
    assert list(village.proposal(village.marks["well"]).recorded) == [new.id]


def test_a_correction_by_itself_changes_nothing() -> None:
    village = past.counted()
    village.record("Alice", PRESENT, corrects=village.marks["minutes"])
    assert the_well(village) == {"agree": 5}


def test_what_is_decided_stays_decided() -> None:
    village = past.counted_and_over()
    well = village.marks["well"]
    village.close(well)
    outcome = village.proposal(well).outcome
    correction = village.record("Alice", PRESENT, corrects=village.marks["minutes"])
    village.countersign("Bento", correction)
    assert papers(village).state is MinutesState.CORRECTED
    assert village.proposal(well).outcome == outcome
    assert tally_of(village.proposal(well)).agree == 5
    assert village.proposal(well).voices_recorded == 4


def test_contested_minutes_can_be_corrected() -> None:
    village = past.contested_away()
    about = item(village.marks["well"], village.named("Dora", "aside"))
    better = village.record("Alice", PRESENT, about, corrects=village.marks["minutes"])
    village.countersign("Eva", better)
    assert papers(village).state is MinutesState.CORRECTED
    assert the_well(village) == {"aside": 1}


# --- closing ----------------------------------------------------------------------------------


def test_a_decision_waits_while_its_minutes_can_be_contested() -> None:
    village = past.counted()
    well = village.proposal(village.marks["well"])
    assert voices_missing(well) == 0
    assert contest_until(well) == village.now + 600
    assert not may_close(well, village.now + 599)
    assert may_close(well, village.now + 600)


def test_it_waits_for_nothing_that_no_longer_counts() -> None:
    village = past.gathered()
    well = village.marks["well"]
    held(village, item(well, village.named("Dora", "agree")))
    for name in ("Alice", "Bento", "Carla", "Dora", "Eva"):
        village.take(name, well, "agree")
    village.close(well)


def test_what_is_contested_away_opens_the_way() -> None:
    village = past.contested_away()
    well = village.proposal(village.marks["well"])
    assert contest_until(well) == 0
    assert may_close(well, village.now + 3_600)


@pytest.mark.parametrize("unit", ["person", "household"])
def test_the_outcome_counts_the_room_and_says_so(unit: str) -> None:
    rules = charter(general=terms("consensus", unit=unit), assembly=room(contest_s=0))
    village = past.by_households() if unit == "household" else past.gathered(rules)
    well = village.marks["well"]
    held(village, item(well, village.named("Dora", "agree"), counts={"agree": 2}))
    village.take("Carla", well, "agree")
    village.now += 3_600
    village.close(well)
    decided = village.proposal(well)
    assert decided.outcome is not None
    assert decided.outcome.tally == Tally(electorate=4 if unit == "household" else 5, agree=4)
    frozen = decided.frozen
    assert frozen is not None
    said = [
        explain(
            frozen.terms.rule,
            frozen.terms.quorum,
            decided.outcome.tally,
            language,
            frozen.electorate.unit,
            recorded=decided.voices_recorded,
        )
        for language in LANGUAGES
    ]
    noun = ("4 hogares", "4 households") if unit == "household" else ("4 personas", "4 people")
    assert f"3 de {noun[0]}" in said[0]
    assert f"3 of {noun[1]}" in said[1]
    assert replay(village) == village.book


@pytest.mark.parametrize("unit", ["person", "household"])
def test_a_federation_hears_people_and_households_as_they_were_counted(unit: str) -> None:
    rules = charter(federated=terms("consensus", unit=unit), assembly=room(contest_s=0))
    names = ("Alice", "Ana", "Bento", "Carla", "Dora", "Eva")
    village = found(*names, rules=rules, households=past.HOMES)
    asked = village.draft("Alice", topic="federated", subject=joint.answer_subject("e" * 64))
    village.open("Alice", asked)
    about = item(asked, village.named("Dora", "agree"), counts={"agree": 1, "aside": 1})
    minutes = village.record("Alice", PRESENT, about)
    village.countersign("Bento", minutes)
    village.take("Carla", asked, "agree")
    village.now += 3_600
    village.close(asked)
    stated = position_of(village.proposal(asked))
    by_unit = {"person": stated.counts.people, "household": stated.counts.households}
    size = {"person": 6, "household": 4}
    assert by_unit.pop(unit) == Tally(electorate=size[unit], agree=3, aside=1)
    assert set(by_unit.values()) == {None}
    assert stated.root == positions_root(village.proposal(asked))


# --- limits -----------------------------------------------------------------------------------


def test_the_largest_attendance_fits_into_a_message() -> None:
    village = past.gathered()
    others = [f"{number:064x}" for number in range(MAX_ATTENDANCE - 1)]
    body = past.silent()(village) | {"attendance": [*village.ids("Alice"), *others]}
    items: list[Body] = [item("a" * 64, counts=dict.fromkeys(CHOICES, 100)) for _ in range(10)]
    raw = village.write("assembly/minutes", body | {"items": [*items]}, "Alice")
    assert len(raw) < MAX_MESSAGE_BYTES
    assert village.force(raw) == "item-twice", "it can be read, and is asked further"
