"""The decision table of our witness, and its promise: one history of each ledger, ever."""

from collections.abc import Callable

import pytest

from node.store.engine import Stale
from node.store.entries import find_ledger
from node.store.ledgers import advance_witnessed
from protocol.errors import Behind, ProtocolError
from protocol.ledger.checkpoint import Checkpoint, origin_of, sign_checkpoint
from protocol.ledger.cosignature import read_cosignatures, verify_cosignature
from protocol.ledger.fork import verify_evidence
from protocol.ledger.witnessing import write_add_checkpoint
from protocol.wire.digests import sha256
from tests.node.replication.conftest import OpenSite
from tests.node.replication.sites import Site
from tests.village import Community, bundle_of, found

Ask = Callable[[Community, Community], bytes]


@pytest.fixture
def ayllu() -> Community:
    community = found("ayllu")
    community.fill(30 - community.size)
    return community


@pytest.fixture
async def bosque(site: OpenSite, ayllu: Community) -> Site:
    """Holds ten entries of the ledger, and cosigned that head."""
    node = site("bosque")
    await node.take(ayllu.bundle(0, 10, covering=10), trust_new=True)
    return node


def ask(ledger: Community, old: int, new: int, **changes: object) -> bytes:
    proof = ledger.tree.consistency(min(old, new), new)
    return write_add_checkpoint(
        old,
        changes.get("proof", proof),  # type: ignore[arg-type]
        changes.get("note", ledger.head(new)),  # type: ignore[arg-type]
    )


def forged(ledger: Community, size: int, root: bytes) -> bytes:
    return sign_checkpoint(ledger.keys.log, Checkpoint(origin_of(ledger.id), size, root))


TABLE: dict[str, tuple[str | None, Ask]] = {
    "the next head": (None, lambda one, _: ask(one, 10, 20)),
    "the same head": (None, lambda one, _: ask(one, 10, 10)),
    "the newest head": (None, lambda one, _: ask(one, 10, 30)),
    "not a request": ("add-checkpoint-malformed", lambda _one, _: b"old 10\nx"),
    "a request too long": ("add-checkpoint-malformed", lambda _one, _: b"old 10\n" + b"x" * 20_000),
    "extension lines": (
        "checkpoint-malformed",
        lambda one, _: ask(one, 10, 20).replace(b"\n20\n", b"\n20\nextension\n"),
    ),
    "an unknown origin": ("witness-origin", lambda _, other: ask(other, 0, other.size)),
    "an origin of another sort": (
        "witness-origin",
        lambda one, _: ask(one, 10, 20).replace(b"acuerdo/l/", b"example/l/"),
    ),
    "another key": (
        "witness-untrusted",
        lambda one, other: ask(
            one, 10, 20, note=sign_checkpoint(other.keys.log, one.checkpoint(20))
        ),
    ),
    "a signature that fails": (
        "witness-untrusted",
        lambda one, _: ask(one, 10, 20).replace(b"\n20\n", b"\n21\n"),
    ),
    "an old size beyond the new one": (
        "witness-old-size",
        lambda one, _: ask(one, 20, 10, proof=()),
    ),
    "first sight of what is known": ("witness-size", lambda one, _: ask(one, 0, 20)),
    "an old size too small": ("witness-size", lambda one, _: ask(one, 5, 20)),
    "an old size too large": ("witness-size", lambda one, _: ask(one, 15, 20)),
    "no proof": ("witness-unproven", lambda one, _: ask(one, 10, 20, proof=())),
    "a wrong proof": ("witness-unproven", lambda one, _: ask(one, 10, 20, proof=(bytes(32),) * 5)),
    "a proof for the same size": (
        "witness-unproven",
        lambda one, _: ask(one, 10, 10, proof=(bytes(32),)),
    ),
    "the same size with another root": (
        "ledger-forked",
        lambda one, _: ask(one, 10, 10, note=forged(one, 10, bytes(32))),
    ),
    "size 0 after ten": ("witness-old-size", lambda one, _: ask(one, 10, 0, proof=())),
}


@pytest.mark.parametrize("case", TABLE)
async def test_the_table(bosque: Site, ayllu: Community, case: str) -> None:
    code, request = TABLE[case]
    body = request(ayllu, found("cerro"))
    origin = sha256(origin_of(ayllu.id).encode()).hex()
    before = await bosque.witness.latest(origin)
    if code is None:
        line = await bosque.witness.add_checkpoint(body)
        latest = await bosque.witness.latest(origin)
        assert latest is not None
        assert line in latest
        return
    with pytest.raises(ProtocolError) as caught:
        await bosque.witness.add_checkpoint(body)
    assert caught.value.code == code
    if isinstance(caught.value, Behind):
        assert caught.value.size == 10
    assert await bosque.witness.latest(origin) == before
    with bosque.store.read() as connection:
        ledger = find_ledger(connection, ayllu.id)
    assert ledger is not None
    assert (ledger.alarm is not None) == (code == "ledger-forked")


