"""Entries, heads, cosignatures and receipts: round trips, and no byte may change."""

import time
from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import Malformed, ProtocolError, Unauthentic
from protocol.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    origin_of,
    read_checkpoint,
    sign_checkpoint,
)
from protocol.ledger.cosignature import (
    add_cosignatures,
    cosign,
    read_cosignatures,
    verify_cosignature,
)
from protocol.ledger.entry import leaf_hash, read_entry, write_entry
from protocol.ledger.fork import make_evidence, verify_evidence
from protocol.ledger.merkle import Tree
from protocol.ledger.note import Note, read_note, write_note
from protocol.ledger.receipt import open_receipt, write_receipt
from protocol.ledger.tiles import (
    EntryTile,
    Tile,
    read_path,
    read_tile,
    tile_bytes,
    tiles_between,
    write_entries,
)
from protocol.ledger.witnessing import read_add_checkpoint
from protocol.wire.digests import CommunityId
from protocol.wire.keys import PrivateKey
from protocol.wire.message import verify_message, write_message


def key(number: int) -> PrivateKey:
    return PrivateKey.from_seed(sha256(b"key %d" % number).digest())


def community(name: str) -> CommunityId:
    return CommunityId(sha256(name.encode()).hexdigest())


LEDGER, ORIGIN = community("Villa Nueva"), origin_of(community("Villa Nueva"))
ALICE, LOG = key(1), key(2)
WITNESSES = {community(name): key(number) for number, name in enumerate(["Norte", "Sur"], 3)}
KNOWN = {name: witness.public for name, witness in WITNESSES.items()}
NORTE, SUR = WITNESSES

MESSAGE = write_message(
    ALICE,
    ledger=LEDGER,
    kind="position/take",
    audience="community",
    nonce=bytes(16),
    body={"proposal": LEDGER, "choice": "agree", "reason": None},
)
ENTRY = write_entry(index=5, received=1_700_000_000, salt=bytes(range(16)), message_raw=MESSAGE)
TREE = Tree([*(sha256(b"%d" % number).digest() for number in range(5)), leaf_hash(ENTRY)])
TREE.extend(sha256(b"%d" % number).digest() for number in range(7))
HEAD = Checkpoint(ORIGIN, TREE.size, TREE.root())
NOTE = sign_checkpoint(LOG, HEAD)
RECEIPT = write_receipt(5, TREE.inclusion(5, TREE.size), NOTE)


def all_mutations_are_refused(raw: bytes, open_: Callable[[bytes], object]) -> None:
    open_(raw)
    for at in range(len(raw)):
        for value in {raw[at] ^ 1, raw[at] ^ 0x20, raw[at] ^ 0x80, 0x0A, 0x20, 0x30, 0x3D, 0x41}:
            changed = raw[:at] + bytes([value]) + raw[at + 1 :]
            if changed != raw:
                with pytest.raises(ProtocolError):
                    open_(changed)
        with pytest.raises(ProtocolError):
            open_(raw[:at] + raw[at + 1 :])


def test_no_byte_of_an_entry_may_change() -> None:
    # The entry alone does not vouch for index, time and salt: its place in the tree does.
    proof = TREE.inclusion(5, TREE.size)
    receipt = write_receipt(5, proof, NOTE)

    def open_entry(raw: bytes) -> None:
        verify_message(read_entry(raw).message)
        open_receipt(receipt, leaf_hash(raw), LOG.public)

    all_mutations_are_refused(ENTRY, open_entry)


def test_no_byte_of_a_head_may_change() -> None:
    all_mutations_are_refused(NOTE, lambda raw: open_checkpoint(raw, LOG.public))


def test_no_byte_of_a_cosignature_may_change() -> None:
    line = cosign(WITNESSES[NORTE], NORTE, HEAD, 1_700_000_001)
    known = KNOWN[NORTE]
    all_mutations_are_refused(line, lambda raw: verify_cosignature(raw, HEAD, NORTE, known))


def test_no_byte_of_a_receipt_may_change() -> None:
    leaf = leaf_hash(ENTRY)
    all_mutations_are_refused(RECEIPT, lambda raw: open_receipt(raw, leaf, LOG.public))


