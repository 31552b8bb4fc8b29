"""`acuerdo proposal`: drafts, opening the vote, withdrawing; and reading what there is."""

from typing import Annotated, Final

import typer

from node.cli import answers, ids
from node.cli.acting import Member, Posted, short, told
from node.cli.answers import JsonObject
from node.cli.commands import MEMBER, OPERATOR, Shown, command
from node.cli.session import Session
from node.cli.showing import in_language, member_names, proposal_lines, proposal_row
from node.cli.spans import moment_text, read_moment, read_span
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
from node.cli.trouble import USAGE, Trouble
from protocol.wire.encoding import JsonValue

_SLACK_S: Final = 2
"""Between asking for the time and the node's appending, so that `2h` are not one second less."""

ProposalId = Annotated[str, typer.Argument(metavar="PROPOSAL")]
ClosesIn = Annotated[str | None, typer.Option("--closes-in", metavar="SPAN")]
ClosesAt = Annotated[str | None, typer.Option("--closes-at", metavar="ISO")]


@command(
    "proposal draft",
    MEMBER,
    example='acuerdo proposal draft --title-es "Bomba nueva" --text-es bomba.md --as ana',
)
def draft(
    session: Session,
    *,
    kind: Annotated[str, typer.Option("--type", metavar="TYPE")] = "general",
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    title: Titles = None,
    text: Files = None,
) -> Shown:
    """The text first, then the draft that cites it."""
    member = session.member()
    published = publish(
        member,
        by_language(title_es, title_en, title),
        by_language(text_es, text_en, text),
    )
    posted = drafted(member, kind, published.id, None)
    return told(session.words, "drafted", posted, text=published.id)


def drafted(member: Member, kind: str, text: str, subject: dict[str, JsonValue] | None) -> Posted:
    """A draft of a type, on a text that was published, with what it would bring about."""
    return member.act("proposal/draft", {"type": kind, "text": text, "subject": subject})


@command(
    "proposal charter",
    MEMBER,
    example="acuerdo proposal charter consent --text-es por-que.md --as ana",
)
def charter(
    session: Session,
    *,
    charter: Annotated[str, typer.Argument(metavar="NAME|FILE")],
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    audience: Annotated[str | None, typer.Option("--audience", metavar="community|public")] = None,
) -> Shown:
    """The rules change only by a decision under the rules."""
    from node.cli.charters import chosen_charter
    from protocol.community.charter import charter_json

    new = charter_json(chosen_charter(charter, audience))
    member = session.member()
    published = publish(member, by_language(title_es, title_en), by_language(text_es, text_en))
    posted = drafted(member, "charter", published.id, {"kind": "charter", "charter": new})
    return told(session.words, "drafted", posted, text=published.id)


@command("proposal list", MEMBER, example="acuerdo proposal list --state open --as ana")
def proposals(
    session: Session,
    *,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE")] = None,
) -> Shown:
    """What is being discussed, decided, and was."""
    query = {} if state is None else {"state": state}
    found = answers.rows(session.reader().get("/v1/proposals", query), "proposals")
    lines = [proposal_row(row, session.words) for row in found]
    return Shown({"proposals": list(found)}, lines or [session.words("proposals-none")])


@command("proposal show", MEMBER, example="acuerdo proposal show 3f9a21c4 --as ana")
def show(session: Session, *, proposal: ProposalId) -> Shown:
    """All of one proposal."""
    node = session.reader()
    found = node.get(f"/v1/proposals/{ids.proposal(node, proposal)}")
    return Shown(found, proposal_lines(found, session.words, member_names(node)))


@command("proposal open", MEMBER, example="acuerdo proposal open 3f9a21c4 --closes-in 2h --as ana")
def open_proposal(
    session: Session,
    *,
    proposal: ProposalId,
    closes_in: ClosesIn = None,
    closes_at: ClosesAt = None,
) -> Shown:
    """From here on text, rule, electorate and closing time are fixed."""
    member = session.member()
    posted, closes = opened(member, ids.proposal(member.node, proposal), closes_in, closes_at)
    return told(session.words, "opened", posted, closes_at=closes, closes=moment_text(closes))


def opened(
    member: Member, proposal: str, closes_in: str | None, closes_at: str | None
) -> tuple[Posted, int]:
    """Open the vote; without a time given it closes as soon as the charter allows."""
    frozen = member.node.get(f"/v1/proposals/{proposal}/snapshot")
    closes = closing_time(member, closes_in, closes_at, answers.number(frozen, "voting_s"))
    posted = member.act(
        "proposal/open",
        {
            "proposal": proposal,
            "version": answers.number(frozen, "version"),
            "text": answers.text(frozen, "text"),
            "charter": answers.number(frozen, "charter"),
            "closes_at": closes,
            "electorate": answers.number(frozen, "electorate"),
            "electorate_root": answers.text(frozen, "electorate_root"),
        },
    )
    return posted, closes


def closing_time(member: Member, closes_in: str | None, closes_at: str | None, least_s: int) -> int:
    """When a vote closes, by the node's clock.

    Raises:
        Trouble: Both were given, one of them cannot be read, or there is none to go by.
    """
    if closes_in is not None and closes_at is not None:
        raise Trouble("closes-twice", "--closes-in | --closes-at", USAGE)
    if closes_at is not None:
        return read_moment(closes_at)
    if closes_in is None and least_s == 0:
        raise Trouble("closes-missing", "--closes-in | --closes-at", USAGE)
    span = least_s if closes_in is None else read_span(closes_in)
    return member.now() + span + _SLACK_S


@command("proposal withdraw", MEMBER, example="acuerdo proposal withdraw 3f9a21c4 --as ana")
def withdraw(session: Session, *, proposal: ProposalId) -> Shown:
    """Only its author can."""
    member = session.member()
    about = ids.proposal(member.node, proposal)
    posted = member.act("proposal/withdraw", {"proposal": about})
    return told(session.words, "withdrawn", posted, proposal=about)


@command("proposal close", OPERATOR, example="acuerdo proposal close 3f9a21c4 --data data")
def close(session: Session, *, proposal: ProposalId) -> Shown:
    """The node closes by itself when it is time, so it may be closed already: that is fine, too."""
    node = session.operator()
    about = ids.proposal(node, proposal)
    answer: JsonObject = {}
    try:
        answer = node.post("/v1/operator/close", {"proposal": about})
    except Trouble as trouble:
        if trouble.code != "proposal-state":
            raise
    found = node.get(f"/v1/proposals/{about}")
    if answers.part_or_none(found, "outcome") is None:
        raise Trouble("voting-not-open", session.words.name(answers.text(found, "state")))
    state = answers.text(found, "state")
    explained = answers.part_or_none(found, "explain") or {}
    line = session.words(
        "closed",
        proposal=short(about),
        state=session.words.name(state),
        sentence=in_language(explained, session.words.language),
    )
    return Shown({**answer, "proposal": about, "state": state}, [line])
