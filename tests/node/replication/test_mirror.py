"""Copies of others' ledgers: what is taken, what is refused, and what nobody else pays for."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from node.compression import compress
from node.ports import ThreadExecutor
from node.store.entries import cosignatures_of, find_ledger, last_witnessed
from protocol.errors import Behind, Inconsistent, Malformed, ProtocolError
from protocol.ledger.checkpoint import origin_of
from protocol.ledger.cosignature import verify_cosignature
from protocol.ledger.fork import make_evidence, verify_evidence, write_evidence
from protocol.ledger.witnessing import write_add_checkpoint
from protocol.replication.bundle import Frame, Item, join_bundle, write_section
from tests.node.replication.conftest import OpenSite
from tests.node.replication.sites import Site, open_site
from tests.village import Community, bundle_of, found


@pytest.fixture
def bosque(site: OpenSite) -> Site:
    return site("bosque")


@pytest.fixture
def ayllu() -> Community:
    community = found("ayllu")
    community.fill(20)
    return community


async def test_a_ledger_is_copied_stored_cosigned_and_folded(
    bosque: Site, ayllu: Community
) -> None:
    (taken,) = await bosque.take(ayllu.bundle(), trust_new=True)
    assert (taken.ledger, taken.size, taken.error, taken.voids) == (ayllu.id, ayllu.size, None, ())
    assert taken.cosignature is not None
    key = bosque.community.keys.witness.public
    line = verify_cosignature(taken.cosignature, ayllu.checkpoint(), bosque.id, key)
    assert line.time == bosque.clock.now()
    assert [one.raw for one in bosque.stored(ayllu.id)] == ayllu.entries
    book = bosque.books.book(ayllu.id)
    assert book is not None
    assert book.size == ayllu.size
    assert not book.void
    with bosque.store.read() as connection:
        witnessed = last_witnessed(connection, origin_of(ayllu.id))
    assert witnessed == (ayllu.size, ayllu.tree.root())


async def test_it_grows_by_parts_and_the_same_again_changes_nothing(
    bosque: Site, ayllu: Community
) -> None:
    for start, stop in [(0, 7), (0, 7), (3, 12), (12, 12), (12, None), (0, None), (5, 9)]:
        (taken,) = await bosque.take(ayllu.bundle(start, stop), trust_new=True)
        assert taken.error is None
    assert [one.raw for one in bosque.stored(ayllu.id)] == ayllu.entries
    again = await bosque.take(ayllu.bundle())
    bosque.clock._now_ms += 5_000
    assert await bosque.take(ayllu.bundle()) == again  # the same line, with its first time


async def test_a_part_is_cosigned_only_when_everything_under_the_head_is_here(
    bosque: Site, ayllu: Community
) -> None:
    (part,) = await bosque.take(ayllu.bundle(0, 10), trust_new=True)
    assert (part.size, part.cosignature) == (10, None)
    (whole,) = await bosque.take(ayllu.bundle(10))
    assert whole.cosignature is not None
    (behind,) = await bosque.take(ayllu.bundle(0, 10, covering=10))
    assert (behind.size, behind.cosignature) == (ayllu.size, None)


async def test_a_gap_is_answered_with_what_is_held(bosque: Site, ayllu: Community) -> None:
    await bosque.take(ayllu.bundle(0, 10), trust_new=True)
    (taken,) = await bosque.take(ayllu.bundle(15))
    assert isinstance(taken.error, Behind)
    assert (taken.size, taken.error.size) == (10, 10)


async def test_a_restart_finds_everything(tmp_path: Path, bosque: Site, ayllu: Community) -> None:
    ayllu.rotate()
    ayllu.fill(3)
    await bosque.take(ayllu.bundle(0, 22), trust_new=True)
    bosque.store.close()
    with open_site(tmp_path, bosque.community) as again:
        await again.books.settle()
        (taken,) = await again.take(ayllu.bundle(22))
        assert taken.cosignature is not None
        assert [one.raw for one in again.stored(ayllu.id)] == ayllu.entries
        assert again.chains.find(ayllu.id) == ayllu.chain
        assert ayllu.keys.witness.public == again.chains.witnesses()[0][ayllu.id]
        assert len(again.chains.witnesses()) == 2


# --- one fault is nobody else's ------------------------------------------------------------


async def test_poison_in_one_of_twenty_ledgers_stops_none(bosque: Site) -> None:
    """An entry that its own ledger's rules refuse is void there, and that is all."""
    villages = [found(f"village-{number}", 1) for number in range(20)]
    for number, village in enumerate(villages):
        village.publish("Before.")
        if number == 7:
            village.append(villages[0].write(villages[0].keys.voice, "text/publish", "public",
                {"title": {"en": "x"}, "texts": {"en": "x"}}), checked=False)  # fmt: skip
            village.put(b"not an entry at all")
            village.put(b"")
        village.fill(3)
    taken = await bosque.take(bundle_of(*(one.section() for one in villages)), trust_new=True)
    assert [one.error for one in taken] == [None] * 20
    assert [one.size for one in taken] == [village.size for village in villages]
    assert all(one.cosignature for one in taken)
    assert [len(one.voids) for one in taken] == [3 if number == 7 else 0 for number in range(20)]
    poisoned = bosque.books.book(villages[7].id)
    assert poisoned is not None
    assert next(iter(poisoned.void.values())) == "other-ledger"


