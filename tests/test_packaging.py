"""What is installed is whole, pinned, and says nothing about where it was built."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def test_the_wheel_holds_both_packages_and_the_migrations(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, timeout=50)  # noqa: S603
    (wheel,) = tmp_path.glob("acuerdo-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (scripts,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "acuerdo = node.cli.main:main" in archive.read(scripts).decode()
    for wanted in (
        "protocol/errors.py",
        "node/store/migrations/env.py",
        "node/store/migrations/script.py.mako",
        "node/store/migrations/versions/v0001_the_first_schema.py",
        "node/pages/static/manifest.json",
        "node/pages/static/licenses.txt",
    ):
        assert wanted in names
    assert not [name for name in names if name.startswith(("tests", "docs", "deploy"))]
    # What the browser loads was bundled before: an installed node needs no npm.
    assert not [
        name for name in names if name.startswith("node/pages/web") or name.endswith(".map")
    ]


def test_every_package_is_pinned_by_version_and_hash() -> None:
    text = (_ROOT / "requirements.txt").read_text()
    assert "://" not in text
    wanted = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
    assert len(wanted) > 50
    for line in wanted:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ ", line), line
        assert "--hash=sha256:" in line, line


def test_every_package_of_the_browser_is_pinned_by_version_and_hash() -> None:
    web = _ROOT / "node" / "pages" / "web"
    lock = json.loads((web / "package-lock.json").read_text())
    assert lock["lockfileVersion"] == 3
    for path, package in lock["packages"].items():
        assert "resolved" not in package, path
        assert path == "" or package["integrity"].startswith("sha512-"), path
    wanted = json.loads((web / "package.json").read_text())
    for versions in (wanted["dependencies"], wanted["devDependencies"]):
        for name, version in versions.items():
            assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version), name
