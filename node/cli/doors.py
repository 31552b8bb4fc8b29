"""What answers at the socket of `acuerdo serve`: the founding of a community, then its node.

The server holds the doors and never notices what stands behind them: whoever founds in a browser
is answered by the node right afterwards, at the same address.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from node.runtime import Node
    from node.settings import Settings

Scope = MutableMapping[str, Any]
Exchange = Callable[..., Awaitable[Any]]
App = Callable[[Scope, Exchange, Exchange], Awaitable[None]]

_COLLECT_AFTER: Final = 20_000
"""Entries come by the thousand, in small objects without cycles; looking at them is for nothing."""


class Doors:
    """One application at a time; what it opens is closed with `closing`."""

    def __init__(self, settings: "Settings", closing: AsyncExitStack) -> None:
        self._settings = settings
        self._closing = closing
        self._app: App = _nobody
        self._turn = asyncio.Lock()
        self._node: asyncio.Future[Node] = asyncio.get_running_loop().create_future()

    async def __call__(self, scope: Scope, receive: Exchange, send: Exchange) -> None:
        await self._app(scope, receive, send)

    async def open(self) -> str | None:
        """The node, if a community lives here; otherwise the founding, and its one-time token.

        Raises:
            KeyFileError: Keys or the files of a founding cannot be used.
            ProtocolError: A founding that was cut short cannot be gone on with.
        """
        from node.first_run import clear_first_run, open_first_run
        from node.founding import is_founded, resume_founding, was_cut_short
        from node.ports import system_ports

        folder = self._settings.data_dir
        if not is_founded(folder):
            ports = system_ports(self._settings.workers)
            self._closing.callback(ports.executor.close)
            if not was_cut_short(folder):
                from node.pages.founding.app import create_first_run

                run = open_first_run(folder, ports.entropy)

                async def found() -> None:
                    async with self._turn:
                        await run.found(self._settings, ports)
                        if not self._node.done():
                            await self._open_node()

                self._app = create_first_run(self._settings, ports, run, found)
                _settle_memory()
                return run.token
            await resume_founding(self._settings, ports)
        clear_first_run(folder)
        await self._open_node()
        return None

    async def work(self) -> None:
        """What the node does by itself, once there is one."""
        node = await self._node
        await node.run()

    async def _open_node(self) -> None:
        from node.app import create_app
        from node.runtime import open_node

        node = await self._closing.enter_async_context(open_node(self._settings))
        self._app = create_app(node)
        self._node.set_result(node)
        _settle_memory()


async def _nobody(_scope: Scope, _receive: Exchange, _send: Exchange) -> None:
    raise RuntimeError("the server starts once the doors are open")


def _settle_memory() -> None:
    """What was made so far stays until the process ends."""
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    gc.enable()
