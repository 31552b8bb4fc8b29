"""`acuerdo serve`: the node at work, its own doings and its HTTP server side by side.

In an empty folder there is no node yet: then a one-time link leads to the founding of one.
"""

import asyncio
import gc
import signal
import socket
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated, Final

import typer

from node.cli.commands import FOLDER, Shown, command
from node.cli.session import Session
from node.cli.trouble import REFUSED, Trouble

if TYPE_CHECKING:
    from node.cli.wording import Words
    from node.settings import Settings

_GRACE_S: Final = 10
"""For requests that are under way when the node is told to stop."""
_UNUSED: Final = ("pygments", "rich", "sniffio")
"""Colours for terminals, which structlog and httpx load if they are there: 4 MB for nothing. And
what httpcore looks for on the disk, six times a request, to learn that this is asyncio."""
_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - what an operator may have chosen
_NOWHERE: Final = ("192.0.2.1", 9)
"""An address of nobody's: a datagram socket says by which of ours it would be reached, and sends
nothing."""


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
    listening = _listen(settings)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    print(session.words("serving", url=settings.address), file=sys.stderr, flush=True)
    # The server raises the signal that stopped it once more when it is done; by then the node
    # must still be closed in order, so nothing may happen.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: None)
    with listening:
        asyncio.run(_serve(session.words, settings, listening))
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


async def _serve(words: "Words", settings: "Settings", listening: socket.socket) -> None:
    gc.disable()  # what is made until the node serves stays until it ends
    for name in _UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    import uvicorn

    from node.cli.doors import Doors
    from node.keys import KeyFileError
    from node.logs import set_up_logs

    set_up_logs(settings.log_level, settings.log_format)
    try:
        async with AsyncExitStack() as closing:
            doors = Doors(settings, closing)
            token = await doors.open()
            if token is not None:
                _show_link(words, f"{_reachable(settings)}/found/{token}")
            config = uvicorn.Config(
                doors,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=settings.trusted_proxies or None,
                timeout_graceful_shutdown=_GRACE_S,
            )
            async with asyncio.TaskGroup() as group:
                working = group.create_task(doors.work())
                await uvicorn.Server(config).serve(sockets=[listening])
                working.cancel()
    except KeyFileError as problem:
        raise Trouble("key-file", str(problem), REFUSED) from None


def _show_link(words: "Words", link: str) -> None:
    from node.cli.codes import draw_code

    print(words("first-run", link=link), draw_code(link), sep="\n", file=sys.stderr, flush=True)


def _reachable(settings: "Settings") -> str:
    """Where a telephone on the same network finds this machine, as far as it can be known."""
    if settings.public_url or settings.host not in _EVERYWHERE:
        return settings.address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOWHERE)
            host = probe.getsockname()[0]
        except OSError:
            host = "127.0.0.1"
    return f"http://{host}:{settings.port}"
