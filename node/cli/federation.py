"""`acuerdo federation`: founding one, ratifying, proposing to it, leaving it."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import PUBLIC, Member, Posted, short, told
from node.cli.answers import JsonObject
from node.cli.commands import MEMBER, Shown, command
from node.cli.proposal import ClosesAt, ClosesIn, closing_time, drafted, opened
from node.cli.session import Session
from node.cli.spans import moment_text, read_span
from node.cli.texts import TextEn, TextEs, TitleEn, TitleEs, by_language, publish
from node.cli.trouble import Trouble
from protocol.wire.encoding import JsonValue

FederationId = Annotated[str, typer.Argument(metavar="FEDERATION")]


@command(
    "federation compact",
    MEMBER,
    example="acuerdo federation compact --communities 3f9a21c4,77b0c5de,a01f33b2 "
    "--rule consensus --window 30s --round 1m --purpose-es agua.md --as ana",
)
def compact(
    session: Session,
    *,
    communities: Annotated[str, typer.Option("--communities", metavar="ID,ID...")],
    rule: Annotated[str, typer.Option("--rule", metavar="NAME|FILE")],
    closers: Annotated[str | None, typer.Option("--closers", metavar="ID,ID...")] = None,
    window: Annotated[str, typer.Option("--window", metavar="SPAN")] = "30s",
    round_span: Annotated[str, typer.Option("--round", metavar="SPAN")] = "60s",
    title_es: TitleEs = None,
    purpose_es: Annotated[str | None, typer.Option("--purpose-es", metavar="FILE")] = None,
    title_en: TitleEn = None,
    purpose_en: Annotated[str | None, typer.Option("--purpose-en", metavar="FILE")] = None,
) -> Shown:
    """The founding message; the federation is known by its id and in force once all joined."""
    from node.cli.charters import chosen_joint_terms
    from protocol.wire.bodies import body_json

    terms = body_json(chosen_joint_terms(rule))
    member = session.member()
    named = _communities(member, communities)
    purpose = publish(
        member,
        by_language(title_es, title_en),
        by_language(purpose_es, purpose_en),
        PUBLIC,
    )
    body: dict[str, JsonValue] = {
        "text": purpose.id,
        "communities": list(named),
        "terms": terms,
        "closers": None if closers is None else list(_communities(member, closers)),
        "window_s": read_span(window),
        "round_s": read_span(round_span),
    }
    posted = member.act("federation/compact", body, PUBLIC)
    return told(
        session.words,
        "compacted",
        posted,
        federation=posted.id,
        founder=member.community,
        communities=list(named),
        text=purpose.id,
    )


def _communities(member: Member, text: str) -> list[str]:
    own = member.community
    return [
        own if own.startswith(one) and len(one) >= 8 else ids.community(member.node, one)
        for one in (part.strip() for part in text.split(","))
        if one
    ]


@command(
    "federation ratify",
    MEMBER,
    example="acuerdo federation ratify 9d02b7aa --founder 3f9a21c4 --text-es por-que.md --as ana",
)
def ratify(
    session: Session,
    *,
    federation: FederationId,
    founder: Annotated[str | None, typer.Option("--founder", metavar="COMMUNITY")] = None,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    closes_in: ClosesIn = None,
    closes_at: ClosesAt = None,
) -> Shown:
    """Once the community adopts it, the node joins by itself."""
    member = session.member()
    joined = ids.federation(member.node, federation)
    holder = (
        answers.text(member.node.get(f"/v1/federations/{joined}"), "founder")
        if founder is None
        else _communities(member, founder)[0]
    )
    subject: dict[str, JsonValue] = {
        "kind": "federation/join",
        "founder": holder,
        "federation": joined,
    }
    text = _reasons(
        session, member, "ratify-title", joined, (title_es, title_en), (text_es, text_en)
    )
    return _ask_the_community(session, member, subject, text, joined, (closes_in, closes_at))


@command(
    "federation leave",
    MEMBER,
    example="acuerdo federation leave 9d02b7aa --text-es por-que.md --as ana",
)
def leave(
    session: Session,
    *,
    federation: FederationId,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    closes_in: ClosesIn = None,
    closes_at: ClosesAt = None,
) -> Shown:
    """Nobody else is asked; once the community adopts it, the node leaves by itself."""
    member = session.member()
    left = ids.federation(member.node, federation)
    subject: dict[str, JsonValue] = {"kind": "federation/leave", "federation": left}
    text = _reasons(session, member, "leave-title", left, (title_es, title_en), (text_es, text_en))
    return _ask_the_community(session, member, subject, text, left, (closes_in, closes_at))


def _reasons(
    session: Session,
    member: Member,
    key: str,
    federation: str,
    titles: tuple[str | None, str | None],
    files: tuple[str | None, str | None],
) -> Posted:
    """The text of the decision; a plain sentence, if nobody wrote one."""
    if any(files):
        return publish(member, by_language(*titles), by_language(*files))
    sentence = session.words(key, id=short(federation))
    language = session.words.language
    return member.act(
        "text/publish", {"title": {language: sentence}, "texts": {language: sentence}}, "community"
    )


def _ask_the_community(
    session: Session,
    member: Member,
    subject: dict[str, JsonValue],
    text: Posted,
    federation: str,
    closes: tuple[str | None, str | None],
) -> Shown:
    draft = drafted(member, "federation", text.id, subject)
    posted, closes_at = opened(member, draft.id, *closes)
    shown = told(
        session.words,
        "ratifying",
        posted,
        proposal=draft.id,
        federation=federation,
        closes_at=closes_at,
        closes=moment_text(closes_at),
    )
    return Shown({**shown.data, "id": draft.id, "opening": posted.id}, shown.lines)


@command(
    "federation propose",
    MEMBER,
    example="acuerdo federation propose 9d02b7aa --text-es agua.md --closes-in 3d --as ana",
)
def propose(
    session: Session,
    *,
    federation: FederationId,
    title_es: TitleEs = None,
    text_es: TextEs = None,
    title_en: TitleEn = None,
    text_en: TextEn = None,
    closes_in: ClosesIn = None,
    closes_at: ClosesAt = None,
) -> Shown:
    """The same text to every community; each answers by a decision of its own."""
    member = session.member()
    asked = ids.federation(member.node, federation)
    found = member.node.get(f"/v1/federations/{asked}")
    audience = f"federation:{asked}"
    files = by_language(text_es, text_en)
    text = publish(member, by_language(title_es, title_en), files, audience)
    closes = closing_time(member, closes_in, closes_at, 0)
    body: dict[str, JsonValue] = {
        "federation": asked,
        "text": text.id,
        **_roster(found),
        "closes_at": closes,
    }
    posted = member.act("federation/propose", body, audience)
    return told(
        session.words,
        "proposed",
        posted,
        federation=asked,
        text=text.id,
        closes_at=closes,
        closes=moment_text(closes),
    )


def _roster(federation: JsonObject) -> dict[str, JsonValue]:
    """Every community of the compact: seated by its joining, or gone by its leaving.

    Raises:
        Trouble: One has done neither, as far as the node knows.
    """
    seats, left = answers.rows(federation, "seats"), answers.rows(federation, "left")
    accounted = {answers.text(row, "community") for row in (*seats, *left)}
    for community in answers.texts(federation, "communities"):
        if community not in accounted:
            raise Trouble("seat-missing", short(community))
    return {"seats": list(seats), "left": list(left)}