async def test_the_line_verifies_and_is_the_same_when_asked_again(
    bosque: Site, ayllu: Community
) -> None:
    line = await bosque.witness.add_checkpoint(ask(ayllu, 10, 20))
    key = bosque.community.keys.witness.public
    cosigned = verify_cosignature(line, ayllu.checkpoint(20), bosque.id, key)
    assert cosigned.time == bosque.clock.now()
    bosque.clock._now_ms += 60_000
    assert await bosque.witness.add_checkpoint(ask(ayllu, 20, 20)) == line


async def test_the_latest_head_is_served_by_the_hash_of_its_origin(
    bosque: Site, ayllu: Community
) -> None:
    await bosque.witness.add_checkpoint(ask(ayllu, 10, 20))
    note = await bosque.witness.latest(sha256(origin_of(ayllu.id).encode()).hex())
    assert note is not None
    assert note.startswith(ayllu.checkpoint(20).text())
    key = bosque.community.keys.witness.public
    assert [one.witness for one in read_cosignatures(note, {bosque.id: key})] == [bosque.id]
    for other in (bosque.id, found("cerro").id):
        assert await bosque.witness.latest(sha256(origin_of(other).encode()).hex()) is None


async def test_nobody_is_a_witness_in_its_own_cause(bosque: Site) -> None:
    own = bosque.community
    with pytest.raises(ProtocolError, match="witness-origin"):
        await bosque.witness.add_checkpoint(ask(own, 0, own.size, proof=()))


async def test_a_signed_head_that_contradicts_is_evidence(bosque: Site, ayllu: Community) -> None:
    twin = found("ayllu").twin()
    twin.fill(25 - twin.size)
    assert twin.tree.root(10) != ayllu.tree.root(10)
    for old, new in [(10, 10), (10, 7), (10, 25)]:
        node = bosque
        with pytest.raises(ProtocolError):
            await node.witness.add_checkpoint(ask(twin, old, new, proof=()))
    evidence = await bosque.mirror.evidence(ayllu.id)
    assert evidence
    verify_evidence(evidence[0], ayllu.id, [ayllu.keys.log.public])
    # From now on it signs nothing of that ledger, on either road.
    with pytest.raises(ProtocolError, match="ledger-forked"):
        await bosque.witness.add_checkpoint(ask(ayllu, 10, 20))
    (taken,) = await bosque.take(ayllu.bundle(10))
    assert (taken.cosignature, taken.error is None) == (None, False)


async def test_witness_and_mirror_share_one_memory(bosque: Site, ayllu: Community) -> None:
    await bosque.witness.add_checkpoint(ask(ayllu, 10, 25))
    (taken,) = await bosque.take(ayllu.bundle(10, 20, covering=20))
    assert (taken.size, taken.cosignature) == (20, None)  # a larger head was cosigned before
    (taken,) = await bosque.take(ayllu.bundle(20))
    assert taken.cosignature is not None
    with pytest.raises(Behind) as caught:
        await bosque.witness.add_checkpoint(ask(ayllu, 10, 25))
    assert caught.value.size == 30


async def test_a_rotated_log_key_signs_from_its_place_on(site: OpenSite, ayllu: Community) -> None:
    node = site("bosque")
    old = ayllu.keys
    ayllu.rotate()
    ayllu.fill(5)
    await node.take(ayllu.bundle(), trust_new=True)
    ayllu.fill(5)
    size = ayllu.size
    note = sign_checkpoint(old.log, ayllu.checkpoint())
    with pytest.raises(ProtocolError, match="witness-untrusted"):
        await node.witness.add_checkpoint(ask(ayllu, size - 5, size, note=note))
    await node.witness.add_checkpoint(ask(ayllu, size - 5, size))


async def test_what_another_process_cosigned_first_is_not_cosigned_over(
    bosque: Site, ayllu: Community
) -> None:
    origin = origin_of(ayllu.id)
    with pytest.raises(Stale), bosque.store.write() as connection:
        advance_witnessed(connection, origin, None, (20, ayllu.tree.root(20)))
    with bosque.store.write() as connection:
        old = (10, ayllu.tree.root(10))
        advance_witnessed(connection, origin, old, (20, ayllu.tree.root(20)))
    (taken,) = await bosque.take(bundle_of(ayllu.section(10)))
    assert taken.cosignature is not None
