"""How a community presents itself: name, addresses, home witness. Spec: docs/spec/identity.md.

The home witness is the one community whose cosignature a head needs before it is
published, so that two copies of one node can never both publish.
"""

from dataclasses import dataclass, field, replace
from typing import Annotated, Final

from annotated_types import Len
from pydantic import StringConstraints

from protocol.wire.bodies import Hex32, Language, Rows, body
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_LANGUAGES

MAX_ADDRESSES: Final = 8
"""Every address is one that others will call: a long list would make them knock elsewhere."""

Url = Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=r"^https?://[!-~]+\z")]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+\z")
]
"""What somebody is called: one line, no control characters."""


@body
class Description:
    """The community's name and languages; free text, so it may be erased."""

    name: Name
    languages: Annotated[Rows[Language], Len(0, MAX_LANGUAGES)]


@body
class Addresses:
    """Where the node answers now; replaces what stood before."""

    urls: Annotated[Rows[Url], Len(0, MAX_ADDRESSES)]


@body
class HomeWitness:
    """The community that must cosign before a head is published; none: publish unwitnessed."""

    home: Hex32 | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What is now true of a community's name, addresses and home witness."""

    name: str = ""
    languages: tuple[str, ...] = field(default=())
    urls: tuple[str, ...] = field(default=())
    home: CommunityId | None = None


def apply_descriptions(presence: Presence, described: dict[int, Description]) -> Presence:
    """The newest description that was not erased stands."""
    if not described:
        return replace(presence, name="", languages=())
    newest = described[next(reversed(described))]
    return replace(presence, name=newest.name, languages=newest.languages)


def apply_addresses(presence: Presence, addresses: Addresses) -> Presence:
    """The newest addresses stand."""
    return replace(presence, urls=addresses.urls)


def apply_home(presence: Presence, witness: HomeWitness) -> Presence:
    """The newest home witness stands."""
    return replace(presence, home=None if witness.home is None else CommunityId(witness.home))
