"""The code by which a newcomer joins: where the node is, which community, and the secret.

    acuerdo1:<base64url of {"node":..., "community":..., "audience":..., "invitation":...}>

`audience` says to whom the community addresses its structure: a newcomer signs for it and
cannot read the charter yet. Whoever holds the code can join in the newcomer's place, once:
it is handed over like a key.
"""

from dataclasses import dataclass, field
from typing import Literal

from node.cli.trouble import USAGE, Trouble
from protocol.errors import Malformed
from protocol.identity.presence import Url
from protocol.wire.bodies import Hex32, body, read_body
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue, read_json, write_json
from protocol.wire.keys import SEED_BYTES
from protocol.wire.text import b64url_decode, b64url_encode

_PREFIX = "acuerdo1:"
_MAX_CHARS = 1_000


@body
class _Held:
    """What is inside the base64url."""

    node: Url
    community: Hex32
    audience: Literal["community", "public"]
    invitation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationCode:
    """What an inviter hands to a newcomer."""

    node: str
    community: CommunityId
    audience: str
    seed: bytes = field(repr=False)


def write_code(code: InvitationCode) -> str:
    """The code as one word."""
    value: JsonValue = {
        "node": code.node,
        "community": code.community,
        "audience": code.audience,
        "invitation": b64url_encode(code.seed),
    }
    return _PREFIX + b64url_encode(write_json(value))


def read_code(text: str) -> InvitationCode:
    """Read a code as it was typed or scanned.

    Raises:
        Trouble: It is damaged or not one.
    """
    word = text.strip()
    if not word.startswith(_PREFIX) or len(word) > _MAX_CHARS:
        raise Trouble("code-invalid", f"{_PREFIX}...", USAGE)
    try:
        held = read_body(_Held, read_json(b64url_decode(word.removeprefix(_PREFIX))))
        seed = b64url_decode(held.invitation)
    except Malformed as problem:
        raise Trouble("code-invalid", problem.detail, USAGE) from None
    if len(seed) != SEED_BYTES:
        raise Trouble("code-invalid", f"{len(seed)} != {SEED_BYTES}", USAGE)
    return InvitationCode(
        node=held.node,
        community=CommunityId(held.community),
        audience=held.audience,
        seed=seed,
    )


def draw_code(text: str) -> str:
    """The code as a picture that a telephone can read from the terminal."""
    import io

    import segno

    picture = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(picture, border=2, compact=True)
    return picture.getvalue()
