"""The links that a node's pages and this command hand each other (docs/spec/links.md).

{node}/join/{invitation public key}#{seed}       who has it can join, once
{node}/me/device/{member id}                     whose a new device is to be
{node}/me/device/add#{key}.{proof}               a new device's key; no secret
"""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from node.cli.trouble import USAGE, Trouble
from protocol.errors import ProtocolError
from protocol.wire.keys import SEED_BYTES, PrivateKey, PublicKey, read_public_key
from protocol.wire.text import b64url_decode, b64url_encode

_MAX_CHARS: Final = 1_000
_JOIN: Final = re.compile(r"/join/([A-Za-z0-9_-]{43})", re.ASCII)
_OWNER: Final = re.compile(r"(?:(https?://[^/]+)/me/device/)?([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationLink:
    """Where to join, and the secret that lets in."""

    node: str
    seed: bytes = field(repr=False)


def write_invitation(node: str, seed: bytes) -> str:
    """The link that an inviter hands over."""
    public = PrivateKey.from_seed(seed).public.text
    return f"{node.rstrip('/')}/join/{public}#{b64url_encode(seed)}"


def read_invitation(text: str) -> InvitationLink:
    """Read such a link; its two halves belong together, or it was cut short.

    Raises:
        Trouble: It is none, or damaged.
    """
    parts = urlsplit(_one_word(text))
    path = _JOIN.fullmatch(parts.path)
    seed = _decoded(parts.fragment)
    if path is None or len(seed) != SEED_BYTES:
        raise Trouble("link-invalid", "/join/...#...", USAGE)
    if PrivateKey.from_seed(seed).public.text != path[1]:
        raise Trouble("link-invalid", path[1], USAGE)
    return InvitationLink(node=f"{parts.scheme}://{parts.netloc}", seed=seed)


def read_owner(text: str) -> tuple[str | None, str]:
    """Node and member id in the link that her device shows; or the whole id itself.

    Raises:
        Trouble: It is neither.
    """
    found = _OWNER.fullmatch(_one_word(text))
    if found is None:
        raise Trouble("link-invalid", "/me/device/...", USAGE)
    return found[1], found[2]


def write_device(node: str, key: PublicKey, proof: bytes) -> str:
    """The link by which a new device asks to be somebody's."""
    return f"{node.rstrip('/')}/me/device/add#{key.text}.{b64url_encode(proof)}"


def read_device(text: str) -> tuple[PublicKey, str]:
    """A new device's key and its proof, out of its link.

    Raises:
        Trouble: It is none.
    """
    key, dot, proof = _one_word(text).rpartition("#")[2].partition(".")
    try:
        found = read_public_key(key)
    except ProtocolError as problem:
        raise Trouble("link-invalid", problem.detail, USAGE) from None
    if not dot or not _decoded(proof):
        raise Trouble("link-invalid", "/me/device/add#...", USAGE)
    return found, proof


def _one_word(text: str) -> str:
    word = text.strip()
    if len(word) > _MAX_CHARS:
        raise Trouble("link-invalid", f"> {_MAX_CHARS}", USAGE)
    return word


def _decoded(text: str) -> bytes:
    try:
        return b64url_decode(text)
    except ProtocolError:
        return b""
