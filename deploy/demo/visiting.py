"""After the story, if the nodes stay: something open to vote on, and links to come in by.

Only who was a member when a vote opened has a voice in it. So who wants to vote at once borrows
a member of the story: a link with her key in it. Who follows an invitation comes as herself, and
has a voice in whatever opens from then on.
"""

import json
from dataclasses import dataclass
from functools import partial
from typing import Final

from deploy.demo.play import Play
from deploy.demo.story import Story
from deploy.demo.village import Village, title_options

_COMMUNITIES: Final = 2
_LENT: Final = 2
_OPEN_FOR: Final = "2d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One community to look into: what is open there, who is lent out, and an invitation."""

    community: str
    proposal: str
    lent: tuple[tuple[str, str], ...]
    invitation: str


def open_doors(play: Play) -> list[Door]:
    """Something to vote on in some communities where a vote may open without delay."""
    ready = [one for one in play.connected if _opens_at_once(one)]
    return play.side_by_side(partial(_open_door, play, one) for one in ready[:_COMMUNITIES])


def tell(story: Story, doors: list[Door]) -> None:
    """The links, and what each of them is for."""
    for door in doors:
        story.heading(door.community)
        story.line(story.words("visit-open", title=story.words("visit-title")))
        story.address(door.proposal)
        for who, link in door.lent:
            story.line(story.words("visit-lent", who=who))
            story.address(link)
        story.line(story.words("visit-invited"))
        story.address(door.invitation)
    if doors:
        story.blank()
        story.paragraph(story.words("visit-care"))


def _opens_at_once(village: Village) -> bool:
    terms = village.spec.charter.get("decisions", {}).get("general", {})
    return terms.get("discussion_s") == 0 and len(village.spec.people) > 1


def _open_door(play: Play, village: Village) -> Door:
    title, text = play.story.both("visit-title"), play.story.both("visit-text")
    words = [*title_options(title), *village.text_options("visit", text)]
    drafted = str(village.member(village.first, "proposal", "draft", *words)["id"])
    village.member(village.first, "proposal", "open", drafted, "--closes-in", _OPEN_FOR)
    village.member(village.first, "position", "take", drafted, "agree")
    invited = village.member(village.first, "member", "invite", "--valid-for", _OPEN_FOR)
    return Door(
        community=village.name,
        proposal=f"{village.node.url}/p/{drafted}",
        lent=tuple((who, _key_link(village, who)) for who in _lent(village)),
        invitation=str(invited["link"]),
    )


def _lent(village: Village) -> list[str]:
    """People with voices of their own, so that nobody speaks over another."""
    voices = {village.spec.voice(village.first): village.first}
    for who in village.spec.people:
        voice = village.spec.voice(who)
        if voice is not None:
            voices.setdefault(voice, who)
    return list(voices.values())[1 : _LENT + 1]


def _key_link(village: Village, who: str) -> str:
    """A link to the page of keys, with a key in it that the browser keeps to itself."""
    for file in village.keys_of(who).glob("*.json"):
        kept = json.loads(file.read_text("utf-8"))
        if kept.get("name") == who:
            return f"{village.node.url}/me/key#key={kept['seed']}"
    raise KeyError(who)
