"""The terms of a type of proposal, as the charter gives them. Spec: docs/spec/charter.md."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from protocol.community.charter import Charter
from protocol.community.electorate import Unit
from protocol.decisions.quorum import Quorum
from protocol.decisions.rules import Rule, read_rule
from protocol.wire.bodies import body, read_body
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import YEAR_S

Duration = Annotated[int, Field(ge=0, le=YEAR_S)]


@body
class TermsBody:
    """How a decision of one type is taken; `early` closes once every voice has spoken."""

    rule: dict[str, JsonValue]
    unit: Literal["person", "household"]
    quorum: Quorum
    discussion_s: Duration
    voting_s: Duration
    early: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Terms with their rule read."""

    rule: Rule
    unit: Unit
    quorum: Quorum
    discussion_s: int
    voting_s: int
    early: bool


def read_terms(value: dict[str, JsonValue]) -> Terms:
    """Read the terms of one type.

    Raises:
        Malformed: A member is missing, unknown or over its limit.
        Refused: The rule's method is not known.
    """
    terms = read_body(TermsBody, value)
    return Terms(
        rule=read_rule(terms.rule),
        unit=terms.unit,
        quorum=terms.quorum,
        discussion_s=terms.discussion_s,
        voting_s=terms.voting_s,
        early=terms.early,
    )


def check_terms(charter: Charter) -> None:
    """Every type's terms can be read.

    Raises:
        Malformed: Some cannot.
        Refused: A rule's method is not known.
    """
    for value in charter.decisions.values():
        read_terms(value)
