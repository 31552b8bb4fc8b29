"""Our part in the close of federated proposals: what we say next, and the final outcome.

The agreement itself is protocol/federation/closing.py. Here it is fed with what the store
holds, with time and patience, and what it says is handed to the journal. The only memory is
since when a round lasts; a restart begins it anew, which costs time and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog

from node.books import Books
from node.owed import Speech, rosters
from node.ports import Clock
from node.store.engine import Store
from node.store.entries import all_evidence, cosignatures_from, head_at, read_entries
from protocol.errors import ProtocolError
from protocol.federation.acts import LedgerFacts
from protocol.federation.agreement import Agreement
from protocol.federation.closing import current_round, next_step, round_length
from protocol.federation.evidence import Chains, SeenHead, SeenPosition, open_evidence
from protocol.federation.joint import Joint, open_joint, outcome_of
from protocol.federation.proposal import FinalOutcome, Proposing, Stating
from protocol.federation.roster import Roster
from protocol.federation.statements import body_of, step_of
from protocol.federation.steps import Receipt, Seen, Step
from protocol.federation.timeliness import is_ready
from protocol.ledger.act import Act
from protocol.ledger.cosignature import add_cosignatures
from protocol.wire.bodies import body_json
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.message import Message
from protocol.wire.text import b64_encode

_PART_BYTES = 24_000
"""Of evidence in one part of a receipt: quoted twice over it stays below an entry's limit."""
log = structlog.get_logger()
_MOST_HEADS = 8
_MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class _Held:
    """A position with its evidence, as values and as it is written."""

    seen: Seen
    written: SeenPosition


