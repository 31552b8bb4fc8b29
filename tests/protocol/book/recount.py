"""A second count of every proposal, from the entries and docs/spec/assembly.md alone.

It asks the book only which entries are void, who had a voice where voting opened, and when it
would close; nothing of what the fold made of positions or minutes.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from protocol.book import Book
from protocol.decisions.rules import offered
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.ledger.merkle import root_of
from protocol.wire.digests import MemberId
from tests.protocol.ledgers import Ledger


@dataclass
class Said:
    """What minutes brought to one proposal."""

    named: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)


@dataclass
class Poll:
    """One proposal: own positions and what minutes brought, in the order of their effect."""

    own: dict[str, tuple[str, int]] = field(default_factory=dict)
    room: dict[str, Said] = field(default_factory=dict)
    over: bool = False

    @property
    def named(self) -> dict[str, tuple[str, str]]:
        """By voice: choice, and the minutes that say so."""
        return {
            voice: (choice, key)
            for key, said in self.room.items()
            for voice, (choice, _) in said.named.items()
            if voice not in self.own
        }

    @property
    def tally(self) -> dict[str, int]:
        counted = Counter(choice for choice, _ in self.own.values())
        counted.update(choice for choice, _ in self.named.values())
        for said in self.room.values():
            counted.update(said.counts)
        return {choice: number for choice, number in counted.items() if number}


@dataclass
class Paper:
    """Minutes, as one would keep them in a folder."""

    author: str
    index: int
    body: dict[str, Any]
    rule: Any
    signed: set[str] = field(default_factory=set)
    contests: set[str] = field(default_factory=set)
    stands: bool = False
    void: bool = False


class Recount:
    """Everything counted again."""

    def __init__(self, ledger: Ledger) -> None:
        self.book: Book = ledger.book
        self.raws = ledger.raws
        self.polls: dict[str, Poll] = {}
        self.papers: dict[str, Paper] = {}
        self.charter = -1
        self.once = self.keys()
        for index, raw in enumerate(ledger.raws):
            if index not in ledger.book.void:
                self.read(index, raw)

    def read(self, index: int, raw: bytes) -> None:
        entry = read_entry(raw)
        message, body = entry.message, dict(entry.message.body)
        speaker = self.speaker(message.author.text)
        match message.kind:
            case "charter/adopt":
                self.charter += 1
            case "proposal/open":
                self.polls[str(body["proposal"])] = Poll()
            case "proposal/close" | "proposal/withdraw":
                self.polls.setdefault(str(body["proposal"]), Poll()).over = True
            case "position/take":
                voice = self.voice(str(body["proposal"]), speaker)
                poll = self.polls[str(body["proposal"])]
                poll.own[voice or "?"] = (str(body["choice"]), index)
            case "assembly/minutes":
                rule = self.book.charters.versions[self.charter].assembly
                self.papers[message.id] = Paper(speaker, index, body, rule)
            case "assembly/countersign":
                paper = self.papers[str(body["minutes"])]
                paper.signed.add(speaker)
                if not paper.stands and len(paper.signed) >= paper.rule.witnesses:
                    self.stand(str(body["minutes"]), paper, entry.received)
            case "assembly/contest":
                self.contest(str(body["minutes"]), speaker)
            case _:
                pass

    def speaker(self, author: str) -> str:
        """Who holds this key, or held it before she lost it or left."""
        return self.book.membership.holders.get(author) or self.once.get(author, "")

    def keys(self) -> dict[str, str]:
        """Every key that an entry brought, and whose it became."""
        found: dict[str, str] = {}
        for index, raw in enumerate(self.raws):
            message = read_entry(raw).message
            if index in self.book.void:
                continue
            if message.kind == "member/found":
                found[str(message.body["key"])] = message.id
            elif message.kind == "member/join":
                found[message.author.text] = message.id
            elif message.kind == "member/replace":
                found[str(message.body["key"])] = str(message.body["member"])
            elif message.kind == "member/add-key":
                found[str(message.body["key"])] = found[message.author.text]
        return found

    def voice(self, proposal: str, member: str) -> str | None:
        frozen = self.book.decisions.proposal(proposal).frozen
        return None if frozen is None else frozen.electorate.voice_of.get(MemberId(member))

    def stand(self, key: str, paper: Paper, now: int) -> None:
        paper.stands = True
        corrected = paper.body["corrects"]
        for item in [] if corrected is None else self.papers[corrected].body["items"]:
            poll = self.polls.get(item["proposal"])
            if poll is not None and not poll.over:
                poll.room.pop(corrected, None)
        for item in paper.body["items"]:
            said = self.said(paper, item, now)
            if said is not None:
                self.polls[item["proposal"]].room[key] = said

    def said(self, paper: Paper, item: dict[str, Any], now: int) -> Said | None:
        """What an item brings where its minutes take effect."""
        poll = self.polls.get(item["proposal"])
        frozen = self.book.decisions.proposal(item["proposal"]).frozen
        if poll is None or poll.over or frozen is None or now >= frozen.closes_at:
            return None
        rule = self.book.charters.at(frozen.charter).assembly
        if rule != paper.rule or frozen.index > paper.index:
            return None
        if frozen.opened_at > paper.body["ended_at"]:
            return None
        elsewhere = {voice for said in poll.room.values() for voice in said.covered}
        called = {voice for said in poll.room.values() for voice in said.named}
        made, named = Said(), set()
        for one in item["positions"]:
            voice = self.voice(item["proposal"], one["member"])
            if voice is None or one["choice"] not in offered(frozen.terms.rule):
                return None
            named.add(voice)
            if voice not in elsewhere | poll.own.keys() and one["member"] not in paper.contests:
                made.named[voice] = (one["choice"], one["member"])
        present = {self.voice(item["proposal"], one) for one in paper.body["attendance"]}
        unnamed = {one for one in present if one} - named - elsewhere - called - poll.own.keys()
        counts = {name: number for name, number in (item["counts"] or {}).items() if number}
        if sum(counts.values()) > len(unnamed):
            return None
        if counts:
            made.counts, made.covered = counts, unnamed
        return made if made.named or counts else None

    def contest(self, key: str, speaker: str) -> None:
        paper = self.papers[key]
        paper.contests.add(speaker)
        for item in paper.body["items"]:
            poll = self.polls.get(item["proposal"])
            if poll is None or poll.over or key not in poll.room:
                continue
            said = poll.room[key]
            said.named = {voice: one for voice, one in said.named.items() if one[1] != speaker}
            if len(paper.contests) >= paper.rule.contests or not (said.named or said.counts):
                del poll.room[key]

    def root(self, proposal: str) -> str:
        """The root over whatever counts."""
        poll = self.polls[proposal]
        speaking = {key for _, key in poll.named.values()}
        speaking |= {key for key, said in poll.room.items() if said.counts}
        places = {index for _, index in poll.own.values()}
        places |= {self.papers[key].index for key in speaking}
        return root_of([leaf_hash(self.raws[index]) for index in sorted(places)]).hex()
