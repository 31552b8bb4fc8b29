"""A scenario: communities, rules, people, texts and what everybody says. A file, not code.

docs/scenarios/README.md describes the file. Whatever is misspelt or does not fit together is
refused before anything starts, with the place in the file.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("es", "en")
Choice = Literal["agree", "reservations", "aside", "disagree", "block", "abstain"]
Span = Annotated[str, Field(pattern=r"^[0-9]+[smhd]$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class ScenarioError(Exception):
    """The file cannot be played; the text says where and why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(_Part):
    """The same words in both languages."""

    es: str
    en: str

    def in_language(self, language: Language) -> str:
        """As this reader reads it."""
        return self.es if language == "es" else self.en


class Act(_Part):
    """Somebody speaks, takes a position, or takes one with a reason."""

    who: str
    choice: Choice | None = None
    says: Said | None = None

    @model_validator(mode="after")
    def _does_something(self) -> "Act":
        if self.choice is None and self.says is None:
            raise ValueError(f"{self.who} neither `says` something nor takes a `choice`")
        return self


class Newcomer(_Part):
    """Somebody who comes in by invitation, after the founding."""

    name: str
    invited_by: str
    household: str | None = None
    sponsors: tuple[str, ...] = ()


class Community(_Part):
    """One community, its people, its rules and what they say when they are asked."""

    id: Name
    name: str
    language: Language = "es"
    way: Said
    members: Annotated[tuple[str, ...], Field(min_length=1)]
    newcomer: tuple[Newcomer, ...] = ()
    network: bool = True
    peers: tuple[Name, ...] = ()
    home: Name | None = None
    ratify: Annotated[tuple[Act, ...], Field(min_length=1)]
    answer: Annotated[tuple[Act, ...], Field(min_length=1)]
    charter: dict[str, Any]

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody's name."""
        founders = (member.partition(":")[0] for member in self.members)
        return (*founders, *(one.name for one in self.newcomer))

    @property
    def households(self) -> frozenset[str]:
        """Every household that somebody belongs to."""
        founders = (member.partition(":")[2] for member in self.members)
        return frozenset({*founders, *(one.household or "" for one in self.newcomer)} - {""})

    def voice(self, who: str) -> str | None:
        """Whose voice a person speaks with: her own, or her household's where those decide."""
        decisions = self.charter.get("decisions", {})
        terms = decisions.get("federated") or decisions.get("general") or {}
        if terms.get("unit") != "household":
            return who
        for newcomer in self.newcomer:
            if newcomer.name == who:
                return newcomer.household
        return next(
            (
                member.partition(":")[2] or None
                for member in self.members
                if member.partition(":")[0] == who
            ),
            None,
        )

    def is_complete(self, acts: Iterable[Act]) -> bool:
        """Whether every voice takes a position, so that nothing has to be waited for."""
        spoken = {self.voice(act.who) for act in acts if act.choice is not None}
        return spoken >= {self.voice(who) for who in self.people} - {None}

    @property
    def open_books(self) -> bool:
        """Whether strangers may read how this community decides."""
        return self.charter.get("audience") == "public"


class Federation(_Part):
    """The compact that one community writes and all ratify."""

    community: Name
    who: str
    rule: dict[str, Any]
    quorum: dict[str, int]
    window: Span = "5s"
    round: Span = "5s"
    title: Said
    text: Said


class Amendment(_Part):
    """Other words in the place of some words of the draft."""

    who: str
    accepted: bool
    replaces: Said
    by: Said
    why: Said
    reply: Said | None = None

    def amended(self, text: Said) -> Said:
        """The text with the other words in it."""
        return Said(
            es=text.es.replace(self.replaces.es, self.by.es),
            en=text.en.replace(self.replaces.en, self.by.en),
        )


class Proposal(_Part):
    """The text that one community works out and then puts to all."""

    community: Name
    who: str
    title: Said
    text: Said
    discussion: tuple[Act, ...] = ()
    amendment: tuple[Amendment, ...] = ()
    positions: Annotated[tuple[Act, ...], Field(min_length=1)]
    closes_in: Span
    expect: Literal["adopted", "rejected", "lapsed"] | None = None

    @property
    def closes_in_s(self) -> int:
        """How long the communities have, in seconds."""
        return int(self.closes_in[:-1]) * _SECONDS[self.closes_in[-1]]

    @property
    def final_text(self) -> Said:
        """The draft with every accepted amendment."""
        text = self.text
        for amendment in self.amendment:
            text = amendment.amended(text) if amendment.accepted else text
        return text


class Crash(_Part):
    """A node dies after so many acts of its community's answer, and comes back."""

    community: Name
    after: Annotated[int, Field(ge=1)]
    why: Said


class Courier(_Part):
    """Somebody carries files between a community with a network and those without."""

    name: str
    community: Name
    why: Said


class Verification(_Part):
    """Whose operator exports the bundle that a stranger verifies."""

    community: Name


