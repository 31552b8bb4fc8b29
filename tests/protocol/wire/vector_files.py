"""Reading the vectors under tests/vectors: one JSON file each, named by its fault."""

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from protocol.errors import ProtocolError

ROOT = Path(__file__).parents[2] / "vectors"


def vectors(folder: str) -> pytest.MarkDecorator:
    """Parametrise a test with every vector of a folder; it gets `given` and `vector`."""
    files = sorted((ROOT / folder).glob("*.json"))
    assert files, f"no vectors in {folder}"
    cases = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return pytest.mark.parametrize("vector", cases, ids=[path.stem for path in files])


def raw_of(given: dict[str, str]) -> bytes:
    """Bytes are given as text where they are text, otherwise as hex."""
    return given["text"].encode() if "text" in given else bytes.fromhex(given["hex"])


class Verdict:
    """What came of a vector: `ok` or the code of the error, and what was read."""

    def __init__(self) -> None:
        self.code = "ok"
        self.gives: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(problem, ProtocolError):
            self.code = problem.code
            return True
        return False

    def check(self, vector: dict[str, Any]) -> None:
        assert self.code == vector["expect"], vector["why"]
        if self.code == "ok":
            assert self.gives == vector.get("gives", self.gives)
