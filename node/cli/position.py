"""`acuerdo position`: a member's position on an open proposal, and the proof that it counts."""

from typing import Annotated, Final

import typer

from node.cli import answers, ids
from node.cli.acting import Member, short, told
from node.cli.answers import JsonObject
from node.cli.commands import MEMBER, Shown, command
from node.cli.discussion import comment
from node.cli.session import Session
from node.cli.trouble import UNVERIFIED, USAGE, Trouble, unverified

CHOICES: Final = ("agree", "reservations", "aside", "disagree", "block", "abstain")


@command(
    "position take",
    MEMBER,
    example='acuerdo position take 3f9a21c4 block --reason "Deja sin agua a la escuela" --as bento',
)
def take(
    session: Session,
    *,
    proposal: Annotated[str, typer.Argument(metavar="PROPOSAL")],
    choice: Annotated[str, typer.Argument(metavar="|".join(CHOICES))],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
) -> Shown:
    """A reason is a comment of its own, posted first and cited, so that words can be erased."""
    if choice not in CHOICES:
        raise Trouble("choice-unknown", f"{choice}: {', '.join(CHOICES)}", USAGE)
    member = session.member()
    about = ids.proposal(member.node, proposal)
    said = None
    if reason is not None:
        said = comment(member, about, reason, session.words.language).id
    posted = member.act("position/take", {"proposal": about, "choice": choice, "reason": said})
    name = session.words.name(choice)
    shown = told(session.words, "position-taken", posted, proposal=about, named=name)
    return Shown({**shown.data, "choice": choice, "reason": said}, shown.lines)


@command("position show", MEMBER, example="acuerdo position show 3f9a21c4 --as bento")
def show(
    session: Session, *, proposal: Annotated[str, typer.Argument(metavar="PROPOSAL")]
) -> Shown:
    """Everybody's position that stands, her own marked."""
    member = session.member()
    about = ids.proposal(member.node, proposal)
    found = member.node.get(f"/v1/proposals/{about}")
    positions = answers.rows(found, "positions")
    lines = [
        session.words(
            "position-row-own" if row.get("member") == member.id else "position-row",
            member=short(answers.text(row, "member")),
            choice=session.words.name(answers.text(row, "choice")),
            index=answers.number(row, "index"),
        )
        for row in positions
    ]
    own = next((row for row in positions if row.get("member") == member.id), None)
    recorded = answers.rows(found, "recorded")
    for row in recorded:
        lines += _recorded(session, row)
    data: JsonObject = {
        "proposal": about,
        "positions": list(positions),
        "recorded": list(recorded),
        "own": own,
    }
    return Shown(data, lines or [session.words("positions-none")])


def _recorded(session: Session, row: JsonObject) -> list[str]:
    """What minutes of an assembly brought."""
    minutes = short(answers.text(row, "minutes"))
    lines = [
        session.words(
            "position-row-room",
            member=short(answers.text(one, "member")),
            choice=session.words.name(answers.text(one, "choice")),
            minutes=minutes,
        )
        for one in answers.rows(row, "positions")
        if one.get("counting") is True
    ]
    counts = answers.part_or_none(row, "counts") or {}
    number = answers.number_or_none(counts, "total")
    if number:
        lines.append(session.words("position-counted", number=number, minutes=minutes))
    return lines


@command("position receipt", MEMBER, example="acuerdo position receipt 3f9a21c4 --as bento")
def receipt(
    session: Session, *, proposal: Annotated[str, typer.Argument(metavar="PROPOSAL")]
) -> Shown:
    """Her newest kept position on it, proven once more under a head that others cosigned."""
    from node.cli.proofs import Notary, entry_of, open_kept

    member = session.member()
    about = ids.proposal(member.node, proposal)
    kept = _kept_position(session, member, about)
    open_kept(kept)
    newest = member.node.get(f"/v1/messages/{answers.text(kept, 'message')}")
    notary = Notary(member.node, session.keyring, member.community)
    receipt = answers.text(newest, "receipt").encode()
    proven = notary.prove(entry_of(kept) or b"", receipt)
    counted = _is_counted(member, about, proven.leaf)
    witnesses = answers.number_or_none(newest, "witnessed_by") or 0
    data: JsonObject = {
        "proposal": about,
        "message": proven.message.id,
        "index": proven.index,
        "size": proven.checkpoint.size,
        "witnessed_by": witnesses,
        "stands": counted,
    }
    size = proven.checkpoint.size
    lines = [
        session.words("position-proven", index=proven.index, size=size, witnesses=witnesses),
        session.words("position-stands" if counted else "position-replaced"),
    ]
    return Shown(data, lines)


def _kept_position(session: Session, member: Member, about: str) -> JsonObject:
    from node.cli.proofs import entry_of
    from protocol.errors import ProtocolError
    from protocol.ledger.entry import read_entry

    for kept in reversed(session.keyring.receipts(member.slug)):
        try:
            message = read_entry(entry_of(kept) or b"").message
        except ProtocolError as problem:
            raise unverified(problem) from None
        if message.kind == "position/take" and message.body.get("proposal") == about:
            return kept
    raise Trouble("receipt-none", short(about))


def _is_counted(member: Member, about: str, leaf: bytes) -> bool:
    """Whether hers is among what makes the counted root, computed here.

    Raises:
        Trouble: What the node shows does not make the root that it states.
    """
    from protocol.ledger.merkle import root_of
    from protocol.wire.digests import DIGEST_BYTES
    from protocol.wire.text import hex_decode

    found = member.node.get(f"/v1/proposals/{about}")
    room = [row for row in answers.rows(found, "recorded") if row.get("counting") is True]
    rows = [*answers.rows(found, "positions"), *room]
    rows.sort(key=lambda row: answers.number(row, "index"))
    leaves = [hex_decode(answers.text(row, "leaf"), DIGEST_BYTES) for row in rows]
    stated = answers.part_or_none(found, "outcome") or found
    if root_of(leaves).hex() != answers.text(stated, "positions_root"):
        raise Trouble("count-differs", short(about), UNVERIFIED)
    return leaf in leaves
