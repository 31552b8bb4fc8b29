"""The operator's decisions come from the environment, are checked once and never change."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from node.settings import Settings


def test_the_defaults_serve_a_small_community(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACUERDO_DATA_DIR", raising=False)
    settings = Settings()
    assert settings.store_url == "sqlite:///data/acuerdo.db"
    assert settings.address == "http://127.0.0.1:8420"
    assert settings.max_body_bytes == 2_097_152


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ACUERDO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ACUERDO_PUBLIC_URL", "https://village.example/")
    monkeypatch.setenv("ACUERDO_PRIVATE_NETWORKS", "always")
    settings = Settings()
    assert settings.store_url == f"sqlite:///{tmp_path}/acuerdo.db"
    assert settings.address == "https://village.example"
    assert settings.private_networks == "always"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACUERDO_PORT", "70000"),
        ("ACUERDO_LOG_LEVEL", "loud"),
        ("ACUERDO_PUBLIC_URL", "village.example"),
        ("ACUERDO_PRIVATE_NETWORKS", "sometimes"),
    ],
)
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()
