"""Reading a node's answers: values by name, or an openly stated surprise."""

from collections.abc import Mapping

from node.cli.trouble import INTERNAL, Trouble
from protocol.wire.encoding import JsonValue

JsonObject = dict[str, JsonValue]


def _surprise(name: str) -> Trouble:
    return Trouble("answer-unexpected", name, INTERNAL)


def text(answer: Mapping[str, JsonValue], name: str) -> str:
    """A string that must be there."""
    value = answer.get(name)
    if not isinstance(value, str):
        raise _surprise(name)
    return value


def text_or_none(answer: Mapping[str, JsonValue], name: str) -> str | None:
    """A string that may be missing."""
    value = answer.get(name)
    return value if isinstance(value, str) else None


def number(answer: Mapping[str, JsonValue], name: str) -> int:
    """A whole number that must be there."""
    value = answer.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _surprise(name)
    return value


def number_or_none(answer: Mapping[str, JsonValue], name: str) -> int | None:
    """A whole number that may be missing."""
    value = answer.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def part(answer: Mapping[str, JsonValue], name: str) -> JsonObject:
    """An object that must be there."""
    value = answer.get(name)
    if not isinstance(value, dict):
        raise _surprise(name)
    return value


def part_or_none(answer: Mapping[str, JsonValue], name: str) -> JsonObject | None:
    """An object that may be missing."""
    value = answer.get(name)
    return value if isinstance(value, dict) else None


def rows(answer: Mapping[str, JsonValue], name: str) -> list[JsonObject]:
    """A list of objects; none if it is missing."""
    value = answer.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _surprise(name)
    made = [row for row in value if isinstance(row, dict)]
    if len(made) != len(value):
        raise _surprise(name)
    return made


def texts(answer: Mapping[str, JsonValue], name: str) -> list[str]:
    """A list of strings; none if it is missing."""
    value = answer.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
