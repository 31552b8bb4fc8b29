"""Kinds by which a community meets in a room."""

from protocol.book import Book
from protocol.community.charter import AssemblyRule
from protocol.community.members import Standing
from protocol.decisions import assembly, weighing
from protocol.decisions import minutes as records
from protocol.errors import Refused
from protocol.kinds.decisions import admit_text
from protocol.kinds.kind import Kind, structure
from protocol.ledger.act import Act
from protocol.offices.holding import barred_voters
from protocol.wire.digests import MemberId, MessageId


def _check_convening(book: Book, act: Act[assembly.Convening]) -> None:
    assembly.check_convening(book.assemblies, book.decisions, act)


def _apply_convening(book: Book, act: Act[assembly.Convening]) -> None:
    assembly.apply_convening(book.assemblies, act)


def _check_cancelling(book: Book, act: Act[assembly.Cancelling]) -> None:
    assembly.check_cancelling(book.assemblies.call(act.body.assembly), act)


def _apply_cancelling(book: Book, act: Act[assembly.Cancelling]) -> None:
    called = book.assemblies.call(act.body.assembly)
    called.state = assembly.AssemblyState.CANCELLED


def _rule(book: Book) -> AssemblyRule:
    rule = book.charters.current.assembly
    if rule is None:
        raise Refused("assembly-none", "under the charter in force nobody decides in a room")
    return rule


def _check_recording(book: Book, act: Act[records.Recording]) -> None:
    minutes = records.minutes_of(act, _rule(book))
    records.check_recording(minutes)
    for member in act.body.attendance:
        known = book.membership.members.get(MemberId(member))
        if known is None or known.standing is not Standing.ACTIVE:
            raise Refused("member-unknown", "everybody in the attendance is a member now")
    if act.body.assembly is not None:
        assembly.check_held(book.assemblies.call(act.body.assembly))
    weighing.check_correction(book.assemblies, minutes)
    barred = barred_voters(book.offices, book.moment_of(act))
    weighing.check_items(book.decisions, book.charters, minutes, barred)


def _apply_recording(book: Book, act: Act[records.Recording]) -> None:
    weighing.apply_recording(book.assemblies, records.minutes_of(act, _rule(book)))


def _admit_recording(book: Book, act: Act[records.Recording]) -> None:
    admit_text(book, act)
    for item in act.body.items:
        for named in item.positions:
            _admit_reason(book, named, item.proposal, act.speaker)


def _admit_reason(book: Book, named: records.Named, proposal: str, recorder: str) -> None:
    if named.reason is None:
        return
    said = book.said.get(MessageId(named.reason))
    if said is None or said.proposal != proposal:
        raise Refused("reason-unknown", "a reason is a comment on the same proposal")
    if said.speaker not in (named.member, named.helper, recorder):
        raise Refused(
            "reason-unknown", "her reason is hers, her helper's or the recorder's comment"
        )


def _check_countersigning(book: Book, act: Act[records.Countersigning]) -> None:
    minutes = book.assemblies.record(act.body.minutes)
    records.check_countersigning(minutes, act.speaker)
    if records.completes(minutes):
        weighing.check_effect(book.assemblies, book.decisions, minutes, act.received)


def _apply_countersigning(book: Book, act: Act[records.Countersigning]) -> None:
    barred = barred_voters(book.offices, book.moment_of(act))
    weighing.apply_countersigning(book.assemblies, book.decisions, book.charters, act, barred)


def _check_contesting(book: Book, act: Act[records.Contesting]) -> None:
    records.check_contesting(book.assemblies.record(act.body.minutes), act)


def _admit_contesting(book: Book, act: Act[records.Contesting]) -> None:
    if act.body.reason is None:
        return
    said = book.said.get(MessageId(act.body.reason))
    if said is None or said.speaker != act.speaker:
        raise Refused("reason-unknown", "a reason is a text or comment of yours")


def _apply_contesting(book: Book, act: Act[records.Contesting]) -> None:
    weighing.apply_contesting(book.assemblies, book.decisions, act)


KINDS = {
    "assembly/convene": Kind(
        body=assembly.Convening,
        author="member",
        audience="structure",
        check=_check_convening,
        apply=_apply_convening,
        admit=admit_text,
    ),
    "assembly/cancel": structure(assembly.Cancelling, _check_cancelling, _apply_cancelling),
    "assembly/minutes": Kind(
        body=records.Recording,
        author="member",
        audience="structure",
        check=_check_recording,
        apply=_apply_recording,
        admit=_admit_recording,
    ),
    "assembly/countersign": structure(
        records.Countersigning, _check_countersigning, _apply_countersigning
    ),
    "assembly/contest": Kind(
        body=records.Contesting,
        author="member",
        audience="structure",
        check=_check_contesting,
        apply=_apply_contesting,
        admit=_admit_contesting,
    ),
}
