"""Entries, heads, cosignatures and evidence: what goes in comes out, once and as it was."""

import pytest

from node.store import entries, ledgers
from node.store.engine import Stale
from node.store.values import (
    Evidence,
    Head,
    NewEntry,
    Opening,
    Place,
    Quarantined,
    StoredCosignature,
    StoredEntry,
)
from protocol.wire.digests import CommunityId
from tests.node.store.conftest import OURS, THEIRS, Village, entry, growth, hidden


def _opening(number: int) -> Opening:
    _, raw, message_id, _ = entry(number)
    assert raw is not None
    return Opening(number, raw, message_id)


def _id(number: int) -> bytes:
    message_id = entry(number).message_id
    assert message_id is not None
    return message_id


def test_an_append_sets_the_head_with_the_entries(village: Village) -> None:
    with village.store.write() as connection:
        ledgers.append(connection, village.ours, 0, [entry(0), entry(1)], growth(2, b"note 2"))
    with village.store.read() as connection:
        ledger = entries.own_ledger(connection)
        assert ledger is not None
        assert (ledger.community, ledger.own, ledger.size) == (OURS, True, 2)
        assert (ledger.root, ledger.note) == (growth(2).root, b"note 2")
        assert entries.head_at(connection, village.ours, 2) == (2, growth(2).root, b"note 2")
        assert [it.community for it in entries.all_ledgers(connection)] == [OURS, THEIRS]
        assert entries.find_ledger(connection, CommunityId("c" * 64)) is None


def test_a_copy_keeps_withheld_and_sealed_places(village: Village) -> None:
    sealed = NewEntry(entry(2).leaf, sealed=b"for the closers")
    village.append(village.theirs, 0, entry(0), hidden(1), sealed)
    with village.store.read() as connection:
        assert entries.read_entries(connection, village.theirs, 0, 9) == (
            StoredEntry(entry(0).leaf, entry(0).raw, None),
            StoredEntry(entry(1).leaf, None, None),
            StoredEntry(entry(2).leaf, None, b"for the closers"),
        )
        assert entries.withheld(connection, village.theirs, 0, 9) == [1, 2]


def test_withheld_bytes_are_filled_in_only_where_they_fit(village: Village) -> None:
    village.append(village.theirs, 0, hidden(0), hidden(1), entry(2))
    wrong_place = Opening(0, _opening(1).raw, _id(1))
    with village.store.write() as connection:
        assert ledgers.fill_in(connection, village.theirs, [wrong_place, _opening(2)]) == 0
        assert ledgers.fill_in(connection, village.theirs, [_opening(1), _opening(9)]) == 1
        assert ledgers.fill_in(connection, village.theirs, [_opening(1)]) == 0
    with village.store.read() as connection:
        stored = entries.read_entries(connection, village.theirs, 0, 9)
        assert [it.raw for it in stored] == [None, entry(1).raw, entry(2).raw]
        assert entries.find_message(connection, village.theirs, _id(1)) == 1


def test_a_message_is_found_in_one_ledger_and_in_all(village: Village) -> None:
    village.append(village.ours, 0, entry(0), entry(1))
    village.append(village.theirs, 0, entry(1), entry(2), entry(1))
    wanted = [_id(number) for number in range(4)]
    with village.store.read() as connection:
        assert entries.find_message(connection, village.ours, wanted[2]) is None
        assert entries.find_message(connection, village.theirs, wanted[1]) == 0
        found = entries.find_messages(connection, village.theirs, wanted * 400)
        assert found == {wanted[1]: 0, wanted[2]: 1}
        assert entries.places_of(connection, wanted[1]) == (
            Place(village.ours, 1),
            Place(village.theirs, 0),
            Place(village.theirs, 2),
        )


