"""How a community presents itself: name, addresses, home witness. Spec: docs/spec/identity.md.

The home witness is the one community whose cosignature a head needs before it is
published, so that two copies of one node can never both publish.
"""

from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import StringConstraints

from protocol.wire.bodies import Hex32, Language, Rows, body
from protocol.wire.digests import CommunityId

Url = Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=r"^https?://[!-~]+\z")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]


@body
class Description:
    """The community's name and languages; free text, so it may be erased."""

    name: Name
    languages: Rows[Language]


@body
class Addresses:
    """Where the node answers now; replaces what stood before."""

    urls: Rows[Url]


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


def apply_description(presence: Presence, described: Description) -> Presence:
    """The newest description stands."""
    return replace(presence, name=described.name, languages=described.languages)


def apply_addresses(presence: Presence, addresses: Addresses) -> Presence:
    """The newest addresses stand."""
    return replace(presence, urls=addresses.urls)


def apply_home(presence: Presence, witness: HomeWitness) -> Presence:
    """The newest home witness stands."""
    return replace(presence, home=None if witness.home is None else CommunityId(witness.home))