def test_a_change_in_a_receipts_cosignatures_can_only_lose_them() -> None:
    # C2SP: lines under unknown names are ignored, so a changed name is a lost witness.
    lines = [cosign(witness, name, HEAD, 1_700_000_001) for name, witness in WITNESSES.items()]
    raw = write_receipt(5, TREE.inclusion(5, TREE.size), add_cosignatures(NOTE, lines))
    leaf = leaf_hash(ENTRY)
    whole = open_receipt(raw, leaf, LOG.public, origin=ORIGIN, witnesses=KNOWN)
    assert [known.witness for known in whole.cosignatures] == [NORTE, SUR]
    for at in range(len(RECEIPT), len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        try:
            less = open_receipt(changed, leaf, LOG.public, origin=ORIGIN, witnesses=KNOWN)
        except ProtocolError:
            continue
        assert len(less.cosignatures) == 1
        assert set(less.cosignatures) < set(whole.cosignatures)


@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), st.binary(min_size=16, max_size=16))
def test_an_entry_reads_back(index: int, received: int, salt: bytes) -> None:
    raw = write_entry(index=index, received=received, salt=salt, message_raw=MESSAGE)
    entry = read_entry(raw)
    assert (entry.index, entry.received, entry.salt) == (index, received, salt)
    assert entry.message.raw == MESSAGE


def test_an_entry_is_not_written_around_what_is_no_message() -> None:
    for bad in (b"{}", MESSAGE + b" ", MESSAGE[:-1]):
        with pytest.raises(Malformed):
            write_entry(index=0, received=0, salt=bytes(16), message_raw=bad)
    for numbers in ((-1, 0), (0, -1), (2**53, 0)):
        with pytest.raises(ValueError, match="2\\^53"):
            write_entry(index=numbers[0], received=numbers[1], salt=bytes(16), message_raw=MESSAGE)


def test_a_witness_counts_once_with_its_earliest_word() -> None:
    late = cosign(WITNESSES[NORTE], NORTE, HEAD, 1_700_000_009)
    early = cosign(WITNESSES[NORTE], NORTE, HEAD, 1_700_000_003)
    note = add_cosignatures(add_cosignatures(NOTE, [late, late]), [early, late])
    assert note.count(b"\n") == NOTE.count(b"\n") + 2
    assert [known.time for known in read_cosignatures(note, KNOWN)] == [1_700_000_003]
    assert open_checkpoint(note, LOG.public, ORIGIN) == HEAD


def test_an_old_witness_key_is_unknown_and_a_false_line_is_refused() -> None:
    old = cosign(key(99), NORTE, HEAD, 1_700_000_003)
    assert read_cosignatures(add_cosignatures(NOTE, [old]), KNOWN) == ()
    other = Checkpoint(ORIGIN, HEAD.size + 1, HEAD.root)
    false = cosign(WITNESSES[NORTE], NORTE, other, 1_700_000_003)
    with pytest.raises(Unauthentic):
        read_cosignatures(add_cosignatures(NOTE, [false]), KNOWN)
    assert read_cosignatures(add_cosignatures(NOTE, [false]), {SUR: KNOWN[SUR]}) == ()


def test_a_note_takes_no_more_lines_than_it_may() -> None:
    lines = [
        cosign(key(number), community(str(number)), HEAD, 1_700_000_000) for number in range(64)
    ]
    add_cosignatures(NOTE, lines[:63])
    with pytest.raises(Malformed):
        add_cosignatures(NOTE, lines)


