"""`acuerdo office`: standing, choosing, accepting, giving up, and calling for a recall."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import COMMUNITY, Member, Posted, short, told
from node.cli.answers import JsonObject
from node.cli.commands import MEMBER, Shown, command
from node.cli.minutes_file import find_member
from node.cli.office_showing import office_lines, recall_row, whole_office_lines
from node.cli.proposal import drafted
from node.cli.session import Session
from node.cli.spans import moment_text
from node.cli.texts import TextEn, TextEs, TitleEn, TitleEs, by_language, publish
from node.cli.trouble import USAGE, Trouble
from protocol.wire.encoding import JsonValue

OfficeName = Annotated[str, typer.Argument(metavar="OFFICE")]
DecisionId = Annotated[str, typer.Argument(metavar="DECISION")]


@command("office list", MEMBER, example="acuerdo office list --as ana")
def offices(session: Session) -> Shown:
    """Every office that the charter defines."""
    found = answers.rows(session.reader().get("/v1/offices"), "offices")
    lines = [line for row in found for line in office_lines(row, session.words)]
    return Shown({"offices": [*found]}, lines or [session.words("offices-none")])


@command("office show", MEMBER, example="acuerdo office show salud --as ana")
def show(session: Session, *, office: OfficeName) -> Shown:
    """All of one office."""
    found = session.reader().get(f"/v1/offices/{office}")
    return Shown(found, whole_office_lines(found, session.words))


@command(
    "office propose",
    MEMBER,
    example="acuerdo office propose salud --holder Ana --deputy Bento --text-es por.md --as eva",
)
def propose(
    session: Session,
    *,
    office: OfficeName,
    holder: Annotated[list[str] | None, typer.Option("--holder", metavar="NAME")] = None,
    deputy: Annotated[list[str] | None, typer.Option("--deputy", metavar="NAME")] = None,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
) -> Shown:
    """The text first, then the draft that offers the office."""
    member = session.member()
    known = answers.rows(member.node.get("/v1/members"), "members")
    named: list[list[JsonValue]] = [
        [find_member(known, one) for one in some or ()] for some in (holder, deputy)
    ]
    published = publish(member, by_language(title_es, title_en), by_language(text_es, text_en))
    subject: JsonObject = {
        "kind": "office/appoint",
        "office": office,
        "members": named[0],
        "deputies": named[1],
    }
    posted = drafted(member, "office", published.id, subject)
    return told(session.words, "drafted", posted, text=published.id)


@command("office stand", MEMBER, example="acuerdo office stand salud --as ana")
def stand(
    session: Session,
    *,
    office: OfficeName,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
) -> Shown:
    """She would take it; what she has to say about it, if anything, is a text of its own."""
    member = session.member()
    text = None
    if text_es is not None or text_en is not None:
        files = by_language(text_es, text_en)
        text = publish(member, by_language(title_es, title_en), files).id
    posted = member.act("office/stand", {"office": office, "text": text})
    return told(session.words, "stands", posted, office=office, text=text)


@command("office retreat", MEMBER, example="acuerdo office retreat salud --as ana")
def retreat(session: Session, *, office: OfficeName) -> Shown:
    """She stands no more."""
    posted = session.member().act("office/retreat", {"office": office})
    return told(session.words, "stands-no-more", posted, office=office)


@command("office accept", MEMBER, example="acuerdo office accept 3f9a21c4 --as ana")
def accept(session: Session, *, decision: DecisionId) -> Shown:
    """Her own act; the term counts from it."""
    member = session.member()
    about = ids.offer(member.node, decision)
    posted = member.act("office/accept", {"decision": about})
    return told(session.words, "office-accepted", posted, decision=about)


@command("office decline", MEMBER, example="acuerdo office decline 3f9a21c4 --as ana")
def decline(session: Session, *, decision: DecisionId) -> Shown:
    """What was offered is over for her."""
    member = session.member()
    about = ids.offer(member.node, decision)
    posted = member.act("office/decline", {"decision": about})
    return told(session.words, "office-declined", posted, decision=about)


@command("office resign", MEMBER, example="acuerdo office resign salud --as ana")
def resign(session: Session, *, office: OfficeName) -> Shown:
    """A deputy, if one stands by, steps in at once."""
    posted = session.member().act("office/resign", {"office": office})
    return told(session.words, "office-resigned", posted, office=office)


@command(
    "office recall",
    MEMBER,
    example='acuerdo office recall salud Ana --reason "Vendió las medicinas" --as eva',
)
def recall(
    session: Session,
    *,
    office: OfficeName,
    holder: Annotated[str, typer.Argument(metavar="NAME")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")],
) -> Shown:
    """One signature under a recall; with enough of them the vote opens by itself."""
    member = session.member()
    place = _place_of(member, office, holder)
    said = _reason(member, reason, session.words.language)
    posted = member.act("recall/call", {"place": place, "text": said.id})
    rows = answers.rows(member.node.get("/v1/recalls"), "recalls")
    about = next(row for row in rows if answers.text(row, "place") == place)
    shown = told(session.words, "recall-called", posted, place=place)
    return Shown({**shown.data, "recall": about}, [*shown.lines, recall_row(about, session.words)])


def _place_of(member: Member, office: str, holder: str) -> str:
    known = answers.rows(member.node.get("/v1/members"), "members")
    meant = find_member(known, holder)
    found = member.node.get(f"/v1/offices/{office}")
    for row in answers.rows(found, "holders"):
        if answers.text(row, "member") == meant:
            return answers.text(row, "id")
    raise Trouble("holder-other", f"{office}: {short(meant)}", USAGE)


def _reason(member: Member, reason: str, language: str) -> Posted:
    title = " ".join(reason.split())[:200]
    body: JsonObject = {"title": {language: title}, "texts": {language: reason}}
    return member.act("text/publish", body, COMMUNITY)


@command("office elect", MEMBER, example="acuerdo office elect salud --text-es cita.md --as eva")
def elect(
    session: Session,
    *,
    office: OfficeName,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
) -> Shown:
    """Whoever stands now is on the ballot."""
    member = session.member()
    published = publish(member, by_language(title_es, title_en), by_language(text_es, text_en))
    posted = member.act("election/call", {"office": office, "text": published.id})
    return told(session.words, "election-called", posted, office=office, text=published.id)


@command("office ballot", MEMBER, example="acuerdo office ballot salud Ana Bento --as eva")
def ballot(
    session: Session,
    *,
    office: OfficeName,
    choices: Annotated[list[str] | None, typer.Argument(metavar="NAME...")] = None,
) -> Shown:
    """A ballot in the election that is open; the last one counts."""
    member = session.member()
    found = member.node.get(f"/v1/offices/{office}")
    running = [
        row for row in answers.rows(found, "elections") if answers.text(row, "state") == "open"
    ]
    if not running:
        raise Trouble("election-none", office, USAGE)
    known = answers.rows(member.node.get("/v1/members"), "members")
    named: list[JsonValue] = [find_member(known, one) for one in choices or ()]
    election = answers.text(running[-1], "id")
    posted = member.act("ballot/cast", {"election": election, "choices": named})
    return told(session.words, "ballot-cast", posted, election=election, office=office)


@command("office recalls", MEMBER, example="acuerdo office recalls --as ana")
def recalls(session: Session) -> Shown:
    """Recalls, called for or decided."""
    found = answers.rows(session.reader().get("/v1/recalls"), "recalls")
    lines = [recall_row(row, session.words) for row in found]
    return Shown({"recalls": [*found]}, lines or [session.words("recalls-none")])


@command("office credentials", MEMBER, example="acuerdo office credentials salud --as ana")
def credentials(session: Session, *, office: OfficeName) -> Shown:
    """What others are told of who holds it."""
    found = session.reader().get(f"/v1/offices/{office}/credentials")
    lines = [
        session.words(
            "credential-row",
            id=short(answers.text(row, "id")),
            key=answers.text(row, "key"),
            audience=answers.text(row, "audience"),
            until=moment_text(answers.number(row, "until")),
            holds=session.words.name("holds" if row["holds"] else "over"),
        )
        for row in answers.rows(found, "credentials")
    ]
    return Shown(found, lines or [session.words("credentials-none")])
