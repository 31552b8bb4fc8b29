"""Mandates and the reports on them. Rows of the table in cases.py."""

from protocol.wire.encoding import JsonValue
from tests.protocol.kinds import office_histories as office
from tests.protocol.kinds.case import Said, about, just
from tests.protocol.kinds.histories import NOBODY, adopt, body, marked, village
from tests.protocol.kinds.office_histories import DAY, mandated, rules
from tests.protocol.kinds.office_histories import office as defined
from tests.protocol.ledgers import VOICE, Body, Ledger

_adopt = about("charter/adopt", village, adopt(2, {}), VOICE)
_draft = about("proposal/draft", office.watched, just({}), "Dora")
_suspend = about("mandate/suspend", office.under_mandate, body(mandate="@mandate"), "Bento")
_report = about(
    "account/report", office.under_mandate, body(about="@place", period=1, text="@text"), "Alice"
)
_on_it = about(
    "account/report", office.under_mandate, body(about="@mandate", period=1, text="@text"), "Alice"
)
_accept = about("account/accept", office.reported, body(report="@report"), "Bento")


def proposing(kind: str, subject: Body) -> Said:
    """A draft; a value of its subject that begins with @ is something that the story marked."""

    def made(ledger: Ledger) -> Body:
        about: Body = {name: marked(ledger, value) for name, value in subject.items()}
        return {"type": kind, "text": ledger.marks["text"], "subject": about}

    return made


def issuing(**changed: JsonValue) -> Said:
    return proposing("mandate", mandated(**changed))


def ending(mandate: str = "@mandate") -> Said:
    return proposing("mandate", {"kind": "mandate/end", "mandate": mandate})


def judging(report: str = "@report") -> Said:
    return proposing("account", {"kind": "account", "report": report})


def rule(**changed: JsonValue) -> Said:
    return adopt(2, rules(health=defined(**changed), watch=defined()))


TWO_LIMITS: list[JsonValue] = [{"what": "days", "most": 1}, {"what": "days", "most": 2}]

MANDATES = [
    _adopt("adopt-suspension", said=rule(suspension={"by": ["watch"], "for_s": 1})),
    _adopt(
        "adopt-suspension-by-nothing",
        "charter-offices",
        said=rule(suspension={"by": ["council"], "for_s": 1}),
    ),
    _adopt("adopt-accounts", said=rule(accounts={"report_s": DAY, "accepted_by": ["watch"]})),
    _adopt("adopt-accounts-every-hour", "body-invalid", said=rule(accounts={"report_s": 3_600})),
    _adopt(
        "adopt-accounts-to-nobody",
        "charter-offices",
        said=rule(accounts={"accepted_by": ["council"]}),
    ),
    _draft("draft-mandate", said=issuing()),
    _draft("draft-mandate-to-nothing", "office-unknown", said=issuing(office="water")),
    _draft("draft-mandate-to-a-stranger", "member-unknown", said=issuing(member=NOBODY)),
    _draft("draft-mandate-with-a-limit-twice", "limit-twice", said=issuing(limits=TWO_LIMITS)),
    _draft("draft-mandate-half-bound", "body-invalid", said=issuing(binding="half")),
    _draft("draft-end-of-mandate", story=office.under_mandate, said=ending()),
    _draft("draft-end-of-nothing", "mandate-unknown", said=ending(NOBODY)),
    _draft(
        "draft-end-of-what-was-rejected",
        "mandate-unknown",
        story=office.mandate_rejected,
        said=ending(),
    ),
    _draft("draft-end-twice", "mandate-over", story=office.mandate_ended, said=ending()),
    _draft("draft-end-of-what-is-over", "mandate-over", story=office.mandate_over, said=ending()),
    _suspend("suspend-mandate"),
    _suspend("suspend-nothing", "mandate-unknown", said=body(mandate=NOBODY)),
    _suspend("suspend-by-another", "suspends-not", by="Dora"),
    _suspend("suspend-by-the-holder", "suspends-not", by="Alice"),
    _suspend("suspend-twice", "mandate-suspended", story=office.mandate_suspended, by="Carla"),
    _suspend("suspend-what-ended", "mandate-over", story=office.mandate_ended),
    _suspend("suspend-what-is-over", "mandate-over", story=office.mandate_over),
    _suspend("suspend-what-ended-with-the-seat", "mandate-over", story=office.personal_mandate),
    _suspend("suspend-by-the-voice", "not-a-member", by=VOICE),
]
ACCOUNTS = [
    _report("report"),
    _report("report-by-another", "report-not-yours", by="Bento"),
    _report(
        "report-on-what-has-not-begun",
        "period-unknown",
        said=body(about="@place", period=2, text="@text"),
    ),
    _report(
        "report-on-nothing", "report-not-owed", said=body(about=NOBODY, period=1, text="@text")
    ),
    _report(
        "report-on-period-none", "body-invalid", said=body(about="@place", period=0, text="@text")
    ),
    _report("report-twice", "report-already", story=office.reported),
    _report("report-what-was-accepted", "report-already", story=office.report_accepted),
    _report("report-anew-what-was-returned", story=office.report_returned),
    _report(
        "report-without-text", door="text-unknown", said=body(about="@place", period=1, text=NOBODY)
    ),
    _on_it("report-on-a-mandate"),
    _on_it("report-on-a-mandate-of-others", "office-not-held", by="Dora"),
    _on_it("report-on-a-mandate-to-her", story=office.personal_mandate),
    _accept("accept-report"),
    _accept("accept-report-as-the-second", story=office.accepted_by_one, by="Carla"),
    _accept("accept-report-twice", "accepted-twice", story=office.accepted_by_one),
    _accept("accept-nothing-at-all", "report-unknown", said=body(report=NOBODY)),
    _accept("accept-report-by-another", "accepts-not", by="Dora"),
    _accept("accept-ones-own-report", "accepts-herself", story=office.watcher_reports),
    _accept("accept-what-was-accepted", "report-state", story=office.report_accepted),
    _accept("accept-what-was-returned", "report-state", story=office.report_returned),
    _draft("draft-account", story=office.reported, said=judging()),
    _draft("draft-account-of-nothing", "report-unknown", said=judging(NOBODY)),
    _draft(
        "draft-account-of-what-was-accepted",
        "report-state",
        story=office.report_accepted,
        said=judging(),
    ),
]
