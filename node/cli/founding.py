"""`acuerdo init`: a community is founded on this machine, before any node serves it."""

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.acting import COMMUNITY, short
from node.cli.commands import FOUNDING, Shown, command
from node.cli.keyring import Identity, Keyring, slug_of
from node.cli.session import Session
from node.cli.trouble import REFUSED, USAGE, Trouble
from protocol.wire.encoding import JsonValue
from protocol.wire.limits import NONCE_BYTES
from protocol.wire.message import write_message

if TYPE_CHECKING:
    from node.founding import Founded, Plan
    from node.settings import Settings
    from protocol.community.charter import Charter


@command(
    "init",
    FOUNDING,
    example='acuerdo init --data data --name "La Ceiba" --language es --charter consensus '
    "--founder Ana:los-olivos --founder Bento",
)
def init(
    session: Session,
    *,
    name: Annotated[str, typer.Option("--name")],
    founder: Annotated[list[str], typer.Option("--founder", metavar="NAME[:HOUSEHOLD]")],
    charter: Annotated[str, typer.Option("--charter", metavar="NAME|FILE")] = "consensus",
    languages: Annotated[list[str] | None, typer.Option("--community-language")] = None,
    audience: Annotated[str | None, typer.Option("--audience", metavar="community|public")] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535)] = 8420,
) -> Shown:
    """Keys of the founders first, so that no crash leaves a community that nobody can speak in."""
    from node.cli.charters import chosen_charter
    from node.keys import new_seed
    from node.ports import SystemEntropy

    rules = chosen_charter(charter, audience)
    people = [_person(text) for text in founder]
    if len(people) < rules.admission.sponsors:
        raise Trouble("founders-few", f"{len(people)} < {rules.admission.sponsors}")
    if (session.data_dir / "keys.json").exists():
        raise Trouble("founded-already", str(session.data_dir))
    spoken = tuple(languages or (session.words.language,))
    entropy = SystemEntropy()
    identities: dict[str, Identity] = {}
    for person, _ in people:
        seed = new_seed(entropy)
        identity = Identity(name=person, seed=seed, node=f"http://127.0.0.1:{port}")
        slug = slug_of(person)
        if slug in identities:
            raise Trouble("identity-exists", person)
        identities[slug] = _kept(session.keyring, slug, identity)
    households = [household for _, household in people]
    founded = _found(session.data_dir, name, spoken, rules, list(identities.values()), households)
    for slug, member in zip(identities, founded.members, strict=True):
        session.keyring.settle(slug, community=founded.community, member=member)
    asyncio.run(_name(session.data_dir, founded.community, list(identities.values())))
    return _shown(session, name, founded, list(identities))


def _kept(keyring: Keyring, slug: str, identity: Identity) -> Identity:
    """The identity on disk; the one that an attempt before this one left behind, if it did."""
    if slug in keyring.names():
        begun = keyring.identity(slug)
        if begun.community is None and begun.node == identity.node:
            return begun
    keyring.add(slug, identity)
    return identity


def _person(text: str) -> tuple[str, str | None]:
    name, _, household = text.partition(":")
    if not name.strip():
        raise Trouble("founder-name", repr(text), USAGE)
    return name.strip(), household.strip() or None


def _found(
    data_dir: Path,
    name: str,
    languages: tuple[str, ...],
    charter: "Charter",
    identities: list[Identity],
    households: list[str | None],
) -> "Founded":
    from node.founding import Founder, Plan
    from node.settings import Settings

    founders = [
        Founder(key=identity.key.public, household=household)
        for identity, household in zip(identities, households, strict=True)
    ]
    plan = Plan(name=name, languages=languages, charter=charter, founders=founders)
    return asyncio.run(_settle(Settings(data_dir=data_dir), plan))


async def _settle(settings: "Settings", plan: "Plan") -> "Founded":
    from node.founding import found_community
    from node.keys import KeyFileError
    from node.ports import system_ports

    ports = system_ports(settings.workers)
    try:
        return await found_community(settings, plan, ports)
    except KeyFileError as problem:
        raise Trouble("key-file", str(problem), REFUSED) from None
    finally:
        ports.executor.close()


async def _name(data_dir: Path, community: str, identities: list[Identity]) -> None:
    """Each founder says what she is called; the first act of a member ends the founding."""
    from node.runtime import open_node
    from node.settings import Settings

    async with open_node(Settings(data_dir=data_dir)) as node:
        for identity in identities:
            raw = write_message(
                identity.key,
                ledger=community,
                kind="member/profile",
                audience=COMMUNITY,
                nonce=secrets.token_bytes(NONCE_BYTES),
                body={"name": identity.name},
            )
            await node.journal.submit(raw)


def _shown(session: Session, name: str, founded: "Founded", slugs: list[str]) -> Shown:
    words = session.words
    numbered = [
        f"  {number:>2}. {word}" for number, word in enumerate(founded.words.split(), start=1)
    ]
    lines = [
        words("founded", name=name, id=short(founded.community), data=session.data_dir),
        words("founders-keys", folder=session.keyring.folder, names=", ".join(slugs)),
        words("root-words"),
        *numbered,
        words("root-words-once"),
        words("founded-next", data=session.data_dir, name=slugs[0]),
    ]
    data: dict[str, JsonValue] = {
        "community": founded.community,
        "words": founded.words,
        "members": [
            {"as": slug, "id": member} for slug, member in zip(slugs, founded.members, strict=True)
        ],
        "data": str(session.data_dir),
        "keys": str(session.keyring.folder),
    }
    return Shown(data, lines)
