"""What an entry says of itself, without the cost of reading all of it.

Reading an entry strictly takes as long as storing it, and in bulk only two things are asked:
its audience and its message's id. As our own writers spell it, an entry begins with them in
fixed places. Whatever is spelled otherwise is read in full; so the answer is that of the
strict reader for every entry that it takes, and only cheaper. A member that comes a second
time further on cannot change it: the strict reader refuses such an entry.
"""

import json
import re

from protocol.community.charter import COMMUNITY
from protocol.errors import ProtocolError
from protocol.ledger.entry import read_entry
from protocol.wire.digests import sha256

_FRAME = (
    rb'\{"index":[0-9]{1,16},"received":[0-9]{1,16},"salt":"[A-Za-z0-9_-]{22}",'
    rb'"message":\{"payload":'
)
_STATED = (
    rb'"\{\\"acuerdo\\":1,\\"ledger\\":\\"(?:[0-9a-f]{64})?\\",'
    rb'\\"kind\\":\\"[a-z0-9/-]{1,64}\\",'
    rb'\\"audience\\":\\"(community|public|federation:[0-9a-f]{64})\\",'
)
_BEGINNING = re.compile(_FRAME + _STATED)
_PAYLOAD = b'"message":{"payload":"'
_PROTECTED = b'","protected":"'
_SIGNATURE = b'","signature":"'
_TAIL = len(_SIGNATURE) + 86 + len(b'"}}')


def audience_of(raw: bytes) -> str:
    """To whom an entry is addressed; what cannot be read is for its own community alone."""
    beginning = _BEGINNING.match(raw)
    if beginning is not None:
        return beginning.group(1).decode("ascii")
    try:
        return read_entry(raw).message.audience
    except ProtocolError:
        return COMMUNITY


def message_id_of(raw: bytes) -> bytes | None:
    """The id of the message in an entry; None if it cannot be read."""
    # No quote stands unescaped in the payload, and none at all in what follows it.
    cut = raw.rfind(_PROTECTED)
    try:
        if cut < 0 or not _BEGINNING.match(raw) or not raw.startswith(_SIGNATURE, -_TAIL):
            return bytes.fromhex(read_entry(raw).message.id)
        payload = raw[raw.index(_PAYLOAD) + len(_PAYLOAD) : cut]
        protected = raw[cut + len(_PROTECTED) : -_TAIL]
        return sha256(protected + b"." + _unescaped(payload))
    except (ProtocolError, ValueError):
        return None


def _unescaped(text: bytes) -> bytes:
    """The bytes that a JSON string stands for; almost always only quotes are escaped."""
    if text.count(b"\\") == text.count(b'\\"'):
        return text.replace(b'\\"', b'"')
    payload: str = json.loads(b'"%b"' % text)
    return payload.encode("utf-8")
