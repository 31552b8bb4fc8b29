"""What a section adds to a copy, and what it shows about a ledger that has two histories."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import Behind, Inconsistent, Malformed, ProtocolError, Unauthentic
from protocol.ledger.checkpoint import open_checkpoint
from protocol.ledger.cosignature import add_cosignatures
from protocol.ledger.fork import verify_evidence
from protocol.ledger.merkle import Tree
from protocol.replication.branch import Contradiction, Held, SignedHead
from protocol.replication.bundle import Item, Section
from protocol.replication.extend import Extension, extend
from tests.village import Community, found

AYLLU = found("ayllu", 2)
AYLLU.fill(40)
BOSQUE, CERRO = found("bosque", 1), found("cerro", 1)
WITNESSES = ({one.id: one.keys.witness.public for one in (BOSQUE, CERRO)},)


def held(community: Community, size: int, *heads: int) -> Held:
    """What a reader holds who took so much of a ledger, under heads of these sizes."""
    if size == 0 and not heads:
        return Held(chain=None, tree=Tree(), size=0)
    signed = tuple(
        SignedHead(checkpoint=community.checkpoint(at), note=community.head(at))
        for at in heads or (size,)
    )
    return Held(chain=community.chain, tree=Tree(community.leaves[:size]), size=size, heads=signed)


def take(section: Section, have: Held) -> Extension:
    return extend(section, have, WITNESSES)


@given(st.data())
def test_any_part_of_an_honest_ledger_extends_any_copy(data: st.DataObject) -> None:
    size = data.draw(st.integers(0, AYLLU.size))
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, AYLLU.size))
    cover = data.draw(st.integers(max(end, 1), AYLLU.size))
    extension = take(AYLLU.section(start, end, covering=cover), held(AYLLU, size))
    assert extension.size == max(size, end)
    assert extension.frontier.root() == AYLLU.tree.root(max(size, end))
    assert [item.raw for item in extension.items] == AYLLU.entries[size:end]
    assert [index for index, _ in extension.known] == list(range(start, min(size, end)))
    assert (extension.head is not None) == (cover == extension.size)


def test_a_gap_says_how_much_is_held() -> None:
    with pytest.raises(Behind) as caught:
        take(AYLLU.section(20), held(AYLLU, 10))
    assert caught.value.code == "ledger-gap"
    assert caught.value.size == 10


def test_cosignatures_by_known_witnesses_are_found_and_others_left_aside() -> None:
    stranger = found("dehesa", 1)
    section = AYLLU.section(heads=[AYLLU.head(by=(BOSQUE, stranger, CERRO))])
    (head,) = take(section, held(AYLLU, 0)).heads
    assert [line.witness for line in head.cosignatures] == [BOSQUE.id, CERRO.id]
    assert head.note == AYLLU.head()
    assert open_checkpoint(head.note, AYLLU.keys.log.public) == AYLLU.checkpoint()


def test_the_earlier_of_two_lines_and_an_older_key_count() -> None:
    elsewhere = found("elsewhere", 1)
    early = elsewhere.cosign(AYLLU)
    elsewhere.now += 50
    late = elsewhere.cosign(AYLLU)
    old = {elsewhere.id: elsewhere.keys.witness.public}
    elsewhere.rotate()
    new = {elsewhere.id: elsewhere.keys.witness.public}
    section = AYLLU.section(heads=[add_cosignatures(AYLLU.head(), [late, early])])
    (head,) = extend(section, held(AYLLU, 0), (new, old)).heads
    assert [(line.time, line.line) for line in head.cosignatures] == [(elsewhere.now - 50, early)]


def test_a_known_witness_line_that_fails_refuses_the_section() -> None:
    wrong = BOSQUE.cosign(CERRO)
    section = AYLLU.section(heads=[add_cosignatures(AYLLU.head(), [wrong])])
    with pytest.raises(Unauthentic):
        take(section, held(AYLLU, 0))


def test_a_rotation_is_followed_and_the_old_key_signs_no_more() -> None:
    dehesa = found("dehesa", 1)
    before, old = dehesa.size, dehesa.keys.log
    have = held(dehesa, before)
    dehesa.rotate()
    dehesa.fill(3)
    extension = take(dehesa.section(before), have)
    assert extension.chain == dehesa.chain
    # A head of the time before keeps its key, beside one of the time after.
    dehesa_old_head = have.heads[0].note
    both = dehesa.section(0, heads=[dehesa_old_head, dehesa.head()])
    assert len(take(both, held(dehesa, 0)).heads) == 2
    forged = replace(dehesa.keys, log=old)
    dehesa.keys, real = forged, dehesa.keys
    with pytest.raises(Unauthentic):
        take(dehesa.section(before), have)
    dehesa.keys = real
    # A reader who knows the rotation keeps it when somebody shows only the beginning.
    shorter = replace(dehesa.section(0, before), chain=dehesa.section().chain[:1])
    shorter = replace(shorter, heads=(dehesa_old_head,), proof=())
    assert take(shorter, held(dehesa, dehesa.size)).chain == dehesa.chain


FAULTS: dict[str, Callable[[Section], Section]] = {
    "another ledger's chain": lambda s: replace(s, chain=BOSQUE.section().chain),
    "another ledger's head": lambda s: replace(s, heads=BOSQUE.section().heads),
    "another ledger": lambda s: replace(s, ledger=BOSQUE.id),
    "an entry too few": lambda s: replace(s, items=s.items[:-1]),
    "an entry too many": lambda s: replace(s, items=[*s.items, s.items[0]]),
    "entries swapped": lambda s: replace(s, items=[s.items[1], s.items[0], *s.items[2:]]),
    "a leaf hash made up": lambda s: replace(s, items=[Item(bytes(32)), *s.items[1:]]),
    "shifted": lambda s: replace(s, start=s.start - 1),
    "a proof where none belongs": lambda s: replace(s, proof=(bytes(32),)),
    "heads out of order": lambda s: replace(s, heads=(AYLLU.head(45), AYLLU.head(20))),
    "the same head twice": lambda s: replace(s, heads=s.heads * 2),
    "a head below the end": lambda s: replace(s, heads=(AYLLU.head(AYLLU.size - 1),)),
    "two heads beyond the end": lambda _: replace(
        AYLLU.section(10, 20), heads=(AYLLU.head(30), AYLLU.head())
    ),
    "a proof that is missing": lambda _: replace(AYLLU.section(10, 20), proof=()),
    "a proof to another size": lambda _: replace(
        AYLLU.section(10, 20), proof=AYLLU.tree.consistency(19, AYLLU.size)
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_section_that_does_not_hold_in_itself_blames_nobody(fault: str) -> None:
    section = FAULTS[fault](AYLLU.section(10))
    with pytest.raises((Malformed, Unauthentic, Inconsistent)) as caught:
        take(section, held(AYLLU, 12))
    assert not isinstance(caught.value, Contradiction)


# Two histories that part at `PARTED`: twins of one community, restored from one backup.
PARTED = 20
FIRST = found("gemela", 1)
FIRST.fill(PARTED - FIRST.size)
SECOND = FIRST.twin()
FIRST.fill(30)
SECOND.fill(30)


@pytest.mark.parametrize(
    ("section", "have", "shown"),
    [
        pytest.param(SECOND.section(0, 30, covering=30), held(FIRST, 30), True, id="same size"),
        pytest.param(
            SECOND.section(0, 25, covering=25), held(FIRST, 40), True, id="their head is smaller"
        ),
        pytest.param(
            SECOND.section(0, 40, covering=40), held(FIRST, 30), True, id="their head is larger"
        ),
        pytest.param(SECOND.section(30, 30, covering=30), held(FIRST, 40), True, id="only a head"),
        pytest.param(
            SECOND.section(20, 40, covering=40),
            held(FIRST, 30),
            True,
            id="they start where we part",
        ),
        pytest.param(
            SECOND.section(0, 30), held(FIRST, 30), True, id="covered from beyond, at our head"
        ),
        pytest.param(
            SECOND.section(0, 30), held(FIRST, 33), False, id="covered from beyond, no common size"
        ),
        pytest.param(
            SECOND.section(0, 40, covering=40),
            held(FIRST, 15, 15, 35),
            True,
            id="our head is beyond what we hold",
        ),
        pytest.param(
            SECOND.section(0, 35, covering=35),
            held(FIRST, 15, 15, 35),
            True,
            id="our head beyond has their size",
        ),
        pytest.param(
            SECOND.section(heads=[FIRST.head(30), SECOND.head()]),
            held(FIRST, 10),
            True,
            id="a head on the way is of the other history",
        ),
        pytest.param(
            replace(SECOND.section(0, 40), heads=(FIRST.head(30), SECOND.head())),
            held(FIRST, 10),
            False,
            id="and the cover is beyond",
        ),
    ],
)
def test_two_histories_are_a_contradiction_with_evidence(
    section: Section, have: Held, shown: bool
) -> None:
    with pytest.raises(Contradiction) as caught:
        take(section, have)
    assert caught.value.code == "ledger-forked"
    assert (caught.value.evidence is not None) == shown
    if caught.value.evidence is not None:
        keys = [keyset.log for keyset in FIRST.chain.keysets]
        fork = verify_evidence(caught.value.evidence, FIRST.id, keys)
        assert PARTED < fork.first.size <= fork.second.size


def test_the_common_beginning_is_no_contradiction() -> None:
    assert take(SECOND.section(0, PARTED, covering=PARTED), held(FIRST, 30)).size == 30


def test_leaves_of_one_history_under_the_head_of_the_other_blame_nobody() -> None:
    mixed = replace(SECOND.section(25), items=FIRST.section(25).items)
    with pytest.raises(Inconsistent) as caught:
        take(mixed, held(SECOND, 30))
    assert not isinstance(caught.value, Contradiction)


@given(st.data())
def test_mutated_leaves_and_proofs_never_pass(data: st.DataObject) -> None:
    section = AYLLU.section(10, 20)
    where = data.draw(st.integers(0, len(section.items) + len(section.proof) - 1))
    noise = data.draw(st.binary(min_size=32, max_size=32))
    if where < len(section.items):
        items = list(section.items)
        items[where] = Item(noise)
        wrong = replace(section, items=items)
    else:
        proof = list(section.proof)
        proof[where - len(section.items)] = noise
        wrong = replace(section, proof=tuple(proof))
    if wrong != section:
        with pytest.raises(ProtocolError):
            take(wrong, held(AYLLU, 10))
