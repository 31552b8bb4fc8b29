"""`acuerdo serve`: the node at work, its own doings and its HTTP server side by side."""

import asyncio
import gc
import signal
import socket
import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from node.cli.commands import FOLDER, Shown, command
from node.cli.session import Session
from node.cli.trouble import REFUSED, Trouble

if TYPE_CHECKING:
    from node.settings import Settings

_GRACE_S: Final = 10
"""For requests that are under way when the node is told to stop."""
_COLLECT_AFTER: Final = 20_000
"""Entries come by the thousand, in small objects without cycles; looking at them is for nothing."""
_UNUSED: Final = ("pygments", "rich", "sniffio")
"""Colours for terminals, which structlog and httpx load if they are there: 4 MB for nothing. And
what httpcore looks for on the disk, six times a request, to learn that this is asyncio."""


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
    listening = _listen(settings)
    print(session.words("serving", url=settings.address), file=sys.stderr, flush=True)
    # The server raises the signal that stopped it once more when it is done; by then the node
    # must still be closed in order, so nothing may happen.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: None)
    asyncio.run(_serve(settings, listening))
    return None


def _listen(settings: "Settings") -> socket.socket:
    """The socket, bound before anything is opened, so that a taken port costs nothing.

    Raises:
        Trouble: Somebody else listens there, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as problem:
        detail = f"{settings.host}:{settings.port}: {problem.strerror}"
        raise Trouble("address-taken", detail, REFUSED) from None
    # asyncio does so for sockets that it makes itself; without it every answer, which leaves in
    # two parts, waits 40 ms for the other side's delayed acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


async def _serve(settings: "Settings", listening: socket.socket) -> None:
    gc.disable()  # what is made until the node serves stays until it ends
    for name in _UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    import uvicorn

    from node.app import create_app
    from node.keys import KeyFileError
    from node.logs import set_up_logs
    from node.runtime import open_node

    set_up_logs(settings.log_level, settings.log_format)
    try:
        async with open_node(settings) as node:
            config = uvicorn.Config(
                create_app(node),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies or None,
                timeout_graceful_shutdown=_GRACE_S,
            )
            gc.freeze()
            gc.set_threshold(_COLLECT_AFTER, 20, 20)
            gc.enable()
            async with asyncio.TaskGroup() as group:
                working = group.create_task(node.run())
                await uvicorn.Server(config).serve(sockets=[listening])
                working.cancel()
    except KeyFileError as problem:
        raise Trouble("key-file", str(problem), REFUSED) from None
