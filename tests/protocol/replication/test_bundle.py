"""The container: what goes in comes out, and nothing else is a bundle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import Malformed, ProtocolError
from protocol.ledger.merkle import Tree, leaf_hash
from protocol.replication.branch import Held
from protocol.replication.bundle import (
    MAGIC,
    Frame,
    Item,
    Section,
    join_bundle,
    read_section,
    split_bundle,
    write_section,
)
from protocol.replication.extend import extend
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_BUNDLE_SECTIONS, MAX_SEALED_BYTES, MAX_SECTION_HEADS
from tests.village import bundle_of, found

LEDGER = CommunityId("ab" * 32)
NOBODY: tuple[()] = ()

entries = st.binary(max_size=80).map(lambda raw: Item(leaf_hash(raw), raw))
hashes = st.binary(min_size=32, max_size=32)
items = st.one_of(
    entries,
    hashes.map(Item),
    st.tuples(hashes, st.binary(max_size=60)).map(lambda pair: Item(pair[0], None, pair[1])),
)
sections = st.builds(
    Section,
    ledger=hashes.map(lambda raw: CommunityId(raw.hex())),
    chain=st.lists(st.binary(max_size=50), min_size=1, max_size=3).map(tuple),
    heads=st.lists(st.binary(max_size=50), min_size=1, max_size=3).map(tuple),
    start=st.integers(0, 2**53 - 100),
    items=st.lists(items, max_size=6),
    proof=st.lists(hashes, max_size=4).map(tuple),
)


@given(st.lists(sections, max_size=3))
def test_what_is_written_is_read(made: list[Section]) -> None:
    raw = bundle_of(*made)
    frames = split_bundle(raw)
    assert [read_section(frame) for frame in frames] == made
    assert join_bundle(frames) == raw


@given(st.lists(sections, min_size=1, max_size=2), st.data())
def test_a_cut_or_longer_bundle_is_refused(made: list[Section], data: st.DataObject) -> None:
    raw = bundle_of(*made)
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(Malformed):
        split_bundle(raw[:cut])
    with pytest.raises(Malformed, match="bundle-trailing"):
        split_bundle(raw + b"\x00")


@given(sections, st.data())
def test_a_cut_or_longer_section_is_refused(made: Section, data: st.DataObject) -> None:
    frame = write_section(made)
    cut = data.draw(st.integers(0, len(frame.body) - 1))
    with pytest.raises(Malformed):
        read_section(Frame(made.ledger, frame.body[:cut]))
    with pytest.raises(Malformed):
        read_section(Frame(made.ledger, frame.body + b"\x00"))


@given(st.binary(max_size=200))
def test_noise_is_refused_without_surprises(noise: bytes) -> None:
    with pytest.raises(Malformed):
        split_bundle(noise)
    with pytest.raises(Malformed):
        read_section(Frame(LEDGER, noise))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(MAGIC.replace(b"/1", b"/2") + b"\x00\x00", id="another version"),
        pytest.param(b"PK\x03\x04" + bytes(40), id="a zip"),
        pytest.param(b"../../etc/passwd".ljust(512, b"\x00"), id="a tar"),
        pytest.param(MAGIC, id="no count"),
        pytest.param(MAGIC + (MAX_BUNDLE_SECTIONS + 1).to_bytes(2, "big"), id="too many sections"),
        pytest.param(MAGIC + b"\x00\x01", id="a section that is not there"),
        pytest.param(
            MAGIC + b"\x00\x01" + bytes(32) + b"\xff\xff\xff\xff", id="a length beyond the end"
        ),
    ],
)
def test_what_is_no_bundle(raw: bytes) -> None:
    with pytest.raises(Malformed):
        split_bundle(raw)


def _body(
    chain: bytes = b"\x01\x00\x01c",
    heads: bytes = b"\x00\x01\x00\x01h",
    start: bytes = bytes(8),
    items: bytes = bytes(4),
    proof: bytes = b"\x00",
) -> bytes:
    return chain + heads + start + items + proof


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_body(chain=b"\x00"), id="no chain"),
        pytest.param(_body(chain=b"\x41"), id="a chain of 65"),
        pytest.param(_body(chain=b"\x01\xff\xff" + bytes(65_535)), id="a message over its limit"),
        pytest.param(_body(heads=b"\x00\x00"), id="no head"),
        pytest.param(_body(heads=(MAX_SECTION_HEADS + 1).to_bytes(2, "big")), id="too many heads"),
        pytest.param(_body(heads=b"\x00\x01\x80\x01" + bytes(32_769)), id="a head over its limit"),
        pytest.param(_body(start=(2**53).to_bytes(8, "big")), id="a start beyond every ledger"),
        pytest.param(_body(items=b"\x7f\xff\xff\xff"), id="more items than allowed"),
        pytest.param(
            _body(items=b"\x00\x00\x00\x01\x03" + bytes(32)), id="an unknown sort of item"
        ),
        pytest.param(_body(items=b"\x00\x00\x00\x01\x00\x00\x09abc", proof=b""), id="a cut entry"),
        pytest.param(_body(items=b"\x00\x00\x00\x01\x00\x00", proof=b""), id="a cut length"),
        pytest.param(_body(items=b"\x00\x00\x00\x01\x01" + bytes(31), proof=b""), id="a cut hash"),
        pytest.param(
            _body(
                items=b"\x00\x00\x00\x01\x02"
                + bytes(32)
                + (MAX_SEALED_BYTES + 1).to_bytes(4, "big")
                + bytes(MAX_SEALED_BYTES + 1)
            ),
            id="sealed over its limit",
        ),
        pytest.param(_body(proof=b"\x40" + bytes(64 * 32)), id="a proof of 64"),
    ],
)
def test_what_is_no_section(body: bytes) -> None:
    read_section(Frame(LEDGER, _body()))
    with pytest.raises(Malformed):
        read_section(Frame(LEDGER, body))


def test_writing_keeps_the_limits_too() -> None:
    section = read_section(Frame(LEDGER, _body()))
    too_many = tuple(b"h" for _ in range(MAX_SECTION_HEADS + 1))
    for wrong in (
        {"chain": ()},
        {"heads": ()},
        {"heads": too_many},
        {"chain": (bytes(60_001),)},
        {"start": -1},
    ):
        values = {"ledger": LEDGER, "chain": section.chain, "heads": section.heads, "start": 0}
        with pytest.raises(Malformed):
            write_section(Section(**{**values, "items": [], **wrong}))  # type: ignore[arg-type]


def test_no_byte_of_a_small_bundle_can_be_changed() -> None:
    """Everything in it is signed, hashed, or says how long it is; so nothing at all may differ."""
    raw = bundle_of(found("ayllu", 1).section())
    assert extend(read_section(split_bundle(raw)[0]), _nothing(), NOBODY).size == 4
    for place in range(len(raw)):
        wrong = bytearray(raw)
        wrong[place] ^= (0x01, 0x80, 0xFF)[place % 3]
        with pytest.raises(ProtocolError):
            extend(read_section(split_bundle(bytes(wrong))[0]), _nothing(), NOBODY)


def _nothing() -> Held:
    return Held(chain=None, tree=Tree(), size=0)
