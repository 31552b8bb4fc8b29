"""Whether a section is part of the very history that is held (docs/spec/replication.md).

A ledger has one history. A section that leads to a signed head, and that differs from what
led to another signed head, shows that the ledger's keys signed two. Whoever passed it on is
not to blame, and cannot have made it: it takes the ledger's own key.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.errors import Inconsistent
from protocol.identity.chain import Chain
from protocol.ledger.checkpoint import Checkpoint
from protocol.ledger.cosignature import Cosignature
from protocol.ledger.fork import ForkEvidence, make_evidence
from protocol.ledger.merkle import Frontier, Tree, verify_consistency
from protocol.replication.bundle import Section
from protocol.wire.digests import CommunityId


class Contradiction(Inconsistent):
    """The ledger's own keys signed what cannot both be true; `evidence` shows it to others.

    There is no evidence to hand on in one case: a head reaches beyond what is known of its
    branch. What was seen is a fork all the same.
    """

    def __init__(self, code: str, detail: str, evidence: ForkEvidence | None) -> None:
        """Keep the evidence beside the code."""
        super().__init__(code, detail)
        self.evidence = evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A head with the ledger's own signature alone."""

    checkpoint: Checkpoint
    note: bytes
    cosignatures: tuple[Cosignature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of a ledger.

    Attributes:
        chain: its key chain; none of a ledger that is not known yet.
        tree: over all leaf hashes; it may grow meanwhile, only `size` counts.
        size: how many of them are held.
        heads: signed heads; those beyond `size`, of the sizes that the section's heads have,
            and the largest of the rest.
    """

    chain: Chain | None
    tree: Tree
    size: int
    heads: tuple[SignedHead, ...] = ()


def check_head(ledger: CommunityId, head: SignedHead, held: Held) -> None:
    """Compare a signed head with what is held; heads beyond it are left to `check_branch`.

    Raises:
        Contradiction: the ledger signed another root for this size.
    """
    size, root = head.checkpoint.size, head.checkpoint.root
    twins = [known for known in held.heads if known.checkpoint.size == size]
    within = size <= held.size
    if all(known.checkpoint.root == root for known in twins) and not (
        within and held.tree.root(size) != root
    ):
        return
    evidence = None
    later = [known for known in held.heads if size < known.checkpoint.size <= held.size]
    if twins:
        evidence = make_evidence(ledger, head.note, twins[0].note)
    elif later:
        evidence = make_evidence(ledger, head.note, later[-1].note, held.tree)
    raise _fork(size, evidence)


def check_branch(section: Section, heads: Sequence[SignedHead], held: Held) -> Frontier:
    """Follow a section's leaf hashes from what is held to its covering head.

    Args:
        section: it starts within what is held.
        heads: its heads, by size, all signed; the last one covers the section.
        held: what is held.

    Returns:
        The frontier at the section's end.

    Raises:
        Inconsistent: the leaf hashes and the proof do not lead to the covering head.
        Contradiction: they do, and differ from what is held, or from another signed head.
    """
    last = heads[-1].checkpoint
    leaves = [item.leaf for item in section.items]
    frontier = held.tree.frontier(section.start).extend(leaves)
    if last.size == section.end:
        if section.proof:
            raise Inconsistent("consistency-invalid", "nothing to prove, yet a proof")
        if frontier.root() != last.root:
            raise Inconsistent("section-root", "the items do not lead to the head")
    else:
        verify_consistency(section.end, last.size, frontier.root(), last.root, section.proof)
    signed = [
        *(head for head in heads[:-1] if head.checkpoint.size > section.start),
        *(head for head in held.heads if held.size < head.checkpoint.size <= section.end),
    ]
    if _overlap_differs(section, leaves, held) or _roots_differ(section, leaves, signed, held):
        signed += [head for head in held.heads if head.checkpoint.size <= held.size]
        raise _fork(last.size, _evidence(section, heads[-1], signed, held))
    return frontier


def _overlap_differs(section: Section, leaves: Sequence[bytes], held: Held) -> bool:
    count = max(0, min(section.end, held.size) - section.start)
    return b"".join(leaves[:count]) != held.tree.nodes(0, section.start, count)


def _roots_differ(
    section: Section, leaves: Sequence[bytes], signed: Sequence[SignedHead], held: Held
) -> bool:
    """Whether a head on the way has another root than the branch at its size."""
    frontier, done = held.tree.frontier(section.start), 0
    for head in sorted(signed, key=lambda one: one.checkpoint.size):
        upto = head.checkpoint.size - section.start
        frontier, done = frontier.extend(leaves[done:upto]), upto
        if frontier.root() != head.checkpoint.root:
            return True
    return False


def _evidence(
    section: Section, covering: SignedHead, signed: Sequence[SignedHead], held: Held
) -> ForkEvidence | None:
    """Two heads that show the fork, if the branch is known at the size of the smaller one."""
    branch = Tree((held.tree.nodes(0, 0, section.start), *(item.leaf for item in section.items)))
    for head in signed:
        size = head.checkpoint.size
        if size > section.end or branch.root(size) == head.checkpoint.root:
            continue
        if covering.checkpoint.size == section.end:
            return make_evidence(section.ledger, head.note, covering.note, branch)
        if size == section.end:
            return ForkEvidence(
                ledger=section.ledger,
                first=head.note.decode("utf-8"),
                second=covering.note.decode("utf-8"),
                root=branch.root(size).hex(),
                proof=tuple(known.hex() for known in section.proof),
            )
    return None


def _fork(size: int, evidence: ForkEvidence | None) -> Contradiction:
    detail = f"the ledger signed two histories; the second came with a head of size {size}"
    return Contradiction("ledger-forked", detail, evidence)