def test_tiles_hold_what_the_tree_holds() -> None:
    leaves = [sha256(b"leaf %d" % number).digest() for number in range(70_000)]
    tree = Tree(leaves)
    tiles = list(tiles_between(0, 70_000))
    assert [tile.level for tile in tiles] == [0] * 274 + [1] * 2 + [2]
    assert tiles[273:] == [Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    for tile in tiles:
        raw = tile_bytes(tree, tile)
        assert len(raw) == 32 * tile.width
        assert read_path(tile.path) == tile
        if tile.level:
            # Every hash is the root of one full tile below.
            first = Tree(read_tile(tile_bytes(tree, Tile(tile.level - 1, tile.index * 256)), 256))
            assert raw[:32] == first.root()
    assert list(tiles_between(69_999, 70_000)) == [Tile(0, 273, 112)]
    assert list(tiles_between(255, 256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_between(7, 7)) == []
    with pytest.raises(IndexError):
        tile_bytes(tree, Tile(0, 273, 113))
    with pytest.raises(Malformed):
        read_tile(bytes(33), 1)


def test_the_tile_of_the_worked_example() -> None:
    entries = ",00,10,2021,3031,40414243,5051525354555657,606162636465666768696a6b6c6d6e6f"
    tree = Tree(leaf_hash(bytes.fromhex(entry)) for entry in entries.split(","))
    digest = "aea2f1bbb5140fd5f8eacb503fdf54c00c3d860c72588e40233addd416bc8f10"
    assert sha256(tile_bytes(tree, Tile(0, 0, 8))).hexdigest() == digest
    origin = "d79f3f3911c3363a90c70d8326a951d728387a60335326d5e7fe66e9931014a6"
    assert sha256(b"node.example/ledger/abc").hexdigest() == origin


@given(st.integers(0, 2**53 - 1), st.integers(0, 63), st.integers(1, 256))
def test_tile_paths_read_back(index: int, level: int, width: int) -> None:
    for tile in (Tile(level, index, width), EntryTile(index, width)):
        assert read_path(tile.path) == tile


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_every_fork_can_be_shown_and_no_other(first: int, second: int, data: st.DataObject) -> None:
    old, new = sorted((first, second))
    parting = data.draw(st.integers(0, old))
    tree = Tree(sha256(b"%d" % number).digest() for number in range(old))
    branch = Tree(
        sha256(b"%d" % number if number < parting else b"other %d" % number).digest()
        for number in range(new)
    )
    heads = [sign_checkpoint(LOG, Checkpoint(ORIGIN, x.size, x.root())) for x in (tree, branch)]
    evidence = make_evidence(LEDGER, heads[1], heads[0], branch)
    keys = [key(50).public, LOG.public]
    if parting < old:
        fork = verify_evidence(evidence, LEDGER, keys)
        assert (fork.first.size, fork.second.size) == (old, new)
    else:
        with pytest.raises(ProtocolError) as caught:
            verify_evidence(evidence, LEDGER, keys)
        assert caught.value.code == "fork-not-shown"


def test_evidence_leaves_cosignatures_out() -> None:
    branch = Tree(sha256(b"other %d" % number).digest() for number in range(TREE.size))
    other = sign_checkpoint(LOG, Checkpoint(ORIGIN, branch.size, branch.root()))
    line = cosign(WITNESSES[NORTE], NORTE, HEAD, 1_700_000_001)
    evidence = make_evidence(LEDGER, add_cosignatures(NOTE, [line]), other)
    assert evidence.first.encode() == NOTE
    verify_evidence(evidence, LEDGER, [LOG.public])


def test_fifty_thousand_entries_are_no_burden() -> None:
    # Far above what was measured (0.03 s), so that only a change of order can fail it.
    leaves = [sha256(b"%d" % number).digest() for number in range(50_000)]
    start = time.process_time()
    tree = Tree(leaves)
    assert time.process_time() - start < 0.15
    assert len(tree.inclusion(31_234, 50_000)) <= 16


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: cosign(WITNESSES[NORTE], NORTE, HEAD, 0),
        lambda: cosign(WITNESSES[NORTE], NORTE, HEAD, 2**53),
        lambda: write_entry(index=0, received=0, salt=bytes(15), message_raw=MESSAGE),
        lambda: write_entries([bytes(65_536)]),
    ],
)
def test_our_own_mistakes_are_no_protocol_errors(mistake: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"time|salt|frame"):
        mistake()


def test_what_is_not_text_is_refused() -> None:
    for read in (read_checkpoint, read_add_checkpoint, read_note):
        with pytest.raises(Malformed):
            read(b"\xff\n\n\n")
    with pytest.raises(Malformed):
        write_note(Note(b"no line feed", read_note(NOTE).lines))
