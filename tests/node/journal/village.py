"""A village of members with keys of their own, founded by the production code, and its journal."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from node.books import Books
from node.founding import Founder, Plan, found_community
from node.journal import Accepted, Journal
from node.keys import NodeKeys, read_keys
from node.ports import Ports
from node.settings import Settings
from node.store.engine import Store, open_store
from protocol.community.charter import Charter, read_charter
from protocol.ledger.merkle import leaf_hash
from protocol.ledger.receipt import Receipt, open_receipt
from protocol.wire.digests import CommunityId, MemberId, MessageId
from protocol.wire.encoding import JsonValue
from protocol.wire.keys import SEED_BYTES, PrivateKey
from protocol.wire.limits import NONCE_BYTES
from protocol.wire.message import read_message, write_message

MAJORITY: dict[str, JsonValue] = {
    "rule": {
        "method": "majority",
        "threshold": {"num": 1, "den": 2},
        "of": "cast",
        "strict": True,
    },
    "unit": "person",
    "quorum": {"num": 1, "den": 2},
    "discussion_s": 0,
    "voting_s": 60,
    "early": False,
}


def village_charter(audience: str = "community", **changes: JsonValue) -> Charter:
    return read_charter(
        {
            "audience": audience,
            "admission": {"sponsors": 1},
            "recovery": {"confirmations": 2},
            "assembly": {"witnesses": 1, "contest_s": 600, "contests": 2},
            "decisions": {"general": {**MAJORITY, **changes}},
        }
    )


def seed(name: str, number: int) -> bytes:
    return hashlib.sha256(f"{name}/{number}".encode()).digest()[:SEED_BYTES]


@dataclass(frozen=True)
class Village:
    """A founded community, and what its members would keep on their own devices."""

    settings: Settings
    community: CommunityId
    members: tuple[MemberId, ...]
    keys: tuple[PrivateKey, ...]
    audience: str
    nonces: "count[int]" = field(default_factory=count)

    def says(
        self,
        member: int,
        kind: str,
        body: Mapping[str, JsonValue],
        audience: str | None = None,
    ) -> bytes:
        """A message signed by a member, never the same one twice."""
        number = next(self.nonces)
        return write_message(
            self.keys[member % len(self.keys)],
            ledger=self.community,
            kind=kind,
            audience=audience or self.audience,
            nonce=seed(f"{self.community}/nonce", number)[:NONCE_BYTES],
            body=body,
        )

    def text(self, member: int, words: str) -> bytes:
        body: dict[str, JsonValue] = {"title": {"es": words[:60]}, "texts": {"es": words}}
        return self.says(member, "text/publish", body)

    def position(self, member: int, proposal: str, choice: str = "agree") -> bytes:
        body: dict[str, JsonValue] = {"proposal": proposal, "choice": choice, "reason": None}
        return self.says(member, "position/take", body)


async def found_village(
    folder: Path,
    ports: Ports,
    *,
    members: int = 10,
    name: str = "La Ñapa",
    charter: Charter | None = None,
    settings: Settings | None = None,
    households: Sequence[str | None] = (),
) -> Village:
    """Founds a community; the same folder's name and number of members give the same keys."""
    settings = settings or Settings(data_dir=folder)
    charter = charter or village_charter()
    keys = tuple(PrivateKey.from_seed(seed(name, number)) for number in range(members))
    plan = Plan(
        name=name,
        languages=("es",),
        charter=charter,
        founders=[
            Founder(key=key.public, household=households[number] if households else None)
            for number, key in enumerate(keys)
        ],
    )
    founded = await found_community(settings, plan, ports)
    return Village(settings, founded.community, founded.members, keys, charter.audience)


@dataclass(frozen=True)
class Desk:
    """A journal at work on a village's database, and everything around it."""

    village: Village
    store: Store
    books: Books
    keys: NodeKeys
    journal: Journal

    async def open_proposal(self, *, closes_in_s: int = 100_000) -> MessageId:
        """A text, a draft and its opening, as a member and her device would do it."""
        village, journal = self.village, self.journal
        text = await journal.submit(village.text(0, "Repartimos los excedentes"))
        body: dict[str, JsonValue] = {"type": "general", "text": text.id, "subject": None}
        draft = await journal.submit(village.says(0, "proposal/draft", body))
        book = self.books.own
        electorate = book.electorate(book.decisions.proposal(draft.id))
        opening: dict[str, JsonValue] = {
            "proposal": draft.id,
            "version": 1,
            "text": text.id,
            "charter": 1,
            "closes_at": book.clock + closes_in_s,
            "electorate": len(electorate),
            "electorate_root": electorate.root,
        }
        await journal.submit(village.says(0, "proposal/open", opening))
        return draft.id

    def receipt(self, accepted: Accepted) -> Receipt:
        """The receipt for an answer, checked as its member would check it, offline."""
        assert accepted.raw is not None
        assert read_message_id(accepted.raw) == accepted.id
        return open_receipt(
            self.journal.receipt(accepted.index),
            leaf_hash(accepted.raw),
            self.keys.log.public,
            origin=self.journal.head.origin,
        )

    async def close(self) -> None:
        await self.journal.close()
        self.store.close()


def read_message_id(entry_raw: bytes) -> MessageId:
    _, _, rest = entry_raw.partition(b',"message":')
    return read_message(rest[:-1]).id


def open_desk(
    village: Village,
    ports: Ports,
    *,
    store: Store | None = None,
    batch: int = 128,
    most_waiting: int = 1_000,
) -> Desk:
    """Starts work as the runtime does: store, books, journal."""
    store = store or open_store(village.settings.store_url)
    books = Books(store, ports)
    books.open()
    keys = read_keys(village.settings.data_dir)
    journal = Journal(
        store=store, books=books, keys=keys, ports=ports, batch=batch, most_waiting=most_waiting
    )
    return Desk(village, store, books, keys, journal)


def ids_of(messages: Iterable[bytes]) -> list[MessageId]:
    return [read_message(raw).id for raw in messages]