def test_erased_bytes_are_gone_for_good_and_from_the_file(village: Village) -> None:
    secret = b"Benedicta's illness is nobody's affair"
    personal = NewEntry(entry(0).leaf, secret, b"i" * 32)
    village.append(village.ours, 0, personal, entry(1))
    with village.store.write() as connection:
        assert ledgers.erase(connection, village.ours, 0)
        assert not ledgers.erase(connection, village.ours, 0)
        assert not ledgers.erase(connection, village.ours, 7)
    village.store.scrub()
    with village.store.write() as connection:
        assert ledgers.fill_in(connection, village.ours, [_opening(0)]) == 0
        assert entries.is_erased(connection, village.ours, 0)
        assert not entries.is_erased(connection, village.ours, 1)
        assert entries.withheld(connection, village.ours, 0, 9) == []
        assert entries.find_message(connection, village.ours, b"i" * 32) == 0
        assert entries.read_leaves(connection, village.ours, 0, 1) == [entry(0).leaf]
    for file in village.path.parent.iterdir():
        assert secret not in file.read_bytes()


def test_a_chain_is_extended_in_order_and_never_replaced(village: Village) -> None:
    with village.store.write() as connection:
        ledgers.extend_chain(connection, village.theirs, 0, [b"inception", b"rotation"])
        ledgers.extend_chain(connection, village.theirs, 2, [b"rotation 2"])
        ledgers.extend_chain(connection, village.theirs, 3, [])
    with village.store.read() as connection:
        chain = entries.read_chain(connection, village.theirs)
    assert chain == (b"inception", b"rotation", b"rotation 2")


def test_heads_are_found_by_size(village: Village) -> None:
    village.append(village.ours, 0, *(entry(number) for number in range(6)))
    heads = [Head(size, growth(size).root, b"note %d" % size) for size in (2, 4, 6)]
    with village.store.write() as connection:
        for head in (*heads, heads[0]):
            ledgers.put_head(connection, village.ours, head)
        ledgers.set_note(connection, village.ours, heads[2])
        ledger = entries.own_ledger(connection)
        assert ledger is not None
        assert ledger.note == b"note 6"
        assert entries.newest_head(connection, village.ours) == heads[2]
        assert entries.newest_head(connection, village.ours, 5) == heads[1]
        assert entries.newest_head(connection, village.theirs) is None
        assert entries.head_at(connection, village.ours, 3) is None
        assert entries.heads_from(connection, village.ours, 3, 9) == (heads[1], heads[2])
        assert entries.heads_from(connection, village.ours, 0, 1) == (heads[0],)


def test_two_heads_of_one_size_are_never_both_kept(village: Village) -> None:
    village.append(village.ours, 0, entry(0))
    with village.store.write() as connection:
        ledgers.put_head(connection, village.ours, Head(1, growth(1).root, b"note"))
    other = Head(1, b"o" * 32, b"another")
    with pytest.raises(Stale), village.store.write() as connection:
        ledgers.put_head(connection, village.ours, other)
    for head in (other, Head(2, growth(2).root, b"too far")):
        with pytest.raises(Stale), village.store.write() as connection:
            ledgers.set_note(connection, village.ours, head)


def test_the_first_cosignature_of_a_witness_stays(village: Village) -> None:
    root = growth(3).root
    other = CommunityId("c" * 64)
    early = StoredCosignature(3, THEIRS, root, 100, b"early")
    late = StoredCosignature(3, THEIRS, root, 200, b"late")
    third = StoredCosignature(3, other, root, 150, b"third")
    larger = StoredCosignature(5, THEIRS, growth(5).root, 300, b"larger")
    with village.store.write() as connection:
        ledgers.put_cosignatures(connection, village.ours, [early, third])
        ledgers.put_cosignatures(connection, village.ours, [late, larger])
        ledgers.put_cosignatures(connection, village.ours, [])
    with village.store.read() as connection:
        assert entries.cosignatures_of(connection, village.ours, 3) == (early, third)
        assert entries.cosignatures_from(connection, village.ours, 1, [THEIRS]) == (early, larger)
        assert entries.cosignatures_from(connection, village.ours, 4, [THEIRS, other]) == (larger,)
        assert entries.newest_cosigned(connection, village.ours) == 5
        assert entries.newest_cosigned(connection, village.theirs) == 0
        assert entries.newest_cosigned(connection, village.ours, other) == 3


