"""The compact: how communities found, join and leave a federation. Spec: docs/spec/federation.md.

A federation is known by the id of its compact. It is in force once every community that
the compact names has joined by an entry in its own ledger, each after a decision of its
own. Leaving is an act of the leaver alone.
"""

from typing import Annotated

from pydantic import Field

from protocol.decisions.quorum import Quorum
from protocol.decisions.rules import Rule, read_rule
from protocol.errors import Malformed
from protocol.federation.closers import MAX_CLOSERS
from protocol.wire.bodies import Hex32, Rows, body
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import MAX_COUNCIL

Span = Annotated[int, Field(ge=0, le=366 * 86_400)]


@body
class JointTerms:
    """The rule by which the communities decide together; voters are communities."""

    rule: dict[str, JsonValue]
    quorum: Quorum


@body
class Compact:
    """The founding message; `closers` none: all up to seven, or seven drawn for each proposal."""

    text: Hex32
    communities: Rows[Hex32]
    terms: JointTerms
    closers: Rows[Hex32] | None
    window_s: Span
    round_s: Annotated[int, Field(ge=1, le=366 * 86_400)]


@body
class Joining:
    """A community joins, by the decision it cites; `founder` holds the compact."""

    federation: Hex32
    founder: Hex32
    decision: Hex32


@body
class Leaving:
    """A community leaves, by the decision it cites."""

    federation: Hex32
    decision: Hex32


def joint_rule(terms: JointTerms) -> Rule:
    """The rule that the communities agreed on.

    Raises:
        Refused: Its method is not known.
    """
    return read_rule(terms.rule)


def check_compact(compact: Compact) -> None:
    """The compact can be lived with.

    Raises:
        Malformed: Communities or closers are repeated, missing or too many.
        Refused: The rule's method is not known.
    """
    communities = compact.communities
    if not 2 <= len(communities) <= MAX_COUNCIL or len(set(communities)) != len(communities):
        raise Malformed("compact-communities", f"a compact names 2 to {MAX_COUNCIL} communities")
    closers = compact.closers
    if closers is not None and (
        not 1 <= len(closers) <= MAX_CLOSERS
        or len(set(closers)) != len(closers)
        or not set(closers) <= set(communities)
    ):
        raise Malformed("compact-closers", f"closers are 1 to {MAX_CLOSERS} of the communities")
    joint_rule(compact.terms)
