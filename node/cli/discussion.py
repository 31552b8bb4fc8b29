"""`acuerdo text` and `acuerdo discuss`: what people write, beside what they decide."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import COMMUNITY, Member, Posted, told
from node.cli.commands import MEMBER, Shown, command
from node.cli.session import Session
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


@command(
    "text publish",
    MEMBER,
    example='acuerdo text publish --title-es "El agua" --text-es agua.md --as ana',
)
def publish_text(
    session: Session,
    *,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    title: Titles = None,
    text: Files = None,
    audience: Annotated[str, typer.Option("--audience", metavar="AUDIENCE")] = COMMUNITY,
) -> Shown:
    """A text of its own, to be cited by id."""
    titles = by_language(title_es, title_en, title)
    posted = publish(session.member(), titles, by_language(text_es, text_en, text), audience)
    return told(session.words, "text-published", posted, audience=audience)


@command("text erase", MEMBER, example="acuerdo text erase 3f9a...64 digits... --as ana")
def erase(session: Session, *, text: Annotated[str, typer.Argument(metavar="ID")]) -> Shown:
    """Whoever was given the words must hear that they are to be forgotten."""
    from protocol.ledger.entry import read_entry
    from protocol.wire.text import b64_decode

    member = session.member()
    found = member.node.get(f"/v1/messages/{ids.one_of(text, [text])}")
    index = answers.number(found, "index")
    entry = read_entry(b64_decode(answers.text(found, "entry")))
    posted = member.act("entry/erase", {"index": index}, entry.message.audience)
    return told(session.words, "text-erased", posted, erased=index)


@command("discuss", MEMBER, example='acuerdo discuss 3f9a21c4 "¿Quién paga la bomba?" --as bento')
def discuss(
    session: Session,
    *,
    proposal: Annotated[str, typer.Argument(metavar="PROPOSAL")],
    words: Annotated[str, typer.Argument(metavar="TEXT")],
    reply_to: Annotated[str | None, typer.Option("--reply-to", metavar="ID")] = None,
) -> Shown:
    """A question, an answer, a doubt."""
    member = session.member()
    about = ids.proposal(member.node, proposal)
    replied = None
    if reply_to is not None:
        comments = answers.rows(member.node.get(f"/v1/proposals/{about}"), "comments")
        replied = ids.one_of(reply_to, [answers.text(one, "id") for one in comments])
    posted = comment(member, about, words, session.words.language, replied)
    return told(session.words, "discussed", posted, proposal=about)


def comment(
    member: Member, proposal: str, words: str, language: str, replied: str | None = None
) -> Posted:
    """Say something about a proposal, in the language in which it was typed."""
    return member.act(
        "discussion/comment",
        {"proposal": proposal, "replies_to": replied, "text": {language: words}},
        COMMUNITY,
    )
