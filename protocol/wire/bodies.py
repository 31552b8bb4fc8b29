"""Bodies of messages: typed values out of JSON and back (docs/spec/wire.md, "Bodies").

    @body
    class Move:
        household: Hex32 | None

A body is a frozen dataclass. Reading is strict: no member missing or unknown, no "5" for
5, no true for 1. Lists become tuples through Rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, cast, dataclass_transform

from annotated_types import Ge, Le, Len
from pydantic import (
    AfterValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    Strict,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    with_config,
)
from pydantic_core import CoreSchema

from protocol.errors import Malformed, ProtocolError
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import read_public_key
from protocol.wire.limits import (
    MAX_INTEGER,
    MAX_LANGUAGES,
    MAX_LINE_CHARS,
    MAX_ROWS,
    MAX_TEXT_CHARS,
)

T = TypeVar("T")


def _key_text(text: str) -> str:
    try:
        read_public_key(text)
    except ProtocolError as problem:
        raise ValueError(problem.code) from None
    return text


Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\z")]
"""A digest or id: 64 lower-case hex digits."""

KeyText = Annotated[str, Len(43, 43), AfterValidator(_key_text)]
"""A public key that passes the whole key rule, as base64url."""

SignatureText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{85}[AQgw]\z")]
"""64 bytes as base64url; whether it verifies is another question."""

Count = Annotated[int, Ge(0), Le(MAX_INTEGER)]
"""A whole number from 0."""

Seconds = Annotated[int, Ge(0), Le(MAX_INTEGER)]
"""A moment in unix seconds, or a length of time in seconds."""

Text = Annotated[str, Len(0, MAX_TEXT_CHARS)]
"""Free text of any number of lines."""

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+\z"), Len(1, MAX_LINE_CHARS)]
"""A name or address: one line, not empty, no control characters."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z")]
"""A language tag (the part of BCP 47 that is used)."""

Texts = Annotated[dict[Language, Text], Len(1, MAX_LANGUAGES)]
"""The same text in one or more languages."""

Rows = Annotated[tuple[T, ...], Strict(strict=False), Len(0, MAX_ROWS)]
"""A JSON list, held as a tuple."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def body(cls: type[T]) -> type[T]:
    """Make a class the body of a message, or a part of one."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    made = with_config(ConfigDict(strict=True, extra="forbid"))(made)
    # Strict would otherwise ask for an instance where JSON has an object; the members
    # inside stay strict.
    type.__setattr__(made, "__get_pydantic_core_schema__", classmethod(_from_object))
    return made


def read_body(cls: type[T], value: JsonValue | Mapping[str, JsonValue]) -> T:
    """Read a body of type `cls`.

    Raises:
        Malformed: a member is missing, unknown, or not what it should be.
    """
    adapter: TypeAdapter[T] = _adapter(cls)
    try:
        return adapter.validate_python(value)
    except ValidationError as problem:
        raise Malformed("body-invalid", _first_error(problem)) from None


def body_json(instance: object) -> dict[str, JsonValue]:
    """The JSON object of a body; reading it gives an equal body."""
    made = _adapter(type(instance)).dump_python(instance, mode="json")
    return cast("dict[str, JsonValue]", made)


# One adapter a class, made at first use: as many as the program has bodies.
_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(cls: type) -> TypeAdapter[Any]:
    adapter = _ADAPTERS.get(cls)
    if adapter is None:
        adapter = _ADAPTERS[cls] = TypeAdapter(cls)
    return adapter


def _from_object(_cls: type, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    schema = handler(source)
    cast("dict[str, Any]", handler.resolve_ref_schema(schema))["strict"] = False
    return schema


def _first_error(problem: ValidationError) -> str:
    # Names of unknown members are the sender's text: cut them, and never echo values.
    first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part)[:32] for part in first["loc"][:8])
    return f"{place or 'body'}: {first['msg'][:120]}"