@pytest.mark.parametrize("fault", ["cut", "noise", "unsigned", "tampered", "empty"])
async def test_a_damaged_section_among_twenty_is_the_only_one_refused(
    bosque: Site, fault: str
) -> None:
    villages = [found(f"village-{number}", 1) for number in range(20)]
    frames = [write_section(one.section()) for one in villages]
    seventh, section = frames[7], villages[7].section()
    frames[7] = {
        "cut": Frame(seventh.ledger, seventh.body[:-1]),
        "noise": Frame(seventh.ledger, b"\xff" * 500),
        "empty": Frame(seventh.ledger, b""),
        "unsigned": write_section(replace(section, heads=villages[8].section().heads)),
        "tampered": write_section(replace(section, items=[Item(bytes(32)), *section.items[1:]])),
    }[fault]
    taken = await bosque.take(join_bundle(frames), trust_new=True)
    assert [one.error is None for one in taken] == [number != 7 for number in range(20)]
    assert taken[7].size == 0
    assert villages[7].id not in bosque.books.known()


async def test_what_is_no_bundle_is_refused_whole(bosque: Site) -> None:
    for raw in (b"", b"{}", compress(b"x"), compress(b"x")[:-2]):
        with pytest.raises(Malformed):
            await bosque.take(raw)


# --- whose ledgers are stored --------------------------------------------------------------


async def test_of_strangers_nothing_is_stored(bosque: Site, ayllu: Community) -> None:
    (taken,) = await bosque.take(ayllu.bundle())
    assert taken.error is not None
    assert taken.error.code == "ledger-unknown"
    assert ayllu.id not in bosque.books.known()
    with bosque.store.read() as connection:
        assert find_ledger(connection, ayllu.id) is None


async def test_a_peer_of_the_operator_is_no_stranger(bosque: Site, ayllu: Community) -> None:
    bosque.befriend(ayllu)
    (taken,) = await bosque.take(ayllu.bundle())
    assert taken.error is None


async def test_a_peer_may_invite_us_among_others_and_a_stranger_may_not(site: OpenSite) -> None:
    bosque, ayllu, cerro = site("bosque"), found("ayllu"), found("cerro")
    stranger, guest = found("stranger"), found("guest")
    ayllu.compact([bosque.community, cerro])
    stranger.compact([bosque.community, guest])
    ayllu.compact([stranger])
    bosque.befriend(ayllu)
    await bosque.take(ayllu.bundle())
    taken = await bosque.take(bundle_of(*(one.section() for one in (cerro, stranger, guest))))
    codes = [one.error and one.error.code for one in taken]
    # `stranger` is named in a compact that has nothing to do with us.
    assert codes == [None, "ledger-unknown", "ledger-unknown"]
    # Even when the operator imports the stranger's ledger, it brings nobody with it.
    await bosque.take(stranger.bundle(), trust_new=True)
    (last,) = await bosque.take(guest.bundle())
    assert last.error is not None


