"""`acuerdo federation list|show|proposals|proposal`: what the communities decide together."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.commands import MEMBER, Shown, command
from node.cli.federation import FederationId
from node.cli.session import Session
from node.cli.showing import (
    community_names,
    federated_lines,
    federated_row,
    federation_lines,
    federation_row,
)


@command("federation list", MEMBER, example="acuerdo federation list --as ana")
def federations(session: Session) -> Shown:
    """Every federation that this node knows of."""
    found = answers.rows(session.reader().get("/v1/federations"), "federations")
    words = session.words
    lines = [federation_row(row, words) for row in found]
    return Shown({"federations": list(found)}, lines or [words("federations-none")])


@command("federation show", MEMBER, example="acuerdo federation show 9d02b7aa --as ana")
def show(session: Session, *, federation: FederationId) -> Shown:
    """Compact, communities, and who has joined."""
    node = session.reader()
    found = node.get(f"/v1/federations/{ids.federation(node, federation)}")
    return Shown(found, federation_lines(found, session.words, community_names(node)))


@command("federation proposals", MEMBER, example="acuerdo federation proposals --as ana")
def proposals(session: Session) -> Shown:
    """Every federated proposal that this node knows of."""
    found = answers.rows(session.reader().get("/v1/federated"), "federated")
    lines = [federated_row(row, session.words) for row in found]
    return Shown({"federated": list(found)}, lines or [session.words("proposals-none")])


@command("federation proposal", MEMBER, example="acuerdo federation proposal 51c8de20 --as ana")
def proposal(
    session: Session, *, proposal: Annotated[str, typer.Argument(metavar="PROPOSAL")]
) -> Shown:
    """Who said what, who certified it, and what it came to."""
    node = session.reader()
    found = node.get(f"/v1/federated/{ids.federated(node, proposal)}")
    return Shown(found, federated_lines(found, session.words, community_names(node)))
