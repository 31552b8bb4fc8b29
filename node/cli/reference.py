"""The reference of every command, written from the tree itself: docs/guide/commands.md.

python -m node.cli.reference > docs/guide/commands.md
"""

from collections.abc import Sequence
from typing import Any, Final

from node.cli.commands import DECLARED, Declared
from node.cli.main import tree
from node.cli.trouble import EXIT_CODES
from node.cli.wording import Words, words

_LANGUAGE: Final = "en"


def reference() -> str:
    """The whole page."""
    root = tree(_LANGUAGE)
    said = words(_LANGUAGE)
    parts = [_INTRODUCTION, _codes(said)]
    group = ""
    for path in sorted(DECLARED):
        first = path.partition(" ")[0] if " " in path else ""
        if first and first != group:
            parts.append(f"## acuerdo {first}\n\n{said.help('groups', first)}")
        elif not first:
            parts.append(f"## acuerdo {path}\n")
        group = first
        parts.append(_command(DECLARED[path], said, _found(root, path).params))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


_INTRODUCTION: Final = """\
# Commands

This page is written by `python -m node.cli.reference`; a test compares it with the commands.

An id may be given by its beginning, eight characters or more. Every command takes `--json` for
one JSON object with whole ids in place of sentences (errors go to standard error as
`{"error": {"code", "detail", "advice", "exit"}}`) and `--language es|en`. Times are read
strictly: `90s`, `15m`, `2h`, `3d`."""


def _found(root: Any, path: str) -> Any:
    """A command in the tree, which is what a person reaches by typing its path."""
    for name in path.split():
        root = root.commands[name]
    return root


def _codes(said: Words) -> str:
    rows = [f"| {code} | {said(f'exit-{code}')} |" for code in EXIT_CODES]
    return "\n".join(["| exit code | meaning |", "|---|---|", *rows])


def _command(declared: Declared, said: Words, parameters: Sequence[Any]) -> str:
    lines = [
        f"### `acuerdo {declared.path}`",
        "",
        said.help("commands", declared.path),
        "",
        "    " + declared.example,
        "",
    ]
    return "\n".join([*lines, *map(_parameter, parameters)])


def _parameter(parameter: Any) -> str:
    metavar = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        shape = metavar
    else:
        shape = parameter.opts[0] if parameter.is_flag else f"{parameter.opts[0]} {metavar}"
    default = f" [default: {parameter.default}]" if parameter.default else ""
    return f"* `{shape}`: {parameter.help}{default}"


if __name__ == "__main__":
    print(reference(), end="")
