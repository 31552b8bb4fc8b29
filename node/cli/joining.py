"""How people come in: invitations, joining with a code, sponsors; and a lost key's way back."""

import secrets
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import COMMUNITY, Member, short, told
from node.cli.commands import MEMBER, Shown, command
from node.cli.keyring import Identity, slug_of
from node.cli.session import DEFAULT_NODE, Session
from node.cli.spans import moment_text, read_span
from node.cli.texts import STANDARD_INPUT
from node.cli.trouble import Trouble
from protocol.errors import ProtocolError
from protocol.wire.keys import SEED_BYTES, PrivateKey, read_public_key
from protocol.wire.text import b64url_encode

if TYPE_CHECKING:
    from node.cli.codes import InvitationCode


@command(
    "member invite",
    MEMBER,
    example="acuerdo member invite --as ana --household los-olivos --valid-for 3d --picture",
)
def invite(
    session: Session,
    *,
    household: Annotated[str | None, typer.Option("--household")] = None,
    valid_for: Annotated[str, typer.Option("--valid-for", metavar="SPAN")] = "7d",
    address: Annotated[str | None, typer.Option("--address", metavar="URL")] = None,
    picture: Annotated[bool, typer.Option("--picture")] = False,
) -> Shown:
    """The secret is made here and only its public half goes into the ledger."""
    from node.cli.codes import InvitationCode, draw_code, write_code
    from node.cli.links import write_invitation

    member = session.member()
    secret = PrivateKey.from_seed(seed := secrets.token_bytes(SEED_BYTES))
    until = member.now() + read_span(valid_for)
    posted = member.act(
        "member/invite",
        {"invitation": secret.public.text, "household": household, "until": until},
    )
    code = write_code(
        InvitationCode(
            node=address or member.node.url,
            community=member.community,
            audience=member.structure,
            seed=seed,
        )
    )
    link = write_invitation(address or member.node.url, seed)
    words = session.words
    lines = [words("invited", until=moment_text(until)), "", link, ""]
    if picture:
        lines.append(draw_code(link))
    lines += [words("invited-next"), "", code]
    return Shown({**posted.json(), "link": link, "code": code, "until": until}, lines)


@command(
    "member join",
    MEMBER,
    example="acuerdo member join 'http://127.0.0.1:8420/join/5lq...#9dV...' --name Carla",
)
def join(
    session: Session,
    *,
    code: Annotated[str, typer.Argument(metavar="CODE")],
    name: Annotated[str, typer.Option("--name")],
) -> Shown:
    """The newcomer's key is on her disk before the community hears of it."""
    from protocol.community.members import invitation_text

    invitation = _invitation(session, sys.stdin.readline() if code == STANDARD_INPUT else code)
    slug = slug_of(session.name or name)
    node_url = session.node_url or invitation.node
    identity = _newcomer(session, slug, name, invitation, node_url)
    secret = PrivateKey.from_seed(invitation.seed)
    proof = secret.sign(invitation_text(invitation.community, identity.key.public))
    session.name = slug
    posted = session.member().act(
        "member/join",
        {"invitation": secret.public.text, "proof": b64url_encode(proof)},
        audience=invitation.audience,
    )
    session.keyring.settle(slug, community=invitation.community, member=posted.id)
    admitted = _name_if_admitted(session, name)
    sentence = "joined" if admitted else "joined-waiting"
    return told(session.words, sentence, posted, member=posted.id, name=name, admitted=admitted)


def _invitation(session: Session, text: str) -> "InvitationCode":
    """What an inviter handed over: a code, or the link that a browser opens.

    A link says less than a code; the node says the rest, and only what anybody may know.
    """
    from node.cli.codes import InvitationCode, read_code
    from node.cli.links import read_invitation
    from protocol.wire.digests import CommunityId

    if not text.strip().startswith(("http://", "https://")):
        return read_code(text)
    link = read_invitation(text)
    node = session.stranger(link.node)
    community = CommunityId(answers.text(node.get("/v1/status"), "community"))
    try:
        charter = answers.part(node.get("/v1/charter"), "charter")
        audience = answers.text(charter, "audience")
    except Trouble as trouble:
        if trouble.code != "who-are-you":
            raise
        audience = COMMUNITY  # who may not read the charter is not in its audience
    return InvitationCode(node=link.node, community=community, audience=audience, seed=link.seed)