class Forgery(_Part):
    """Whose agreement a forger turns into a block, in a copy of that bundle."""

    community: Name
    who: str
    why: Said


class Scenario(_Part):
    """Everything that is played."""

    title: Said
    prologue: Said
    community: Annotated[tuple[Community, ...], Field(min_length=2, max_length=12)]
    federation: Federation
    proposal: Proposal
    crash: Crash | None = None
    courier: Courier | None = None
    verification: Verification
    forgery: Forgery

    def named(self, name: str) -> Community:
        """A community by the short name that it has in the file."""
        return next(one for one in self.community if one.id == name)

    @model_validator(mode="after")
    def _fits_together(self) -> "Scenario":
        for complaint in _complaints(self):
            raise ValueError(complaint)
        return self


def read_scenario(path: Path) -> Scenario:
    """Read a scenario.

    Raises:
        ScenarioError: It cannot be read, or does not fit together.
    """
    try:
        return Scenario.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ScenarioError(f"{path}: {problem}") from None
    except ValidationError as problem:
        lines = [f"  {_place(one['loc'])}: {one['msg']}" for one in problem.errors()]
        raise ScenarioError("\n".join([f"{path}:", *lines])) from None


def _place(place: Sequence[int | str]) -> str:
    steps = [f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in place]
    return "".join(steps).lstrip(".") or "scenario"


def _complaints(scenario: Scenario) -> Iterator[str]:
    """What does not fit together, one sentence each."""
    people = {one.id: one.people for one in scenario.community}
    if len(people) != len(scenario.community):
        yield "two communities have the same id"
    yield from _strangers(scenario, people)
    for community in scenario.community:
        if len(set(community.people)) != len(community.people):
            yield f"{community.id}: two people have the same name"
        yield from _without_network(scenario, community)
    yield from _misfits(scenario.proposal)
    crash = scenario.crash
    if crash is not None and crash.after >= len(scenario.named(crash.community).answer):
        yield f"crash: {crash.community} has only that many acts; nothing is left to say after it"
    forged = [
        act.choice
        for act in scenario.named(scenario.forgery.community).answer
        if act.who == scenario.forgery.who and act.choice is not None
    ]
    if forged[-1:] != ["agree"]:
        yield f"forgery: {scenario.forgery.who} does not agree in the end"


def _strangers(scenario: Scenario, people: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every place where somebody is named who is not there."""
    named: list[tuple[str, str, str | None]] = [
        ("federation", scenario.federation.community, scenario.federation.who),
        ("proposal", scenario.proposal.community, scenario.proposal.who),
        ("verification", scenario.verification.community, None),
        ("forgery", scenario.forgery.community, scenario.forgery.who),
    ]
    acts = (*scenario.proposal.discussion, *scenario.proposal.positions)
    named += [("proposal", scenario.proposal.community, act.who) for act in acts]
    named += [
        ("amendment", scenario.proposal.community, a.who) for a in scenario.proposal.amendment
    ]
    if scenario.crash is not None:
        named.append(("crash", scenario.crash.community, None))
    if scenario.courier is not None:
        named.append(("courier", scenario.courier.community, None))
    for one in scenario.community:
        named += [("ratify", one.id, act.who) for act in one.ratify]
        named += [("answer", one.id, act.who) for act in one.answer]
        named += [("newcomer", one.id, newcomer.invited_by) for newcomer in one.newcomer]
        named += [("sponsors", one.id, name) for new in one.newcomer for name in new.sponsors]
        named += [(f"{one.id}: peers", peer, None) for peer in one.peers]
        named += [] if one.home is None else [(f"{one.id}: home", one.home, None)]
    for place, community, person in named:
        if community not in people:
            yield f"{place}: there is no community `{community}`"
        elif person is not None and person not in people[community]:
            yield f"{place}: nobody in {community} is called {person}"


def _without_network(scenario: Scenario, community: Community) -> Iterator[str]:
    """A community without a network cannot do what takes one."""
    if community.network:
        return
    needs = {
        "federation": scenario.federation.community,
        "proposal": scenario.proposal.community,
        "crash": None if scenario.crash is None else scenario.crash.community,
        "courier": None if scenario.courier is None else scenario.courier.community,
    }
    for place, name in needs.items():
        if name == community.id:
            yield f"{place}: {name} has no network"
    if community.peers or community.home is not None:
        yield f"{community.id}: no network, so no peers and no home"
    if scenario.courier is None:
        yield f"{community.id}: no network and nobody to carry files ([courier])"


def _misfits(proposal: Proposal) -> Iterator[str]:
    """Amendments that replace what is not there, at the time when they are made."""
    text = proposal.text
    for amendment in proposal.amendment:
        for language in LANGUAGES:
            words = amendment.replaces.in_language(language)
            found = text.in_language(language).count(words)
            if found != 1:
                yield f"amendment: the text has {words!r} {found} times, not once"
        text = amendment.amended(text) if amendment.accepted else text
