"""`acuerdo mandate`: what a holder or a body is to do; issued, suspended and ended."""

from typing import Annotated, Literal

import typer

from node.cli import answers, ids
from node.cli.acting import told
from node.cli.answers import JsonObject
from node.cli.commands import MEMBER, Shown, command
from node.cli.minutes_file import find_member
from node.cli.office import OfficeName
from node.cli.office_showing import mandate_lines, mandate_row
from node.cli.proposal import drafted
from node.cli.session import Session
from node.cli.spans import read_span
from node.cli.texts import TextEn, TextEs, TitleEn, TitleEs, by_language, publish
from node.cli.trouble import USAGE, Trouble
from protocol.errors import Malformed
from protocol.wire.encoding import JsonValue
from protocol.wire.text import read_decimal

MandateId = Annotated[str, typer.Argument(metavar="MANDATE")]


@command(
    "mandate propose",
    MEMBER,
    example="acuerdo mandate propose salud --for 90d --limit pesos=5000 --report 30d "
    "--text-es mandato.md --as ana",
)
def propose(
    session: Session,
    *,
    office: OfficeName,
    term: Annotated[str, typer.Option("--for", metavar="SPAN")],
    holder: Annotated[str | None, typer.Option("--holder", metavar="NAME")] = None,
    free: Annotated[bool, typer.Option("--free")] = False,
    limit: Annotated[list[str] | None, typer.Option("--limit", metavar="NAME=NUMBER")] = None,
    report: Annotated[str | None, typer.Option("--report", metavar="SPAN")] = None,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
) -> Shown:
    """The text that is to be the mandate first, then the draft that makes it one."""
    member = session.member()
    known = answers.rows(member.node.get("/v1/members"), "members")
    binding: Literal["free", "imperative"] = "free" if free else "imperative"
    subject: JsonObject = {
        "kind": "mandate/issue",
        "office": office,
        "member": None if holder is None else find_member(known, holder),
        "term_s": read_span(term),
        "binding": binding,
        "limits": [_limit(one) for one in limit or ()],
        "report_s": None if report is None else read_span(report),
    }
    published = publish(member, by_language(title_es, title_en), by_language(text_es, text_en))
    posted = drafted(member, "mandate", published.id, subject)
    return told(session.words, "drafted", posted, text=published.id)


def _limit(given: str) -> JsonValue:
    name, found, number = given.partition("=")
    try:
        most = read_decimal(number)
    except Malformed:
        found, most = "", 0
    if not found or not name:
        raise Trouble("limit-pair", given, USAGE)
    return {"what": name, "most": most}


@command(
    "mandate end", MEMBER, example="acuerdo mandate end 3f9a21c4 --text-es por-que.md --as ana"
)
def end(
    session: Session,
    *,
    mandate: MandateId,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
) -> Shown:
    """Only a decision ends it before its time: this drafts one."""
    member = session.member()
    about = ids.mandate(member.node, mandate)
    published = publish(member, by_language(title_es, title_en), by_language(text_es, text_en))
    subject: JsonObject = {"kind": "mandate/end", "mandate": about}
    posted = drafted(member, "mandate", published.id, subject)
    return told(session.words, "drafted", posted, text=published.id)


@command("mandate suspend", MEMBER, example="acuerdo mandate suspend 3f9a21c4 --as bento")
def suspend(session: Session, *, mandate: MandateId) -> Shown:
    """At once, by whoever the charter lets."""
    member = session.member()
    about = ids.mandate(member.node, mandate)
    posted = member.act("mandate/suspend", {"mandate": about})
    return told(session.words, "mandate-suspended", posted, mandate=about)


@command("mandate list", MEMBER, example="acuerdo mandate list --as ana")
def mandates(session: Session) -> Shown:
    """What was issued."""
    found = answers.rows(session.reader().get("/v1/mandates"), "mandates")
    lines = [mandate_row(row, session.words) for row in found]
    return Shown({"mandates": [*found]}, lines or [session.words("mandates-none")])


@command("mandate show", MEMBER, example="acuerdo mandate show 3f9a21c4 --as ana")
def show(session: Session, *, mandate: MandateId) -> Shown:
    """All of one mandate."""
    node = session.reader()
    found = node.get(f"/v1/mandates/{ids.mandate(node, mandate)}")
    return Shown(found, mandate_lines(found, session.words))