async def test_a_home_witness_and_the_founder_we_talk_about_joining_are_known(
    site: OpenSite,
) -> None:
    ayllu, cerro, bosque = found("ayllu"), found("cerro"), found("bosque")
    ayllu.speak("identity/witness", "public", {"home": cerro.id})
    federation = bosque.compact([ayllu])
    text = ayllu.say(0, "text/publish", "public", {"title": {"en": "J"}, "texts": {"en": "J"}})
    subject = {"kind": "federation/join", "founder": bosque.id, "federation": federation}
    draft = {"type": "federation", "text": text, "subject": subject}
    ayllu.say(0, "proposal/draft", "public", draft)  # type: ignore[arg-type]
    node = site(ayllu)
    taken = await node.take(bundle_of(cerro.section(), bosque.section()))
    assert [one.error for one in taken] == [None, None]


async def test_the_number_of_copies_is_bounded(bosque: Site) -> None:
    villages = [found(f"village-{number}", 1) for number in range(4)]
    bosque.befriend(*villages)
    bosque.mirror._most_ledgers = 3
    taken = await bosque.take(bundle_of(*(one.section() for one in villages)))
    codes = [one.error and one.error.code for one in taken]
    assert codes == [None, None, "ledgers-full", "ledgers-full"]


# --- withheld, sealed, erased --------------------------------------------------------------


async def test_withheld_entries_are_filled_in_when_they_come(
    bosque: Site, ayllu: Community
) -> None:
    said = ayllu.publish("For us.", "community")
    ayllu.fill(3)
    await bosque.take(bundle_of(ayllu.section(hide=["community"])), trust_new=True)
    hidden = ayllu.audiences.index("community")
    book = bosque.books.book(ayllu.id)
    assert book is not None
    assert said not in book.ids
    assert bosque.stored(ayllu.id)[hidden].raw is None
    (taken,) = await bosque.take(ayllu.bundle())
    assert taken.error is None
    book = bosque.books.book(ayllu.id)
    assert book is not None
    assert book.ids[said] == hidden
    assert [one.raw for one in bosque.stored(ayllu.id)] == ayllu.entries
    # And a reader who gets hashes again does not lose what it has.
    await bosque.take(bundle_of(ayllu.section(hide=["community", "public"])))
    assert [one.raw for one in bosque.stored(ayllu.id)] == ayllu.entries


async def test_erased_entries_are_forgotten_here_too_and_never_come_back(
    bosque: Site, ayllu: Community
) -> None:
    words = "Benedicta is ill"
    ayllu.publish(words)
    place = ayllu.size - 1
    before = ayllu.bundle()
    await bosque.take(before, trust_new=True)
    assert words.encode() in (bosque.stored(ayllu.id)[place].raw or b"")
    ayllu.speak("entry/erase", "public", {"index": place})
    start = ayllu.size - 1
    await bosque.take(ayllu.bundle(start))
    assert bosque.stored(ayllu.id)[place].raw is None
    await bosque.take(before)
    assert bosque.stored(ayllu.id)[place].raw is None
    database = Path(str(bosque.store.reader.url.database))
    for file in database.parent.iterdir():
        assert words.encode() not in file.read_bytes()


async def test_an_erasure_that_is_folded_late_is_obeyed_when_asked(
    bosque: Site, ayllu: Community
) -> None:
    ayllu.publish("Personal.")
    place = ayllu.size - 1
    ayllu.speak("entry/erase", "public", {"index": place})
    ayllu.fill(300)
    await bosque.take(ayllu.bundle(), trust_new=True)
    assert await bosque.mirror.forget_erased(ayllu.id) == 1
    assert await bosque.mirror.forget_erased(ayllu.id) == 0
    assert bosque.stored(ayllu.id)[place].raw is None
    assert await bosque.mirror.forget_erased(bosque.id) == 0


