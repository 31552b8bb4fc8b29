"""How a command is declared, and what all of them share: options, help, exit codes, output.

    @command("member leave", MEMBER, example="acuerdo member leave --as ana")
    def leave(session: Session) -> Shown: ...

A command takes a session and gives what it shows. The options that it shares with others are
added when the tree is built, in the language of whoever asks.
"""

import copy
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final, get_args, get_origin

import typer

from node.cli.session import Session
from node.cli.trouble import EXIT_CODES, INTERNAL, Trouble, trouble_of
from node.cli.wording import Words
from protocol.errors import ProtocolError
from protocol.wire.encoding import JsonValue


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command shows: one JSON object for programs, lines for people.

    An exit code other than 0 is for a finding that was asked for, and is bad.
    """

    data: Mapping[str, JsonValue]
    lines: Sequence[str] = field(default=())
    exit_code: int = 0


class Needs(Enum):
    """What a command works with, and so the options it shares with others."""

    NOTHING = ("as_json", "language")
    MEMBER = ("node", "name_as", "keys", "as_json", "language")
    OPERATOR = ("node", "data", "as_json", "language")
    FOLDER = ("data", "as_json", "language")
    FOUNDING = ("data", "keys", "as_json", "language")


NOTHING, MEMBER, OPERATOR = Needs.NOTHING, Needs.MEMBER, Needs.OPERATOR
FOLDER, FOUNDING = Needs.FOLDER, Needs.FOUNDING

_SHARED: Final[Mapping[str, Any]] = {
    "node": Annotated[str | None, typer.Option("--node", envvar="ACUERDO_NODE", metavar="URL")],
    "name_as": Annotated[str | None, typer.Option("--as", envvar="ACUERDO_AS", metavar="NAME")],
    "keys": Annotated[Path | None, typer.Option("--keys", envvar="ACUERDO_KEYS", metavar="DIR")],
    "data": Annotated[
        Path | None, typer.Option("--data", envvar="ACUERDO_DATA_DIR", metavar="DIR")
    ],
    "as_json": Annotated[bool, typer.Option("--json")],
    "language": Annotated[
        str | None, typer.Option("--language", envvar="ACUERDO_LANGUAGE", metavar="es|en")
    ],
}

Run = Callable[..., Shown | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A command as it was declared."""

    path: str
    needs: Needs
    example: str
    run: Run


DECLARED: Final[dict[str, Declared]] = {}


def command(path: str, needs: Needs, *, example: str) -> Callable[[Run], Run]:
    """Declare the command `acuerdo <path>`."""

    def declare(run: Run) -> Run:
        DECLARED[path] = Declared(path=path, needs=needs, example=example, run=run)
        return run

    return declare


def build(words: Words) -> typer.Typer:
    """The whole tree of commands, with its help in one language."""
    root = _group(words, "")
    root.callback()(_about(words))
    groups: dict[str, typer.Typer] = {}
    for declared in DECLARED.values():
        first, _, last = declared.path.rpartition(" ")
        if first and first not in groups:
            groups[first] = _group(words, first)
            root.add_typer(groups[first], name=first)
        (groups[first] if first else root).command(
            last,
            help=words.help("commands", declared.path),
            epilog=_epilog(words, declared.example),
            context_settings={"help_option_names": ["--help", "-h"]},
        )(_callback(declared, words))
    return root


def _group(words: Words, name: str) -> typer.Typer:
    return typer.Typer(
        help=words.help("groups", name or "acuerdo"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )


def _about(words: Words) -> Callable[..., None]:
    """What can be said before any command; the language was read already, help being first."""
    version = typer.Option("--version", is_eager=True, callback=_show_version)
    version.help = words.help("parameters", "version")
    language = typer.Option("--language", metavar="es|en")
    language.help = words.help("parameters", "language")

    def about(**_given: Any) -> None:
        pass

    return _taking(
        about,
        [
            _keyword("version", Annotated[bool, version], default=False),
            _keyword("language", Annotated[str | None, language], default=None),
        ],
    )


def _keyword(name: str, annotation: Any, *, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, annotation=annotation, default=default)


def _taking(run: Callable[..., None], parameters: list[inspect.Parameter]) -> Callable[..., None]:
    """The same function, declared to take these parameters; that is where typer looks."""
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"acuerdo {version('acuerdo')}")
        raise typer.Exit


