"""Readers of one ledger, and what a decision can rest on in their books."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from protocol.book import Book
from protocol.decisions.proposal import Proposal
from protocol.federation.acts import FederationActs
from protocol.wire.digests import MessageId
from protocol.wire.message import Message
from tests.protocol.kinds.histories import FEDERATION
from tests.protocol.ledgers import Ledger, replay


def outsider(message: Message) -> bool:
    return message.audience == "public"


def partner(message: Message) -> bool:
    """A community of the same federation."""
    return message.audience in ("public", f"federation:{FEDERATION}")


def forgetting(ledger: Ledger) -> Book:
    """The book of somebody who came after everything that may be erased was erased."""
    return fold_without(ledger, set(ledger.book.words) | ledger.book.hidden)


def fold_without(ledger: Ledger, gone: set[int]) -> Book:
    seen = iter(range(len(ledger.raws)))
    return replay(ledger, lambda _message: next(seen) not in gone)


def proposals_of(book: Book) -> Mapping[MessageId, Proposal]:
    """Proposals but for the talk about them."""
    return {one.id: replace(one, comments=[]) for one in book.decisions.proposals.values()}


def structure_of(book: Book) -> dict[str, object]:
    """Whatever a decision can rest on."""
    names = (
        "size",
        "clock",
        "clocks",
        "structure_clock",
        "founding",
        "bare",
        "chain",
        "charters",
        "amendments",
    )
    members = [replace(one, name="") for one in book.membership.members.values()]
    return {name: getattr(book, name) for name in names} | {
        "members": members,
        "keys": (book.membership.holders, book.membership.retired),
        "confirmations": book.membership.confirmations,
        "wishes": (book.membership.wishes, book.membership.welcomes),
        "invitations": (book.membership.invitations, book.membership.inviters),
        "proposals": proposals_of(book),
        "carried out": book.decisions.carried_out,
        "federation": book.federation,
        "assemblies": book.assemblies,
        "offices": (
            book.offices,
            book.elections,
            book.recalls,
            book.mandates,
            book.accounts,
            book.credentials,
        ),
        "void": {index: code for index, code in book.void.items() if index not in book.hidden},
    }


def joint_acts(book: Book, federation: str) -> dict[str, object]:
    """What its readers see of a federation, but for which member said it."""
    acts, audience = book.federation, f"federation:{federation}"

    def theirs(said: Mapping[MessageId, Any]) -> dict[MessageId, object]:
        return {
            name: replace(one, speaker="")
            for name, one in said.items()
            if one.audience in (audience, "public")
        }

    return {
        "compacts": theirs(acts.compacts),
        "joins": theirs(acts.joins),
        "leaves": theirs(acts.leaves),
        "standing": acts.standing.get(MessageId(federation)),
        "proposals": theirs(acts.proposals),
        "positions": [
            one for said in acts.positions.values() for one in said if one.audience == audience
        ],
        "steps": _steps(acts, audience),
    }


def _steps(acts: FederationActs, audience: str) -> list[object]:
    return [
        one for steps in acts.steps.values() for one in steps if one.message.audience == audience
    ]