async def test_sealed_entries_are_kept_from_their_owner_alone(
    bosque: Site, ayllu: Community
) -> None:
    section = ayllu.section()
    sealed = replace(section, items=[Item(one.leaf, None, b"sealed") for one in section.items])
    wrong = replace(section, items=[Item(one.leaf, None, b"junk") for one in section.items])
    await bosque.take(bundle_of(wrong), trust_new=True, sender=None)
    assert {one.sealed for one in bosque.stored(ayllu.id)} == {None}
    await bosque.take(bundle_of(sealed), sender=ayllu.id)
    assert {one.sealed for one in bosque.stored(ayllu.id)} == {b"sealed"}
    await bosque.take(bundle_of(wrong), sender=ayllu.id)
    assert {one.sealed for one in bosque.stored(ayllu.id)} == {b"sealed"}
    await bosque.take(bundle_of(section))
    assert {one.sealed for one in bosque.stored(ayllu.id)} == {None}


# --- forks ---------------------------------------------------------------------------------


async def test_a_fork_is_kept_told_and_the_ledger_taken_no_further(
    bosque: Site, ayllu: Community
) -> None:
    twin = ayllu.twin()
    ayllu.fill(5)
    twin.fill(5)
    await bosque.take(ayllu.bundle(), trust_new=True)
    before = bosque.stored(ayllu.id)
    (taken,) = await bosque.take(twin.bundle())
    assert taken.error is not None
    assert taken.error.code == "ledger-forked"
    assert taken.cosignature is None
    (evidence,) = await bosque.mirror.evidence(ayllu.id)
    verify_evidence(evidence, ayllu.id, [ayllu.keys.log.public])
    ayllu.fill(2)
    for later in (ayllu, twin):
        (taken,) = await bosque.take(later.bundle(len(before)))
        assert isinstance(taken.error, Inconsistent)
    assert bosque.stored(ayllu.id) == before
    assert await bosque.mirror.evidence(bosque.id) == ()


async def test_evidence_travels_and_is_believed_for_its_proof_alone(
    site: OpenSite, ayllu: Community
) -> None:
    bosque, cerro = site("bosque"), site("cerro")
    twin = ayllu.twin()
    ayllu.fill(5)
    twin.fill(7)
    for node in (bosque, cerro):
        await node.take(ayllu.bundle(), trust_new=True)
    await bosque.take(twin.bundle())
    (evidence,) = await bosque.mirror.evidence()
    raw = write_evidence(evidence)
    await cerro.mirror.accuse(raw)
    assert await cerro.mirror.evidence() == (evidence,)
    (taken,) = await cerro.take(ayllu.bundle())
    assert taken.error is not None
    honest = make_evidence(ayllu.id, ayllu.head(10), ayllu.head(20), ayllu.tree)
    unknown = raw.replace(ayllu.id.encode(), found("nobody").id.encode())
    about_us = raw.replace(ayllu.id.encode(), cerro.id.encode())
    for wrong in (b"{}", write_evidence(honest), unknown, about_us):
        with pytest.raises(ProtocolError):
            await cerro.mirror.accuse(wrong)
    assert cerro.scribe.alarms == []


async def test_a_ledger_that_forks_within_its_first_bundle_is_not_begun(
    bosque: Site, ayllu: Community
) -> None:
    twin = ayllu.twin()
    ayllu.fill(5)
    twin.fill(7)
    both = ayllu.section(heads=[twin.head(ayllu.size - 1), ayllu.head()])
    (taken,) = await bosque.take(bundle_of(both), trust_new=True)
    assert taken.error is not None
    assert taken.error.code == "ledger-forked"
    assert len(await bosque.mirror.evidence(ayllu.id)) == 1
    (taken,) = await bosque.take(ayllu.bundle(), trust_new=True)
    assert taken.error is not None
    assert ayllu.id not in bosque.books.known()


