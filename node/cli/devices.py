"""A member's further devices: each makes its own key, and one that she has lets it in."""

import secrets
from typing import Annotated

import typer

from node.cli import answers
from node.cli.acting import told
from node.cli.commands import MEMBER, Shown, command
from node.cli.keyring import Identity, slug_of
from node.cli.session import DEFAULT_NODE, Session
from protocol.wire.keys import SEED_BYTES, read_public_key


@command(
    "member new-device",
    MEMBER,
    example="acuerdo member new-device --member http://127.0.0.1:8420/me/device/3f9a... --name Ana",
)
def new_device(
    session: Session,
    *,
    member: Annotated[str, typer.Option("--member", metavar="LINK|ID")],
    name: Annotated[str, typer.Option("--name")],
) -> Shown:
    """Here, a new key; what it signs names the member, so that nobody else can make it hers."""
    from node.cli.links import read_owner, write_device
    from protocol.community.devices import device_text
    from protocol.wire.digests import CommunityId

    shown_by, owner = read_owner(member)
    slug = slug_of(session.name or name)
    url = session.node_url or shown_by or DEFAULT_NODE
    community = CommunityId(answers.text(session.stranger(url).get("/v1/status"), "community"))
    seed = secrets.token_bytes(SEED_BYTES)
    identity = Identity(name=name, seed=seed, community=community, node=url)
    session.keyring.add(slug, identity)
    public = identity.key.public
    link = write_device(url, public, identity.key.sign(device_text(community, owner, public)))
    lines = [session.words("device-new"), "", link, "", session.words("device-next")]
    return Shown({"as": slug, "key": public.text, "member": owner, "link": link}, lines)


@command(
    "member add-key",
    MEMBER,
    example="acuerdo member add-key 'http://127.0.0.1:8420/me/device/add#5lq...' --as ana",
)
def add_key(session: Session, *, link: Annotated[str, typer.Argument(metavar="LINK")]) -> Shown:
    """On a device that speaks for her: from now on the new one does, too."""
    from node.cli.links import read_device

    key, proof = read_device(link)
    posted = session.member().act("member/add-key", {"key": key.text, "proof": proof})
    return told(session.words, "key-added", posted, key=key.text)


@command(
    "member drop-key",
    MEMBER,
    example="acuerdo member drop-key --key 5lq...43 characters... --as ana",
)
def drop_key(
    session: Session, *, key: Annotated[str, typer.Option("--key", metavar="KEY")]
) -> Shown:
    """For good: a device that is sold or stolen says nothing in her name any more."""
    dropped = read_public_key(key).text
    posted = session.member().act("member/drop-key", {"key": dropped})
    return told(session.words, "key-dropped", posted, key=dropped)
