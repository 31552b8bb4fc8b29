"""The closed table: kind of message -> who may say it, to whom, and what it does.

Meaning never changes: a new meaning is a new kind, and old ledgers fold for ever.
"""

from collections.abc import Mapping
from typing import Final

from protocol.kinds import (
    assemblies,
    community,
    decisions,
    federation,
    identity,
    offices,
    operations,
)
from protocol.kinds.kind import Kind

KINDS: Final[Mapping[str, Kind]] = {
    **identity.KINDS,
    **community.KINDS,
    **decisions.KINDS,
    **assemblies.KINDS,
    **offices.KINDS,
    **federation.KINDS,
    **operations.KINDS,
}

__all__ = ["KINDS", "Kind"]
