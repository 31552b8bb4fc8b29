"""SHA-256, and the names that are digests: of a community, a message, a member."""

import hashlib
from typing import NewType

DIGEST_BYTES = 32

CommunityId = NewType("CommunityId", str)
"""Id of the community's inception message; lower-case hex."""

MessageId = NewType("MessageId", str)
"""SHA-256 of a message's signing input; lower-case hex."""

MemberId = NewType("MemberId", str)
"""Id of the message that admitted the member; lower-case hex."""


def sha256(data: bytes) -> bytes:
    """The only digest of the protocol."""
    return hashlib.sha256(data).digest()
