"""`acuerdo assembly`: calling an assembly that meets in a room, and its minutes."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import COMMUNITY, Member, Posted, told
from node.cli.answers import JsonObject
from node.cli.assembly_showing import assembly_lines, assembly_row, minutes_lines, minutes_row
from node.cli.commands import MEMBER, Shown, command
from node.cli.discussion import comment
from node.cli.minutes_file import Point, Sheet, Spoken, find_member, read_sheet
from node.cli.session import Session
from node.cli.showing import member_names
from node.cli.spans import moment_text, read_moment
from node.cli.texts import (
    Files,
    TextEn,
    TextEs,
    TitleEn,
    TitleEs,
    Titles,
    by_language,
    publish,
)
from protocol.wire.encoding import JsonValue

AssemblyId = Annotated[str, typer.Argument(metavar="ASSEMBLY")]
MinutesId = Annotated[str, typer.Argument(metavar="MINUTES")]


@command(
    "assembly convene",
    MEMBER,
    example="acuerdo assembly convene --starts-at 2026-12-01T18:00:00-06:00 "
    "--agenda 3f9a21c4 --text-es invitacion.md --as ana",
)
def convene(
    session: Session,
    *,
    starts_at: Annotated[str, typer.Option("--starts-at", metavar="ISO")],
    agenda: Annotated[list[str] | None, typer.Option("--agenda", metavar="PROPOSAL")] = None,
    replaces: Annotated[str | None, typer.Option("--replaces", metavar="ASSEMBLY")] = None,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    title: Titles = None,
    text: Files = None,
) -> Shown:
    """The invitation first, then the call that cites it."""
    member = session.member()
    starts = read_moment(starts_at)
    about: list[JsonValue] = [ids.proposal(member.node, one) for one in agenda or ()]
    old = None if replaces is None else ids.assembly(member.node, replaces)
    titles, files = by_language(title_es, title_en, title), by_language(text_es, text_en, text)
    published = publish(member, titles, files)
    body: JsonObject = {
        "text": published.id,
        "starts_at": starts,
        "agenda": about,
        "replaces": old,
    }
    posted = member.act("assembly/convene", body)
    shown = told(session.words, "convened", posted, starts=moment_text(starts))
    return Shown({**shown.data, **body}, shown.lines)


@command("assembly cancel", MEMBER, example="acuerdo assembly cancel 3f9a21c4 --as ana")
def cancel(session: Session, *, assembly: AssemblyId) -> Shown:
    """Only who called it."""
    member = session.member()
    called = ids.assembly(member.node, assembly)
    posted = member.act("assembly/cancel", {"assembly": called})
    return told(session.words, "called-off", posted, assembly=called)


@command(
    "assembly record",
    MEMBER,
    example="acuerdo assembly record acta.toml --text-es acta.md --as ana",
)
def record(
    session: Session,
    *,
    minutes: Annotated[str, typer.Argument(metavar="FILE")],
    attendance: Annotated[str | None, typer.Option("--attendance", metavar="FILE")] = None,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    title: Titles = None,
    text: Files = None,
) -> Shown:
    """Reasons and the minutes' words first, so that they can be erased; then what cites them."""
    member = session.member()
    sheet = read_sheet(minutes, attendance)
    body = _body(member, sheet, session.words.language)
    titles, files = by_language(title_es, title_en, title), by_language(text_es, text_en, text)
    posted = member.act("assembly/minutes", {**body, "text": publish(member, titles, files).id})
    rule = answers.part_or_none(answers.part(member.charter, "charter"), "assembly") or {}
    witnesses = answers.number_or_none(rule, "witnesses") or 0
    return told(session.words, "minutes-recorded", posted, witnesses=witnesses)