def test_cosigned_heads_come_with_their_lines(village: Village) -> None:
    village.append(village.ours, 0, *(entry(number) for number in range(6)))
    heads = [Head(size, growth(size).root, b"note %d" % size) for size in (2, 3, 4, 6)]
    lines = [
        StoredCosignature(size, THEIRS, growth(size).root, 100 + size, b"line")
        for size in (2, 4, 6)
    ]
    with village.store.write() as connection:
        for head in heads:
            ledgers.put_head(connection, village.ours, head)
        ledgers.put_cosignatures(connection, village.ours, lines)
        found = entries.cosigned_heads(connection, village.ours, 5, 9)
        assert found == ((heads[0], (lines[0],)), (heads[2], (lines[1],)))
        assert entries.cosigned_heads(connection, village.ours, 6, 1) == ((heads[3], (lines[2],)),)
        assert entries.cosigned_heads(connection, village.theirs, 6, 1) == ()


def test_sealed_bytes_are_kept_once_and_only_where_there_are_no_others(village: Village) -> None:
    village.append(village.theirs, 0, hidden(0), entry(1), hidden(2))
    given = [(index, entry(index).leaf, b"sealed %d" % index) for index in range(3)]
    wrong = [(2, entry(0).leaf, b"for another leaf")]
    again = [(0, entry(0).leaf, b"another")]
    with village.store.write() as connection:
        for sealed in (wrong, given, again):
            ledgers.seal_in(connection, village.theirs, sealed)
        stored = entries.read_entries(connection, village.theirs, 0, 3)
    assert [it.sealed for it in stored] == [b"sealed 0", None, b"sealed 2"]


def test_our_witness_goes_forward_by_compare_and_swap(village: Village) -> None:
    origin, first, second = "acuerdo/l/x", (3, b"3" * 32), (5, b"5" * 32)
    with village.store.write() as connection:
        assert entries.last_witnessed(connection, origin) is None
        ledgers.advance_witnessed(connection, origin, None, first)
        assert entries.last_witnessed(connection, origin) == first
        ledgers.advance_witnessed(connection, origin, first, second)
        assert entries.last_witnessed(connection, origin) == second
    for old in (None, first, (5, b"x" * 32)):
        with pytest.raises(Stale), village.store.write() as connection:
            ledgers.advance_witnessed(connection, origin, old, (7, b"7" * 32))


def test_evidence_is_kept_once(village: Village) -> None:
    found = Evidence(community=THEIRS, first=b"head one", second=b"head two", raw=b"proof")
    turned = Evidence(community=THEIRS, first=b"head two", second=b"head one", raw=b"proof")
    with village.store.write() as connection:
        for evidence in (found, turned, found):
            ledgers.put_evidence(connection, evidence)
    with village.store.read() as connection:
        assert entries.all_evidence(connection) == (found,)
        assert entries.all_evidence(connection, THEIRS) == (found,)
        assert entries.all_evidence(connection, OURS) == ()


def test_an_alarm_is_raised_and_lifted(village: Village) -> None:
    for alarm in ("its key signed two heads", None):
        with village.store.write() as connection:
            ledgers.set_alarm(connection, village.theirs, alarm)
            ledger = entries.find_ledger(connection, THEIRS)
        assert ledger is not None
        assert ledger.alarm == alarm


def test_a_poisoned_entry_is_set_aside_once(village: Village) -> None:
    poison = Quarantined(4, "kind-unknown", "no such kind")
    with village.store.write() as connection:
        ledgers.quarantine(connection, village.theirs, [poison])
        ledgers.quarantine(connection, village.theirs, [poison, Quarantined(2, "a", "b")])
    with village.store.read() as connection:
        found = entries.quarantined(connection, village.theirs)
        assert [it.index for it in found] == [2, 4]
        assert found[1] == poison
        assert entries.quarantined(connection, village.ours) == ()
