"""The whole demo: read the scenario, play it, and leave nothing behind but what was asked for."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from deploy.demo import answering, certifying, drafting, founding
from deploy.demo.commands import CommandFailed, Terminal
from deploy.demo.play import Play
from deploy.demo.processes import NodeProcess, free_ports
from deploy.demo.scenario import Scenario, ScenarioError, read_scenario
from deploy.demo.story import CheckFailed, Story, language_of
from deploy.demo.village import Village
from deploy.demo.visiting import Door, open_doors, tell

SCENARIO: Final = Path(__file__).parents[2] / "docs" / "scenarios" / "agua.toml"
HELD, FAILED, UNPLAYABLE, INTERRUPTED = 0, 1, 2, 130
_LIMIT_S: Final = 300

CHAPTERS: Final[tuple[Callable[[Play], None], ...]] = (
    founding.communities,
    founding.federation,
    drafting.home_decision,
    answering.ask_everybody,
    answering.answers,
    answering.by_courier,
    certifying.outcome,
    certifying.verification,
)


class Interrupted(BaseException):
    """Somebody ended the demo, or it ran out of time; everything that it started ends with it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play a scenario and give the exit status."""
    given = _parser().parse_args(arguments)
    story = Story(language_of(given.language, os.environ))
    try:
        scenario = read_scenario(given.scenario)
    except ScenarioError as problem:
        story.failure(str(problem))
        return UNPLAYABLE
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="acuerdo-demo-"))
    play = _stage(scenario, story, folder)
    signal.alarm(int(_LIMIT_S + play.patience_s))
    ended, doors = _perform(play, keep=given.keep)
    signal.alarm(0)
    keep = given.keep and ended == HELD
    _clear(play, doors, keep=keep, logs=ended == FAILED)
    return ended


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make demo", description="Several communities, each on its own node, decide together."
    )
    parser.add_argument("--scenario", type=Path, default=SCENARIO, metavar="FILE")
    parser.add_argument("--language", choices=("es", "en"), help="default: the terminal's own")
    keep = os.environ.get("KEEP", "") not in ("", "0")
    parser.add_argument("--keep", action="store_true", default=keep, help="leave the nodes running")
    return parser


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(signal.Signals(number).name)


def _stage(scenario: Scenario, story: Story, folder: Path) -> Play:
    """Who takes part, and where; nothing runs yet."""
    terminal = Terminal()
    villages = {}
    for spec, port in zip(scenario.community, free_ports(len(scenario.community)), strict=True):
        place = folder / spec.id
        node = NodeProcess(
            data=place / "data",
            port=port,
            log=folder / f"{spec.id}.log",
            language=spec.language,
        )
        villages[spec.id] = Village(spec=spec, folder=place, terminal=terminal, node=node)
    return Play(scenario=scenario, story=story, folder=folder, terminal=terminal, villages=villages)


def _perform(play: Play, *, keep: bool) -> tuple[int, list[Door]]:
    """How it ended and, if the nodes are to stay, how visitors come in."""
    story, doors = play.story, list[Door]()
    story.title(story.said(play.scenario.title), story.said(play.scenario.prologue))
    try:
        for chapter in CHAPTERS:
            chapter(play)
        if keep:
            doors = open_doors(play)
    except CheckFailed as problem:
        story.failure(story.words("failed-check", name=problem, folder=play.folder))
        return FAILED, doors
    except (CommandFailed, KeyError, ValueError, OSError) as problem:
        story.failure(story.words("failed", problem=repr_of(problem), folder=play.folder))
        return FAILED, doors
    except Interrupted as problem:
        if str(problem) == "SIGALRM":
            late = story.words("too-long", seconds=story.seconds)
            story.failure(story.words("failed", problem=late, folder=play.folder))
            return FAILED, doors
        story.failure(story.words("interrupted", why=problem))
        return INTERRUPTED, doors
    story.chapter("chapter-end")
    story.line(story.words("all-held", number=len(story.checked), seconds=story.seconds))
    return HELD, doors


def repr_of(problem: Exception) -> str:
    """What went wrong, as a person reads it."""
    return str(problem) if isinstance(problem, CommandFailed) else repr(problem)


def _clear(play: Play, doors: list[Door], *, keep: bool, logs: bool) -> None:
    """End what was started; or say where it goes on, and how to end it. Logs of a failure stay."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    play.terminal.close()
    villages = list(play.villages.values())
    if keep:
        play.story.kept([(one.name, one.node.url, one.node.pid) for one in villages])
        tell(play.story, doors)
        play.story.kept_until([one.node.pid for one in villages], play.folder)
        return
    for village in villages:
        village.node.end()
    for village in villages:
        village.node.wait_for_end()
    if not logs:
        shutil.rmtree(play.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
