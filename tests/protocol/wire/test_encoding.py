"""The strict reader: what it reads comes back equal, and hostile input stays cheap."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import Malformed
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.limits import MAX_INTEGER

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts
values: st.SearchStrategy[JsonValue] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_back(value: JsonValue) -> None:
    try:
        raw = write_json(value)
    except Malformed as problem:
        assert problem.code == "json-too-deep"  # noqa: PT017 - the only reason there may be
        return
    assert read_json(raw) == value
    assert read_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=60) | st.text('[]{}",:\\u01dD8e.-+ntf aN', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_and_nothing_else(raw: bytes) -> None:
    try:
        value = read_json(raw)
    except Malformed:
        return
    assert read_json(write_json(value)) == value
    assert json.loads(raw) == value


@pytest.mark.parametrize(
    "value",
    [{1: "a"}, (1,), 1.5, float("nan"), "\ud800", MAX_INTEGER + 1, {"a": b"x"}, {"a": {1, 2}}],
)
def test_what_could_not_be_read_is_not_written(value: object) -> None:
    with pytest.raises(Malformed):
        write_json(value)  # type: ignore[arg-type]


def test_a_value_inside_itself_is_not_written() -> None:
    loop: list[JsonValue] = []
    loop.append(loop)
    with pytest.raises(Malformed):
        write_json(loop)


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 1_000_000,
        b"[" * 20 + b'"' + b'\\"' * 500_000,
        b"[" * 20 + b'""' * 500_000,
        b'{"a":' * 200_000,
        b"[" + b"[]," * 300_000 + b"[]]",
        b"9" * 1_000_000,
        b'"' + b"\\ud800" * 170_000 + b'"',
        b'"' + b"\\" * 1_000_001 + b'"',
    ],
    ids=["open", "quotes", "strings", "objects", "many", "digits", "surrogates", "backslashes"],
)
def test_a_megabyte_of_malice_is_refused_in_good_time(raw: bytes) -> None:
    start = time.process_time()
    with pytest.raises(Malformed):
        read_json(raw)
    assert time.process_time() - start < 0.5


def test_limits_can_be_set_lower() -> None:
    assert read_json(b"[[1]]", max_bytes=5, max_depth=2, max_nodes=2) == [[1]]
    for limits, code in (
        ({"max_bytes": 4}, "json-too-long"),
        ({"max_depth": 1}, "json-too-deep"),
    ):
        with pytest.raises(Malformed) as caught:
            read_json(b"[[1]]", **limits)
        assert caught.value.code == code
    with pytest.raises(Malformed) as caught:
        read_json(b"[1,2,3]", max_nodes=2)
    assert caught.value.code == "json-too-many"
    assert read_json(b'[",,,:::"]', max_nodes=2) == [",,,:::"]


def test_no_error_repeats_what_came() -> None:
    hostile = b'{"<script>alert(1)</script>' * 10
    with pytest.raises(Malformed) as caught:
        read_json(hostile)
    assert "script" not in str(caught.value)
