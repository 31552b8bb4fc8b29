"""What happens to answers, state and signatures when the disk or another writer is in the way."""

import asyncio

import pytest

from node.journal import Accepted, Unavailable
from node.ports import Ports
from node.store.engine import open_store
from protocol.ledger.merkle import leaf_hash, root_of
from tests.node.journal.faults import failing, fill_disk, flip_a_bit_of, stored
from tests.node.journal.village import Desk, Village, ids_of, open_desk


async def _reopened(village: Village, ports: Ports) -> Desk:
    """After the operator's restart: the stored bytes make the root, and writing goes on."""
    desk = open_desk(village, ports)
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql('SELECT raw FROM entry ORDER BY "index"').scalars().all()
    assert desk.journal.head.size == len(rows) == desk.books.own.size
    assert desk.journal.head.root == root_of(leaf_hash(raw) for raw in rows)
    assert (await desk.journal.submit(village.text(0, "Seguimos"))).new
    return desk


async def _submit_each(desk: Desk, messages: list[bytes]) -> list[Accepted | BaseException]:
    return await asyncio.gather(
        *(desk.journal.submit(raw) for raw in messages), return_exceptions=True
    )


async def test_a_commit_that_fails_is_answered_to_nobody(village: Village, ports: Ports) -> None:
    store = failing(open_store(village.settings.store_url))
    desk = open_desk(village, ports, store=store, batch=16)
    proposal = await desk.open_proposal()
    before = await _submit_each(desk, [village.position(n, proposal) for n in range(32)])
    store.plan.failing = 2
    messages = [village.position(number, proposal) for number in range(64)]
    answers = await _submit_each(desk, messages)
    lost = [one for one in answers if isinstance(one, Unavailable)]
    kept = [one for one in (*before, *answers) if isinstance(one, Accepted)]
    assert {one.code for one in lost} == {"storage-failed"}
    assert len(lost) >= 32
    assert desk.journal.read_only is not None
    with pytest.raises(Unavailable):
        await desk.journal.submit(village.text(1, "Nadie escribe ahora"))
    assert desk.books.own.size == desk.journal.head.size  # the book forgot what was not stored
    for one in kept:
        assert desk.receipt(one).index == one.index
    await desk.close()
    path = str(village.settings.data_dir / "acuerdo.db")
    assert all(stored(path, one.id) == (one.index, one.raw) for one in kept)
    known = {one.id for one in kept}
    assert all(stored(path, it) is None for it in ids_of(messages) if it not in known)
    again = await _reopened(village, ports)
    assert isinstance((await _submit_each(again, messages))[-1], Accepted)
    await again.close()


async def test_a_commit_that_fails_yet_persists_is_found_at_the_next_start(
    village: Village, ports: Ports
) -> None:
    store = failing(open_store(village.settings.store_url))
    desk = open_desk(village, ports, store=store)
    store.plan.failing, store.plan.persisting = 1, True
    raw = village.text(1, "Llegó al disco, y nadie lo supo")
    with pytest.raises(Unavailable):
        await desk.journal.submit(raw)
    await desk.close()
    desk = await _reopened(village, ports)
    again = await desk.journal.submit(raw)
    assert not again.new
    assert desk.receipt(again).index == again.index
    await desk.close()


async def test_a_full_disk_loses_nothing_that_was_answered(village: Village, ports: Ports) -> None:
    desk = open_desk(village, ports)
    proposal = await desk.open_proposal()
    fill_disk(desk.store, spare_pages=12)
    accepted: list[Accepted] = []
    for round_number in range(60):
        messages = [village.position(round_number + n, proposal) for n in range(4)]
        answers = await _submit_each(desk, messages)
        accepted += [one for one in answers if isinstance(one, Accepted)]
        if desk.journal.read_only is not None:
            break
    assert desk.journal.read_only is not None
    assert "full" in desk.journal.read_only.reason
    assert accepted
    path = str(village.settings.data_dir / "acuerdo.db")
    assert all(stored(path, one.id) == (one.index, one.raw) for one in accepted)
    assert desk.books.own.size == desk.journal.head.size
    await desk.close()
    await (await _reopened(village, ports)).close()


async def test_a_bit_that_flips_on_the_way_to_disk_is_never_signed(
    village: Village, ports: Ports
) -> None:
    desk = open_desk(village, ports)
    size, note = desk.journal.head.size, desk.journal.bare_note()
    flip_a_bit_of(desk.store, b"fuente")
    good = await desk.journal.submit(village.text(1, "El agua corre"))
    size, note = good.index + 1, desk.journal.bare_note()
    with pytest.raises(Unavailable) as refused:
        await desk.journal.submit(village.text(2, "La fuente del pueblo"))
    assert refused.value.code == "storage-failed"
    assert desk.journal.head.size == size
    assert desk.journal.bare_note() == note
    await desk.close()
    await (await _reopened(village, ports)).close()


async def test_a_second_writer_stops_the_slower_one(village: Village, ports: Ports) -> None:
    first, second = open_desk(village, ports), open_desk(village, ports)
    ours = await first.journal.submit(village.text(1, "Aquí escribimos"))
    raw = village.text(2, "También aquí")
    with pytest.raises(Unavailable) as refused:
        await second.journal.submit(raw)
    assert refused.value.code == "other-writer"
    with pytest.raises(Unavailable):
        await second.journal.submit(village.text(3, "Y otra vez"))
    assert second.books.own == first.books.own  # it reads on, from what is stored
    assert (await first.journal.submit(raw)).index == ours.index + 1
    await first.close()
    await second.close()
    await (await _reopened(village, ports)).close()


async def test_two_writers_in_a_race_lose_nothing_that_either_answered(
    village: Village, ports: Ports
) -> None:
    desks = [open_desk(village, ports, batch=4) for _ in range(2)]
    messages = [village.text(number, f"Aviso {number}") for number in range(60)]
    answers = await asyncio.gather(
        _submit_each(desks[0], messages[::2]), _submit_each(desks[1], messages[1::2])
    )
    accepted = [one for side in answers for one in side if isinstance(one, Accepted)]
    stopped = [desk for desk in desks if desk.journal.read_only is not None]
    assert len(stopped) == 1
    assert len({one.index for one in accepted}) == len(accepted)
    path = str(village.settings.data_dir / "acuerdo.db")
    assert all(stored(path, one.id) == (one.index, one.raw) for one in accepted)
    for desk in desks:
        await desk.close()
    await (await _reopened(village, ports)).close()
