"""A file as short texts and back; nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import Malformed
from protocol.replication.parts import PART_BYTES, join_parts, read_part, split_parts
from protocol.wire.limits import MAX_PART_CHARS, MAX_PARTS

QR = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(st.binary(min_size=1, max_size=5_000), st.randoms(use_true_random=False))
def test_what_is_split_is_joined_in_any_order(raw: bytes, chance: object) -> None:
    parts = list(split_parts(raw))
    chance.shuffle(parts)  # type: ignore[attr-defined]
    texts = [part.text for part in parts]
    assert join_parts(read_part(text) for text in texts) == raw
    assert all(set(text) <= QR and len(text) <= MAX_PART_CHARS for text in texts)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_no_character_of_a_part_can_be_changed(raw: bytes, data: st.DataObject) -> None:
    (part,) = split_parts(raw)
    at = data.draw(st.integers(0, len(part.text) - 1))
    other = data.draw(st.sampled_from(sorted(QR - {part.text[at]})))
    with pytest.raises(Malformed):
        read_part(part.text[:at] + other + part.text[at + 1 :])


@given(st.text(max_size=80))
def test_noise_is_refused_without_surprises(noise: str) -> None:
    with pytest.raises(Malformed):
        read_part(noise)


def test_what_is_too_large_is_not_split() -> None:
    assert len(split_parts(bytes(MAX_PARTS * PART_BYTES))) == MAX_PARTS
    for raw in (bytes(MAX_PARTS * PART_BYTES + 1), b""):
        with pytest.raises(Malformed, match="parts-too-many"):
            split_parts(raw)
