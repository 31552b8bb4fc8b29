"""Amendments: another text for a draft, and its author's answer."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import told
from node.cli.commands import MEMBER, Shown, command
from node.cli.proposal import ProposalId
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

AmendmentId = Annotated[str, typer.Argument(metavar="AMENDMENT")]


@command(
    "proposal amend",
    MEMBER,
    example="acuerdo proposal amend 3f9a21c4 --text-es bomba-2.md --as carla",
)
def amend(
    session: Session,
    *,
    proposal: ProposalId,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    title: Titles = None,
    text: Files = None,
) -> Shown:
    """Another text in place of the newest version."""
    member = session.member()
    about = ids.proposal(member.node, proposal)
    base = answers.number(member.node.get(f"/v1/proposals/{about}"), "version")
    published = publish(
        member, by_language(title_es, title_en, title), by_language(text_es, text_en, text)
    )
    posted = member.act(
        "amendment/propose", {"proposal": about, "base": base, "text": published.id}
    )
    return told(session.words, "amended", posted, proposal=about, base=base, text=published.id)


@command("proposal accept", MEMBER, example="acuerdo proposal accept 77b0c5de --as ana")
def accept(session: Session, *, amendment: AmendmentId) -> Shown:
    """Its text becomes the newest version."""
    return _answer(session, amendment, "accept")


@command("proposal decline", MEMBER, example="acuerdo proposal decline 77b0c5de --as ana")
def decline(session: Session, *, amendment: AmendmentId) -> Shown:
    """The text stays as it is."""
    return _answer(session, amendment, "decline")


@command("proposal retract", MEMBER, example="acuerdo proposal retract 77b0c5de --as carla")
def retract(session: Session, *, amendment: AmendmentId) -> Shown:
    """Whoever offered the amendment takes it back."""
    return _answer(session, amendment, "withdraw")


def _answer(session: Session, amendment: str, verb: str) -> Shown:
    member = session.member()
    answered = ids.amendment(member.node, amendment)
    posted = member.act(f"amendment/{verb}", {"amendment": answered})
    return told(session.words, f"amendment-{verb}", posted, amendment=answered)
