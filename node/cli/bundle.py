"""`acuerdo bundle`: ledgers in a file, to carry where no network goes."""

import os
from pathlib import Path
from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import PUBLIC, short
from node.cli.client import BUNDLE
from node.cli.commands import OPERATOR, Shown, command
from node.cli.session import Session
from node.cli.trouble import REFUSED, UNVERIFIED, USAGE, Trouble

BundleFile = Annotated[Path, typer.Argument(metavar="FILE")]


@command("bundle export", OPERATOR, example="acuerdo bundle export agua.bundle --audience public")
def export(
    session: Session,
    *,
    file: BundleFile,
    audience: Annotated[
        str, typer.Option("--audience", metavar="public|community|federation:ID")
    ] = PUBLIC,
    ledger: Annotated[list[str] | None, typer.Option("--ledger", metavar="ID")] = None,
) -> Shown:
    """What somebody of that audience may read; everything else travels as hashes."""
    node = session.operator()
    query: dict[str, str | int | list[str]] = {"audience": _audience(session, audience)}
    if ledger:
        query["ledger"] = [ids.community(node, one) for one in ledger]
    raw = node.get_bytes("/v1/operator/bundle", query)
    _write_whole(file, raw)
    line = session.words("exported", file=file, size=len(raw))
    return Shown({"file": str(file), "bytes": len(raw), "audience": audience}, [line])


def _audience(session: Session, audience: str) -> str:
    kind, _, federation = audience.partition(":")
    if kind == "federation" and federation:
        return f"federation:{ids.federation(session.operator(), federation)}"
    return audience


def _write_whole(file: Path, raw: bytes) -> None:
    """The file is there whole or as it was before, even if the stick is pulled out."""
    partial = file.with_name(file.name + ".partial")
    try:
        with partial.open("wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    except OSError as problem:
        raise Trouble("file-unwritable", f"{file}: {problem.strerror}", REFUSED) from None


def read_file(file: Path) -> bytes:
    """A bundle's bytes.

    Raises:
        Trouble: There is no such file.
    """
    try:
        return file.read_bytes()
    except OSError as problem:
        raise Trouble("file-unreadable", f"{file}: {problem.strerror}", USAGE) from None


@command("bundle import", OPERATOR, example="acuerdo bundle import agua.bundle --data data")
def take(session: Session, *, file: BundleFile) -> Shown:
    """Through the same door as everything that comes by network."""
    raw = read_file(file)
    report = session.operator().post_bytes("/v1/operator/bundle", raw, BUNDLE)
    lines, refused = [], []
    for row in answers.rows(report, "ledgers"):
        error = answers.part_or_none(row, "error")
        told = {
            "ledger": short(answers.text(row, "ledger")),
            "size": answers.number_or_none(row, "size") or 0,
        }
        if error is None:
            lines.append(session.words("imported", **told))
        else:
            code = answers.text_or_none(error, "code") or "?"
            refused.append(code)
            lines.append(session.words("import-refused", **told, code=code))
    if refused and len(refused) == len(lines):
        raise Trouble(refused[0], "\n".join(lines), UNVERIFIED)
    return Shown(report, lines)