def _epilog(words: Words, example: str) -> str:
    codes = "\n".join(f"  {code:>2}  {words(f'exit-{code}')}" for code in EXIT_CODES)
    first, second = words("example"), words("exit-codes")
    return f"\b\n{first}\n  {example}\n\n\b\n{second}\n{codes}"


def shared_parameters(declared: Declared) -> list[inspect.Parameter]:
    """The options that a command shares with others of its needs."""
    return [
        _keyword(name, _SHARED[name], default=False if name == "as_json" else None)
        for name in declared.needs.value
    ]


def own_parameters(declared: Declared) -> list[inspect.Parameter]:
    """The options and arguments of a command alone: all but its session."""
    return list(inspect.signature(declared.run, eval_str=True).parameters.values())[1:]


def _callback(declared: Declared, words: Words) -> Callable[..., None]:
    parameters = [
        parameter.replace(
            kind=inspect.Parameter.KEYWORD_ONLY,
            annotation=_explained(parameter, declared.path, words),
        )
        for parameter in (*own_parameters(declared), *shared_parameters(declared))
    ]

    def run(**given: Any) -> None:
        shared_values = {name: given.pop(name) for name in declared.needs.value}
        raise typer.Exit(_run(declared, words, shared_values, given))

    run.__name__ = declared.run.__name__
    return _taking(run, parameters)


def _explained(parameter: inspect.Parameter, path: str, words: Words) -> Any:
    """The parameter's annotation with its help filled in."""
    if get_origin(parameter.annotation) is not Annotated:
        raise TypeError(f"{path}: {parameter.name} is neither an option nor an argument")
    kind, info = get_args(parameter.annotation)
    info = copy.copy(info)
    info.help = words.help("parameters", f"{path}.{parameter.name}", parameter.name)
    return Annotated[kind, info]


def _run(
    declared: Declared, words: Words, shared: Mapping[str, Any], given: Mapping[str, Any]
) -> int:
    as_json = bool(shared["as_json"])
    session = Session(
        words=words,
        node_url=shared.get("node"),
        name=shared.get("name_as"),
        keys=shared.get("keys"),
        data=shared.get("data"),
    )
    try:
        with session:
            shown = declared.run(session, **given)
    except Trouble as trouble:
        return _complain(trouble, words, as_json=as_json)
    except ProtocolError as problem:
        return _complain(trouble_of(problem), words, as_json=as_json)
    except Exception as bug:  # noqa: BLE001 - the last resort has an exit code of its own
        if os.environ.get("ACUERDO_TRACE"):
            traceback.print_exc()
        detail = f"{type(bug).__name__}: {bug}"
        return _complain(Trouble("internal", detail, INTERNAL), words, as_json=as_json)
    for code in session.unrecorded:
        print(words("not-recorded", code=code), file=sys.stderr)
    if shown is None:
        return 0
    _show(shown, as_json=as_json)
    return shown.exit_code


def _show(shown: Shown, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(shown.data, ensure_ascii=False))
    else:
        for line in shown.lines:
            print(line)


def _complain(trouble: Trouble, words: Words, *, as_json: bool) -> int:
    advice = words.advice(trouble.code, trouble.exit_code)
    if as_json:
        error = {
            "code": trouble.code,
            "detail": trouble.detail,
            "advice": advice,
            "exit": trouble.exit_code,
        }
        print(json.dumps({"error": error}, ensure_ascii=False), file=sys.stderr)
    else:
        label = words(f"exit-{trouble.exit_code}")
        print(f"{label}: {trouble.detail} [{trouble.code}]\n  {advice}", file=sys.stderr)
    return trouble.exit_code
