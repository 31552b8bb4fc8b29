"""What other communities are told of a holder. Spec: docs/spec/offices.md, "Credentials".

Outside, nobody reads the structure of a community that keeps it to itself. So where the charter
says that others are told, the voice states who holds the office, with her key, and states when
that is over. A statement decides nothing inside; who can read both compares them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from protocol.community.charter import TypeName
from protocol.community.members import Membership
from protocol.errors import Refused, Unauthentic
from protocol.identity.chain import Chain
from protocol.ledger.act import Act
from protocol.ledger.checkpoint import origin_of
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.ledger.receipt import Receipt, open_receipt
from protocol.offices.definition import Office
from protocol.offices.holding import Holdings, Moment, Place
from protocol.wire.bodies import Count, Hex32, KeyText, Rows, Seconds, body, read_body
from protocol.wire.digests import MessageId
from protocol.wire.keys import PublicKey
from protocol.wire.message import verify_message

ATTEST = "office/attest"
END = "office/end"
Ground = Literal["resigned", "recalled", "left", "removed", "key", "audience"]


@body
class Attesting:
    """The community states that somebody holds an office.

    Attributes:
        place: The message by which she accepted, and `decision` by which she was chosen.
        since: The entry from behind which she holds it.
        until: When her term is over.
    """

    office: TypeName
    competence: Rows[TypeName]
    member: Hex32
    key: KeyText
    place: Hex32
    decision: Hex32
    since: Count
    until: Seconds


@body
class Unattesting:
    """The community states that a credential is good no more, and what made an end of it."""

    credential: Hex32
    ground: Ground


@dataclass(slots=True, kw_only=True)
class Credential:
    """One credential as its readers hold it; `ended` is where it was taken back."""

    id: MessageId
    index: int
    audience: str
    body: Attesting
    ended: int | None = None
    ground: Ground | None = None

    def holds(self, now: int) -> bool:
        """Whether it was not taken back, as far as the ledger was read, and its term runs."""
        return self.ended is None and now < self.body.until


@dataclass(slots=True, kw_only=True)
class Credentials:
    """Every credential that one ledger states."""

    by_id: dict[MessageId, Credential] = field(default_factory=dict)

    def standing(self, place: str) -> Iterator[Credential]:
        """Those of one place that were not taken back."""
        return (one for one in self.by_id.values() if one.body.place == place and one.ended is None)


def attesting_of(place: Place, office: Office, key: PublicKey) -> Attesting:
    """What the community states of a place that is served."""
    began = place.accepted if place.began is None else place.began
    return Attesting(
        office=place.office,
        competence=office.competence,
        member=place.member,
        key=key.text,
        place=place.id,
        decision=place.decision,
        since=began.index,
        until=place.until,
    )


def check_attesting(credentials: Credentials, act: Act[Attesting]) -> None:
    """These readers were not told the same before.

    What others were told is no matter here: these readers may not have heard it.

    Raises:
        Refused: They were.
    """
    for told in credentials.standing(act.body.place):
        if told.audience == act.audience and told.body.key == act.body.key:
            raise Refused("credential-known", "this credential stands already")


def apply_attesting(credentials: Credentials, act: Act[Attesting]) -> None:
    """Its readers know a holder."""
    credentials.by_id[act.id] = Credential(
        id=act.id, index=act.index, audience=act.audience, body=act.body
    )


def check_unattesting(credentials: Credentials, act: Act[Unattesting]) -> None:
    """A credential that the same readers were given, and that stands.

    Raises:
        Refused: Otherwise.
    """
    found = credentials.by_id.get(MessageId(act.body.credential))
    if found is None or found.audience != act.audience:
        raise Refused("credential-unknown", "these readers were given no such credential")
    if found.ended is not None:
        raise Refused("credential-over", "this credential was taken back before")


def apply_unattesting(credentials: Credentials, act: Act[Unattesting]) -> None:
    """What its holder says in that office from here on is said by nobody."""
    found = credentials.by_id[MessageId(act.body.credential)]
    found.ended, found.ground = act.index, act.body.ground


def owed_attestings(
    holdings: Holdings, membership: Membership, credentials: Credentials, at: Moment
) -> Iterator[tuple[str, Attesting]]:
    """Credentials that are to be given now, each with its audience: one for each key of hers."""
    for place in holdings.places.values():
        office = holdings.definitions.get(place.office)
        if office is None or office.audience == "community" or not place.serves(at):
            continue
        told = [(one.audience, one.body.key) for one in credentials.standing(place.id)]
        for key in membership.members[place.member].keys:
            if (office.audience, key.text) not in told:
                yield office.audience, attesting_of(place, office, key)


def owed_unattestings(
    holdings: Holdings, membership: Membership, credentials: Credentials, at: Moment
) -> Iterator[tuple[str, Unattesting]]:
    """Credentials that are to be taken back now; a term that is over takes itself back."""
    for told in credentials.by_id.values():
        place = holdings.places.get(MessageId(told.body.place))
        if not told.holds(at.received) or place is None:
            continue
        ground = ground_against(told, holdings, membership, place, at)
        if ground is not None:
            yield told.audience, Unattesting(credential=told.id, ground=ground)


def ground_against(
    told: Credential, holdings: Holdings, membership: Membership, place: Place, at: Moment
) -> Ground | None:
    """Why a credential is to be taken back, if it is."""
    office = holdings.definitions.get(place.office)
    if place.ended is not None and place.ended.index < at.index:
        return _ENDS[place.state.value]
    if told.body.key not in {key.text for key in membership.members[place.member].keys}:
        return "key"
    return "audience" if office is None or office.audience != told.audience else None


_ENDS: Mapping[str, Ground] = {
    "resigned": "resigned",
    "recalled": "recalled",
    "left": "left",
    "removed": "removed",
}


def differing(credentials: Credentials, holdings: Holdings) -> Iterator[Credential]:
    """Credentials of places that are not there, or that the structure tells otherwise."""
    for told in credentials.by_id.values():
        place, said = holdings.places.get(MessageId(told.body.place)), told.body
        if place is None or place.began is None:
            yield told
            continue
        stated = (said.office, said.member, said.decision, said.since, said.until)
        if stated != (
            place.office,
            place.member,
            place.decision,
            place.began.index,
            place.until,
        ):
            yield told


def holder_of(credentials: Credentials, office: str, key: PublicKey, now: int) -> Credential:
    """The credential by which a key speaks in an office of this ledger's community.

    Raises:
        Unauthentic: There is none, it was taken back, or its term is over.
    """
    for told in credentials.by_id.values():
        if (told.body.office, told.body.key) == (office, key.text) and told.holds(now):
            return told
    raise Unauthentic("credential-missing", "no credential of that office stands for this key")


def open_credential(
    chain: Chain, entry_raw: bytes, receipt_raw: bytes
) -> tuple[Attesting, Receipt]:
    """A credential on its own: one entry and its receipt, under the community's key chain.

    It proves what was stated at that place. Whether it was taken back since, only the ledger
    beyond it can tell.

    Raises:
        ProtocolError: It is no credential of this community, or its proof does not hold.
    """
    entry = read_entry(entry_raw)
    verify_message(entry.message)
    if entry.message.kind != ATTEST or entry.message.ledger != chain.community:
        raise Refused("credential-unknown", "this entry is no credential of that community")
    if entry.message.author != chain.keys_at(entry.index).voice:
        raise Unauthentic("not-the-voice", "only the community's own key may say this")
    receipt = open_any_receipt(chain, receipt_raw, leaf_hash(entry_raw))
    if receipt.index != entry.index:
        raise Refused("entry-index", "the entry states another place than it has")
    return read_body(Attesting, entry.message.body), receipt


def open_any_receipt(chain: Chain, raw: bytes, leaf: bytes) -> Receipt:
    """A receipt under a head that the community signed with any key of its chain.

    Raises:
        ProtocolError: Under none.
    """
    origin = origin_of(chain.community)
    for keyset in chain.keysets[:-1]:
        try:
            receipt = open_receipt(raw, leaf, keyset.log, origin=origin)
        except Unauthentic:
            continue
        if chain.log_key(receipt.checkpoint.size) == keyset.log:
            return receipt
    return open_receipt(raw, leaf, chain.current.log, origin=origin)
