"""`acuerdo status`, `doctor`, `backup`, `drill`: how the node is."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli import answers
from node.cli.acting import short
from node.cli.commands import MEMBER, OPERATOR, Shown, command
from node.cli.session import Session
from node.cli.spans import moment_text
from node.cli.trouble import REFUSED


@command("status", MEMBER, example="acuerdo status --node http://127.0.0.1:8420")
def status(session: Session) -> Shown:
    """What a node says of itself to anybody."""
    found = session.reader().get("/v1/status")
    words = session.words
    members = answers.number_or_none(found, "members")
    lines = [
        words(
            "status-stranger" if members is None else "status-community",
            name=answers.text(found, "name"),
            id=short(answers.text(found, "community")),
            members=members,
            households=answers.number_or_none(found, "households"),
        ),
        words(
            "status-ledger",
            size=answers.number(found, "size"),
            witnessed=answers.number_or_none(found, "witnessed_size") or 0,
            time=moment_text(answers.number(found, "time")),
        ),
    ]
    reason = found.get("read_only")
    if reason is not None:
        lines.append(words("status-read-only", reason=reason))
    return Shown(found, lines)


@command("doctor", OPERATOR, example="acuerdo doctor --data data")
def doctor(session: Session) -> Shown:
    """What is wrong, and what to do about it."""
    found = session.operator().get("/v1/operator/doctor")
    lines = []
    bad = False
    for row in answers.rows(found, "checks"):
        fine = row.get("ok") is True
        bad = bad or not fine
        lines.append(
            session.words(
                "doctor-fine" if fine else "doctor-bad",
                check=answers.text(row, "check"),
                detail=answers.text_or_none(row, "detail") or "",
            )
        )
    return Shown(found, lines, exit_code=REFUSED if bad else 0)


@command("backup", OPERATOR, example="acuerdo backup /media/stick/agua.db --data data")
def backup(session: Session, *, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> Shown:
    """A whole copy of the database while the node runs; the keys are copied by hand."""
    target = str(file.absolute())
    answer = session.operator().post("/v1/operator/backup", {"path": target})
    written = answers.text_or_none(answer, "path") or target
    line = session.words("backed-up", file=written)
    return Shown({**answer, "path": written}, [line])


@command("drill", OPERATOR, example="acuerdo drill --data data")
def drill(session: Session) -> Shown:
    """The newest copy in the node's own folder, opened elsewhere, replayed and compared."""
    found = session.operator().post("/v1/operator/drill", {"name": None})
    sound = found.get("sound") is True
    faults = found.get("faults")
    line = session.words(
        "drill-sound" if sound else "drill-bad",
        name=answers.text(found, "name"),
        size=answers.number(found, "size"),
        behind=answers.number(found, "behind"),
        faults=", ".join(map(str, faults)) if isinstance(faults, list) else "",
    )
    return Shown(found, [line], exit_code=0 if sound else REFUSED)
