"""What the members of a served community write, sign and hand in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import PrivateKey
from protocol.wire.message import write_message
from tests.browser.place import Place
from tests.browser.speech import Speech
from tests.node.journal.village import seed

DAY_S: Final = 86_400
CHOICES: Final = {
    "a": "agree",
    "r": "reservations",
    "s": "aside",
    "d": "disagree",
    "b": "block",
    "-": None,
}
JsonObject = dict[str, JsonValue]


def key_of(name: str) -> PrivateKey:
    """The key that somebody's device made."""
    return PrivateKey.from_seed(seed(name, 0))


@dataclass
class Hand:
    """Writes for the members of one place; `ids` are of what was written, by name."""

    place: Place
    speech: Speech
    ids: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    """Where each message stands."""

    async def say(self, by: int, kind: str, body: JsonObject, to: str | None = None) -> MessageId:
        """A founder's act."""
        return await self._hand_in(self.place.village.says(by, kind, body, to))

    async def _hand_in(self, raw: bytes) -> MessageId:
        accepted = await self.place.node.journal.submit(raw)
        self.at[accepted.id] = accepted.index
        return accepted.id

    async def say_with(
        self, key: PrivateKey, kind: str, body: Mapping[str, JsonValue]
    ) -> MessageId:
        """An act of somebody who is no founder."""
        village = self.place.village
        raw = write_message(
            key,
            ledger=village.community,
            kind=kind,
            audience=village.audience,
            nonce=self.place.node.entropy.bytes(16),
            body=body,
        )
        return await self._hand_in(raw)

    async def publish(self, key: str, by: int = 0, to: str = "community") -> MessageId:
        """A text that others will cite."""
        body: JsonObject = {"title": self.speech.title(key), "texts": self.speech.text(key)}
        return await self.say(by, "text/publish", body, to)

    async def draft(
        self, key: str, kind: str = "general", subject: JsonObject | None = None, by: int = 0
    ) -> MessageId:
        """A proposal to talk about."""
        body: JsonObject = {"type": kind, "text": await self.publish(key, by), "subject": subject}
        self.ids[key] = drafted = await self.say(by, "proposal/draft", body)
        return drafted

    async def open(self, proposal: MessageId, lasts_s: int = 2 * DAY_S, by: int = 0) -> None:
        """Voting begins."""
        book = self.place.node.books.own
        asked = book.decisions.proposal(proposal)
        electorate = book.electorate(asked)
        body: JsonObject = {
            "proposal": proposal,
            "version": asked.version,
            "text": asked.text,
            "charter": book.charters.version,
            "closes_at": max(book.clock, self.place.node.clock.now()) + lasts_s,
            "electorate": len(electorate),
            "electorate_root": electorate.root,
        }
        await self.say(by, "proposal/open", body)

    async def comment(
        self, proposal: str, key: str, by: int, replies_to: str | None = None
    ) -> MessageId:
        """A word in a discussion, or a reason."""
        text = self.speech.text(key)
        body: JsonObject = {"proposal": proposal, "replies_to": replies_to, "text": text}
        return await self.say(by, "discussion/comment", body, "community")

    async def choose(self, proposal: str, choice: str, by: int) -> MessageId:
        """A position, with a reason where one is needed."""
        reason = None
        if choice in ("block", "aside"):
            reason = await self.comment(proposal, "reason", by)
        body: JsonObject = {"proposal": proposal, "choice": choice, "reason": reason}
        return await self.say(by, "position/take", body)

    async def choose_all(self, proposal: str, letters: str) -> None:
        """What the founders choose, in their order, a letter each."""
        for number, letter in enumerate(letters):
            choice = CHOICES[letter]
            if choice is not None:
                await self.choose(proposal, choice, number)

    async def vote(
        self, key: str, letters: str, kind: str = "general", lasts_s: int = 2 * DAY_S
    ) -> MessageId:
        """A proposal that is open, and what was said to it so far."""
        proposal = await self.draft(key, kind)
        await self.open(proposal, lasts_s)
        await self.choose_all(proposal, letters)
        return proposal
