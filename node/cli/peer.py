"""`acuerdo peer`: the nodes that this one talks to; an operator's affair."""

from typing import Annotated

import typer

from node.cli import answers, ids
from node.cli.acting import short
from node.cli.commands import OPERATOR, Shown, command
from node.cli.session import Session
from node.cli.trouble import USAGE, Trouble

Address = Annotated[str, typer.Argument(metavar="URL")]


@command("peer add", OPERATOR, example="acuerdo peer add https://ceiba.example --data data")
def add(
    session: Session,
    *,
    url: Address,
    private: Annotated[bool, typer.Option("--private")] = False,
) -> Shown:
    """Whom to push to and pull from; nothing that a peer says is believed for that."""
    answer = session.operator().post("/v1/operator/peers", {"url": url, "allow_private": private})
    return Shown(answer, [session.words("peer-added", url=url)])


@command("peer list", OPERATOR, example="acuerdo peer list --data data")
def peers(session: Session) -> Shown:
    """Every peer, and how the last call went."""
    answer = session.operator().get("/v1/operator/peers")
    lines = []
    for row in answers.rows(answer, "peers"):
        community = answers.text_or_none(row, "community")
        lines.append(
            session.words(
                "peer-row",
                url=answers.text(row, "url"),
                community="-" if community is None else short(community),
                state=answers.text_or_none(row, "error") or "ok",
            )
        )
    return Shown(answer, lines or [session.words("peers-none")])


@command("peer remove", OPERATOR, example="acuerdo peer remove https://ceiba.example --data data")
def remove(session: Session, *, url: Address) -> Shown:
    """No more calls to it; what came from it stays."""
    answer = session.operator().delete("/v1/operator/peers", {"url": url})
    return Shown({**answer, "url": url}, [session.words("peer-removed", url=url)])


@command(
    "peer announce", OPERATOR, example="acuerdo peer announce https://agua.example --data data"
)
def announce(
    session: Session, *, urls: Annotated[list[str], typer.Argument(metavar="URL...")]
) -> Shown:
    """Where others find this node from now on, in place of what stood before."""
    answer = session.operator().post(
        "/v1/operator/acts",
        {"kind": "identity/address", "body": {"urls": list(urls)}, "audience": "public"},
    )
    return Shown({**answer, "urls": list(urls)}, [session.words("announced", urls=", ".join(urls))])


@command("peer home", OPERATOR, example="acuerdo peer home https://ceiba.example --data data")
def home(
    session: Session,
    *,
    witness: Annotated[str | None, typer.Argument(metavar="URL|ID")] = None,
    none: Annotated[bool, typer.Option("--none")] = False,
) -> Shown:
    """The community that cosigns before a head is published, so that copies cannot both publish."""
    if (witness is None) is not none:
        raise Trouble("home-which", "URL | ID | --none", USAGE)
    node = session.operator()
    chosen = None
    if witness is not None:
        chosen = (
            answers.text(session.stranger(witness).get("/v1/status"), "community")
            if witness.startswith(("http://", "https://"))
            else ids.community(node, witness)
        )
    answer = node.post(
        "/v1/operator/acts",
        {"kind": "identity/witness", "body": {"home": chosen}, "audience": "public"},
    )
    line = (
        session.words("home-none")
        if chosen is None
        else session.words("home-set", community=short(chosen))
    )
    return Shown({**answer, "home": chosen}, [line])
