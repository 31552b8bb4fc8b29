"""What a member does about herself, and the list of members."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import COMMUNITY, short, told
from node.cli.commands import MEMBER, Shown, command
from node.cli.joining import find_member, named
from node.cli.session import Session
from node.cli.trouble import USAGE, Trouble


@command("member list", MEMBER, example="acuerdo member list --as ana")
def members(session: Session) -> Shown:
    """Everybody who is here, who waits, and who has left."""
    found = answers.rows(session.reader().get("/v1/members"), "members")
    lines = [
        session.words(
            "member-row",
            id=short(answers.text(row, "id")),
            name=named(row),
            standing=session.words.name(answers.text(row, "standing")),
            household=answers.text_or_none(row, "household") or "-",
        )
        for row in found
    ]
    return Shown({"members": list(found)}, lines)


@command("member key", MEMBER, example="acuerdo member key --as ana")
def key(session: Session) -> Shown:
    """The public key, for others to confirm; offline."""
    keyring = session.keyring
    slug = keyring.chosen(session.name)
    identity = keyring.identity(slug)
    public = identity.key.public.text
    data = {
        "as": slug,
        "name": identity.name,
        "key": public,
        "member": identity.member,
        "community": identity.community,
    }
    return Shown(data, [public])


@command("member whoami", MEMBER, example="acuerdo member whoami --as ana")
def find(session: Session) -> Shown:
    """After others admitted her or confirmed her new key: her id, looked up by her key."""
    member = session.member()
    community = member.community
    found = find_member(member)
    if found is None:
        raise Trouble("identity-waiting", member.identity.name)
    session.keyring.settle(member.slug, community=community, member=found)
    line = session.words("member-found", name=member.identity.name, id=short(found))
    return Shown({"as": member.slug, "member": found, "community": community}, [line])


@command("member name", MEMBER, example='acuerdo member name "Ana María" --as ana')
def name(session: Session, *, name: Annotated[str, typer.Argument(metavar="NAME")]) -> Shown:
    """What others in the community read."""
    posted = session.member().act("member/profile", {"name": name}, audience=COMMUNITY)
    return told(session.words, "named", posted, name=name)


@command("member leave", MEMBER, example="acuerdo member leave --yes --as ana")
def leave(session: Session, *, yes: Annotated[bool, typer.Option("--yes")] = False) -> Shown:
    """For good: a key that left never returns."""
    if not yes:
        raise Trouble("leave-sure", session.keyring.chosen(session.name), USAGE)
    posted = session.member().act("member/leave", {})
    return told(session.words, "left", posted)


@command("member household", MEMBER, example="acuerdo member household los-olivos --as ana")
def household(
    session: Session,
    *,
    household: Annotated[str | None, typer.Argument(metavar="HOUSEHOLD")] = None,
    none: Annotated[bool, typer.Option("--none")] = False,
) -> Shown:
    """Out of hers at once; into another one when others welcome her."""
    if (household is None) is not none:
        raise Trouble("household-which", "HOUSEHOLD | --none", USAGE)
    posted = session.member().act("household/move", {"household": household})
    sentence = "moved-out" if household is None else "household-wished"
    return told(session.words, sentence, posted, household=household)


@command("member welcome", MEMBER, example="acuerdo member welcome 3f9a21c4 los-olivos --as bento")
def welcome(
    session: Session,
    *,
    member: Annotated[str, typer.Argument(metavar="MEMBER")],
    household: Annotated[str, typer.Argument(metavar="HOUSEHOLD")],
) -> Shown:
    """She belongs to it once enough others say so, one of them from the household."""
    acting = session.member()
    mover = ids.member(acting.node, member)
    posted = acting.act("household/welcome", {"member": mover, "household": household})
    return told(session.words, "welcomed", posted, member=mover, household=household)
