"""What all chapters share: the scenario, the villages, and doing things side by side."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from deploy.demo.commands import Json, Terminal
from deploy.demo.scenario import Scenario
from deploy.demo.story import Story
from deploy.demo.village import Done, Village

T = TypeVar("T")
_PATIENCE_S: Final = 45
_SIDE_BY_SIDE: Final = 6


@dataclass(slots=True, kw_only=True)
class Play:
    """The state of the story: who is on stage and what was decided so far."""

    scenario: Scenario
    story: Story
    folder: Path
    terminal: Terminal
    villages: dict[str, Village]
    federation: str = ""
    asked: str = ""
    """The federated proposal."""
    answers: dict[str, str] = field(default_factory=dict)
    """Each village's own decision on it."""
    decisions: dict[str, Json] = field(default_factory=dict)
    """What each of these came to."""
    done: dict[str, list[Done]] = field(default_factory=dict)
    """What each village's people did while answering."""
    outcome: Json = field(default_factory=dict)
    bundles: int = 0

    @property
    def connected(self) -> list[Village]:
        """Villages with a network."""
        return [one for one in self.villages.values() if one.spec.network]

    @property
    def apart(self) -> list[Village]:
        """Villages without one."""
        return [one for one in self.villages.values() if not one.spec.network]

    @property
    def patience_s(self) -> float:
        """How long a decision may take: longer, if somebody in the scenario stays silent."""
        asked = (
            (one, acts) for one in self.scenario.community for acts in (one.ratify, one.answer)
        )
        if all(community.is_complete(acts) for community, acts in asked):
            return _PATIENCE_S
        return _PATIENCE_S + self.scenario.proposal.closes_in_s

    def side_by_side(self, tasks: Iterable[Callable[[], T]]) -> list[T]:
        """Do independent things at once; their results in the order given."""
        pool = ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="village")
        try:
            futures = [pool.submit(task) for task in tasks]
            return [future.result() for future in futures]
        except BaseException:
            # Whoever still waits for a command is released: the story is over.
            self.terminal.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def federated(self, village: Village) -> Json:
        """The federated proposal, as this village's members read it."""
        return village.member(village.first, "federation", "proposal", self.asked)

    def watched(self, village: Village) -> Json:
        """The same, as its operator sees it go on."""
        return village.looks(f"/v1/federated/{self.asked}")

    def carry(self, sender: Village, receiver: Village) -> int:
        """A file with what the federation may read goes from one node to another; its size."""
        self.bundles += 1
        file = self.folder / f"{self.bundles}-{sender.spec.id}-{receiver.spec.id}.bundle"
        sender.operator(
            "bundle", "export", str(file), "--audience", f"federation:{self.federation}"
        )
        receiver.operator("bundle", "import", str(file))
        return file.stat().st_size
