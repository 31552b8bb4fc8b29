"""The certificate: proof that a list is final, whole enough to be checked from one file.

Spec: docs/spec/closing.md.

- A quorum of closers committed to one list in one round.
- The receipts that the list cites are part of it: even all closers together cannot make a
  position count that was not in time.
- Two certificates for different lists would take more faulty closers than the agreement
  bears, and would convict them.
"""

from dataclasses import dataclass

from protocol.errors import ProtocolError, Refused
from protocol.federation.agreement import Agreement
from protocol.federation.listing import certified_positions, check_list, cited_receipts
from protocol.federation.steps import Commit, Listing, Receipt, Row, Step
from protocol.federation.view import View, learn


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A list, the commits that made it final, and the receipts that it follows from."""

    round: int
    listing: Listing
    commits: tuple[Commit, ...]
    receipts: tuple[tuple[Receipt, ...], ...]

    @property
    def digest(self) -> str:
        """The hash of the list."""
        return self.listing.digest


def certificates(view: View) -> tuple[Certificate, ...]:
    """Every certificate that the steps known make, the earliest round first."""
    agreement = view.agreement
    needed = agreement.closers.quorum
    found = []
    for (number, digest), commits in sorted(view.commits.items()):
        listing = _listing(view, digest) if len(commits) >= needed else None
        if listing is None or not is_right(view, listing.text):
            continue
        held = tuple(commits[one] for one in agreement.closers.ids if one in commits)
        found.append(
            Certificate(
                round=number,
                listing=listing,
                commits=held[:needed],
                receipts=cited_receipts(view, listing.text),
            )
        )
    return tuple(found)


def certificate(view: View) -> Certificate | None:
    """The certificate that settles the matter here, if there is one."""
    return next(iter(certificates(view)), None)


def certified_rows(agreement: Agreement, proof: Certificate) -> tuple[tuple[str, Row | None], ...]:
    """For every community of the electorate the position that counts, or None."""
    return certified_positions(agreement, proof.receipts)


def check_certificate(agreement: Agreement, proof: Certificate) -> None:
    """Whether a certificate from elsewhere proves what it says, from nothing but itself.

    Raises:
        Unauthentic: somebody in it may not say what it has them say.
        Refused: a step in it cannot count, or commits or receipts are missing.
    """
    view = View(agreement)
    for step in steps_of(proof):
        view = learn(view, step)
    proven = certificate(view)
    if proven is None or (proven.round, proven.digest) != (proof.round, proof.digest):
        raise Refused("certificate-incomplete", "the steps do not make this list final")


def steps_of(proof: Certificate) -> tuple[Step, ...]:
    """The steps that whoever checks the certificate needs, and no others."""
    receipts = tuple(receipt for parts in proof.receipts for receipt in parts)
    return (*receipts, proof.listing, *proof.commits)


def is_right(view: View, text: str) -> bool:
    """Whether a list is known to follow from its receipts."""
    try:
        check_list(view, text)
    except ProtocolError:
        return False
    return True


def _listing(view: View, digest: str) -> Listing | None:
    # The same text may have been listed in several rounds; the first is as good as any.
    for _, lists in sorted(view.listings.items()):
        for listing in lists:
            if listing.digest == digest:
                return listing
    return None