async def test_our_witness_alone_can_uncover_a_fork(bosque: Site, ayllu: Community) -> None:
    """It cosigned a head without having the entries; then other entries come."""
    await bosque.take(ayllu.bundle(0, 10, covering=10), trust_new=True)
    twin = ayllu.twin()
    ayllu.fill(5)
    twin.fill(9)
    proof = ayllu.tree.consistency(10, ayllu.size)
    await bosque.witness.add_checkpoint(write_add_checkpoint(10, proof, ayllu.head()))
    (taken,) = await bosque.take(twin.bundle())
    assert taken.error is not None
    assert taken.error.code == "ledger-forked"
    (evidence,) = await bosque.mirror.evidence(ayllu.id)
    verify_evidence(evidence, ayllu.id, [ayllu.keys.log.public])


# --- our own ledger ------------------------------------------------------------------------


async def test_cosignatures_of_our_own_heads_come_back(site: OpenSite) -> None:
    ayllu, bosque = site("ayllu"), site("bosque")
    await bosque.take(ayllu.bundle_for(bosque), trust_new=True)
    await ayllu.take(bosque.bundle_for(ayllu), trust_new=True)
    (taken,) = await ayllu.take(bosque.bundle_for(ayllu, ayllu.id))
    assert (taken.error, taken.size) == (None, ayllu.community.size)
    with ayllu.store.read() as connection:
        lines = cosignatures_of(connection, ayllu.number, ayllu.community.size)
    assert [line.witness for line in lines] == [bosque.id]
    assert ayllu.scribe.alarms == []


async def test_a_larger_head_of_ours_means_a_restored_backup(site: OpenSite) -> None:
    community = found("ayllu")
    ayllu, bosque = site(community), site("bosque")
    backup = community.size
    community.fill(4)
    await bosque.take(community.bundle(), trust_new=True)
    (taken,) = await ayllu.take(bosque.bundle_for(ayllu, ayllu.id, backup))
    assert taken.error is not None
    assert taken.error.code == "own-ledger-ahead"
    assert len(ayllu.scribe.alarms) == 1
    ayllu.scribe.recovering = True
    (taken,) = await ayllu.take(bosque.bundle_for(ayllu, ayllu.id, backup))
    assert taken.error is None
    (extension,) = ayllu.scribe.recovered
    assert [item.raw for item in extension.items] == community.entries[backup:]


async def test_another_history_of_ours_is_evidence(site: OpenSite) -> None:
    community = found("ayllu")
    twin = community.twin()
    community.fill(4)
    twin.fill(4)
    ayllu = site(community)
    (taken,) = await ayllu.take(twin.bundle())
    assert taken.error is not None
    assert taken.error.code == "ledger-forked"
    assert len(ayllu.scribe.alarms) == 1
    assert len(await ayllu.mirror.evidence(ayllu.id)) == 1


# --- many at once --------------------------------------------------------------------------


async def test_many_pushes_at_once_make_one_copy(site: OpenSite, ayllu: Community) -> None:
    executor = ThreadExecutor(4)
    bosque = site("bosque", executor)
    bosque.befriend(ayllu)
    parts = [ayllu.bundle(0, stop) for stop in range(1, ayllu.size + 1)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bosque.mirror.take(part)) for part in parts]
    assert all(task.result()[0].error is None for task in tasks)
    assert [one.raw for one in bosque.stored(ayllu.id)] == ayllu.entries
    await bosque.mirror.close()
    executor.close()


async def test_a_sender_who_hangs_up_leaves_store_and_books_alike(
    site: OpenSite, ayllu: Community
) -> None:
    executor = ThreadExecutor(2)
    bosque = site("bosque", executor)
    bosque.befriend(ayllu)
    for stop in (5, 12, ayllu.size):
        task = asyncio.create_task(bosque.mirror.take(ayllu.bundle(0, stop)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await bosque.mirror.close()
        (taken,) = await bosque.mirror.take(ayllu.bundle(0, stop))
        assert (taken.error, taken.size) == (None, stop)
    executor.close()
