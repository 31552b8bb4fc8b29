"""Founding a community on this machine: keys, a ledger with its inception, charter, members.

A crash in the middle leaves at most a data directory without a founded ledger, which a
second attempt refuses to touch; nothing was published yet, so it may be deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from node.books import Books
from node.journal import Journal
from node.keys import new_keys, new_seed, operator_token, recovery_words, write_keys
from node.ports import Ports
from node.settings import Settings
from node.store.engine import open_store
from node.store.ledgers import create_ledger
from node.store.schema import bring_up_to_date
from protocol.community.charter import Charter, charter_json, check_charter
from protocol.decisions.terms import check_terms
from protocol.errors import Refused
from protocol.identity.chain import write_inception
from protocol.wire.digests import CommunityId, MemberId
from protocol.wire.keys import PrivateKey, PublicKey
from protocol.wire.limits import NONCE_BYTES
from protocol.wire.message import read_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """A founding member's public key, and her household if she has one."""

    key: PublicKey
    household: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new community starts with."""

    name: str
    languages: tuple[str, ...]
    charter: Charter
    founders: Sequence[Founder]


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What founding gives; the words are shown once and stored nowhere."""

    community: CommunityId
    words: str
    members: tuple[MemberId, ...]


async def found_community(settings: Settings, plan: Plan, ports: Ports) -> Founded:
    """Found a community in an empty data directory.

    Raises:
        ProtocolError: The charter, a key or a name is not acceptable; nothing was made.
        KeyFileError: There are keys already.
    """
    check_charter(plan.charter)
    check_terms(plan.charter)
    if not plan.founders:
        raise Refused("founders-missing", "a community needs at least one founding member")
    keys, first, second = new_keys(ports.entropy), new_seed(ports.entropy), new_seed(ports.entropy)
    write_keys(settings.data_dir, keys)
    operator_token(settings.data_dir, ports.entropy)
    root, next_root = PrivateKey.from_seed(first), PrivateKey.from_seed(second)
    inception = write_inception(
        root,
        log=keys.log.public,
        witness=keys.witness.public,
        voice=keys.voice.public,
        next_root=next_root.public,
        created=ports.clock.now(),
        nonce=ports.entropy.bytes(NONCE_BYTES),
    )
    community = CommunityId(read_message(inception).id)
    store = open_store(settings.store_url)
    try:
        bring_up_to_date(store)
        with store.write() as connection:
            number = create_ledger(connection, community, own=True)
        books = Books(store, ports)
        books.add(community, number, own=True)
        journal = Journal(
            store=store,
            books=books,
            keys=keys,
            ports=ports,
            batch=settings.batch_submissions,
            most_waiting=settings.max_waiting,
        )
        await journal.submit(inception)
        members = await _first_entries(journal, plan)
        await journal.close()
    finally:
        store.close()
    return Founded(
        community=community,
        members=members,
        words=recovery_words(second, plan.languages[0] if plan.languages else "en"),
    )


async def _first_entries(journal: Journal, plan: Plan) -> tuple[MemberId, ...]:
    audience = plan.charter.audience
    await journal.speak(
        "charter/adopt",
        audience,
        {"version": 1, "charter": charter_json(plan.charter), "decision": None},
    )
    # The name comes behind the charter: what stands before it can never be erased.
    await journal.speak(
        "community/describe", "public", {"name": plan.name, "languages": list(plan.languages)}
    )
    members = []
    for founder in plan.founders:
        accepted = await journal.speak(
            "member/found", audience, {"key": founder.key.text, "household": founder.household}
        )
        members.append(MemberId(accepted.id))
    return tuple(members)
