"""Charters as a command names them: a template by its name, or a file of one's own."""

from pathlib import Path

from node.charters import TEMPLATES, template, whole_charter
from node.cli.trouble import USAGE, Trouble
from protocol.community.charter import Charter, charter_json
from protocol.decisions.rules import read_rule
from protocol.errors import ProtocolError
from protocol.federation.compact import JointTerms
from protocol.wire.bodies import read_body
from protocol.wire.encoding import JsonValue, read_json


def chosen_charter(choice: str, audience: str | None = None) -> Charter:
    """A template by name, or the charter in a file; `audience` takes the place of its own.

    Raises:
        Trouble: There is no such template or file, or the file is not a charter.
    """
    value = _read(choice)
    if audience is not None:
        value = {**value, "audience": audience}
    try:
        return whole_charter(value)
    except ProtocolError as problem:
        raise Trouble(problem.code, f"{choice}: {problem.detail}") from None


def chosen_joint_terms(choice: str) -> JointTerms:
    """Rule and quorum for communities deciding together: a template's, or those in a file.

    A template lends the terms by which its own community would join a federation.

    Raises:
        Trouble: There is no such template or file, or the file holds no such terms.
    """
    value = _read(choice)
    if choice in TEMPLATES:
        decisions = template(choice).terms("federation")
        value = {"rule": decisions["rule"], "quorum": decisions["quorum"]}
    try:
        terms = read_body(JointTerms, value)
        read_rule(terms.rule)
    except ProtocolError as problem:
        raise Trouble(problem.code, f"{choice}: {problem.detail}") from None
    return terms


def _read(choice: str) -> dict[str, JsonValue]:
    if choice in TEMPLATES:
        return charter_json(template(choice))
    path = Path(choice)
    if not path.is_file():
        known = ", ".join(TEMPLATES)
        raise Trouble("charter-file", f"{choice}: {known}, FILE.json", USAGE)
    try:
        value = read_json(path.read_bytes().strip())
    except ProtocolError as problem:
        raise Trouble(problem.code, f"{choice}: {problem.detail}") from None
    if not isinstance(value, dict):
        raise Trouble("charter-file", f"{choice}: not a JSON object")
    return value
