"""Kinds by which a community makes itself up: charter, members, households."""

from collections.abc import Callable
from typing import Any

from protocol.book import Book
from protocol.community import charter as charters
from protocol.community import devices, households, members
from protocol.decisions import terms
from protocol.decisions.proposal import CharterSubject
from protocol.errors import Refused
from protocol.kinds.kind import Kind, Step, carried_out, mandate, nothing, structure
from protocol.ledger.act import Act
from protocol.offices import holding
from protocol.offices.definition import read_offices
from protocol.wire.digests import MemberId


def _check_adoption(book: Book, act: Act[charters.Adoption]) -> None:
    if not (book.charters.versions or book.bare):
        raise Refused("charter-hidden", "something unread stands before this first charter")
    charters.check_adoption(book.charters, act.body, act.audience, founding=book.founding)
    terms.check_terms(act.body.charter)
    read_offices(act.body.charter)
    if act.body.decision is None:
        return
    decided = mandate(book, act.body.decision, CharterSubject)
    # A charter has more than one spelling: `assembly` may be left out.
    if charters.read_charter(decided.charter) != act.body.charter:
        raise Refused("decision-other", "the decision was about another charter")
    frozen = book.decisions.proposal(act.body.decision).frozen
    if frozen is None or frozen.charter != book.charters.version:
        raise Refused("decision-stale", "it was decided under a charter that is not in force now")


def _apply_adoption(book: Book, act: Act[charters.Adoption]) -> None:
    book.charters = charters.apply_adoption(book.charters, act.body)
    book.bare = False
    carried_out(book, act.body.decision, CharterSubject)
    holding.apply_charter(book.offices, read_offices(act.body.charter), book.moment_of(act))


def _check_invitation(book: Book, act: Act[members.Invitation]) -> None:
    members.check_invitation(book.membership, act)
    households.check_invited(book.membership, act)


def _check_joining(book: Book, act: Act[members.Joining]) -> None:
    members.check_joining(book.membership, act)
    households.check_joined(book.membership, act)


def _apply_joining(book: Book, act: Act[members.Joining]) -> None:
    members.apply_joining(book.membership, act, book.charters.current)


def _apply_sponsoring(book: Book, act: Act[members.Sponsoring]) -> None:
    members.apply_sponsoring(book.membership, act, book.charters.current)


def _apply_leaving(book: Book, act: Act[members.Leaving]) -> None:
    members.apply_leaving(book.membership, act)
    households.forget_member(book.membership, MemberId(act.speaker))
    holding.apply_departure(book.offices, MemberId(act.speaker), book.moment_of(act))


def _apply_welcome(book: Book, act: Act[households.Welcome]) -> None:
    households.apply_welcome(book.membership, act, book.charters.current)


def _apply_replacement(book: Book, act: Act[members.Replacement]) -> None:
    members.apply_replacement(book.membership, act, book.charters.current)


def _check_founding(book: Book, act: Act[members.Founding]) -> None:
    if not book.founding:
        raise Refused("founded-already", "founding is over: members join by invitation")
    members.check_founding(book.membership, act)


def _on_membership(step: Callable[[members.Membership, Act[Any]], None]) -> Step:
    return lambda book, act: step(book.membership, act)


def _apply_profile(book: Book, act: Act[members.Profile]) -> None:
    members.apply_profile(book.membership, act)


KINDS = {
    "charter/adopt": Kind(
        body=charters.Adoption,
        author="voice",
        audience="charter",
        check=_check_adoption,
        apply=_apply_adoption,
        founding=True,
    ),
    "member/found": Kind(
        body=members.Founding,
        author="voice",
        audience="structure",
        check=_check_founding,
        apply=_on_membership(members.apply_founding),
        founding=True,
    ),
    "member/invite": structure(
        members.Invitation, _check_invitation, _on_membership(members.apply_invitation)
    ),
    "member/join": structure(members.Joining, _check_joining, _apply_joining, "newcomer"),
    "member/sponsor": structure(
        members.Sponsoring, _on_membership(members.check_sponsoring), _apply_sponsoring
    ),
    "member/leave": structure(members.Leaving, nothing, _apply_leaving),
    "member/replace": structure(
        members.Replacement, _on_membership(members.check_replacement), _apply_replacement
    ),
    "member/add-key": structure(
        devices.KeyAdded,
        _on_membership(devices.check_added),
        _on_membership(devices.apply_added),
    ),
    "member/drop-key": structure(
        devices.KeyDropped,
        _on_membership(devices.check_dropped),
        _on_membership(devices.apply_dropped),
    ),
    "household/move": structure(households.Move, nothing, _on_membership(households.apply_move)),
    "household/welcome": structure(
        households.Welcome, _on_membership(households.check_welcome), _apply_welcome
    ),
    "member/profile": Kind(
        body=members.Profile,
        author="vouched",
        audience="home",
        apply=_apply_profile,
        erasable=True,
    ),
}
