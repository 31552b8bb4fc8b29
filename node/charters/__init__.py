"""Charters to start from, as data: a community takes one whole, or copies it and makes it its own.

consensus    people agree: broad support, few who stand aside, a block stops
households   the agreement of households, each with one voice
consent      adopted unless somebody objects with reasons
majority     more than half of those who vote
two-thirds   at least two thirds of those who vote, half of all taking part
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from protocol.community.charter import Charter, check_charter, read_charter
from protocol.decisions.terms import check_terms
from protocol.wire.encoding import JsonValue, read_json

TEMPLATES: Final = ("consensus", "households", "consent", "majority", "two-thirds")


@cache
def template(name: str) -> Charter:
    """One of `TEMPLATES`."""
    value = read_json(files(__name__).joinpath(f"{name}.json").read_bytes().strip())
    if not isinstance(value, dict):
        raise TypeError(f"{name}: a charter is an object")
    return whole_charter(value)


def whole_charter(value: Mapping[str, JsonValue]) -> Charter:
    """A charter that a community can live by, from its JSON object.

    Raises:
        Malformed: It is none, or a part is missing or over its limit.
        Refused: The method of a rule is not known.
    """
    charter = read_charter(value)
    check_charter(charter)
    check_terms(charter)
    return charter
