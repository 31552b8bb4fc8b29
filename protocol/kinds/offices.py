"""Kinds by which a community fills offices, and tells others who holds them."""

from collections.abc import Callable
from typing import Any

from protocol.book import Book
from protocol.errors import Refused
from protocol.kinds.decisions import admit_text
from protocol.kinds.kind import Kind, Step, structure
from protocol.ledger.act import Act
from protocol.offices import account, appointment, credential, election, mandate, recall
from protocol.offices.holding import Holdings, Moment, require_voice
from protocol.wire.digests import MessageId


def _then(step: Callable[[Holdings, Act[Any], Moment], None]) -> Step:
    """A step that asks who holds what where the act stands."""
    return lambda book, act: step(book.offices, act, book.moment_of(act))


def _check_candidature(book: Book, act: Act[appointment.Candidature]) -> None:
    appointment.check_candidature(book.offices, act)


def _admit_candidature(book: Book, act: Act[appointment.Candidature]) -> None:
    if act.body.text is not None and MessageId(act.body.text) not in book.said:
        raise Refused("text-unknown", "publish the text first, then cite its id")


def _apply_candidature(book: Book, act: Act[appointment.Candidature]) -> None:
    appointment.apply_candidature(book.offices, act)


def _check_retreat(book: Book, act: Act[appointment.Stepping]) -> None:
    appointment.check_retreat(book.offices, act)


def _apply_retreat(book: Book, act: Act[appointment.Stepping]) -> None:
    appointment.apply_retreat(book.offices, act)


def _apply_declining(book: Book, act: Act[appointment.Answer]) -> None:
    appointment.apply_declining(book.offices, act)


def _check_calling(book: Book, act: Act[recall.Calling]) -> None:
    recall.check_calling(book.recalls, book.offices, act, book.moment_of(act))


def _apply_calling(book: Book, act: Act[recall.Calling]) -> None:
    recall.apply_calling(
        book.recalls,
        book.offices,
        book.membership,
        book.charters.current,
        act,
        book.moment_of(act),
    )


def _check_electing(book: Book, act: Act[election.Calling]) -> None:
    election.check_calling(book.elections, book.offices, act)


def _apply_electing(book: Book, act: Act[election.Calling]) -> None:
    at = book.moment_of(act)
    election.apply_calling(book.elections, book.offices, book.membership, act, at)


def _check_casting(book: Book, act: Act[election.Casting]) -> None:
    at = book.moment_of(act)
    require_voice(book.offices, act.speaker, at)
    election.check_casting(book.elections, act, at)


def _apply_casting(book: Book, act: Act[election.Casting]) -> None:
    election.apply_casting(book.elections, act)


def _check_elected(book: Book, act: Act[election.Closing]) -> None:
    election.check_closing(book.elections, act, book.moment_of(act))


def _apply_elected(book: Book, act: Act[election.Closing]) -> None:
    election.apply_closing(book.elections, book.offices, act, book.moment_of(act))


def _check_suspending(book: Book, act: Act[mandate.Suspending]) -> None:
    mandate.check_suspending(book.mandates, book.offices, act, book.moment_of(act))


def _apply_suspending(book: Book, act: Act[mandate.Suspending]) -> None:
    mandate.apply_suspending(book.mandates, book.offices, act, book.moment_of(act))


def _check_reporting(book: Book, act: Act[account.Reporting]) -> None:
    at = book.moment_of(act)
    account.check_reporting(book.accounts, book.offices, book.mandates, act, at)


def _apply_reporting(book: Book, act: Act[account.Reporting]) -> None:
    at = book.moment_of(act)
    account.apply_reporting(book.accounts, book.offices, book.mandates, act, at)


def _check_approving(book: Book, act: Act[account.Approving]) -> None:
    account.check_approving(book.accounts, book.offices, act, book.moment_of(act))


def _apply_approving(book: Book, act: Act[account.Approving]) -> None:
    account.apply_approving(book.accounts, book.offices, act)


def _check_attesting(book: Book, act: Act[credential.Attesting]) -> None:
    credential.check_attesting(book.credentials, act)


def _admit_attesting(book: Book, act: Act[credential.Attesting]) -> None:
    owed = credential.owed_attestings(
        book.offices, book.membership, book.credentials, book.moment(act.received)
    )
    if (act.audience, act.body) not in list(owed):
        raise Refused("credential-differs", "the ledger does not say that of this office")


def _apply_attesting(book: Book, act: Act[credential.Attesting]) -> None:
    credential.apply_attesting(book.credentials, act)


def _check_unattesting(book: Book, act: Act[credential.Unattesting]) -> None:
    credential.check_unattesting(book.credentials, act)


def _admit_unattesting(book: Book, act: Act[credential.Unattesting]) -> None:
    owed = credential.owed_unattestings(
        book.offices, book.membership, book.credentials, book.moment(act.received)
    )
    if (act.audience, act.body) not in list(owed):
        raise Refused("credential-differs", "the ledger does not say that of this office")


def _apply_unattesting(book: Book, act: Act[credential.Unattesting]) -> None:
    credential.apply_unattesting(book.credentials, act)


KINDS = {
    "office/stand": Kind(
        body=appointment.Candidature,
        author="member",
        audience="structure",
        check=_check_candidature,
        apply=_apply_candidature,
        admit=_admit_candidature,
    ),
    "office/retreat": structure(appointment.Stepping, _check_retreat, _apply_retreat),
    "office/accept": structure(
        appointment.Answer,
        _then(appointment.check_acceptance),
        _then(appointment.apply_acceptance),
    ),
    "office/decline": structure(
        appointment.Answer, _then(appointment.check_declining), _apply_declining
    ),
    "office/resign": structure(
        appointment.Stepping,
        _then(appointment.check_resigning),
        _then(appointment.apply_resigning),
    ),
    "election/call": Kind(
        body=election.Calling,
        author="member",
        audience="structure",
        check=_check_electing,
        apply=_apply_electing,
        admit=admit_text,
    ),
    "ballot/cast": structure(election.Casting, _check_casting, _apply_casting),
    "election/close": structure(election.Closing, _check_elected, _apply_elected, "voice"),
    "recall/call": Kind(
        body=recall.Calling,
        author="member",
        audience="structure",
        check=_check_calling,
        apply=_apply_calling,
        admit=admit_text,
    ),
    "mandate/suspend": structure(mandate.Suspending, _check_suspending, _apply_suspending),
    "account/report": Kind(
        body=account.Reporting,
        author="member",
        audience="structure",
        check=_check_reporting,
        apply=_apply_reporting,
        admit=admit_text,
    ),
    "account/accept": structure(account.Approving, _check_approving, _apply_approving),
    credential.ATTEST: Kind(
        body=credential.Attesting,
        author="voice",
        audience="office",
        check=_check_attesting,
        apply=_apply_attesting,
        admit=_admit_attesting,
    ),
    credential.END: Kind(
        body=credential.Unattesting,
        author="voice",
        audience="office",
        check=_check_unattesting,
        apply=_apply_unattesting,
        admit=_admit_unattesting,
    ),
}
