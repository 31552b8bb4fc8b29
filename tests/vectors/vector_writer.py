"""Writing vectors: one JSON file each. What is expected is said by hand, never computed."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent


def as_given(raw: bytes) -> dict[str, str]:
    """Bytes as text where they are text that survives JSON, otherwise as hex."""
    try:
        return {"text": raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {"hex": raw.hex()}


class Folder:
    """One format's vectors."""

    def __init__(self, name: str) -> None:
        self.path = ROOT / name
        self.path.mkdir(parents=True, exist_ok=True)
        for old in self.path.glob("*.json"):
            old.unlink()

    def good(self, name: str, given: object, why: str, gives: dict[str, Any] | None = None) -> None:
        self._write(name, {"given": given, "expect": "ok", "why": why} | _gives(gives))

    def bad(self, name: str, given: object, expect: str, why: str) -> None:
        self._write(name, {"given": given, "expect": expect, "why": why})

    def _write(self, name: str, vector: dict[str, Any]) -> None:
        path = self.path / f"{name}.json"
        assert not path.exists(), f"two vectors are called {name}"
        text = json.dumps(vector, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def _gives(gives: dict[str, Any] | None) -> dict[str, Any]:
    return {} if gives is None else {"gives": gives}
