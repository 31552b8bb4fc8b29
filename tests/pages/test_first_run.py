"""A founding step by step, without script: what is asked, refused, kept, and given away."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from fastapi.routing import APIRoute

from node.first_run import DRAFT, TOKEN, FirstRun, open_first_run
from node.founding import is_founded
from node.keys import KeyFileError
from node.pages.founding.app import create_first_run
from node.pages.founding.steps import household_token
from node.ports import Ports
from node.runtime import open_node
from node.settings import Settings
from protocol.errors import Malformed
from protocol.wire.encoding import write_json
from protocol.wire.keys import PrivateKey
from tests.pages.browse import FORM, HOST, Page
from tests.pages.filled import filled
from tests.pages.hostile import HOSTILE
from tests.pages.test_charter import doing


def key(number: int) -> str:
    return PrivateKey.from_seed(bytes(range(number, number + 32))).public.text


@dataclass
class Place:
    """An empty folder and the application that is served from it."""

    settings: Settings
    ports: Ports
    run: FirstRun = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As after a crash: all that is known is on the disk."""
        self.run = open_first_run(self.settings.data_dir, self.ports.entropy)

        async def found() -> None:
            await self.run.found(self.settings, self.ports)

        self.app = create_first_run(self.settings, self.ports, self.run, found)

    async def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Page:
        sent = {"accept": "text/html", "accept-language": "en", **(headers or {})}
        request = httpx.Request(method, f"http://{HOST}{path}", content=body, headers=sent)
        transport = httpx.ASGITransport(self.app, client=("192.0.2.9", 40_000))
        response = await transport.handle_async_request(request)
        await response.aread()
        raw = response.content
        return Page(response.status_code, response.headers, raw.decode(), raw)


@dataclass
class Founder:
    """Somebody with a link, whose browser does what it is told."""

    place: Place
    base: str

    async def get(self, step: str = "", **headers: str) -> Page:
        path = f"{self.base}/{step}" if step else self.base
        return await self.place.call("GET", path, headers=headers)

    async def post(self, step: str, fields: Mapping[str, str] | None = None) -> Page:
        path = f"{self.base}/{step}" if step else self.base
        headers = {"content-type": FORM, "origin": f"http://{HOST}"}
        return await self.place.call("POST", path, urlencode(fields or {}).encode(), headers)

    async def show(self, step: str, public: str) -> Page:
        """What the script sends once three words were right."""
        headers = {
            "content-type": "application/json",
            "origin": f"http://{HOST}",
            "accept": "*/*",
        }
        body = write_json({"key": public})
        return await self.place.call("POST", f"{self.base}/{step}", body, headers)

    async def prepare(self, template: str = "consensus") -> None:
        """Everything up to the first members."""
        await self.post("name", {"name": "La Ceiba", "language": "es"})
        await self.post("charter", {"template": template})
        await self.post("rules")
        await self.post("me", {"name": "Rosa", "household": "Los Olivos"})
        await self.show("me/key", key(1))
        await self.show("words", key(2))

    async def link(self) -> "Founder":
        """A founder more, at the page that her link opens."""
        before = {one.number for one in self.place.run.draft.people}
        assert (await self.post("people")).status == 303
        (person,) = [one for one in self.place.run.draft.people if one.number not in before]
        return Founder(self.place, f"/found/{person.link}/join/{person.number}")


@pytest.fixture
def place(tmp_path: Path, ports: Ports) -> Place:
    return Place(Settings(data_dir=tmp_path / "ceiba"), ports)


@pytest.fixture
def rosa(place: Place) -> Founder:
    return Founder(place, f"/found/{place.run.token}")


