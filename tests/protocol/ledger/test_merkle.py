"""Trees and proofs against a reference that follows the RFC's text, and against pymerkle."""

from collections.abc import Callable, Sequence
from hashlib import sha256

import pymerkle  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import Inconsistent
from protocol.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(300)]
TREE = Tree(LEAVES)
sizes = st.integers(0, 300)


def split(size: int) -> int:
    """The largest power of two below `size`."""
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def naive_root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = split(len(leaves))
    return sha256(b"\1" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*naive_path(index, leaves[:half]), naive_root(leaves[half:])]
    return [*naive_path(index - half, leaves[half:]), naive_root(leaves[:half])]


def naive_proof(old: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    half = split(len(leaves))
    if old <= half:
        return [*naive_proof(old, leaves[:half], whole=whole), naive_root(leaves[half:])]
    return [*naive_proof(old - half, leaves[half:], whole=False), naive_root(leaves[:half])]


@given(sizes)
def test_every_way_to_a_root_is_the_same(size: int) -> None:
    root = naive_root(LEAVES[:size])
    assert TREE.root(size) == Tree(LEAVES[:size]).root() == root
    assert root_of(LEAVES[:size]) == TREE.frontier(size).root() == root


@given(sizes, st.lists(sizes, max_size=4))
def test_it_does_not_matter_in_how_many_steps_a_tree_grows(size: int, steps: list[int]) -> None:
    tree, frontier = Tree(), Frontier()
    cuts = sorted(step for step in steps if step < size)
    for start, end in zip([0, *cuts], [*cuts, size], strict=True):
        tree.extend(LEAVES[start:end])
        frontier = frontier.extend(LEAVES[start:end])
        assert tree.frontier() == frontier
    assert tree.size == size
    assert tree.root() == frontier.root() == TREE.root(size)


@given(sizes, sizes)
def test_truncating_goes_back_in_time(size: int, further: int) -> None:
    tree = Tree(LEAVES)
    tree.truncate(size)
    assert tree.root() == TREE.root(size)
    for leaf in LEAVES[size : size + further % 20]:
        tree.append(leaf)
    assert tree.root() == TREE.root(min(300, size + further % 20))


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_inclusion_proofs(place: tuple[int, int]) -> None:
    index, size = place
    proof = TREE.inclusion(index, size)
    assert list(proof) == naive_path(index, LEAVES[:size])
    verify_inclusion(TREE.leaf(index), index, size, proof, TREE.root(size))


@given(sizes.flatmap(lambda new: st.tuples(st.integers(0, new), st.just(new))))
def test_consistency_proofs(pair: tuple[int, int]) -> None:
    old, new = pair
    proof = TREE.consistency(old, new)
    assert list(proof) == (naive_proof(old, LEAVES[:new]) if old else [])
    verify_consistency(old, new, TREE.root(old), TREE.root(new), proof)


def test_pymerkle_agrees() -> None:
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    oracle.append_entries([b"%d" % number for number in range(70)])
    for new in range(1, 71):
        assert oracle.get_root(new) == TREE.root(new)
        for old in range(1, new + 1, 3):
            # pymerkle counts leaves from one and lists the leaf itself first; its consistency
            # proofs have a shape of their own, so only the roots are compared there.
            path = oracle.prove_inclusion(old, new).path
            assert tuple(path[1:]) == TREE.inclusion(old - 1, new)
            proof = TREE.consistency(old, new)
            verify_consistency(old, new, oracle.get_root(old), oracle.get_root(new), proof)


@given(st.integers(1, 64), st.integers(0, 63), st.integers(0, 66), st.integers(0, 66))
def test_a_proof_is_good_for_its_place_only(
    size: int, index: int, other_size: int, other_index: int
) -> None:
    index %= size
    proof = TREE.inclusion(index, size)
    if (other_index, other_size) != (index, size):
        with pytest.raises(Inconsistent):
            verify_inclusion(
                TREE.leaf(index), other_index, other_size, proof, TREE.root(other_size)
            )


def mutations(proof: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    changed = []
    for number, known in enumerate(proof):
        for at in range(32):
            for flip in (1, 0x80, 0xFF):
                hash_ = known[:at] + bytes([known[at] ^ flip]) + known[at + 1 :]
                changed.append((*proof[:number], hash_, *proof[number + 1 :]))
    return changed


def test_every_one_byte_mutation_of_a_proof_is_refused() -> None:
    for index, size in ((0, 7), (6, 7), (5, 13), (8, 9)):
        for proof in mutations(TREE.inclusion(index, size)):
            with pytest.raises(Inconsistent):
                verify_inclusion(LEAVES[index], index, size, proof, TREE.root(size))
    for old, new in ((3, 7), (4, 7), (6, 13), (8, 9)):
        for proof in mutations(TREE.consistency(old, new)):
            with pytest.raises(Inconsistent):
                verify_consistency(old, new, TREE.root(old), TREE.root(new), proof)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=8), st.integers(0, 20))
def test_a_made_up_proof_proves_nothing(proof: list[bytes], size: int) -> None:
    with pytest.raises(Inconsistent):
        verify_inclusion(sha256(b"x").digest(), 0, size + 2, proof, TREE.root(size + 2))
    with pytest.raises(Inconsistent):
        verify_consistency(2, size + 3, sha256(b"x").digest(), TREE.root(size + 3), proof)


TINY = Tree(LEAVES[:5])


@pytest.mark.parametrize(
    "ask",
    [
        lambda: TINY.root(6),
        lambda: TINY.root(-1),
        lambda: TINY.inclusion(5, 5),
        lambda: TINY.inclusion(0, 6),
        lambda: TINY.consistency(3, 6),
        lambda: TINY.consistency(4, 3),
        lambda: TINY.truncate(6),
        lambda: TINY.append(b"short"),
        lambda: Frontier(1, ()),
        lambda: Frontier(1, (b"short",)),
        lambda: TINY.leaf(5),
        lambda: TINY.leaf(-1),
        lambda: TINY.nodes(0, 4, 2),
        lambda: TINY.nodes(3, 0, 1),
        lambda: TINY.nodes(9, 0, 1),
        lambda: TINY.nodes(0, -1, 1),
    ],
)
def test_what_a_tree_cannot_answer_is_a_mistake_of_ours(ask: Callable[[], object]) -> None:
    with pytest.raises((ValueError, IndexError)):
        ask()
    assert TINY.size == 5


def test_the_empty_tree() -> None:
    assert Tree().root() == Frontier().root() == root_of(()) == EMPTY_ROOT
    assert Tree().consistency(0, 0) == TREE.consistency(0, 9) == ()


def test_leaves_count_only_when_everything_over_them_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree = Tree(leaf_hash(b"%d" % one) for one in range(3))
    root, complete, seen = tree.root(), Tree._complete, []

    def look_meanwhile(growing: Tree) -> None:
        seen.append((growing.size, growing.root()))  # as another thread may
        complete(growing)

    monkeypatch.setattr(Tree, "_complete", look_meanwhile)
    tree.extend(leaf_hash(b"%d" % one) for one in range(3, 40))
    assert seen == [(3, root)]
    assert tree.size == 40
