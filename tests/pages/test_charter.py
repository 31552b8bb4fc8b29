"""The charter's pages: read in words, and another one proposed step by step."""

import gzip
from html.parser import HTMLParser
from pathlib import Path

from node.ports import Ports
from protocol.community.charter import charter_json
from protocol.wire.encoding import JsonValue
from tests.node.api.house import House
from tests.node.api.story import adopt
from tests.pages.browse import Browser, Page
from tests.pages.conftest import house_of
from tests.pages.filled import filled
from tests.pages.hostile import HOSTILE


async def proposed(browser: Browser, **typed: str | None) -> Page:
    """The page that asks why, after the form was filled in."""
    form = await browser.get("/charter/change")
    return await browser.post("/charter/change", filled(form.text, **typed))


async def test_the_charter_in_words_for_its_members(ana: Browser, bento: Browser) -> None:
    page = await ana.get("/charter")
    assert page.has("Our charter", "Version 1, in force.", "Every person has one voice.")
    assert page.has("We decide by majority: more than half", "Propose another charter")
    assert (await bento.get("/charter")).has("Nuestra carta", "Decidimos por mayoría")


async def test_a_stranger_is_sent_to_sign_in_where_the_charter_is_ours(visitor: Browser) -> None:
    page = await visitor.get("/charter")
    assert (page.status, page.location) == (303, "/enter?to=/charter")


async def test_a_public_charter_is_for_everybody_and_only_members_propose(
    open_house: House,
) -> None:
    visitor = Browser(open_house)
    page = await visitor.get("/charter")
    assert page.has("Anybody can read our proposals")
    assert "Propose another charter" not in page.words
    assert (await visitor.get("/charter/change")).status == 303


async def test_another_charter_is_proposed_and_the_node_puts_it_in_force(
    house: House, ana: Browser
) -> None:
    why = await proposed(ana, sponsors="2", general__voting="2", **{"general.voting-unit": "hours"})
    assert why.has("Why should the charter change?", "Before", "After", "2 members have to vouch")
    typed = {"title-en": "Two vouch", "text-en": "We are **many** now."}
    check = await ana.post("/charter/change/check", {**filled(why.text), **typed})
    assert check.has("Check your proposal", "Two vouch", "We are many now.", "at least 2 hours")
    _, proposal = await ana.sign(check)
    drafted = house.node.books.own.decisions.proposal(proposal)
    assert drafted.type == "charter"
    assert drafted.author == house.village.members[0]
    subject = drafted.subject
    assert subject is not None
    assert subject.kind == "charter"
    assert subject.charter["admission"] == {"sponsors": 2}


async def test_every_version_stays_readable_with_what_it_changed(
    house: House, ana: Browser, visitor: Browser
) -> None:
    before = charter_json(house.node.books.own.charters.current)
    after: dict[str, JsonValue] = {**before, "audience": "public", "admission": {"sponsors": 2}}
    decision = await adopt(house, {"kind": "charter", "charter": after}, "charter")
    body: dict[str, JsonValue] = {"version": 2, "charter": after, "decision": decision}
    await house.node.journal.speak("charter/adopt", "public", body)
    page = await ana.get("/charter")
    assert page.has("Version 2, in force.", "What it changed in version 1", "Version 1")
    assert f'href="/p/{decision}"' in page.text
    old = await ana.get("/charter/versions/1")
    assert old.has("Version 1, no longer in force.", "Only members can read")
    assert (await ana.get("/charter/versions/3")).status == 404
    assert (await ana.get("/charter/versions/0")).status == 404
    # What was said while the community kept it to itself stays there.
    seen = await visitor.get("/charter")
    assert seen.has("Version 2, in force.")
    assert "Version 1" not in seen.words
    assert decision not in seen.text
    assert (await visitor.get("/charter/versions/1")).status == 303


