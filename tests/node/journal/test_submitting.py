"""What the journal answers: durable by then, once for each message, many in one transaction."""

import asyncio
from dataclasses import replace

import pytest

from node.journal import Accepted, Unavailable
from node.ports import Ports
from node.store.entries import cosignatures_from, newest_head
from node.store.values import Head, StoredCosignature
from protocol.errors import Malformed, Refused, Unauthentic
from protocol.fold import advance
from protocol.kinds import KINDS
from protocol.ledger.checkpoint import open_checkpoint
from protocol.ledger.cosignature import cosign
from protocol.ledger.merkle import leaf_hash, root_of
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PrivateKey
from tests.node.journal.faults import Commits, stored
from tests.node.journal.village import Desk, Village, ids_of, open_desk, seed


async def _submit_all(desk: Desk, messages: list[bytes]) -> list[Accepted]:
    return list(await asyncio.gather(*(desk.journal.submit(raw) for raw in messages)))


async def test_two_hundred_at_once_share_a_few_transactions(desk: Desk) -> None:
    proposal = await desk.open_proposal()
    messages = [desk.village.position(number, proposal) for number in range(200)]
    commits = Commits(desk.store)
    accepted = await _submit_all(desk, messages)
    assert commits.count <= 8
    assert [one.id for one in accepted] == ids_of(messages)
    assert sorted(one.index for one in accepted) == list(
        range(desk.journal.head.size - 200, desk.journal.head.size)
    )
    for one in accepted[::20]:
        assert desk.receipt(one).index == one.index


async def test_an_answer_is_on_disk_before_it_is_given(desk: Desk) -> None:
    path = str(desk.village.settings.data_dir / "acuerdo.db")
    proposal = await desk.open_proposal()

    async def take(number: int) -> None:
        accepted = await desk.journal.submit(desk.village.position(number, proposal))
        assert stored(path, accepted.id) == (accepted.index, accepted.raw)

    await asyncio.gather(*(take(number) for number in range(40)))


async def test_the_same_message_twice_at_once_is_one_entry(desk: Desk) -> None:
    path = str(desk.village.settings.data_dir / "acuerdo.db")
    proposal = await desk.open_proposal()
    size = desk.journal.head.size
    raw = desk.village.position(1, proposal)

    async def take() -> Accepted:
        accepted = await desk.journal.submit(raw)
        assert stored(path, accepted.id) == (accepted.index, accepted.raw)
        assert desk.receipt(accepted).index == accepted.index
        return accepted

    first = [asyncio.create_task(take()) for _ in range(3)]
    # The later ones come while the first is on its way to the disk, wherever that is.
    later = []
    for _ in range(30):
        await asyncio.sleep(0)
        later.append(asyncio.create_task(take()))
    answers = await asyncio.gather(*first, *later)
    assert {one.index for one in answers} == {size}
    assert [one.new for one in answers].count(True) == 1
    assert desk.journal.head.size == size + 1


async def test_a_second_envelope_around_the_same_words_is_the_same_entry(desk: Desk) -> None:
    raw = desk.village.text(3, "El manantial baja turbio")
    accepted = await desk.journal.submit(raw)
    head, _, signature = raw[1:-1].rpartition(b',"signature":')
    respelled = b'{"signature":' + signature + b"," + head + b"}"
    again = await desk.journal.submit(respelled)
    assert (again.index, again.new, again.raw) == (accepted.index, False, accepted.raw)


async def test_a_message_is_known_after_a_restart(village: Village, ports: Ports) -> None:
    raw = village.text(2, "Se arregla el camino")
    desk = open_desk(village, ports)
    accepted = await desk.journal.submit(raw)
    await desk.close()
    desk = open_desk(village, ports)
    again = await desk.journal.submit(raw)
    assert (again.index, again.raw, again.new) == (accepted.index, accepted.raw, False)
    await desk.close()


async def test_a_message_is_known_after_its_erasure(village: Village, ports: Ports) -> None:
    raw = village.text(2, "Mi hermana vive en la casa azul")
    desk = open_desk(village, ports)
    accepted = await desk.journal.submit(raw)
    body = {"index": accepted.index}
    await desk.journal.submit(village.says(2, "entry/erase", dict(body)))
    for _ in range(2):
        size = desk.journal.head.size
        again = await desk.journal.submit(raw)
        assert (again.index, again.raw, again.new) == (accepted.index, None, False)
        assert desk.journal.head.size == size
        database = village.settings.data_dir / "acuerdo.db"
        for file in (database, database.with_name("acuerdo.db-wal")):
            assert not file.exists() or b"casa azul" not in file.read_bytes()
        await desk.close()
        desk = open_desk(village, ports)
    await desk.close()