async def test_one_person_founds_by_consensus(place: Place, rosa: Founder) -> None:
    assert (await rosa.get()).has("Found your community", "1. Name and languages", "to do")
    await rosa.prepare()
    assert (await rosa.get()).text.count("done</span>") == 5
    check = await rosa.get("check")
    assert check.has("La Ceiba", "Español", "Rosa", "on paper", "at least 4 in 5")
    assert "Still missing" not in check.words
    done = await rosa.post("check")
    assert (done.status, done.location) == (303, "/founded")
    async with open_node(place.settings, place.ports) as node:
        book = node.books.own
        assert book.presence.name == "La Ceiba"
        assert book.presence.languages == ("es",)
        assert [one.keys[0].text for one in book.membership.active()] == [key(1)]
    left = {path.name for path in place.settings.data_dir.iterdir()}
    assert not left & {TOKEN, DRAFT}
    # The same button once more is no second community.
    assert (await rosa.post("check")).status == 303


async def test_households_found_together_each_on_her_own_device(
    place: Place, rosa: Founder
) -> None:
    await rosa.prepare("households")
    assert (await rosa.post("check")).has("more founders")
    mateo = await rosa.link()
    page = await rosa.get("people")
    assert f"http://{HOST}{mateo.base}" in page.text
    assert "<svg" in page.text
    assert page.has("has not opened her link yet", "at least 2 of you must found together")
    welcome = await mateo.get()
    assert welcome.has("Found La Ceiba with the others", "Every household has one voice")
    assert (await mateo.get("key")).location == mateo.base
    await mateo.post("", {"name": "Mateo", "household": "¡La Loma!"})
    told = await mateo.show("key", key(3))
    assert told.text == f'{{"then":"{mateo.base}"}}'
    assert (await mateo.get()).has("You are in", "Mateo")
    assert (await rosa.get("people")).has("Mateo", "household la-loma", "is in")
    assert (await rosa.post("check")).location == "/founded"
    async with open_node(place.settings, place.ports) as node:
        held = node.books.own.membership.active()
        assert [one.household for one in held] == ["los-olivos", "la-loma"]


async def test_a_link_for_one_founder_serves_once_and_opens_nothing_else(
    place: Place, rosa: Founder
) -> None:
    await rosa.prepare()
    mateo = await rosa.link()
    link = mateo.base.split("/")[2]
    assert (await place.call("GET", f"/found/{link}")).status == 404
    assert (await place.call("GET", f"/found/{link}/join/2")).status == 404
    assert (await place.call("GET", f"/found/{place.run.token}/join/1")).status == 404
    await mateo.post("", {"name": "Mateo"})
    await mateo.show("key", key(3))
    assert (await mateo.show("key", key(3))).status == 200
    for again in (await mateo.show("key", key(4)), await mateo.post("", {"name": "Eva"})):
        assert again.status == 409
        assert "link-used" in again.text
    assert (await mateo.get("key")).location == mateo.base
    assert [one.name for one in place.run.draft.people] == ["Rosa", "Mateo"]


async def test_a_founder_can_be_taken_away_and_another_invited(place: Place, rosa: Founder) -> None:
    await rosa.prepare()
    mateo = await rosa.link()
    await rosa.post("people", {"drop": "1"})
    assert (await mateo.get()).status == 404
    eva = await rosa.link()
    assert (await eva.get()).status == 200
    for bad in ("0", "-1", "x", "9"):
        await rosa.post("people", {"drop": bad})
    assert len(place.run.draft.people) == 2


async def test_nobody_has_two_keys_or_anothers(rosa: Founder) -> None:
    await rosa.prepare()
    mateo = await rosa.link()
    await mateo.post("", {"name": "Mateo"})
    for taken in (key(1), key(2)):
        refused = await mateo.show("key", taken)
        assert (refused.status, "key-known" in refused.text) == (409, True)
    assert (await rosa.show("words", key(1))).status == 409
    for bad in ("", "x", "A" * 43):
        assert (await mateo.show("key", bad)).status == 400


