"""Charters to start from, as data: a community takes one whole, or copies it and makes it its own.

consensus    people agree: broad support, few who stand aside, a block stops
consent      adopted unless somebody objects with reasons
majority     more than half of those who vote
two-thirds   at least two thirds of those who vote, half of all taking part
households   the agreement of households, each with one voice
"""

from importlib.resources import files
from pathlib import Path
from typing import Final

from node.cli.trouble import USAGE, Trouble
from protocol.community.charter import Charter, check_charter, read_charter
from protocol.decisions.rules import read_rule
from protocol.decisions.terms import check_terms
from protocol.errors import ProtocolError
from protocol.federation.compact import JointTerms
from protocol.wire.bodies import read_body
from protocol.wire.encoding import JsonValue, read_json

TEMPLATES: Final = ("consensus", "consent", "majority", "two-thirds", "households")


def chosen_charter(choice: str, audience: str | None = None) -> Charter:
    """A template by name, or the charter in a file; `audience` takes the place of its own.

    Raises:
        Trouble: There is no such template or file, or the file is not a charter.
    """
    value = _read(choice)
    if audience is not None:
        value = {**value, "audience": audience}
    try:
        charter = read_charter(value)
        check_charter(charter)
        check_terms(charter)
    except ProtocolError as problem:
        raise Trouble(problem.code, f"{choice}: {problem.detail}") from None
    return charter


def chosen_joint_terms(choice: str) -> JointTerms:
    """Rule and quorum for communities deciding together: a template's, or those in a file.

    A template lends the terms by which its own community would join a federation.

    Raises:
        Trouble: There is no such template or file, or the file holds no such terms.
    """
    value = _read(choice)
    if choice in TEMPLATES:
        decisions = chosen_charter(choice).terms("federation")
        value = {"rule": decisions["rule"], "quorum": decisions["quorum"]}
    try:
        terms = read_body(JointTerms, value)
        read_rule(terms.rule)
    except ProtocolError as problem:
        raise Trouble(problem.code, f"{choice}: {problem.detail}") from None
    return terms


def _read(choice: str) -> dict[str, JsonValue]:
    if choice in TEMPLATES:
        raw = files(__name__).joinpath(f"{choice}.json").read_bytes()
    else:
        path = Path(choice)
        if not path.is_file():
            known = ", ".join(TEMPLATES)
            raise Trouble("charter-file", f"{choice}: {known}, FILE.json", USAGE)
        raw = path.read_bytes()
    try:
        value = read_json(raw.strip())
    except ProtocolError as problem:
        raise Trouble(problem.code, f"{choice}: {problem.detail}") from None
    if not isinstance(value, dict):
        raise Trouble("charter-file", f"{choice}: not a JSON object")
    return value
