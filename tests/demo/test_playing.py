"""The demo itself: the shortest scenario from beginning to end, and what an interruption leaves."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = ROOT / "deploy" / "demo" / "run.py"
SHORTEST = ROOT / "docs" / "scenarios" / "semillas.toml"


def play(folder: Path, *options: str) -> "subprocess.Popen[str]":
    """The demo, with a temporary folder of its own to look into."""
    env = {name: value for name, value in os.environ.items() if name not in ("KEEP", "TMPDIR")}
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(RUN), "--language", "en", *options],
        env={**env, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def nodes_of(folder: Path) -> list[int]:
    """Every process of this machine that serves a node in that folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:
            continue
        if b"serve" in words and str(folder).encode() in words:
            found.append(int(entry.parent.name))
    return found


@pytest.mark.timeout(180)
def test_the_shortest_scenario_holds() -> None:
    with tempfile.TemporaryDirectory() as name:
        told, _ = play(Path(name), "--scenario", str(SHORTEST)).communicate(timeout=170)
        left = list(Path(name).iterdir()), nodes_of(Path(name))
    assert "things were checked and all of them hold" in told, told
    assert "the forged copy is refused (exit code 4) and the entry is named: La Milpa" in told
    assert left == ([], [])


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_everything(number: signal.Signals) -> None:
    with tempfile.TemporaryDirectory() as name:
        playing = play(Path(name), "--scenario", str(SHORTEST))
        limit = time.monotonic() + 60
        while len(nodes_of(Path(name))) < 2:
            assert time.monotonic() < limit
            time.sleep(0.05)
        playing.send_signal(number)
        told, _ = playing.communicate(timeout=30)
        assert playing.returncode == 130, told
        assert nodes_of(Path(name)) == []
        assert list(Path(name).iterdir()) == []


def test_a_scenario_that_does_not_fit_is_not_played(tmp_path: Path) -> None:
    scenario = tmp_path / "mine.toml"
    scenario.write_text(SHORTEST.read_text("utf-8").replace('who = "Alma"', 'who = "Nobody"'))
    playing = play(tmp_path, "--scenario", str(scenario))
    told, _ = playing.communicate(timeout=30)
    assert playing.returncode == 2
    assert "nobody in la-milpa is called Nobody" in told
    assert [one.name for one in tmp_path.iterdir()] == ["mine.toml"]