def _newcomer(
    session: Session, slug: str, name: str, invitation: "InvitationCode", node_url: str
) -> Identity:
    """Her identity; the one that an attempt before this one left behind, if there is one."""
    keyring = session.keyring
    if slug in keyring.names():
        begun = keyring.identity(slug)
        if begun.member is None and begun.community == invitation.community:
            return begun
    identity = Identity(
        name=name,
        seed=secrets.token_bytes(SEED_BYTES),
        community=invitation.community,
        node=node_url,
    )
    keyring.add(slug, identity)
    return identity


def _name_if_admitted(session: Session, name: str) -> bool:
    """A newcomer who still waits for sponsors cannot speak, not even to give her name."""
    try:
        session.member().act("member/profile", {"name": name}, audience="community")
    except Trouble as trouble:
        if trouble.code == "member-waiting":
            return False
        raise
    return True


@command("member sponsor", MEMBER, example="acuerdo member sponsor 3f9a21c4 --as bento")
def sponsor(session: Session, *, member: Annotated[str, typer.Argument(metavar="MEMBER")]) -> Shown:
    """One member more vouches for a newcomer."""
    acting = session.member()
    newcomer = ids.member(acting.node, member)
    posted = acting.act("member/sponsor", {"member": newcomer})
    return told(session.words, "sponsored", posted, member=newcomer)


@command(
    "member replace",
    MEMBER,
    example="acuerdo member replace 3f9a21c4 --key 5lq...43 characters... --as bento",
)
def replace(
    session: Session,
    *,
    member: Annotated[str, typer.Argument(metavar="MEMBER")],
    key: Annotated[str, typer.Option("--key", metavar="KEY")],
) -> Shown:
    """Members confirm that somebody lost her key; with enough of them the new one is hers."""
    acting = session.member()
    loser = ids.member(acting.node, member)
    posted = acting.act("member/replace", {"member": loser, "key": read_public_key(key).text})
    return told(session.words, "replaced", posted, member=loser, key=key)


@command("member words", MEMBER, example="acuerdo member words --as ana")
def words(
    session: Session,
    *,
    again: Annotated[bool, typer.Option("--again")] = False,
) -> Shown:
    """The words are the key: they are shown once, unless somebody insists."""
    from node.keys import recovery_words

    keyring = session.keyring
    slug = keyring.chosen(session.name)
    identity = keyring.identity(slug)
    if identity.words_shown and not again:
        raise Trouble("words-shown", identity.name)
    text = recovery_words(identity.seed, session.words.language)
    keyring.note_words_shown(slug)
    lines = [f"  {number:>2}. {word}" for number, word in enumerate(text.split(), start=1)]
    return Shown({"words": text, "as": slug}, [*lines, session.words("member-words")])


@command("member restore", MEMBER, example="acuerdo member restore --name Ana < words.txt")
def restore(session: Session, *, name: Annotated[str, typer.Option("--name")]) -> Shown:
    """Words from paper, typed or piped in, become a key again."""
    from node.keys import KeyFileError, seed_of_words

    if sys.stdin.isatty():
        print(session.words("words-ask"), file=sys.stderr)
    try:
        seed = seed_of_words(sys.stdin.readline())
    except KeyFileError as problem:
        raise Trouble("words-wrong", str(problem)) from None
    return _adopt(session, name, seed)


@command("member new-key", MEMBER, example="acuerdo member new-key --name Ana")
def new_key(session: Session, *, name: Annotated[str, typer.Option("--name")]) -> Shown:
    """A new key for somebody who lost hers, to be confirmed by others."""
    return _adopt(session, name, secrets.token_bytes(SEED_BYTES))


def _adopt(session: Session, name: str, seed: bytes) -> Shown:
    slug = slug_of(session.name or name)
    url = session.node_url or DEFAULT_NODE
    community = answers.text(session.stranger(url).get("/v1/status"), "community")
    identity = Identity(name=name, seed=seed, community=community, node=url)
    session.keyring.add(slug, identity)
    session.name = slug
    found = find_member(session.member())
    if found is not None:
        session.keyring.settle(slug, community=community, member=found)
    key = identity.key.public.text
    line = session.words("key-known" if found else "key-new", name=name, key=key)
    return Shown({"as": slug, "key": key, "member": found, "community": community}, [line])


def find_member(member: Member) -> str | None:
    """The id of the member who holds this key now, if the community lets us see."""
    try:
        answer = member.node.get("/v1/members")
    except (Trouble, ProtocolError):
        return None
    key = member.identity.key.public.text
    for row in answers.rows(answer, "members"):
        if key in answers.texts(row, "keys"):
            return answers.text(row, "id")
    return None


def named(row: answers.JsonObject) -> str:
    """A member's name, or the beginning of her id."""
    return answers.text_or_none(row, "name") or short(answers.text(row, "id"))