async def test_what_was_said_outlives_a_crash(place: Place, rosa: Founder) -> None:
    await rosa.prepare()
    mateo = await rosa.link()
    before, token = place.run.draft, place.run.token
    place.start()
    assert (place.run.draft, place.run.token) == (before, token)
    assert (await mateo.get()).status == 200
    for name in (TOKEN, DRAFT):
        path = place.settings.data_dir / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_files_of_a_founding_that_cannot_be_used_are_told(place: Place) -> None:
    path = place.settings.data_dir / TOKEN
    path.chmod(0o644)
    with pytest.raises(KeyFileError):
        place.start()
    path.chmod(0o600)
    place.run.change(name="La Ceiba")
    (place.settings.data_dir / DRAFT).write_text('{"name":7}')
    with pytest.raises(Malformed):
        place.start()


async def test_everything_else_says_that_a_community_is_being_founded(place: Place) -> None:
    for path in ("/", "/proposals", "/enter", "/found", "/no/such/page"):
        page = await place.call("GET", path)
        assert page.status == 503, path
        assert page.has("A community is being founded here")
        assert place.run.token not in page.text
    plain = {"accept": "*/*"}
    for method, path in (
        ("GET", "/v1/status"),
        ("POST", "/v1/messages"),
        ("GET", "/readyz"),
        ("GET", "/openapi.json"),
        ("POST", "/v1/bundles"),
        ("GET", "/"),
    ):
        answer = await place.call(method, path, headers=plain)
        assert answer.status == 503, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert '"not-founded"' in answer.text
    assert (await place.call("GET", "/livez", headers=plain)).status == 200
    assert (await place.call("GET", "/founded")).has("Not founded yet")


async def test_no_page_of_the_founding_opens_without_its_link(place: Place, rosa: Founder) -> None:
    await rosa.prepare()
    mateo = await rosa.link()
    routes = [route for route in place.app.routes if isinstance(route, APIRoute)]
    assert len(routes) > 15
    for route in routes:
        for method in route.methods or ():
            for token in ("wrong", place.run.token[:-1], place.run.token[::-1], "ñ", "%00"):
                path = route.path.replace("{token}", token).replace("{number}", "1")
                headers = {"content-type": FORM, "origin": f"http://{HOST}"}
                page = await place.call(method, path, b"", headers)
                assert page.status in (404, 503), (method, path)
                for secret in (place.run.token, mateo.base, "Rosa"):
                    assert secret not in page.text


async def test_only_pages_of_ours_change_anything(place: Place, rosa: Founder) -> None:
    for origin in ({}, {"origin": "http://evil.example"}, {"origin": "null"}):
        headers = {"content-type": FORM, **origin}
        page = await place.call("POST", f"{rosa.base}/name", b"name=X&language=es", headers)
        assert page.status == 403
        assert "origin-foreign" in page.words
    assert place.run.draft.name == ""


async def test_somebody_who_asks_too_often_waits(place: Place, rosa: Founder) -> None:
    place.settings = place.settings.model_copy(update={"requests_per_minute": 5})
    place.start()
    statuses = [(await rosa.get()).status for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert (await rosa.get(cookie="language=es")).status == 429


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("name", {"name": "", "language": "es"}, "Write a name"),
        ("name", {"name": "x" * 81, "language": "es"}, "Write a name"),
        ("name", {"name": "La Ceiba"}, "Choose at least one language."),
        ("name", {"name": "A", "other-languages": "tzo, Mam!"}, "Write codes of languages"),
        ("charter", {}, "Choose one."),
        ("charter", {"template": "own"}, "Choose one."),
        ("me", {"name": " "}, "Write a name"),
        ("me", {"name": "Rosa", "household": "…"}, "Write your household's name"),
    ],
)
async def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    rosa: Founder, step: str, typed: dict[str, str], said: str
) -> None:
    if step == "me":
        await rosa.post("charter", {"template": "households"})
    page = await rosa.post(step, typed)
    assert page.status == 422
    assert page.has(said)
    again = filled(page.text)
    assert {name: again.get(name, "") for name in typed if name != "template"} == {
        name: value.strip() for name, value in typed.items() if name != "template"
    }
    for place_of in re.findall(r'aria-describedby="([^"]+)"', page.text):
        assert f'id="{place_of}"' in page.text


