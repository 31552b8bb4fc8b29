"""Commands run in process, as a person would type them."""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from node.cli.main import main


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for programs."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def error(self) -> Mapping[str, Any]:
        """What it complained about, for programs."""
        found: Mapping[str, Any] = json.loads(self.err)["error"]
        return found


class Acuerdo(Protocol):
    """Runs one command."""

    def __call__(self, *arguments: object) -> Ran: ...


@pytest.fixture(scope="session")
def acuerdo() -> Acuerdo:
    def run(*arguments: object) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([str(one) for one in arguments])
        return Ran(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the keys, settings or language of whoever runs it."""
    for variable in ("ACUERDO_NODE", "ACUERDO_AS", "ACUERDO_DATA_DIR", "ACUERDO_OPERATOR_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ACUERDO_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("ACUERDO_LANGUAGE", "en")