async def test_what_is_refused_leaves_nothing_behind(desk: Desk) -> None:
    village = desk.village
    proposal = await desk.open_proposal()
    size, root = desk.journal.head.size, desk.books.tree(village.community).root()
    forged = village.position(1, proposal).replace(b"agree", b"block")
    stranger = village.position(1, "0" * 64)
    good = village.position(1, proposal)
    answers = await asyncio.gather(
        *(desk.journal.submit(raw) for raw in (b"{}", forged, stranger, good)),
        return_exceptions=True,
    )
    assert [type(one) for one in answers] == [Malformed, Unauthentic, Refused, Accepted]
    assert desk.journal.head.size == size + 1
    assert desk.books.tree(village.community).root(size) == root
    assert desk.journal.read_only is None


async def test_a_crowd_too_large_is_sent_away_and_nobody_in_it_is_forgotten(
    village: Village, ports: Ports
) -> None:
    desk = open_desk(village, ports, batch=4, most_waiting=10)
    proposal = await desk.open_proposal()
    size = desk.journal.head.size
    messages = [village.position(number, proposal) for number in range(100)]
    answers = await asyncio.gather(
        *(desk.journal.submit(raw) for raw in messages), return_exceptions=True
    )
    taken = [one for one in answers if isinstance(one, Accepted)]
    away = [one for one in answers if isinstance(one, Unavailable)]
    assert {one.code for one in away} == {"busy"}
    assert len(taken) + len(away) == 100
    assert len(away) >= 50
    assert desk.journal.head.size == size + len(taken)
    assert (await desk.journal.submit(messages[-1])).index >= size
    await desk.close()


async def test_one_who_hangs_up_holds_up_nobody(desk: Desk) -> None:
    proposal = await desk.open_proposal()
    tasks = [
        asyncio.create_task(desk.journal.submit(desk.village.position(number, proposal)))
        for number in range(20)
    ]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, Accepted) for one in answers[1::2])
    assert desk.books.own.size == desk.journal.head.size


async def test_the_head_covers_what_is_stored(desk: Desk) -> None:
    proposal = await desk.open_proposal()
    await _submit_all(desk, [desk.village.position(number, proposal) for number in range(30)])
    head = open_checkpoint(desk.journal.note(), desk.keys.log.public, desk.journal.head.origin)
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql('SELECT raw FROM entry ORDER BY "index"').scalars().all()
    assert head == desk.journal.head
    assert (head.size, head.root) == (len(rows), root_of(map(leaf_hash, rows)))


async def test_a_head_is_kept_with_the_first_witness_s_line(desk: Desk) -> None:
    for words in ("Uno", "Dos"):
        await desk.journal.submit(desk.village.text(1, words))
    witness, key = CommunityId("e" * 64), PrivateKey.from_seed(seed("witness", 1))
    head, note = desk.journal.head, desk.journal.bare_note()
    await desk.journal.submit(desk.village.text(1, "Tres"))
    line = StoredCosignature(head.size, witness, head.root, 7, cosign(key, witness, head, 7))
    beyond = line._replace(size=head.size + 9)
    other = line._replace(size=head.size - 1)
    await desk.journal.learn_cosignatures([line, beyond, other])
    number = desk.books.number(desk.village.community)
    with desk.store.read() as connection:
        assert newest_head(connection, number) == Head(head.size, head.root, note)
        assert cosignatures_from(connection, number, 0, [witness]) == (line,)


async def test_a_bug_in_one_kind_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = await desk.open_proposal()
    broken = desk.village.text(4, "Este texto encuentra un error")

    def stumble(*_: object) -> None:
        raise KeyError("a bug")

    text = replace(KINDS["text/publish"], admit=stumble)
    kinds = {**KINDS, "text/publish": text}
    monkeypatch.setattr("protocol.fold.KINDS", kinds)
    answers = await asyncio.gather(
        desk.journal.submit(broken),
        desk.journal.submit(desk.village.position(1, proposal)),
        return_exceptions=True,
    )
    assert isinstance(answers[0], KeyError)
    assert isinstance(answers[1], Accepted)
    assert desk.journal.read_only is None
    assert desk.receipt(answers[1]).index == answers[1].index


async def test_every_entry_folds_to_the_book_at_hand(desk: Desk) -> None:
    proposal = await desk.open_proposal()
    await _submit_all(desk, [desk.village.position(number, proposal) for number in range(25)])
    again = type(desk.books.own)(ledger=desk.village.community)
    with desk.store.read() as connection:
        rows = connection.exec_driver_sql('SELECT raw FROM entry ORDER BY "index"').scalars().all()
    for raw in rows:
        assert advance(again, raw, leaf_hash(raw)) is None
    assert again == desk.books.own
