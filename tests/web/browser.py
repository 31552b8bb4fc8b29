"""Asking the browser's modules, run by Node.js, what they make of something."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "node" / "pages" / "web"


def run_node(*arguments: str, given: str = "", seconds: int = 50) -> str:
    """What Node.js prints; it must end well, and in time."""
    node = shutil.which("node")
    assert node, "Node.js is needed (deploy/web says how to get it)"
    done = subprocess.run(  # noqa: S603
        [node, *arguments],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def ask(questions: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Answers to questions of tests/web/answering.mjs, in their order."""
    answers: list[dict[str, Any]] = json.loads(
        run_node(str(HERE / "answering.mjs"), given=json.dumps(questions))
    )
    assert len(answers) == len(questions)
    return answers