async def test_nothing_typed_is_lost_and_every_mistake_stands_at_its_field(ana: Browser) -> None:
    page = await proposed(ana, sponsors="many", general__threshold__num="9", confirmations="3")
    assert page.status == 422
    again = filled(page.text)
    assert (again["sponsors"], again["confirmations"]) == ("many", "3")
    assert again["general.threshold.num"] == "9"
    for name in ("sponsors", "general.threshold"):
        assert f'href="#{name}"' in page.text
        assert f'id="{name}"' in page.text
        assert f'id="{name}-wrong"' in page.text
        assert f'aria-describedby="{name}-wrong"' in page.text


async def test_another_method_brings_its_questions(ana: Browser) -> None:
    page = await proposed(ana, general__method="consensus")
    assert page.status == 200
    assert page.has("There are new fields", "If somebody blocks…")
    why = await ana.post("/charter/change", filled(page.text))
    assert why.has("by consensus, with the support of at least 4 in 5")


async def test_a_template_is_a_beginning(ana: Browser) -> None:
    page = await ana.get("/charter/change?start=households")
    assert filled(page.text)["general.unit"] == "household"
    why = await ana.post("/charter/change", filled(page.text))
    assert why.has("Every household has one voice")
    assert (await ana.get("/charter/change?start=../../etc")).status == 200


async def test_the_charter_in_force_is_no_proposal(ana: Browser) -> None:
    page = await proposed(ana)
    assert page.status == 422
    assert page.has("This is the charter in force")


async def test_a_proposal_says_why(ana: Browser) -> None:
    why = await proposed(ana, sponsors="2")
    page = await ana.post("/charter/change/check", filled(why.text))
    assert page.status == 422
    assert page.has("Write a title.", "Write the text.")
    typed = {"title-en": "T" * 201, "text-en": "Because.", "title-es": "Dos"}
    page = await ana.post("/charter/change/check", {**filled(page.text), **typed})
    assert page.has("A title can have up to 200 letters.", "Write the text.")
    again = filled(page.text)
    assert {name: again[name] for name in typed} == typed


async def test_a_charter_that_nobody_could_live_by_is_not_signed(ana: Browser) -> None:
    typed = {"title-en": "T", "text-en": "T"}
    for sent in ("", "{", "[]", '{"audience":"community"}'):
        page = await ana.post("/charter/change/check", {"charter": sent, **typed})
        assert page.status == 400, sent
        assert 'class="act"' not in page.text


class _Doing(HTMLParser):
    """What in a page could do anything but be read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [name for name, _ in attrs if name.startswith("on")]
        if tag not in ("script", "form", "input", "base", "meta", "link"):
            return
        given = {name: value or "" for name, value in attrs}
        self.found += [f"{tag} {given.get('src') or given.get('action') or given.get('href')}"]


def doing(html: str) -> list[str]:
    reader = _Doing()
    reader.feed(html)
    return reader.found


async def test_hostile_words_stay_words(ana: Browser) -> None:
    why = filled((await proposed(ana, sponsors="2")).text)
    form = filled((await ana.get("/charter/change")).text)
    words = {"title-en": "T", "text-en": "T"}
    checked = await ana.post("/charter/change/check", {**why, **words})
    refused = await ana.post("/charter/change", {**form, "sponsors": "T", "new_type": "T!"})
    for text in HOSTILE:
        words = {"title-en": "".join(filter(str.isprintable, text)), "text-en": text}
        page = await ana.post("/charter/change/check", {**why, **words})
        assert doing(page.text) == doing(checked.text), text
        again = await ana.post("/charter/change", {**form, "sponsors": text, "new_type": text})
        assert doing(again.text) == doing(refused.text), text


async def test_the_longest_form_stays_light(tmp_path: Path, ports: Ports) -> None:
    async with house_of(tmp_path / "sol", ports, "Sol") as house:
        browser = await Browser(house, language="es").sign_in()
        page = await browser.get("/charter/change?start=households")
        assert len(gzip.compress(page.raw)) < 6_000
