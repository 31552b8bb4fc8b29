"""One community in the play: its node, its people's keys, and what they type."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import httpx
from deploy.demo.commands import CommandFailed, Ended, Json, Terminal
from deploy.demo.processes import NodeProcess
from deploy.demo.scenario import Act, Community, Newcomer, Said

T = TypeVar("T")
_POLL_S: Final = 0.2
_LOOK_S: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act that the community's node acknowledged: whose, and where it stands."""

    act: Act
    message: str
    index: int


@dataclass(slots=True, kw_only=True)
class Village:
    """A community, its folder, and its node on the loopback."""

    spec: Community
    folder: Path
    terminal: Terminal
    node: NodeProcess
    id: str = ""
    members: dict[str, str] = field(default_factory=dict)
    """Member ids by name."""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.spec.name

    @property
    def first(self) -> str:
        """Whoever is asked when it does not matter who."""
        return self.spec.people[0]

    # --- who types -------------------------------------------------------------------------

    def member(self, who: str, *words: str) -> Json:
        """A member types a command that has to work."""
        return self.terminal.succeed([*words, *self._as(who)], self.spec.language)

    def member_tries(self, who: str, *words: str) -> Ended:
        """A member types a command that may fail."""
        return self.terminal.run([*words, *self._as(who)], self.spec.language)

    def operator(self, *words: str) -> Json:
        """Whoever looks after the node types a command that has to work."""
        line = [*words, "--data", str(self.data), "--node", self.node.url]
        return self.terminal.succeed(line, self.spec.language)

    def _as(self, who: str) -> list[str]:
        return ["--as", who, "--keys", str(self.keys_of(who)), "--node", self.node.url]

    def keys_of(self, who: str) -> Path:
        """The folder where somebody's command keeps her key."""
        newcomers = {one.name for one in self.spec.newcomer}
        return self.folder / (f"keys-{who}" if who in newcomers else "keys")

    @property
    def data(self) -> Path:
        """The node's data directory."""
        return self.folder / "data"

    # --- founding --------------------------------------------------------------------------

    def found(self) -> None:
        """Found the community and start its node."""
        self.folder.mkdir(parents=True)
        charter = self.write_json("charter.json", self.spec.charter)
        line = ["init", "--data", str(self.data), "--keys", str(self.folder / "keys")]
        line += ["--name", self.name, "--community-language", self.spec.language]
        line += ["--charter", str(charter), "--port", str(self.node.port)]
        for member in self.spec.members:
            line += ["--founder", member]
        founded = self.terminal.succeed(line, self.spec.language)
        self.id = str(founded["community"])
        founders = (member.partition(":")[0] for member in self.spec.members)
        rows = founded["members"]
        self.members = {who: str(row["id"]) for who, row in zip(founders, rows, strict=True)}
        self.node.start()
        self.node.wait()
        for newcomer in self.spec.newcomer:
            self._take_in(newcomer)

    def _take_in(self, newcomer: Newcomer) -> None:
        household = ["--household", newcomer.household] if newcomer.household else []
        invited = self.member(newcomer.invited_by, "member", "invite", *household)
        joined = self.member(
            newcomer.name, "member", "join", str(invited["code"]), "--name", newcomer.name
        )
        self.members[newcomer.name] = str(joined["member"])
        for sponsor in newcomer.sponsors:
            self.member(sponsor, "member", "sponsor", self.members[newcomer.name])

    # --- deciding --------------------------------------------------------------------------

    def perform(self, proposal: str, act: Act) -> Done:
        """Somebody speaks or takes a position."""
        return self._done(act, self.member(act.who, *self._typed(proposal, act)))

    def attempt(self, proposal: str, act: Act) -> Ended:
        """The same, when it may fail."""
        return self.member_tries(act.who, *self._typed(proposal, act))

    def _typed(self, proposal: str, act: Act) -> list[str]:
        words = None if act.says is None else self.in_its_language(act.says)
        if act.choice is None:
            return ["discuss", proposal, words or ""]
        reason = [] if words is None else ["--reason", words]
        return ["position", "take", proposal, act.choice, *reason]

    def _done(self, act: Act, data: Json) -> Done:
        return Done(act=act, message=str(data["id"]), index=int(data["index"]))

    def perform_all(self, proposal: str, acts: Sequence[Act]) -> list[Done]:
        """One after the other."""
        return [self.perform(proposal, act) for act in acts]

    def proposal(self, proposal: str) -> Json:
        """A proposal of this community, as its members read it."""
        return self.member(self.first, "proposal", "show", proposal)

    def decided(self, proposal: str, limit_s: float) -> Json:
        """The same, once it is closed."""

        def closed() -> bool:
            return bool(self.looks(f"/v1/proposals/{proposal}").get("outcome"))

        self.until(closed, limit_s, f"the decision {proposal[:8]}")
        return self.proposal(proposal)

    # --- smaller things --------------------------------------------------------------------

    def in_its_language(self, said: Said) -> str:
        """Words as they are spoken here."""
        return said.in_language(self.spec.language)

    def write(self, name: str, text: str) -> Path:
        """A file of this community's, to be handed to a command."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def write_json(self, name: str, value: Json) -> Path:
        """The same, for rules."""
        return self.write(name, json.dumps(value, ensure_ascii=False, indent=2))

    def text_options(self, name: str, text: Said, option: str = "text") -> list[str]:
        """A text in two files, as options of a command."""
        es, en = self.write(f"{name}.es.md", text.es), self.write(f"{name}.en.md", text.en)
        return [f"--{option}-es", str(es), f"--{option}-en", str(en)]

    def until(self, ask: Callable[[], T], limit_s: float, what: str) -> T:
        """Ask again and again until the answer is not empty.

        Raises:
            CommandFailed: It was empty all the time.
        """
        limit = time.monotonic() + limit_s
        while True:
            found = ask()
            if found:
                return found
            if time.monotonic() > limit:
                raise CommandFailed(f"{self.name}: {what} did not come within {limit_s:.0f} s")
            time.sleep(_POLL_S)

    def looks(self, path: str) -> Json:
        """The operator looks at the node's own pages; cheap enough to be done again and again."""
        token = (self.data / "operator.token").read_text("ascii").strip()
        answer = httpx.get(
            self.node.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=_LOOK_S
        )
        found = answer.json() if answer.is_success else {}
        return found if isinstance(found, dict) else {}


def title_options(title: Said) -> list[str]:
    """A title in both languages, as options of a command."""
    return ["--title-es", title.es, "--title-en", title.en]
