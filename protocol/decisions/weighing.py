"""What minutes weigh: from an item to the voices that it brings to a proposal.

Spec: docs/spec/assembly.md, "What counts". The same questions are asked where the minutes are
recorded, to refuse what could never count, and again where they take effect, for other voices
may have spoken since.
"""

from collections.abc import Collection

from protocol.community.charter import Charters
from protocol.decisions.assembly import Assemblies, apply_held
from protocol.decisions.minutes import (
    Contest,
    Contesting,
    Countersigning,
    Effect,
    Item,
    Minutes,
    MinutesState,
    Recording,
    completes,
)
from protocol.decisions.proposal import Decisions, Frozen, Proposal, State, require_author
from protocol.decisions.recorded import Counts, Recorded, RecordedPosition, covered, in_force
from protocol.decisions.rules import eligible
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.limits import MAX_MINUTES

Barred = frozenset[MemberId]
"""Members whom an office keeps from voting while they serve in it."""
RECORD_ONLY = frozenset({"voting-not-open", "voting-closed"})
"""Items that say so remain in the minutes as a record, and count for nothing."""


def check_items(
    decisions: Decisions, charters: Charters, minutes: Minutes, barred: Barred = frozenset()
) -> None:
    """Every item is about a proposal that is here, and could count if it is open.

    Raises:
        Refused: One is not, or could not.
    """
    for item in minutes.body.items:
        proposal = decisions.proposal(item.proposal)
        try:
            weigh(minutes, item, proposal, charters, minutes.received, barred)
        except Refused as problem:
            if problem.code not in RECORD_ONLY:
                raise


def check_correction(assemblies: Assemblies, minutes: Minutes) -> None:
    """What is corrected is here, by the same author, and was not corrected before.

    Raises:
        Refused: One of these does not hold.
    """
    if minutes.body.corrects is None:
        return
    old = assemblies.record(minutes.body.corrects)
    require_author(old.author, minutes.author)
    if old.state is MinutesState.CORRECTED:
        raise Refused("minutes-state", "these minutes were corrected already")


def check_effect(
    assemblies: Assemblies, decisions: Decisions, minutes: Minutes, received: int
) -> None:
    """Where a correction would take effect: what it corrects can be let go.

    After the time for positions a correction could only take voices away, and is held back
    until the decision is closed; whoever holds the old minutes to be wrong contests them.

    Raises:
        Refused: Other minutes corrected it first, or a decision waits to be closed.
    """
    check_correction(assemblies, minutes)
    old = _corrected(assemblies, minutes)
    for proposal in [] if old is None else _open_proposals(decisions, old):
        if old is not None and old.id in proposal.recorded and not _in_time(proposal, received):
            raise Refused("correction-waits", "a correction waits until the decision is closed")


def apply_recording(assemblies: Assemblies, minutes: Minutes) -> None:
    """They wait for their witnesses."""
    assemblies.minutes[minutes.id] = minutes
    if minutes.body.assembly is not None:
        assemblies.call(minutes.body.assembly).minutes.append(minutes.id)


def apply_countersigning(
    assemblies: Assemblies,
    decisions: Decisions,
    charters: Charters,
    act: Act[Countersigning],
    barred: Barred = frozenset(),
) -> None:
    """With the last countersignature that is needed the minutes take effect."""
    minutes = assemblies.record(act.body.minutes)
    effective = completes(minutes)
    minutes.countersigned[MemberId(act.speaker)] = act.index
    if not effective:
        return
    old = _corrected(assemblies, minutes)
    if old is not None:
        old.state, old.corrected_by = MinutesState.CORRECTED, minutes.id
        _let_go(decisions, old)
    minutes.state, minutes.stands_since = MinutesState.STANDING, act.received
    for item in minutes.body.items:
        if item.speaks:
            proposal = decisions.proposal(item.proposal)
            minutes.effects[proposal.id] = _take(
                minutes, item, proposal, charters, act.received, barred
            )
    if minutes.body.assembly is not None:
        apply_held(assemblies.call(minutes.body.assembly))


def apply_contesting(assemblies: Assemblies, decisions: Decisions, act: Act[Contesting]) -> None:
    """A member's own recorded position is gone at once; with enough contests everything is."""
    minutes, member = assemblies.record(act.body.minutes), MemberId(act.speaker)
    minutes.contests[member] = Contest(
        member=member, index=act.index, received=act.received, reason=act.body.reason
    )
    for proposal in _open_proposals(decisions, minutes):
        _forget(proposal, minutes.id, member)
    if len(minutes.contests) >= minutes.rule.contests:
        minutes.state = MinutesState.CONTESTED
        _let_go(decisions, minutes)


def weigh(
    minutes: Minutes,
    item: Item,
    proposal: Proposal,
    charters: Charters,
    now: int,
    barred: Barred = frozenset(),
) -> tuple[Recorded, Effect]:
    """What an item would bring to its proposal now; `barred` are members without a voice now.

    Raises:
        Refused: It can count for nothing; the code says why.
    """
    if not item.speaks:
        return _recorded(minutes, (), None, frozenset()), Effect(code=None)
    frozen = _require_open(minutes, proposal, charters, now)
    room = {key: one for key, one in proposal.recorded.items() if key != minutes.body.corrects}
    if len(room) >= MAX_MINUTES:
        raise Refused("minutes-many", f"at most {MAX_MINUTES} minutes count on one proposal")
    named = _named(minutes, item, frozen, barred)
    spoken = covered(room)
    dropped = tuple(
        (one.member, code)
        for one in named
        if (code := _why_dropped(one, minutes, proposal, spoken)) is not None
    )
    gone = {member for member, _ in dropped}
    kept = tuple(one for one in named if one.member not in gone)
    taken = spoken | {one.voice for one in named} | in_force(room, ()).keys()
    unnamed = _voices(minutes.body, frozen, barred) - taken - proposal.positions.keys()
    counts = _counts(item, frozen, unnamed)
    among = frozenset[str]() if counts is None else unnamed
    return _recorded(minutes, kept, counts, among), Effect(code=None, dropped=dropped)


