"""JSON, read strictly and written compactly (docs/spec/wire.md, "JSON").

What is refused, because parsers elsewhere disagree about it and a hostile community could
split the network with it: duplicate keys, floats and exponents, NaN and Infinity, minus
zero, integers beyond 2**53 - 1, lone surrogates (raw or escaped), a byte order mark,
anything that is not UTF-8, white space around the value, and whatever is too deep, too
long or too many. Unicode is not normalised: what was written is what is compared.

The standard library's C scanner does the reading; the rules hang on its hooks. Depth is
bounded before it starts, because it recurses.
"""

import json
import re
from typing import NoReturn

from typing_extensions import TypeAliasType

from protocol.errors import Malformed
from protocol.wire.limits import (
    MAX_INTEGER,
    MAX_INTEGER_DIGITS,
    MAX_JSON_BYTES,
    MAX_JSON_DEPTH,
    MAX_JSON_NODES,
)

JsonValue = TypeAliasType(
    "JsonValue", "dict[str, JsonValue] | list[JsonValue] | str | int | bool | None"
)
"""What JSON can hold here: no floats."""

# Takes an unfinished string to the end of the input: one attempt per string, never two, so
# that hostile quotes cannot make it quadratic.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKETS = b"[]{}"
_TO_ROUND = bytes.maketrans(_BRACKETS, b"()()")
_NOT_BRACKETS = bytes(set(range(256)) - set(_BRACKETS))


def read_json(
    raw: bytes,
    *,
    max_bytes: int = MAX_JSON_BYTES,
    max_depth: int = MAX_JSON_DEPTH,
    max_nodes: int = MAX_JSON_NODES,
) -> JsonValue:
    """Read one JSON value and nothing around it.

    Args:
        raw: the bytes as they came.
        max_bytes: longest input.
        max_depth: deepest nesting of objects and arrays.
        max_nodes: most values and keys, counted generously (see the spec).

    Raises:
        Malformed: with a code that names the rule.
    """
    if len(raw) > max_bytes:
        raise Malformed("json-too-long", f"more than {max_bytes} bytes")
    try:
        text = str(raw, "utf-8")
    except UnicodeDecodeError:
        raise Malformed("json-not-utf8", "not valid UTF-8") from None
    # Cheap counts over everything, strings included, settle almost every input;
    # only what looks too large is counted exactly.
    if raw.count(b"[") + raw.count(b"{") > max_depth:
        _check_depth(raw, max_depth)
    if raw.count(b",") + raw.count(b":") >= max_nodes:
        _check_nodes(raw, max_nodes)
    return _scan(text, surrogates_possible=b"\\u" in raw)


def write_json(value: JsonValue) -> bytes:
    """Write compact UTF-8 JSON that `read_json` reads back to an equal value.

    Raises:
        Malformed: the value holds something that `read_json` refuses.
    """
    try:
        raw = _ENCODER.encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        raise Malformed("json-invalid", "the value has no JSON form") from None
    if read_json(raw) != value:
        raise Malformed("json-invalid", "the value changes when written and read")
    return raw


def _scan(text: str, *, surrogates_possible: bool) -> JsonValue:
    value: JsonValue
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as problem:
        raise Malformed("json-invalid", f"{problem.msg} at character {problem.pos}") from None
    if end != len(text):
        raise Malformed("json-invalid", f"something follows the value at character {end}")
    if surrogates_possible:
        _check_surrogates(value)
    return value


def _check_depth(raw: bytes, max_depth: int) -> None:
    # Each pass removes every innermost pair at once, so passes count the depth in C time.
    left = _STRING.sub(b"", raw).translate(_TO_ROUND, _NOT_BRACKETS)
    for _ in range(max_depth):
        if not left:
            return
        left = left.replace(b"()", b"")
    if left:
        raise Malformed("json-too-deep", f"nested deeper than {max_depth}, or unbalanced")


def _check_nodes(raw: bytes, max_nodes: int) -> None:
    bare = _STRING.sub(b"", raw)
    if bare.count(b",") + bare.count(b":") >= max_nodes:
        raise Malformed("json-too-many", f"more than {max_nodes} values and keys")


def _check_surrogates(value: JsonValue) -> None:
    # Escapes can make a lone half that UTF-8 cannot hold; encoding everything finds it.
    try:
        _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("json-lone-surrogate", "an escape makes half a character") from None


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Malformed("json-duplicate-key", "an object names a member twice")
    return made


def _integer(text: str) -> int:
    # The scanner already refuses leading zeros, plus signs and foreign digits.
    if len(text) <= MAX_INTEGER_DIGITS + 1 and text != "-0":
        value = int(text)
        if -MAX_INTEGER <= value <= MAX_INTEGER:
            return value
    raise Malformed("json-number", "an integer is -0 or beyond 2^53-1")


def _refuse_number(_text: str) -> NoReturn:
    raise Malformed("json-number", "only integers: no fraction, exponent, NaN or Infinity")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
)