async def test_the_charter_is_changed_in_a_form_and_read_again_in_words(
    place: Place, rosa: Founder
) -> None:
    await rosa.prepare("majority")
    form = await rosa.get("rules/change")
    wrong = await rosa.post("rules/change", filled(form.text, general__quorum__num="9"))
    assert wrong.status == 422
    fields = filled(wrong.text, general__quorum__num="2", general__method="consent")
    fresh = await rosa.post("rules/change", fields)
    assert fresh.has("There are new fields")
    done = await rosa.post("rules/change", filled(fresh.text, audience="public"))
    assert done.location == f"{rosa.base}/rules"
    assert (await rosa.get("rules")).has("We decide by consent", "Anybody can read")
    assert (await rosa.get("check")).has("your rules, read and agreed to")
    assert (await rosa.get("charter")).has("Our own rules")
    assert (await rosa.post("charter", {"template": "own"})).status == 303
    await rosa.post("rules")
    assert place.run.missing() == ()


async def test_households_are_asked_for_when_the_rules_come_to_count_them(rosa: Founder) -> None:
    await rosa.post("name", {"name": "La Ceiba", "language": "es"})
    await rosa.post("charter", {"template": "consensus"})
    await rosa.post("me", {"name": "Rosa"})
    await rosa.show("me/key", key(1))
    await rosa.post("charter", {"template": "households"})
    assert (await rosa.post("check")).has("the household of some founder")


async def test_languages_beyond_ours_can_be_named(place: Place, rosa: Founder) -> None:
    typed = [("name", "Jolom"), ("language", "en"), ("language", "es")]
    headers = {"content-type": FORM, "origin": f"http://{HOST}"}
    body = urlencode([*typed, ("other-languages", "tzo; yua")]).encode()
    page = await place.call("POST", f"{rosa.base}/name", body, headers)
    assert page.status == 303
    assert place.run.draft.languages == ("en", "es", "tzo", "yua")
    assert filled((await rosa.get("name")).text)["other-languages"] == "tzo, yua"


async def test_hostile_names_stay_names(rosa: Founder) -> None:
    await rosa.prepare()
    mateo = await rosa.link()
    plain = {step: doing((await rosa.get(step)).text) for step in ("name", "people", "check")}
    for text in HOSTILE:
        name = "".join(filter(str.isprintable, text))[:80]
        await rosa.post("name", {"name": name, "language": "es"})
        await rosa.post("me", {"name": name})
        await mateo.post("", {"name": name})
        for step, expected in plain.items():
            assert doing((await rosa.get(step)).text) == expected, (step, text)
        await mateo.get()
        await mateo.get("key")


async def test_pages_speak_the_visitors_language_and_stay_light(rosa: Founder) -> None:
    await rosa.prepare("households")
    await rosa.link()
    for step in ("", "name", "charter", "rules", "rules/change", "me", "words", "people", "check"):
        spanish = await rosa.get(step, **{"accept-language": "es", "accept-encoding": "gzip"})
        english = await rosa.get(step)
        assert spanish.headers["content-language"] == "es"
        assert english.headers["content-language"] == "en"
        assert int(spanish.headers["content-length"]) < 7_000, step
        assert "default-src 'none'" in spanish.headers["content-security-policy"]
        assert english.text.count("<h1") == 1


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("Los Olivos", "los-olivos"),
        ("  Ñandú Nº 3 ", "nandu-no-3"),
        ("a" * 40, "a" * 32),
        ("---", ""),
        ("家", ""),
        ("x" * 31 + " y", "x" * 31),
    ],
)
def test_a_household_is_called_by_a_token(typed: str, token: str) -> None:
    assert household_token(typed) == token


async def test_nothing_is_founded_while_something_is_missing(place: Place, rosa: Founder) -> None:
    page = await rosa.post("check")
    assert page.status == 422
    assert page.has("Still missing:", "your own key", "the community's words on paper")
    assert not is_founded(place.settings.data_dir)