def _require_open(minutes: Minutes, proposal: Proposal, charters: Charters, now: int) -> Frozen:
    frozen = proposal.frozen
    if proposal.state is not State.OPEN or frozen is None:
        raise Refused("voting-not-open", f"voting is not open: it is {proposal.state.value}")
    if not _in_time(proposal, now):
        raise Refused("voting-closed", "the time for positions is over")
    if charters.at(frozen.charter).assembly != minutes.rule:
        raise Refused("assembly-differs", "it opened under other rules for assemblies")
    if frozen.index > minutes.index or frozen.opened_at > minutes.body.ended_at:
        raise Refused("held-before-opening", "the assembly was over when voting opened")
    return frozen


def _named(
    minutes: Minutes, item: Item, frozen: Frozen, barred: Barred
) -> tuple[RecordedPosition, ...]:
    if not barred.isdisjoint(MemberId(one.member) for one in item.positions):
        raise Refused("office-bars", "an office that somebody named serves in bars her from voting")
    found = tuple(
        RecordedPosition(
            minutes=minutes.id,
            voice=frozen.electorate.voice_of.get(MemberId(named.member), ""),
            member=MemberId(named.member),
            choice=named.choice,
            reason=named.reason,
            helper=None if named.helper is None else MemberId(named.helper),
        )
        for named in item.positions
    )
    voices = {one.voice for one in found}
    if "" in voices:
        raise Refused("no-voice", "somebody named was not in the electorate when voting opened")
    if len(voices) != len(found):
        raise Refused("voice-twice", "a voice is recorded once for each proposal")
    for one in found:
        eligible(frozen.terms.rule, one.choice, one.reason is not None)
    return found


def _why_dropped(
    one: RecordedPosition, minutes: Minutes, proposal: Proposal, spoken: Collection[str]
) -> str | None:
    if one.member in minutes.contests:
        return "contested"
    if one.voice in proposal.positions:
        return "own-position"
    return "counted-in-room" if one.voice in spoken else None


def _voices(recording: Recording, frozen: Frozen, barred: Barred) -> frozenset[str]:
    """The voices of those who were there; a household is there if one of its members is."""
    voice_of = frozen.electorate.voice_of
    present = (
        voice_of.get(MemberId(member)) for member in recording.attendance if member not in barred
    )
    return frozenset(voice for voice in present if voice is not None)


def _counts(item: Item, frozen: Frozen, unnamed: Collection[str]) -> Counts | None:
    if item.counts is None or item.counts.total == 0:
        return None
    for choice, _ in item.counts.choices():
        # A raised hand gives no reason: where the rule asks for one, people are named.
        eligible(frozen.terms.rule, choice, False)
    if item.counts.total > len(unnamed):
        raise Refused("counts-over", f"{len(unnamed)} voices were there unnamed and had not spoken")
    return item.counts


def _recorded(
    minutes: Minutes,
    named: tuple[RecordedPosition, ...],
    counts: Counts | None,
    among: frozenset[str],
) -> Recorded:
    return Recorded(
        minutes=minutes.id,
        index=minutes.index,
        leaf=minutes.leaf,
        contest_until=minutes.contest_until or 0,
        named=named,
        counts=counts,
        covered=among,
    )


def _take(
    minutes: Minutes,
    item: Item,
    proposal: Proposal,
    charters: Charters,
    now: int,
    barred: Barred,
) -> Effect:
    try:
        recorded, effect = weigh(minutes, item, proposal, charters, now, barred)
    except Refused as problem:
        return Effect(code=problem.code)
    if not recorded.empty:
        proposal.recorded[minutes.id] = recorded
    return effect


def _in_time(proposal: Proposal, now: int) -> bool:
    return proposal.frozen is not None and now < proposal.frozen.closes_at


def _corrected(assemblies: Assemblies, minutes: Minutes) -> Minutes | None:
    corrects = minutes.body.corrects
    return None if corrects is None else assemblies.record(corrects)


def _open_proposals(decisions: Decisions, minutes: Minutes) -> list[Proposal]:
    """What minutes still weigh on; what is decided stays decided."""
    about = [decisions.proposal(item.proposal) for item in minutes.body.items]
    return [one for one in about if one.state is State.OPEN]


def _let_go(decisions: Decisions, minutes: Minutes) -> None:
    for proposal in _open_proposals(decisions, minutes):
        proposal.recorded.pop(minutes.id, None)


def _forget(proposal: Proposal, minutes: MessageId, member: MemberId) -> None:
    """Take out what minutes say that one member said."""
    old = proposal.recorded.get(minutes)
    if old is None or all(one.member != member for one in old.named):
        return
    left = Recorded(
        minutes=old.minutes,
        index=old.index,
        leaf=old.leaf,
        contest_until=old.contest_until,
        named=tuple(one for one in old.named if one.member != member),
        counts=old.counts,
        covered=old.covered,
    )
    if left.empty:
        del proposal.recorded[minutes]
    else:
        proposal.recorded[minutes] = left
