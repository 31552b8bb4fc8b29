"""`acuerdo verify`: a bundle or a receipt, checked on this machine without any node or belief."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from node.cli.acting import short
from node.cli.bundle import BundleFile, read_file
from node.cli.commands import NOTHING, Shown, command
from node.cli.session import Session
from node.cli.trouble import UNVERIFIED, unverified
from node.cli.wording import Words
from protocol.errors import ProtocolError
from protocol.wire.encoding import JsonValue, read_json

if TYPE_CHECKING:
    from protocol.audit import JointRecount, LedgerReport, Problem, Recount, Report


@command("verify", NOTHING, example="acuerdo verify agua.bundle --json")
def verify(session: Session, *, file: BundleFile) -> Shown:
    """Every signature, tree, rule and outcome, computed anew; what does not hold is named."""
    from protocol.audit import audit

    raw = read_file(file)
    if raw.startswith(b"{"):
        return _receipt(raw, session.words)
    try:
        report = audit(raw)
    except ProtocolError as problem:
        raise unverified(problem) from None
    return Shown(
        _json(report),
        _lines(report, session.words),
        exit_code=0 if report.right else UNVERIFIED,
    )


def _receipt(raw: bytes, words: Words) -> Shown:
    """A receipt that a member kept: her entry, under a head that her community signed."""
    from node.cli.proofs import open_kept

    try:
        kept = read_json(raw.rstrip(b"\n"))
    except ProtocolError as problem:
        raise unverified(problem) from None
    proven = open_kept(kept if isinstance(kept, dict) else {})
    data: dict[str, JsonValue] = {
        "right": True,
        "community": proven.chain.community,
        "message": proven.message.id,
        "kind": proven.message.kind,
        "author": proven.message.author.text,
        "index": proven.index,
        "size": proven.checkpoint.size,
    }
    line = words(
        "verified-receipt",
        kind=proven.message.kind,
        index=proven.index,
        size=proven.checkpoint.size,
        id=short(proven.chain.community),
    )
    return Shown(data, [line])


def _json(report: "Report") -> dict[str, JsonValue]:
    return {
        "right": report.right,
        "ledgers": [_ledger_json(one) for one in report.ledgers],
        "decisions": [_decision_json(one) for one in report.decisions],
        "federated": [_joint_json(one) for one in report.joint],
        "problems": [asdict(one) for one in report.problems],
    }


def _ledger_json(ledger: "LedgerReport") -> dict[str, JsonValue]:
    return {
        "ledger": ledger.ledger,
        "name": ledger.name,
        "size": ledger.size,
        "withheld": ledger.withheld,
        "signatures": ledger.signatures,
        "heads": ledger.heads,
        "witnesses": list[JsonValue](sorted(ledger.witnesses)),
        "void": {str(index): code for index, code in ledger.void.items()},
    }


def _decision_json(decision: "Recount") -> dict[str, JsonValue]:
    return {
        "ledger": decision.ledger,
        "proposal": decision.proposal,
        "type": decision.type,
        "verdict": decision.verdict,
        "explain": dict(decision.sentences),
    }


def _joint_json(joint: "JointRecount") -> dict[str, JsonValue]:
    outcome = joint.outcome
    return {
        "proposal": joint.proposal,
        "federation": joint.federation,
        "commits": joint.commits,
        "verdict": None if outcome is None else outcome.decision.verdict,
        "round": None if outcome is None else outcome.round,
        "list": None if outcome is None else outcome.list,
        "explain": dict(joint.sentences),
    }


def _lines(report: "Report", words: Words) -> list[str]:
    lines = [
        words(
            "verified-ledger",
            name=one.name or short(one.ledger),
            id=short(one.ledger),
            size=one.size,
            signatures=one.signatures,
            withheld=one.withheld,
            heads=one.heads,
            witnesses=len(one.witnesses),
        )
        for one in report.ledgers
    ]
    lines += [
        words(
            "verified-decision",
            id=short(one.proposal),
            sentence=one.sentences.get(words.language, one.verdict),
        )
        for one in report.decisions
    ]
    for joint in report.joint:
        sentence = joint.sentences.get(words.language) or words("not-closed-yet")
        lines.append(words("verified-joint", id=short(joint.proposal), sentence=sentence))
    lines += [_problem_line(one, words) for one in report.problems]
    return [*lines, words("verified" if report.right else "not-verified")]


def _problem_line(problem: "Problem", words: Words) -> str:
    place = "-" if problem.index is None else str(problem.index)
    return words(
        "verify-problem",
        id=short(problem.ledger),
        index=place,
        code=problem.code,
        detail=problem.detail,
    )
