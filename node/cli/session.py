"""One run of a command: whose keys, which node, whose data directory."""

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from node.cli.keyring import DEFAULT, Keyring
from node.cli.trouble import UNAUTHORISED, Trouble
from node.cli.wording import Words

if TYPE_CHECKING:
    from node.cli.acting import Member
    from node.cli.client import NodeClient

DEFAULT_NODE: Final = "http://127.0.0.1:8420"
TOKEN_VARIABLE: Final = "ACUERDO_OPERATOR_TOKEN"  # noqa: S105 - the variable's name
_TOKEN_FILE: Final = "operator.token"  # noqa: S105 - the file's name


@dataclass(slots=True, kw_only=True)
class Session:
    """What the shared options said; connections are opened when they are needed."""

    words: Words
    node_url: str | None = None
    name: str | None = None
    keys: Path | None = None
    data: Path | None = None
    unrecorded: list[str] = field(default_factory=list)
    """Why what the operator did was not written down, if it was not."""
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def keyring(self) -> Keyring:
        """The folder of the member's own keys."""
        return Keyring(self.keys or DEFAULT)

    @property
    def data_dir(self) -> Path:
        """The node's data directory."""
        return self.data or Path("data")

    def stranger(self, url: str | None = None) -> "NodeClient":
        """The node, as anybody sees it."""
        from node.cli.client import NodeClient

        address = url or self.node_url or DEFAULT_NODE
        return self._open.enter_context(NodeClient(address))

    def reader(self) -> "NodeClient":
        """The node, as the chosen member sees it; as anybody, if no member was chosen."""
        from node.cli.client import NodeClient

        keyring = self.keyring
        if self.name is None and len(keyring.names()) != 1:
            return self.stranger()
        identity = keyring.identity(keyring.chosen(self.name))
        address = self.node_url or identity.node or DEFAULT_NODE
        # A node refuses signatures by keys that it does not know.
        key = None if identity.member is None else identity.key
        return self._open.enter_context(NodeClient(address, key=key))

    def member(self) -> "Member":
        """The chosen member, at her node."""
        from node.cli.acting import Member
        from node.cli.client import NodeClient

        keyring = self.keyring
        slug = keyring.chosen(self.name)
        identity = keyring.identity(slug)
        address = self.node_url or identity.node or DEFAULT_NODE
        node = self._open.enter_context(NodeClient(address, key=identity.key))
        return Member(node, keyring, slug)

    def operator(self) -> "NodeClient":
        """The node, as its operator sees it.

        Raises:
            Trouble: There is no token.
        """
        from node.cli.client import NodeClient

        token = os.environ.get(TOKEN_VARIABLE)
        path = self.data_dir / _TOKEN_FILE
        if not token:
            try:
                token = path.read_text("ascii").strip()
            except OSError:
                raise Trouble("operator-token", str(path), UNAUTHORISED) from None
        address = self.node_url or DEFAULT_NODE
        opened = NodeClient(address, token=token, unrecorded=self.unrecorded)
        return self._open.enter_context(opened)
