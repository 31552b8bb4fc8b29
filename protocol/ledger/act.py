"""An act: a message read at its place in a ledger, its body typed."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.keys import PublicKey
from protocol.wire.message import Message

VOICE = "voice"
Body_co = TypeVar("Body_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Generic[Body_co]):
    """What a domain's check and apply look at.

    `received` is the ledger's own clock, in seconds. `speaker` is the member's id for a
    member's act, `VOICE` for the community's own, and empty for a newcomer's.
    """

    ledger: CommunityId
    index: int
    received: int
    leaf: bytes
    message: Message
    speaker: str
    body: Body_co

    @property
    def id(self) -> MessageId:
        """The id of the message."""
        return self.message.id

    @property
    def author(self) -> PublicKey:
        """The key that signed the message."""
        return self.message.author

    @property
    def audience(self) -> str:
        """Who may read the entry."""
        return self.message.audience
