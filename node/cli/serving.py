"""`acuerdo serve`: the node at work, its loop of duties and its HTTP server side by side."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.commands import FOLDER, Shown, command
from node.cli.session import Session
from node.cli.trouble import REFUSED, Trouble

if TYPE_CHECKING:
    from node.settings import Settings


@command("serve", FOLDER, example="acuerdo serve --data data --port 8420")
def serve(
    session: Session,
    *,
    host: Annotated[str | None, typer.Option("--host", metavar="ADDRESS")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535)] = None,
    public_url: Annotated[str | None, typer.Option("--public-url", metavar="URL")] = None,
) -> Shown | None:
    """Until it is told to stop; whatever is not said here comes from the environment."""
    from node.settings import Settings

    settings = Settings()
    said = {"host": host, "port": port, "public_url": public_url, "data_dir": session.data}
    given = {name: value for name, value in said.items() if value is not None}
    settings = Settings.model_validate({**settings.model_dump(), **given})
    if not (settings.data_dir / "keys.json").exists():
        raise Trouble("not-founded", str(settings.data_dir), REFUSED)
    asyncio.run(_serve(settings))
    return None


async def _serve(settings: "Settings") -> None:
    raise NotImplementedError
