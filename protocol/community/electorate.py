"""Who has a voice in a decision: the snapshot where it opens. Spec: docs/spec/members.md.

A voice is an opaque string: a member's id where people decide, a household's token where
households do. Members without a household have no voice in a decision of households, and
whoever serves in an office that bars her from voting has none in any.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from protocol.community.members import Membership
from protocol.ledger.merkle import leaf_hash, root_of
from protocol.wire.digests import MemberId

Unit = Literal["person", "household"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Electorate:
    """The voices of one decision; fixed for its life."""

    unit: Unit
    voice_of: Mapping[MemberId, str]
    voices: tuple[str, ...]
    root: str

    def __len__(self) -> int:
        return len(self.voices)


def snapshot(membership: Membership, unit: Unit, barred: Collection[MemberId] = ()) -> Electorate:
    """The electorate as of now; its root is the RFC 9162 root over the sorted voices."""
    voice_of: dict[MemberId, str] = {}
    for member in membership.active():
        if member.id in barred:
            continue
        voice = member.id if unit == "person" else member.household
        if voice is not None:
            voice_of[member.id] = voice
    voices = tuple(sorted(set(voice_of.values())))
    root = root_of([leaf_hash(voice.encode()) for voice in voices])
    return Electorate(unit=unit, voice_of=voice_of, voices=voices, root=root.hex())
