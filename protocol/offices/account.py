"""Accounts: reports that holders and bodies owe by date. Spec: docs/spec/offices.md, "Accounts".

Time since the beginning of a place, or of a mandate, is cut into periods; of each a report is due
at its end. Nothing stands in the ledger when one is overdue: that is a question with a time.

Invariants:
* of one period at most one report waits or is accepted;
* nobody accepts her own report.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

from annotated_types import Ge, Le

from protocol.decisions.office_subjects import AccountSubject
from protocol.decisions.proposal import Proposal
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.offices.holding import Holdings, Moment, held_by, place_of
from protocol.offices.mandate import Mandates
from protocol.wire.bodies import Hex32, body
from protocol.wire.digests import MemberId, MessageId
from protocol.wire.limits import MAX_PERIODS


@body
class Reporting:
    """A report on one period of a place or a mandate; periods are counted from 1."""

    about: Hex32
    period: Annotated[int, Ge(1), Le(MAX_PERIODS)]
    text: Hex32


@body
class Approving:
    """Somebody whom the charter names accepts a report."""

    report: Hex32


class ReportState(Enum):
    """Where a report is in its life."""

    GIVEN = "given"
    ACCEPTED = "accepted"
    RETURNED = "returned"


LIFE: dict[ReportState, frozenset[ReportState]] = {
    ReportState.GIVEN: frozenset({ReportState.ACCEPTED, ReportState.RETURNED}),
    ReportState.ACCEPTED: frozenset(),
    ReportState.RETURNED: frozenset(),
}


@dataclass(slots=True, kw_only=True)
class Report:
    """One report; changed only by the fold."""

    id: MessageId
    about: MessageId
    office: str
    period: int
    author: MemberId
    text: MessageId
    given: Moment
    state: ReportState = ReportState.GIVEN
    approvals: dict[MemberId, int] = field(default_factory=dict)
    decision: MessageId | None = None


@dataclass(slots=True, kw_only=True)
class Accounts:
    """Every report of one ledger; `of_period` is the last one of each period."""

    reports: dict[MessageId, Report] = field(default_factory=dict)
    of_period: dict[tuple[MessageId, int], MessageId] = field(default_factory=dict)

    def report(self, report_id: str) -> Report:
        """A report by id.

        Raises:
            Refused: There is none of that id.
        """
        found = self.reports.get(MessageId(report_id))
        if found is None:
            raise Refused("report-unknown", "there is no such report in this ledger")
        return found

    def newest(self, about: str, period: int) -> Report | None:
        """The last report of a period."""
        found = self.of_period.get((MessageId(about), period))
        return None if found is None else self.reports[found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What reports are owed about: a place that was served, or a mandate.

    Attributes:
        member: Who owes them; None: whoever holds the office.
        since: When the first period begins, and `until` when the last one may begin no more.
    """

    about: MessageId
    office: str
    member: MemberId | None
    since: int
    until: int
    every_s: int

    def due(self, period: int) -> int:
        """When the report of a period is due."""
        return self.since + period * self.every_s

    def begun(self, now: int) -> int:
        """How many periods have begun by then."""
        last = min(now, self.until - 1)
        return 0 if last < self.since else (last - self.since) // self.every_s + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One report that is owed; `returned` if one was given and sent back."""

    source: Source
    period: int
    due: int
    returned: bool


def sources(holdings: Holdings, mandates: Mandates) -> Iterator[Source]:
    """Everything that reports are owed about."""
    for place in holdings.places.values():
        if place.began is not None and place.report_s is not None:
            yield Source(
                about=place.id,
                office=place.office,
                member=place.member,
                since=place.began.received,
                until=place.over_at,
                every_s=place.report_s,
            )
    for mandate in mandates.by_id.values():
        if mandate.report_s is not None:
            ended = mandate.until if mandate.ended is None else mandate.ended.received
            yield Source(
                about=mandate.id,
                office=mandate.office,
                member=mandate.member,
                since=mandate.issued.received,
                until=min(mandate.until, ended),
                every_s=mandate.report_s,
            )


def source_of(holdings: Holdings, mandates: Mandates, about: str) -> Source:
    """What a report is about.

    Raises:
        Refused: Nobody owes a report about that.
    """
    for source in sources(holdings, mandates):
        if source.about == about:
            return source
    raise Refused("report-not-owed", "nobody owes reports about a place or mandate of that id")


