"""What a proposal would bring about: asked where it is drafted, done where it closes.

Done is only what needs no other entry: a charter comes into force, and a federation is joined,
by an act of its own that cites the decision.
"""

from protocol.book import Book
from protocol.community import charter as charters
from protocol.decisions import terms
from protocol.decisions.closing import Closing
from protocol.decisions.office_subjects import (
    AccountSubject,
    AppointSubject,
    MandateEndSubject,
    MandateSubject,
    RecallSubject,
)
from protocol.decisions.proposal import CharterSubject, Draft, Proposal, State
from protocol.ledger.act import Act
from protocol.offices import account, appointment, definition, mandate, recall


def check_subject(book: Book, act: Act[Draft]) -> None:
    """It could come about as things stand.

    Raises:
        ProtocolError: It could not.
    """
    at = book.moment_of(act)
    match act.body.subject:
        case CharterSubject(charter=value):
            new = charters.read_charter(value)
            charters.check_charter(new)
            terms.check_terms(new)
            definition.read_offices(new)
        case AppointSubject() as subject:
            appointment.check_subject(book.offices, book.membership, subject)
        case RecallSubject() as subject:
            recall.check_draft(book.recalls, book.offices, act, subject, at)
        case MandateSubject() as subject:
            mandate.check_subject(book.offices, book.membership, subject)
        case MandateEndSubject() as subject:
            mandate.check_end_subject(book.mandates, book.offices, subject, at)
        case AccountSubject() as subject:
            account.check_subject(book.accounts, subject)
        case _:
            return


def apply_closed(book: Book, closed: Proposal, act: Act[Closing]) -> None:
    """What the outcome brings about at its own entry."""
    at, adopted, done = book.moment_of(act), closed.state is State.ADOPTED, False
    match closed.subject:
        case AppointSubject():
            done = appointment.apply_decided(book.offices, closed, at)
        case RecallSubject():
            done = recall.apply_decided(book.recalls, book.offices, closed, at)
        case AccountSubject() as subject:
            done = account.apply_decided(book.accounts, closed, subject)
        case MandateSubject() as subject if adopted:
            done = mandate.apply_issued(book.mandates, book.offices, closed, subject, at)
        case MandateEndSubject() as subject if adopted:
            done = mandate.apply_ended(book.mandates, subject, at)
        case _:
            return
    if done:
        book.decisions.carried_out.add(closed.id)
