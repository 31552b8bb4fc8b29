"""Evidence that a position stands in its ledger, and who saw it when. Spec: docs/spec/closing.md.

It is whole in itself: the entry's own bytes, and heads with cosignatures that include it.
So nothing that a receipt says of a position has to be believed, and a position whose ledger
a reader does not hold can be counted all the same.
"""

from collections.abc import Mapping
from typing import Annotated

from annotated_types import Len

from protocol.decisions.tally import CHOICES, Tally
from protocol.errors import Refused, Unauthentic
from protocol.federation.proposal import Stating
from protocol.federation.steps import Cosigned, Row, Seen
from protocol.identity.chain import Chain
from protocol.ledger.checkpoint import open_checkpoint, origin_of
from protocol.ledger.cosignature import Cosignature, read_cosignatures
from protocol.ledger.entry import leaf_hash, read_entry
from protocol.ledger.merkle import verify_inclusion
from protocol.wire.bodies import Rows, body, read_body
from protocol.wire.digests import CommunityId
from protocol.wire.limits import MAX_ENTRY_BYTES, MAX_HEAD_CHARS, MAX_PROOF_HASHES
from protocol.wire.message import verify_message
from protocol.wire.text import b64_decode

POSITION = "federation/position"
MAX_POSITION_BYTES = 4_096
"""A position has some 1,000 bytes; one blown up must not keep receipts from being written."""
Chains = Mapping[CommunityId, Chain]


@body
class SeenHead:
    """A head with the cosignatures that matter, and the way from the position to its root."""

    note: Annotated[str, Len(1, MAX_HEAD_CHARS)]
    proof: Annotated[Rows[Annotated[str, Len(44, 44)]], Len(0, MAX_PROOF_HASHES)]


@body
class SeenPosition:
    """A position's entry, byte for byte, and the heads under which it was seen."""

    entry: Annotated[str, Len(1, MAX_ENTRY_BYTES)]
    heads: Annotated[Rows[SeenHead], Len(1, 8)]


class ChainUnknown(Refused):
    """The keys of a community that this rests on are not here yet."""


def chain_of(chains: Chains, community: CommunityId) -> Chain:
    """A community's key chain.

    Raises:
        ChainUnknown: It is not here yet.
    """
    found = chains.get(community)
    if found is None:
        raise ChainUnknown("chain-unknown", "the keys of a community are not here yet")
    return found


def open_evidence(seen: SeenPosition, proposal: str, chains: Chains) -> Seen:
    """Check a position's evidence; whether it was in time is judged from what this returns.

    Raises:
        ChainUnknown: The keys of its community are not here yet.
        Malformed: The entry, a head or a proof cannot be read.
        Unauthentic: A signature does not hold.
        Inconsistent: The entry is not under a head.
        Refused: It is not a position on this proposal.
    """
    raw = seen.entry.encode("utf-8")
    if len(raw) > MAX_POSITION_BYTES:
        raise Refused("position-too-long", f"a position has at most {MAX_POSITION_BYTES} bytes")
    entry = read_entry(raw)
    message = entry.message
    chain = chain_of(chains, message.ledger)
    verify_message(message)
    if not chain.is_voice(message.author):
        raise Unauthentic("not-the-voice", "the position is not in its community's name")
    stating = read_body(Stating, message.body)
    if message.kind != POSITION or stating.proposal != proposal:
        raise Refused("position-other", "the entry is not a position on this proposal")
    leaf = leaf_hash(raw)
    cosigned: list[Cosigned] = []
    for head in seen.heads:
        cosigned += _open_head(head, entry.index, leaf, chain, chains)
    row = Row(
        ledger=message.ledger,
        index=entry.index,
        leaf=leaf.hex(),
        message=message.id,
        choice=stating.choice,
        final=stating.final,
        people=counts_of(stating.counts.people),
        households=counts_of(stating.counts.households),
    )
    return Seen(row=row, cosigned=tuple(sorted(set(cosigned))))


def counts_of(tally: Tally | None) -> tuple[int, ...] | None:
    """A tally as a row restates it: the electorate, then the voices for each choice."""
    if tally is None:
        return None
    return (tally.electorate, *(tally.voices(choice) for choice in CHOICES))


def tally_of(counts: tuple[int, ...] | None) -> Tally | None:
    """The tally that a row restates."""
    if counts is None:
        return None
    return Tally(electorate=counts[0], **dict(zip(CHOICES, counts[1:], strict=True)))


def _open_head(
    head: SeenHead, index: int, leaf: bytes, chain: Chain, chains: Chains
) -> list[Cosigned]:
    note = head.note.encode("utf-8")
    origin = origin_of(chain.community)
    # Which key signs depends on the size, which only the note tells: any of the chain's keys
    # may open it, and the one that was in force must be the one that did.
    for keyset in chain.keysets:
        try:
            checkpoint = open_checkpoint(note, keyset.log, origin)
        except Unauthentic:
            continue
        if chain.log_key(checkpoint.size) == keyset.log:
            break
    else:
        raise Unauthentic("checkpoint-key", "the head is not signed by the ledger's key")
    proof = [b64_decode(text) for text in head.proof]
    verify_inclusion(leaf, index, checkpoint.size, proof, checkpoint.root)
    return [Cosigned(one.witness, one.time) for one in cosignatures_by(note, chains)]


def cosignatures_by(note: bytes, chains: Chains) -> list[Cosignature]:
    """Every cosignature in a note by a community whose keys are known, old keys included.

    Raises:
        Unauthentic: A known witness's line fails.
    """
    found: list[Cosignature] = []
    for depth in range(max((len(chain.keysets) for chain in chains.values()), default=0)):
        keys = {
            community: chain.keysets[-1 - depth].witness
            for community, chain in chains.items()
            if depth < len(chain.keysets)
        }
        found += read_cosignatures(note, keys)
    return found
