"""Looking at a peer step by step, so that people learn what is wrong and what to do.

A look is a duty like any other call: whoever asks for one leaves it, and the newest result is
kept in memory. It believes nothing of what the peer says and changes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from node.books import Books
from node.peers import Peers, PeerTrouble, RemoteHead
from node.ports import Ports
from node.store.engine import Store
from node.store.peers import find_peer
from node.store.values import Duty
from protocol.errors import Malformed
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue
from protocol.wire.text import hex_decode

CHECK = "check"
StepName = Literal["name", "connection", "answer", "identity", "clock", "signature", "ledger"]
CLOCK_SLACK_S = 10
"""Closing counts seconds: clocks that are further apart than this make positions late."""
_MOST_LOOKS = 1_000
_NAME_CHARS = 80
_UNREACHED = frozenset({"peer-unreached", "peer-slow"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question about a connection; `code` says why the answer is no."""

    step: StepName
    ok: bool
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at an address found.

    Attributes:
        at: When, in unix seconds.
        community: Who it says that it is; `name` likewise.
        ahead_s: By how much its clock is ahead of ours.
        holds: Entries of our own ledger that it says it holds.
    """

    url: str
    at: int
    steps: tuple[Step, ...] = ()
    community: CommunityId | None = None
    name: str | None = None
    ahead_s: int | None = None
    holds: int | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(one.ok for one in self.steps)

    @property
    def first_wrong(self) -> Step | None:
        """What to look after first."""
        return next((one for one in self.steps if not one.ok), None)


@dataclass(slots=True)
class _Finding:
    look: Look
    steps: list[Step] = field(default_factory=list)

    def note(self, step: StepName, code: str | None = None) -> bool:
        self.steps.append(Step(step=step, ok=code is None, code=code))
        return code is None


class Checking:
    """Carries out looks; `looks` holds the newest of each address."""

    def __init__(self, *, store: Store, books: Books, peers: Peers, ports: Ports) -> None:
        self._store = store
        self._books = books
        self._peers = peers
        self._clock = ports.clock
        self._executor = ports.executor
        self._asked: dict[str, int] = {}
        self.looks: dict[str, Look] = {}

    def ask(self, url: str) -> None:
        """Somebody waits for a look at this address."""
        if len(self._asked) < _MOST_LOOKS:
            self._asked[url] = self._clock.now()

    def waited_s(self, url: str) -> int | None:
        """For how long somebody has been waiting; None if nobody is."""
        asked = self._asked.get(url)
        return None if asked is None else max(0, self._clock.now() - asked)

    async def check(self, duty: Duty) -> None:
        """Look at the duty's target."""
        url = duty.target
        finding = _Finding(Look(url=url, at=self._clock.now()))
        try:
            await self._look(finding)
        finally:
            if url not in self.looks and len(self.looks) >= _MOST_LOOKS:
                del self.looks[next(iter(self.looks))]
            self.looks[url] = replace(finding.look, steps=tuple(finding.steps))
            self._asked.pop(url, None)

    async def _look(self, finding: _Finding) -> None:
        url = finding.look.url
        try:
            await self._peers.locate(url)
        except PeerTrouble as trouble:
            finding.note("name", trouble.code)
            return
        finding.note("name")
        before = self._clock.now_ms()
        try:
            status = await self._peers.status(url)
        except PeerTrouble as trouble:
            _no_answer(finding, trouble)
            return
        finding.note("connection")
        finding.note("answer")
        between = (before + self._clock.now_ms()) // 2000
        known = await self._executor.run(self._known, url)
        self._read(finding, status, known, between)
        if finding.steps[-1].ok:
            await self._look_at_ledger(finding)

    def _known(self, url: str) -> CommunityId | None:
        with self._store.read() as connection:
            peer = find_peer(connection, url)
        return None if peer is None else peer.community

    def _read(
        self,
        finding: _Finding,
        status: Mapping[str, JsonValue],
        known: CommunityId | None,
        between: int,
    ) -> None:
        community = _community(status.get("community"))
        name = status.get("name")
        finding.look = replace(
            finding.look,
            community=community,
            name=name[:_NAME_CHARS] if isinstance(name, str) else None,
            ahead_s=_ahead(status.get("time"), between),
        )
        for step, code in self._verdicts(finding.look, known, status.get("you")):
            finding.note(step, code)

    def _verdicts(
        self, look: Look, known: CommunityId | None, role: JsonValue
    ) -> Iterator[tuple[StepName, str | None]]:
        if look.community is None:
            yield "identity", "peer-nobody"
        elif look.community == self._books.own_id:
            yield "identity", "peer-self"
        else:
            yield "identity", None if known in (None, look.community) else "peer-other"
        apart = CLOCK_SLACK_S + 1 if look.ahead_s is None else abs(look.ahead_s)
        yield "clock", None if apart <= CLOCK_SLACK_S else "clock-apart"
        yield "signature", None if role == "peer" else "not-known-there"

    async def _look_at_ledger(self, finding: _Finding) -> None:
        try:
            heads = await self._peers.heads(finding.look.url)
        except PeerTrouble as trouble:
            finding.note("ledger", trouble.code)
            return
        holds = _size_of(heads, self._books.own_id)
        finding.look = replace(finding.look, holds=holds)
        finding.note("ledger", "ledger-not-held" if holds is None else None)


def _no_answer(finding: _Finding, trouble: PeerTrouble) -> None:
    """How far a call came: no connection, no answer of ours, or our signature refused."""
    if trouble.code in _UNREACHED:
        finding.note("connection", trouble.code)
        return
    finding.note("connection")
    if trouble.status in (401, 403):
        finding.note("answer")
        finding.note("signature", trouble.code)
    else:
        finding.note("answer", trouble.code)


def _community(claimed: JsonValue) -> CommunityId | None:
    try:
        hex_decode(str(claimed), 32)
    except Malformed:
        return None
    return CommunityId(str(claimed))


def _ahead(time: JsonValue, between: int) -> int | None:
    return time - between if isinstance(time, int) and not isinstance(time, bool) else None


def _size_of(heads: tuple[RemoteHead, ...], ledger: CommunityId) -> int | None:
    return next((head.size for head in heads if head.ledger == ledger), None)
