"""`acuerdo account`: reports that holders owe; given, accepted or sent back."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import told
from node.cli.answers import JsonObject
from node.cli.commands import MEMBER, Shown, command
from node.cli.office_showing import due_line, report_row
from node.cli.proposal import drafted
from node.cli.session import Session
from node.cli.texts import TextEn, TextEs, TitleEn, TitleEs, by_language, publish

ReportId = Annotated[str, typer.Argument(metavar="REPORT")]


@command("account list", MEMBER, example="acuerdo account list --as ana")
def accounts(session: Session) -> Shown:
    """What is overdue, and what was given."""
    found = session.reader().get("/v1/accounts")
    lines = [due_line(row, session.words) for row in answers.rows(found, "overdue")]
    lines += [report_row(row, session.words) for row in answers.rows(found, "reports")]
    return Shown(found, lines or [session.words("accounts-none")])


@command(
    "account report",
    MEMBER,
    example="acuerdo account report 3f9a21c4 --period 1 --text-es informe.md --as ana",
)
def report(
    session: Session,
    *,
    about: Annotated[str, typer.Argument(metavar="PLACE|MANDATE")],
    period: Annotated[int, typer.Option("--period", min=1, metavar="NUMBER")],
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
) -> Shown:
    """The text first, then the report that cites it."""
    member = session.member()
    source = ids.place_or_mandate(member.node, about)
    published = publish(member, by_language(title_es, title_en), by_language(text_es, text_en))
    body: JsonObject = {"about": source, "period": period, "text": published.id}
    posted = member.act("account/report", body)
    return told(session.words, "reported", posted, about=source, period=period)


@command("account accept", MEMBER, example="acuerdo account accept 3f9a21c4 --as bento")
def accept(session: Session, *, report: ReportId) -> Shown:
    """By whoever the charter names; otherwise a decision does."""
    member = session.member()
    about = ids.report(member.node, report)
    posted = member.act("account/accept", {"report": about})
    return told(session.words, "report-accepted", posted, report=about)


@command(
    "account propose",
    MEMBER,
    example="acuerdo account propose 3f9a21c4 --text-es por-que.md --as ana",
)
def propose(
    session: Session,
    *,
    report: ReportId,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
) -> Shown:
    """A decision on a report: adopted it is accepted, rejected it is sent back."""
    member = session.member()
    about = ids.report(member.node, report)
    published = publish(member, by_language(title_es, title_en), by_language(text_es, text_en))
    subject: JsonObject = {"kind": "account", "report": about}
    posted = drafted(member, "account", published.id, subject)
    return told(session.words, "drafted", posted, text=published.id)
