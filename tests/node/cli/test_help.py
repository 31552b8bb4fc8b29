"""What every command owes to whoever types it."""

import subprocess
import sys
from pathlib import Path

import pytest

from node.cli.commands import DECLARED, own_parameters, shared_parameters
from node.cli.main import tree
from node.cli.reference import reference
from node.cli.trouble import EXIT_CODES
from node.cli.wording import LANGUAGES, words

from .conftest import Acuerdo

tree("en")
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "commands.md"
HEAVY = ("httpx", "rich", "sqlalchemy", "fastapi", "cryptography", "structlog", "segno")


@pytest.mark.parametrize("path", sorted(DECLARED))
def test_help_has_an_example_and_the_exit_codes(path: str, acuerdo: Acuerdo) -> None:
    for language in LANGUAGES:
        ran = acuerdo(*path.split(), "--help", "--language", language)
        assert ran.code == 0
        assert DECLARED[path].example in ran.out
        for code in EXIT_CODES:
            assert f"{code:>2}  {words(language)(f'exit-{code}')}" in ran.out


@pytest.mark.parametrize("path", sorted(DECLARED))
def test_an_example_is_of_its_own_command(path: str) -> None:
    assert DECLARED[path].example.startswith(f"acuerdo {path}")


@pytest.mark.parametrize("path", sorted(DECLARED))
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_explained(path: str, language: str) -> None:
    said, declared = words(language), DECLARED[path]
    assert said.help("commands", path)
    for parameter in (*own_parameters(declared), *shared_parameters(declared)):
        assert said.help("parameters", f"{path}.{parameter.name}", parameter.name), parameter.name


def test_nothing_is_explained_that_is_not_there() -> None:
    known = {"version"} | {one.name for path in DECLARED.values() for one in own_parameters(path)}
    known |= {one.name for path in DECLARED.values() for one in shared_parameters(path)}
    table = words("en").keys()
    assert set(table["commands"]) == set(DECLARED)
    assert {name.rpartition(".")[2] for name in table["parameters"]} == known
    assert set(table["groups"]) == {"acuerdo"} | {p.split()[0] for p in DECLARED if " " in p}


def test_every_command_speaks_to_programs() -> None:
    for declared in DECLARED.values():
        assert "as_json" in declared.needs.value


def test_the_guide_is_what_the_commands_are() -> None:
    assert GUIDE.read_text("utf-8") == reference()


def test_help_is_fast_because_it_imports_little() -> None:
    look = (
        "import sys; from node.cli.main import main; main(['proposal', '--help']); "
        f"sys.exit(' '.join(one for one in {HEAVY!r} if one in sys.modules))"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", look], capture_output=True, text=True, check=False
    )
    assert ran.stderr.strip() == ""


def test_the_program_says_what_it_is(acuerdo: Acuerdo) -> None:
    assert acuerdo("--version").out.startswith("acuerdo 0.")
    assert "comunidades" in acuerdo("--language", "es", "--help").out
    assert acuerdo("--language", "es", "verify", "/no/such/file").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["member", "list", "--no-such-option"],
        ["member", "join"],
        ["discuss", "3f9a21c4"],
        ["serve", "--port", "70000"],
    ],
)
def test_wrong_usage_has_its_own_exit_code(arguments: list[str], acuerdo: Acuerdo) -> None:
    assert acuerdo(*arguments).code == 2
