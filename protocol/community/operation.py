"""What the community's operator did to its node. Spec: docs/spec/operation.md.

Whoever holds the machine can do much that no member sees. Each such act is written down for
the members, by the community's own voice; nothing follows from it.
"""

from dataclasses import dataclass
from typing import Literal

from protocol.ledger.act import Act
from protocol.wire.bodies import Line, body

OperatorAct = Literal[
    "peer-added",
    "peer-removed",
    "backup-made",
    "backup-fetched",
    "restore-drilled",
    "export-made",
    "bundle-exported",
    "bundle-imported",
    "token-renewed",
]


@body
class Operation:
    """One act of the operator; `note` says of what, never of whom."""

    act: OperatorAct
    note: Line | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act that stands in the ledger, and when it was written down."""

    index: int
    at: int
    act: OperatorAct
    note: str | None


def done_of(act: Act[Operation]) -> Done:
    """The act at its place."""
    return Done(index=act.index, at=act.received, act=act.body.act, note=act.body.note)
