"""The entry point of `acuerdo`. Heavy imports wait inside the commands that need them."""

import importlib
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import typer
from typer.core import TyperGroup

from node.cli.commands import build
from node.cli.wording import chosen_language, words

_MODULES: Final = (
    "founding",
    "serving",
    "member",
    "joining",
    "devices",
    "proposal",
    "amendment",
    "position",
    "assembly",
    "office",
    "mandate",
    "account",
    "discussion",
    "federation",
    "federated",
    "peer",
    "bundle",
    "verifying",
    "operating",
    "rotating",
)
_SERVING: Final = ("serving",)
"""All that the one command needs which stays in memory."""


@lru_cache
def tree(language: str, modules: tuple[str, ...] = _MODULES) -> TyperGroup:
    """Every command, with its help in one language."""
    for module in modules:
        importlib.import_module(f"node.cli.{module}")
    made = typer.main.get_command(build(words(language)))
    if not isinstance(made, TyperGroup):
        raise TypeError("the root of the tree is a group")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        modules = _SERVING if given[:1] == ["serve"] else _MODULES
        tree(chosen_language(given), modules).main(args=given, prog_name="acuerdo")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