class Closing:
    """Computes what our community owes to every close."""

    def __init__(self, *, store: Store, books: Books, clock: Clock) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._chains: tuple[tuple[CommunityId, int], ...] = ()
        self._opened: dict[SeenPosition, Seen] = {}
        self._steps: dict[tuple[str, str], Step | ProtocolError] = {}
        self._joints: dict[MessageId, tuple[object, Joint]] = {}
        self._since: dict[MessageId, tuple[int, float]] = {}

    def owed(self, now: int) -> Iterator[Speech]:
        """The next step of every close that we have a part in, and outcomes to be recorded."""
        facts = self._books.facts()
        own = self._books.own
        for roster in rosters(facts):
            proposal = roster.proposal
            if own.ledger not in roster.agreement.electorate:
                continue
            if proposal.id in own.federation.outcomes:
                continue
            try:
                yield from self._of_one(facts, proposal, now)
            except Exception:
                # One close that cannot be worked on costs the others, and the node, nothing.
                log.exception("close_broke", proposal=proposal.id)

    def _of_one(
        self, facts: Mapping[CommunityId, LedgerFacts], proposal: Act[Proposing], now: int
    ) -> list[Speech]:
        joint = self.joint(facts, proposal)
        if joint.certificate is not None:
            return [self._outcome(joint)]
        if self._books.own_id in joint.roster.agreement.closers.ids:
            return list(self._next(facts, joint, now))
        return []

    def joint(self, facts: Mapping[CommunityId, LedgerFacts], proposal: Act[Proposing]) -> Joint:
        """What is known of a close, computed again only when something of it has changed.

        Raises:
            Refused: The roster is wrong or not known yet.
        """
        state = tuple(
            (community, len(ledger.chain.events), len(ledger.acts.steps.get(proposal.id, ())))
            for community, ledger in facts.items()
        )
        with self._store.read() as connection:
            forked = frozenset(one.community for one in all_evidence(connection))
        chains = tuple((community, events) for community, events, _ in state)
        if chains != self._chains:
            # New keys open more: what was read before may have missed a cosignature.
            self._chains = chains
            self._steps.clear()
            self._opened.clear()
        known = self._joints.get(proposal.id)
        if known is not None and known[0] == (state, forked):
            return known[1]
        joint = open_joint(facts, proposal, forked, self._read_step)
        self._joints[proposal.id] = ((state, forked), joint)
        return joint

    def _read_step(self, message: Message, agreement: Agreement, chains: Chains) -> Step:
        key = (agreement.proposal, message.id)
        step = self._steps.get(key)
        if step is None:
            try:
                step = step_of(message, agreement, chains)
            except ProtocolError as problem:
                # Until other keys come it stays so; it is not verified at every look.
                step = problem.with_traceback(None)
            if len(self._steps) >= _MOST_STEPS:
                self._steps.clear()
            self._steps[key] = step
        if isinstance(step, ProtocolError):
            raise step.with_traceback(None)
        return step

    def _outcome(self, joint: Joint) -> Speech:
        outcome = outcome_of(joint)
        if outcome is None:
            raise RuntimeError("a certified close has an outcome")
        final = FinalOutcome(
            proposal=joint.roster.proposal.id,
            list=outcome.list,
            round=outcome.round,
            verdict=outcome.decision.verdict,
            ground=outcome.decision.ground,
            tally=outcome.tally,
        )
        return self._speech(joint.roster, "federation/outcome", body_json(final))

    def _next(
        self, facts: Mapping[CommunityId, LedgerFacts], joint: Joint, now: int
    ) -> Iterator[Speech]:
        view, roster, me = joint.view, joint.roster, self._books.own_id
        agreement = roster.agreement
        held = [] if view.whole_receipt(me) else self._held(facts, roster)
        over = now >= agreement.deadline_s + roster.compact.body.window_s
        timely = [one.seen for one in held if agreement.is_timely(one.seen)]
        step = next_step(
            view,
            me,
            window_over=over or is_ready(timely, agreement.electorate),
            timed_out=bool(view.whole_receipt(me))
            and self._timed_out(roster, current_round(view, me)),
            held=[one.seen for one in held],
        )
        if isinstance(step, Receipt):
            yield from self._receipt(joint, step, held)
        elif step is not None:
            kind, body = body_of(step, agreement)
            yield self._speech(roster, kind, body)

    def _timed_out(self, roster: Roster, number: int) -> bool:
        now = self._clock.monotonic()
        since = self._since.get(roster.proposal.id)
        if since is None or since[0] != number:
            self._since[roster.proposal.id] = (number, now)
            return False
        return now - since[1] > round_length(roster.compact.body.round_s, number)

    def _receipt(self, joint: Joint, receipt: Receipt, held: Sequence[_Held]) -> Iterator[Speech]:
        """A receipt in as many parts as it takes; after a crash, the parts that were not said."""
        written = {one.seen.row: one.written for one in held}
        said = {
            part.part: part
            for part in joint.view.receipts.values()
            if part.closer == receipt.closer
        }
        told = {seen.row.ledger for part in said.values() for seen in part.seen}
        rows = [written[seen.row] for seen in receipt.seen if seen.row.ledger not in told]
        if said:
            total = next(iter(said.values())).parts
            free = [number for number in range(total) if number not in said]
            chunks = [rows[start :: len(free)] for start in range(len(free))]
        else:
            chunks = _chunks(rows)
            total, free = len(chunks), list(range(len(chunks)))
        for number, chunk in zip(free, chunks, strict=True):
            part = Receipt(closer=receipt.closer, id="", part=number, parts=total)
            kind, body = body_of(part, joint.roster.agreement, chunk)
            yield self._speech(joint.roster, kind, body)

    def _speech(self, roster: Roster, kind: str, body: dict[str, JsonValue]) -> Speech:
        audience = f"federation:{roster.proposal.body.federation}"
        return Speech(kind=kind, audience=audience, body=body)

    # --- evidence --------------------------------------------------------------------------

    def _held(self, facts: Mapping[CommunityId, LedgerFacts], roster: Roster) -> list[_Held]:
        """Every position that we hold with evidence of when it was seen."""
        chains = {community: ledger.chain for community, ledger in facts.items()}
        found: list[_Held] = []
        for community in roster.agreement.electorate:
            ledger = facts.get(CommunityId(community))
            said = [] if ledger is None else ledger.acts.positions.get(roster.proposal.id, [])
            for stating in said:
                written = self._evidence(stating, roster.agreement)
                if written is None:
                    continue
                seen = self._open(written, roster.agreement.proposal, chains)
                if seen is not None:
                    found.append(_Held(seen, written))
        return found

    def _open(self, written: SeenPosition, proposal: str, chains: Chains) -> Seen | None:
        """Evidence once verified stays so; it is asked for whenever anything changes."""
        seen = self._opened.get(written)
        if seen is None:
            try:
                seen = open_evidence(written, proposal, chains)
            except ProtocolError:
                return None
            if len(self._opened) >= _MOST_STEPS:
                self._opened.clear()
            self._opened[written] = seen
        return seen

    def _evidence(self, stating: Act[Stating], agreement: Agreement) -> SeenPosition | None:
        """The earliest heads by which enough closers saw a position in time, at most eight."""
        number = self._books.number(stating.ledger)
        tree = self._books.tree(stating.ledger)
        witnesses = [CommunityId(one) for one in agreement.closers.ids if one != stating.ledger]
        with self._store.read() as connection:
            raw = read_entries(connection, number, stating.index, stating.index + 1)[0].raw
            lines: dict[int, list[bytes]] = {}
            counted: set[CommunityId] = set()
            for line in cosignatures_from(connection, number, stating.index + 1, witnesses):
                late = line.time > agreement.deadline_s or line.size > tree.size
                if late or line.witness in counted:
                    continue
                if line.size not in lines and len(lines) == _MOST_HEADS:
                    break
                counted.add(line.witness)
                lines.setdefault(line.size, []).append(line.line)
                if len(counted) >= agreement.closers.witnesses_needed(stating.ledger):
                    break
            heads = []
            for size, cosigned in lines.items():
                head = head_at(connection, number, size)
                if head is None:
                    continue
                note = add_cosignatures(head.note, cosigned).decode("utf-8")
                proof = tuple(b64_encode(one) for one in tree.inclusion(stating.index, size))
                heads.append(SeenHead(note=note, proof=proof))
        if raw is None or not heads:
            return None
        return SeenPosition(entry=raw.decode("utf-8"), heads=tuple(heads))


def _chunks(rows: Sequence[SeenPosition]) -> list[list[SeenPosition]]:
    chunks: list[list[SeenPosition]] = [[]]
    room = _PART_BYTES
    for row in rows:
        needed = _size(row)
        if chunks[-1] and needed > room:
            chunks.append([])
            room = _PART_BYTES
        chunks[-1].append(row)
        room -= needed
    return chunks


def _size(position: SeenPosition) -> int:
    heads = sum(len(head.note) + 48 * len(head.proof) for head in position.heads)
    return len(position.entry) + heads
