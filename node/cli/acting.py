"""A member acts: she signs here, the node appends, and she checks and keeps the receipt."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from node.cli import answers
from node.cli.answers import JsonObject
from node.cli.client import NodeClient
from node.cli.commands import Shown
from node.cli.keyring import Keyring
from node.cli.trouble import UNAUTHORISED, UNVERIFIED, Trouble
from node.cli.wording import Words
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import NONCE_BYTES
from protocol.wire.message import write_message

COMMUNITY: Final = "community"
PUBLIC: Final = "public"
SHORT: Final = 8
_ID: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def short(identifier: str) -> str:
    """An id as people read it."""
    return identifier[:SHORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An act that stands in the ledger, and where its receipt is kept."""

    id: str
    index: int
    received: int
    size: int
    receipt: str

    def json(self) -> dict[str, JsonValue]:
        """What programs read about it."""
        return {
            "id": self.id,
            "index": self.index,
            "received": self.received,
            "size": self.size,
            "receipt": self.receipt,
        }


class Member:
    """The chosen identity, at her community's node."""

    def __init__(self, node: NodeClient, keyring: Keyring, slug: str) -> None:
        self.node = node
        self.slug = slug
        self.identity = keyring.identity(slug)
        self._keyring = keyring
        self._status: JsonObject | None = None
        self._charter: JsonObject | None = None

    @property
    def id(self) -> str:
        """Her member id.

        Raises:
            Trouble: The community has not taken her in yet.
        """
        if self.identity.member is None:
            raise Trouble("identity-waiting", self.identity.name, UNAUTHORISED)
        return self.identity.member

    @property
    def community(self) -> CommunityId:
        """Her community, which must be the node's.

        Raises:
            Trouble: She belongs to no community yet, or the node to another one.
        """
        if self.identity.community is None:
            raise Trouble("identity-waiting", self.identity.name, UNAUTHORISED)
        there = answers.text(self.status, "community")
        if there != self.identity.community:
            detail = f"{self.node.url}: {short(there)}, {short(self.identity.community)}"
            raise Trouble("node-other", detail, UNAUTHORISED)
        return CommunityId(self.identity.community)

    @property
    def status(self) -> JsonObject:
        """What the node says of itself; asked once."""
        if self._status is None:
            self._status = self.node.get("/v1/status", signed=False)
        return self._status

    def now(self) -> int:
        """The node's clock, which is the one that counts."""
        return answers.number(self.node.get("/v1/status", signed=False), "time")

    @property
    def charter(self) -> JsonObject:
        """The charter in force and its version; asked once."""
        if self._charter is None:
            self._charter = self.node.get("/v1/charter")
        return self._charter

    @property
    def structure(self) -> str:
        """To whom the charter addresses structural entries."""
        return answers.text(answers.part(self.charter, "charter"), "audience")

    def act(self, kind: str, body: Mapping[str, JsonValue], audience: str | None = None) -> Posted:
        """Sign an act, have it appended, check and keep the receipt.

        Raises:
            Trouble: It was refused, or its receipt does not hold.
        """
        from node.cli.proofs import Notary, entry_of, kept_receipt

        raw = write_message(
            self.identity.key,
            ledger=self.community,
            kind=kind,
            audience=audience or self.structure,
            nonce=secrets.token_bytes(NONCE_BYTES),
            body=body,
        )
        notary = Notary(self.node, self._keyring, self.community)
        answer = self.node.post_bytes("/v1/messages", raw)
        entry, receipt = entry_of(answer), answers.text(answer, "receipt").encode()
        if entry is None:
            raise Trouble("receipt-missing", answers.text(answer, "id"), UNVERIFIED)
        proven = notary.prove_new(raw, entry, receipt)
        kept = kept_receipt(proven, entry, receipt)
        path = self._keyring.keep_receipt(self.slug, proven.message.id, kept)
        return Posted(
            id=proven.message.id,
            index=proven.index,
            received=proven.received,
            size=proven.checkpoint.size,
            receipt=str(path),
        )


def told(words: Words, key: str, posted: Posted, /, **values: JsonValue) -> Shown:
    """What a command shows about an act of one step; every value is for programs, too."""
    shown = {name: _shown(value) for name, value in values.items()}
    sentence = words(key, id=short(posted.id), index=posted.index, **shown)
    proof = words("receipt-kept", index=posted.index, size=posted.size)
    return Shown({**posted.json(), **values}, [sentence, proof])


def _shown(value: JsonValue) -> JsonValue:
    return short(value) if isinstance(value, str) and _ID.fullmatch(value) else value
