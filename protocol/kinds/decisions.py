"""Kinds by which a community discusses and decides."""

from typing import Any

from protocol.book import Book, Said
from protocol.decisions import amendment, closing, position, proposal, texts
from protocol.decisions.amendment import AmendmentState
from protocol.decisions.office_subjects import RecallSubject
from protocol.errors import Refused
from protocol.kinds import decided
from protocol.kinds.kind import Kind, Step, structure
from protocol.ledger.act import VOICE, Act
from protocol.offices import holding, recall
from protocol.wire.digests import MessageId


def _apply_text(book: Book, act: Act[texts.Text]) -> None:
    book.said[act.id] = Said(index=act.index, speaker=act.speaker, proposal=None)


def _admit_comment(book: Book, act: Act[texts.Comment]) -> None:
    book.decisions.proposal(act.body.proposal)


def _apply_comment(book: Book, act: Act[texts.Comment]) -> None:
    about = MessageId(act.body.proposal)
    book.said[act.id] = Said(index=act.index, speaker=act.speaker, proposal=about)
    discussed = book.decisions.proposals.get(about)
    if discussed is not None:
        discussed.comments.append(act.id)


def admit_text(book: Book, act: Act[Any]) -> None:
    """A cited text was published before, in this ledger."""
    if act.speaker != VOICE and MessageId(act.body.text) not in book.said:
        raise Refused("text-unknown", "publish the text first, then cite its id")


def _check_draft(book: Book, act: Act[proposal.Draft]) -> None:
    proposal.check_draft(act)
    holding.require_proposing(book.offices, act.speaker, book.moment_of(act))
    decided.check_subject(book, act)


def _apply_draft(book: Book, act: Act[proposal.Draft]) -> None:
    proposal.apply_draft(book.decisions, act)
    if isinstance(act.body.subject, RecallSubject):
        recall.apply_draft(book.recalls, act.id, act.body.subject)


def _check_amending(book: Book, act: Act[amendment.Amending]) -> None:
    holding.require_proposing(book.offices, act.speaker, book.moment_of(act))
    amended = book.decisions.proposal(act.body.proposal)
    if isinstance(amended.subject, RecallSubject):
        raise Refused("text-frozen", "a recall keeps the words of whoever called first")
    amendment.check_amending(amended, act)


def _apply_amending(book: Book, act: Act[amendment.Amending]) -> None:
    amended = book.decisions.proposal(act.body.proposal)
    amendment.apply_amending(book.amendments, amended, act)


def _check_answer(to: AmendmentState) -> Step:
    def check(book: Book, act: Act[amendment.Answer]) -> None:
        found = book.amendment(act.body.amendment)
        amended = book.decisions.proposal(found.proposal)
        amendment.check_answer(amended, found, to, act.speaker)

    return check


def _apply_answer(to: AmendmentState) -> Step:
    def apply(book: Book, act: Act[amendment.Answer]) -> None:
        found = book.amendment(act.body.amendment)
        amendment.apply_answer(book.amendments, book.decisions.proposal(found.proposal), found, to)

    return apply


def _check_opening(book: Book, act: Act[proposal.Opening]) -> None:
    opened = book.decisions.proposal(act.body.proposal)
    # First what is cheap to ask, then what takes a snapshot of all members.
    proposal.require_author(opened.author, act.speaker)
    proposal.require_step(opened, proposal.State.OPEN)
    proposal.check_opening(
        opened,
        act,
        version=book.charters.version,
        terms=book.terms(opened),
        electorate=book.electorate(opened, act.received),
    )
    recall.check_opening(opened, act, book.terms(opened))


def _apply_opening(book: Book, act: Act[proposal.Opening]) -> None:
    opened = book.decisions.proposal(act.body.proposal)
    electorate = book.electorate(opened, act.received)
    proposal.apply_opening(opened, act, terms=book.terms(opened), electorate=electorate)


def _check_withdrawal(book: Book, act: Act[proposal.Withdrawal]) -> None:
    withdrawn = book.decisions.proposal(act.body.proposal)
    proposal.check_withdrawal(withdrawn, act)
    recall.check_withdrawal(book.offices, withdrawn, book.moment_of(act))


def _apply_withdrawal(book: Book, act: Act[proposal.Withdrawal]) -> None:
    withdrawn = book.decisions.proposal(act.body.proposal)
    proposal.move(withdrawn, proposal.State.WITHDRAWN)
    recall.apply_withdrawal(book.recalls, withdrawn)


def _check_taking(book: Book, act: Act[position.Taking]) -> None:
    holding.require_voice(book.offices, act.speaker, book.moment_of(act))
    position.check_taking(book.decisions.proposal(act.body.proposal), act)


def _admit_taking(book: Book, act: Act[position.Taking]) -> None:
    if act.body.reason is None:
        return
    said = book.said.get(MessageId(act.body.reason))
    if said is None or (said.speaker, said.proposal) != (act.speaker, act.body.proposal):
        raise Refused("reason-unknown", "a reason is a comment of yours on the same proposal")


def _apply_taking(book: Book, act: Act[position.Taking]) -> None:
    position.apply_taking(book.decisions.proposal(act.body.proposal), act)


def _check_closing(book: Book, act: Act[closing.Closing]) -> None:
    closing.check_closing(book.decisions.proposal(act.body.proposal), act)


def _apply_closing(book: Book, act: Act[closing.Closing]) -> None:
    closed = book.decisions.proposal(act.body.proposal)
    closing.apply_closing(closed, act)
    decided.apply_closed(book, closed, act)


KINDS = {
    "text/publish": Kind(
        body=texts.Text, author="vouched", audience="words", apply=_apply_text, erasable=True
    ),
    "discussion/comment": Kind(
        body=texts.Comment,
        author="vouched",
        audience="words",
        admit=_admit_comment,
        apply=_apply_comment,
        erasable=True,
    ),
    "proposal/draft": Kind(
        body=proposal.Draft,
        author="speaker",
        audience="structure",
        check=_check_draft,
        apply=_apply_draft,
        admit=admit_text,
    ),
    "amendment/propose": Kind(
        body=amendment.Amending,
        author="member",
        audience="structure",
        check=_check_amending,
        apply=_apply_amending,
        admit=admit_text,
    ),
    "amendment/accept": structure(
        amendment.Answer,
        _check_answer(AmendmentState.ACCEPTED),
        _apply_answer(AmendmentState.ACCEPTED),
        "speaker",
    ),
    "amendment/decline": structure(
        amendment.Answer,
        _check_answer(AmendmentState.DECLINED),
        _apply_answer(AmendmentState.DECLINED),
        "speaker",
    ),
    "amendment/withdraw": structure(
        amendment.Answer,
        _check_answer(AmendmentState.WITHDRAWN),
        _apply_answer(AmendmentState.WITHDRAWN),
    ),
    "proposal/open": structure(proposal.Opening, _check_opening, _apply_opening, "speaker"),
    "proposal/withdraw": structure(
        proposal.Withdrawal, _check_withdrawal, _apply_withdrawal, "speaker"
    ),
    "position/take": Kind(
        body=position.Taking,
        author="member",
        audience="structure",
        check=_check_taking,
        apply=_apply_taking,
        admit=_admit_taking,
    ),
    "proposal/close": structure(closing.Closing, _check_closing, _apply_closing, "voice"),
}