def _body(member: Member, sheet: Sheet, language: str) -> JsonObject:
    """The entry but for its text; everybody is found before anything is said."""
    known = answers.rows(member.node.get("/v1/members"), "members")
    node = member.node
    present: list[JsonValue] = [*dict.fromkeys(find_member(known, one) for one in sheet.present)]
    about = [ids.proposal(node, one.proposal) for one in sheet.items]
    body: JsonObject = {
        "assembly": None if sheet.assembly is None else ids.assembly(node, sheet.assembly),
        "held_at": sheet.held_at,
        "ended_at": sheet.ended_at,
        "attendance": present,
        "guests": sheet.guests,
        "corrects": None if sheet.corrects is None else ids.minutes(node, sheet.corrects),
    }
    said = [[_said(known, one) for one in point.positions] for point in sheet.items]
    items: list[JsonValue] = [
        _item(member, proposal, point, positions, language)
        for proposal, point, positions in zip(about, sheet.items, said, strict=True)
    ]
    return {**body, "items": items}


def _said(known: list[JsonObject], one: Spoken) -> JsonObject:
    return {
        "member": find_member(known, one.member),
        "choice": one.choice,
        "helper": None if one.helper is None else find_member(known, one.helper),
    }


def _item(
    member: Member, proposal: str, point: Point, positions: list[JsonObject], language: str
) -> JsonObject:
    def reason(one: Spoken) -> str | None:
        return None if one.reason is None else comment(member, proposal, one.reason, language).id

    named: list[JsonValue] = [
        {**said, "reason": reason(one)}
        for said, one in zip(positions, point.positions, strict=True)
    ]
    counts: JsonObject | None = {**point.counts} if point.counts else None
    return {"proposal": proposal, "counts": counts, "positions": named}


@command("assembly countersign", MEMBER, example="acuerdo assembly countersign 3f9a21c4 --as bento")
def countersign(session: Session, *, minutes: MinutesId) -> Shown:
    """Another member who was there, with her own key."""
    member = session.member()
    about = ids.minutes(member.node, minutes)
    posted = member.act("assembly/countersign", {"minutes": about})
    return told(session.words, "countersigned", posted, minutes=about)


@command(
    "assembly contest",
    MEMBER,
    example='acuerdo assembly contest 3f9a21c4 --reason "Yo no dije eso" --as carla',
)
def contest(
    session: Session,
    *,
    minutes: MinutesId,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
) -> Shown:
    """The reason is a text of its own, posted first and cited, so that words can be erased."""
    member = session.member()
    about = ids.minutes(member.node, minutes)
    said = None if reason is None else _reason(member, reason, session.words.language).id
    posted = member.act("assembly/contest", {"minutes": about, "reason": said})
    return told(session.words, "contested", posted, minutes=about, reason=said)


def _reason(member: Member, reason: str, language: str) -> Posted:
    title = " ".join(reason.split())[:200]
    body: JsonObject = {"title": {language: title}, "texts": {language: reason}}
    return member.act("text/publish", body, COMMUNITY)


@command("assembly list", MEMBER, example="acuerdo assembly list --as ana")
def assemblies(session: Session) -> Shown:
    """What was called, and what was written down."""
    node = session.reader()
    calls = answers.rows(node.get("/v1/assemblies"), "assemblies")
    records = answers.rows(node.get("/v1/minutes"), "minutes")
    lines = [assembly_row(row, session.words) for row in calls]
    lines += [minutes_row(row, session.words) for row in records]
    data: JsonObject = {"assemblies": [*calls], "minutes": [*records]}
    return Shown(data, lines or [session.words("assemblies-none")])


@command("assembly show", MEMBER, example="acuerdo assembly show 3f9a21c4 --as ana")
def show(session: Session, *, assembly: AssemblyId) -> Shown:
    """A call, or minutes."""
    node = session.reader()
    path = ids.assembly_or_minutes(node, assembly)
    found, names = node.get(path), member_names(node)
    lines = minutes_lines if "attendance" in found else assembly_lines
    return Shown(found, lines(found, session.words, names))