def open_reports(source: Source, accounts: Accounts, now: int) -> Iterator[Due]:
    """Reports of periods that have begun and that nobody has given, or that were sent back."""
    for period in range(1, source.begun(now) + 1):
        report = accounts.newest(source.about, period)
        if report is None or report.state is ReportState.RETURNED:
            yield Due(
                source=source,
                period=period,
                due=source.due(period),
                returned=report is not None,
            )


def overdue(holdings: Holdings, mandates: Mandates, accounts: Accounts, now: int) -> list[Due]:
    """Every report that should be here by now and is not, the longest overdue first."""
    found = [
        due
        for source in sources(holdings, mandates)
        for due in open_reports(source, accounts, now)
        if due.due <= now
    ]
    return sorted(found, key=lambda one: (one.due, one.source.about, one.period))


def check_reporting(
    accounts: Accounts, holdings: Holdings, mandates: Mandates, act: Act[Reporting], at: Moment
) -> None:
    """She owes it, its period has begun, and no report of it waits or was accepted.

    Raises:
        Refused: One of these does not hold.
    """
    source = source_of(holdings, mandates, act.body.about)
    if source.member is None:
        if not place_of(holdings, source.office, act.speaker, at).serves(at):
            raise Refused("office-not-held", "this member does not hold that office now")
    elif source.member != act.speaker:
        raise Refused("report-not-yours", "somebody else owes this report")
    if act.body.period > source.begun(at.received):
        raise Refused("period-unknown", "that period has not begun, or there is none")
    report = accounts.newest(act.body.about, act.body.period)
    if report is not None and report.state is not ReportState.RETURNED:
        raise Refused("report-already", "a report of this period was given, and not sent back")


def apply_reporting(
    accounts: Accounts, holdings: Holdings, mandates: Mandates, act: Act[Reporting], at: Moment
) -> None:
    """It waits to be accepted or sent back."""
    report = Report(
        id=act.id,
        about=MessageId(act.body.about),
        office=source_of(holdings, mandates, act.body.about).office,
        period=act.body.period,
        author=MemberId(act.speaker),
        text=MessageId(act.body.text),
        given=at,
    )
    accounts.reports[report.id] = report
    accounts.of_period[report.about, report.period] = report.id


def require_given(report: Report) -> None:
    """It waits.

    Raises:
        Refused: It was accepted or sent back.
    """
    if not LIFE[report.state]:
        raise Refused("report-state", f"this report was {report.state.value}")


def check_approving(
    accounts: Accounts, holdings: Holdings, act: Act[Approving], at: Moment
) -> None:
    """A report that waits, and somebody else who serves where the charter says, once.

    Raises:
        Refused: One of these does not hold.
    """
    report = accounts.report(act.body.report)
    require_given(report)
    rule = holdings.office(report.office).accounts
    serves = {one.office for one in held_by(holdings, act.speaker, at) if one.serves(at)}
    if rule is None or serves.isdisjoint(rule.accepted_by):
        raise Refused("accepts-not", "the charter lets others accept this report, or a decision")
    if act.speaker == report.author:
        raise Refused("accepts-herself", "somebody else accepts a report")
    if act.speaker in report.approvals:
        raise Refused("accepted-twice", "you have accepted this report already")


def apply_approving(accounts: Accounts, holdings: Holdings, act: Act[Approving]) -> None:
    """One more; with as many as the charter asks it is accepted."""
    report = accounts.report(act.body.report)
    report.approvals[MemberId(act.speaker)] = act.index
    rule = holdings.office(report.office).accounts
    if rule is not None and len(report.approvals) >= rule.acceptances:
        report.state = ReportState.ACCEPTED


def check_subject(accounts: Accounts, subject: AccountSubject) -> None:
    """There is a report to decide on.

    Raises:
        Refused: There is not.
    """
    require_given(accounts.report(subject.report))


def apply_decided(accounts: Accounts, decided: Proposal, subject: AccountSubject) -> bool:
    """Adopted, it is accepted; rejected, sent back; whether it was adopted and waited still."""
    report = accounts.report(subject.report)
    if not LIFE[report.state] or decided.outcome is None or decided.outcome.verdict == "lapsed":
        return False
    accepted = decided.outcome.verdict == "adopted"
    report.state = ReportState.ACCEPTED if accepted else ReportState.RETURNED
    report.decision = decided.id
    return accepted
