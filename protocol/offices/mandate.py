"""Mandates: what a holder or a body is to do, for how long, within which limits.

Spec: docs/spec/offices.md, "Mandates". The decision that issues a mandate is the mandate: its id
is the decision's, its words are those that were decided, and it begins where the decision closes.

Invariants:
* a mandate to a person is good while she serves in the place that it came to, and no longer;
* a suspension ends by itself or with the mandate, and a mandate is suspended once.
"""

from dataclasses import dataclass, field
from typing import Literal

from protocol.community.members import Membership, Standing
from protocol.decisions.office_subjects import Limit, MandateEndSubject, MandateSubject
from protocol.decisions.proposal import Proposal
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.offices.holding import Holdings, Moment, Place, held_by
from protocol.wire.bodies import Hex32, body
from protocol.wire.digests import MemberId, MessageId

MandateStanding = Literal["waiting", "in-force", "suspended", "ended", "over"]


@body
class Suspending:
    """Whoever the charter lets suspends a mandate, at once."""

    mandate: Hex32


@dataclass(slots=True, kw_only=True)
class Mandate:
    """One mandate; its id is the decision that issued it. Changed only by the fold.

    Attributes:
        member: Whose it is; None: of whoever holds the office, all of them together.
        until: When its term is over.
        suspended: Where somebody suspended it, and `suspended_until` when that ends.
        ended: The entry that closed the decision to end it.
    """

    id: MessageId
    office: str
    member: MemberId | None
    text: MessageId
    imperative: bool
    limits: tuple[Limit, ...]
    report_s: int | None
    issued: Moment
    until: int
    suspended: Moment | None = None
    suspended_by: MemberId | None = None
    suspended_until: int = 0
    ended: Moment | None = None

    def runs(self, at: Moment) -> bool:
        """Whether it has begun and is not over, whoever holds the office."""
        begun = self.issued.index < at.index and at.received < self.until
        return begun and (self.ended is None or at.index <= self.ended.index)

    def is_suspended(self, at: Moment) -> bool:
        """Whether it rests then."""
        if self.suspended is None:
            return False
        return self.suspended.index < at.index and at.received < self.suspended_until


@dataclass(slots=True, kw_only=True)
class Mandates:
    """Every mandate of one ledger, in the order in which they were issued."""

    by_id: dict[MessageId, Mandate] = field(default_factory=dict)

    def mandate(self, mandate_id: str) -> Mandate:
        """A mandate by id.

        Raises:
            Refused: There is none of that id.
        """
        found = self.by_id.get(MessageId(mandate_id))
        if found is None:
            raise Refused("mandate-unknown", "no decision of that id issued a mandate")
        return found


def place_under(holdings: Holdings, mandate: Mandate) -> Place | None:
    """The place that a mandate to a person came to: held where it was issued, or the next one."""
    for place in holdings.places_of(mandate.member or ""):
        after = place.accepted.index > mandate.issued.index
        if place.office == mandate.office and (after or place.stands(mandate.issued)):
            return place
    return None


def standing_of(holdings: Holdings, mandate: Mandate, at: Moment) -> MandateStanding:
    """How it stands with a mandate at some moment."""
    if not mandate.runs(at):
        return "over" if mandate.ended is None or at.received >= mandate.until else "ended"
    if mandate.member is not None:
        place = place_under(holdings, mandate)
        if place is None or place.accepted.index >= at.index:
            return "waiting"
        if not place.stands(at):
            return "over"
        if not place.serves(at):
            return "waiting"
    return "suspended" if mandate.is_suspended(at) else "in-force"


def require_running(holdings: Holdings, mandate: Mandate, at: Moment) -> None:
    """It is not over, by its term, by a decision or with the place of whoever it was given to.

    Raises:
        Refused: It is.
    """
    if standing_of(holdings, mandate, at) in ("ended", "over"):
        raise Refused("mandate-over", "this mandate was ended, or its time is over")


def check_subject(holdings: Holdings, membership: Membership, subject: MandateSubject) -> None:
    """An office that is there, a member if one is named, and no limit stated twice.

    Raises:
        Refused: Otherwise.
    """
    holdings.office(subject.office)
    if subject.member is not None:
        member = membership.members.get(MemberId(subject.member))
        if member is None or member.standing is not Standing.ACTIVE:
            raise Refused("member-unknown", "whoever is named is a member now")
    if len({one.what for one in subject.limits}) != len(subject.limits):
        raise Refused("limit-twice", "a mandate states each of its limits once")


def check_end_subject(
    mandates: Mandates, holdings: Holdings, subject: MandateEndSubject, at: Moment
) -> None:
    """There is a mandate to end.

    Raises:
        Refused: There is not.
    """
    require_running(holdings, mandates.mandate(subject.mandate), at)


def apply_issued(
    mandates: Mandates, holdings: Holdings, decided: Proposal, subject: MandateSubject, at: Moment
) -> bool:
    """It begins; whether it does: an office that is gone takes no mandate."""
    if subject.office not in holdings.definitions:
        return False
    mandates.by_id[decided.id] = Mandate(
        id=decided.id,
        office=subject.office,
        member=None if subject.member is None else MemberId(subject.member),
        text=decided.text if decided.frozen is None else decided.frozen.text,
        imperative=subject.binding == "imperative",
        limits=subject.limits,
        report_s=subject.report_s,
        issued=at,
        until=at.received + subject.term_s,
    )
    return True


def apply_ended(mandates: Mandates, subject: MandateEndSubject, at: Moment) -> bool:
    """It is over from the next entry on; whether it was not before."""
    mandate = mandates.by_id[MessageId(subject.mandate)]
    if not mandate.runs(at):
        return False
    mandate.ended = at
    return True


def check_suspending(
    mandates: Mandates, holdings: Holdings, act: Act[Suspending], at: Moment
) -> None:
    """Somebody whom the charter lets, a mandate that runs, and its first suspension.

    Raises:
        Refused: One of these does not hold.
    """
    mandate = mandates.mandate(act.body.mandate)
    require_running(holdings, mandate, at)
    rule = holdings.office(mandate.office).suspension
    serves = {one.office for one in held_by(holdings, act.speaker, at) if one.serves(at)}
    if rule is None or serves.isdisjoint(rule.by):
        raise Refused("suspends-not", "the charter lets others suspend this mandate, or nobody")
    if mandate.suspended is not None:
        raise Refused("mandate-suspended", "it was suspended before: whoever wants more decides")


def apply_suspending(
    mandates: Mandates, holdings: Holdings, act: Act[Suspending], at: Moment
) -> None:
    """It rests from the next entry on, for the time that the charter gives a decision to come."""
    mandate = mandates.mandate(act.body.mandate)
    rule = holdings.office(mandate.office).suspension
    if rule is None:  # check_suspending came first; a fold never gets here
        raise AssertionError("nobody suspends this mandate")
    mandate.suspended, mandate.suspended_by = at, MemberId(act.speaker)
    mandate.suspended_until = at.received + rule.for_s
