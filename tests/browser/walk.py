"""Every page of a prepared community, by its address: found in the application, none forgotten."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fastapi.routing import APIRoute
from playwright.async_api import Error, Page

from node.pages import entrance
from protocol.wire.digests import MessageId
from tests.browser.person import Person
from tests.browser.prepared import ANA, BENTO, EMILIO, Prepared

_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
Filling = Callable[[Prepared], list[str]]


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A page: its route and, filled in, its path."""

    route: str
    path: str

    @property
    def slug(self) -> str:
        """For a file's name."""
        readable = re.sub(r"[0-9a-f]{56}(?=[0-9a-f]{8})|[^\w-]+", "-", self.path.strip("/"))
        return re.sub(r"-+", "-", readable).strip("-")[:90] or "home"


@dataclass(frozen=True, slots=True)
class Step:
    """A form that is filled in and sent; what comes back changes nothing yet.

    `fields` are selectors and what is typed there; True chooses. With `wrong` something is
    missing on purpose, and the page says so.
    """

    address: Address
    fields: Mapping[str, str | bool]
    wrong: bool = False


_PROPOSALS: Final = (
    *("talk", "charter", "vote", "mine", "household", "consent", "answer"),
    *("adopted", "rejected", "blocked", "lapsed", "withdrawn", "join", "room"),
)
_BY_NAME: Final[Mapping[str, Filling]] = {
    "code": lambda _: ["too-often", "nobody-knows-it"],
    "invitation": lambda prepared: [prepared.ids["invitation"], prepared.ids["used invitation"]],
    "community": lambda prepared: [*_neighbours(prepared), prepared.ids["forked"]],
    "index": lambda prepared: [str(one) for one in _indexes(prepared)],
}
"""What a parameter may be, wherever it stands."""


def _neighbours(prepared: Prepared) -> list[str]:
    return [one.place.node.books.own_id for one in prepared.neighbours]


def _indexes(prepared: Prepared) -> list[int]:
    """Entries of many sorts: who we are, words, what was erased, a position, an outcome."""
    known = prepared.home.at
    named = [known[prepared.ids[name]] for name in ("comment", "erased", "position", "waiting")]
    closed = prepared.place.node.books.own.decisions.proposals[MessageId(prepared.ids["adopted"])]
    return [0, 1, 2, *named, closed.closed_index or 0]


def _about(route: str, *names: str) -> tuple[str, Filling]:
    return route, lambda prepared: [
        route.replace("{message}", prepared.ids[name]) for name in names
    ]


_BY_ROUTE: Final[Mapping[str, Filling]] = dict(
    [
        _about("/p/{message}", *_PROPOSALS),
        _about("/p/{message}/positions", "vote", "blocked", "talk"),
        _about("/p/{message}/vote", "vote", "mine", "household", "consent", "answer", "adopted"),
        _about("/p/{message}/check", "vote"),
        _about("/p/{message}/comment", "talk", "vote"),
        _about("/p/{message}/amend", "talk"),
        _about("/p/{message}/open", "talk", "charter"),
        _about("/p/{message}/withdraw", "talk", "vote"),
        _about("/assemblies/{message}", "met", "coming", "cancelled"),
        _about("/assemblies/{message}/sheet", "coming"),
        _about("/assemblies/{message}/live", "coming"),
        _about("/assemblies/{message}/record", "met"),
        _about("/assemblies/{message}/move", "coming"),
        _about("/assemblies/{message}/cancel", "coming"),
        _about("/assemblies/{message}/live/events"),
        _about("/minutes/{message}", "minutes", "recorded"),
        _about("/minutes/{message}/print", "minutes"),
        _about("/minutes/{message}/pdf"),
        _about("/minutes/{message}/contest", "minutes"),
        _about("/minutes/{message}/correct", "minutes"),
        # Its page wants somebody who was there, and not the author: test_assembly.py has one.
        _about("/minutes/{message}/countersign"),
        _about("/r/{message}", "position", "comment"),
        _about("/r/{message}/file", "position"),
    ]
) | {
    "/p/{message}/receipt/{position}": lambda prepared: [
        f"/p/{prepared.ids['mine']}/receipt/{prepared.ids['position']}"
    ],
    "/p/{message}/versions/{number}": lambda prepared: [
        f"/p/{prepared.ids['talk']}/versions/{number}" for number in (1, 2)
    ],
    "/p/{message}/amendments/{amendment}": lambda prepared: [
        f"/p/{prepared.ids['talk']}/amendments/{prepared.ids[name]}"
        for name in ("amendment", "amendment accept", "amendment decline")
    ],
    "/federations/{message}": lambda prepared: [
        f"/federations/{prepared.ids[name]}" for name in ("federation", "second")
    ],
    "/federations/{message}/{step}": lambda prepared: [
        f"/federations/{prepared.ids['federation']}/leave",
        f"/federations/{prepared.ids['second']}/join",
    ],
    "/federated/{message}": lambda prepared: [
        f"/federated/{prepared.ids[name]}" for name in ("joint", "asked")
    ],
    # Made by a form, which is on the walk; nothing is kept.
    "/bundles/pictures/{digest}": lambda _: [],
    "/bundles/pictures/{digest}/{number}": lambda _: [],
    "/ledgers/{community}/{index}": lambda prepared: [
        f"/ledgers/{community}/{index}"
        for community in (*_neighbours(prepared), prepared.ids["forked"])
        for index in (0, 2, 3)
    ],
    # Files to be saved; of what was erased there are none.
    "/ledger/{index}/entry": lambda _: ["/ledger/0/entry"],
    "/ledger/{index}/receipt": lambda _: ["/ledger/0/receipt"],
    "/ledgers/{community}/{index}/entry": lambda _: [],
    "/ledgers/{community}/{index}/receipt": lambda _: [],
    "/ledgers/{community}/bundle": lambda _: [],
    "/charter/versions/{number}": lambda _: ["/charter/versions/1"],
    "/members/{member}": lambda prepared: [
        *(f"/members/{prepared.place.village.members[number]}" for number in (ANA, BENTO, EMILIO)),
        f"/members/{prepared.ids['waiting']}",
    ],
    "/newcomers/{member}": lambda prepared: [
        f"/newcomers/{prepared.ids['waiting']}",
        f"/newcomers/{prepared.place.village.members[ANA]}",
    ],
    "/me/device/{member}": lambda prepared: [f"/me/device/{prepared.place.village.members[ANA]}"],
    "/found/{rest:path}": lambda _: ["/found/used-long-ago"],
}
"""What a whole route may be, where its parameters depend on each other."""

_STEPS: Final[tuple[tuple[str, str, Mapping[str, str | bool]], ...]] = (
    ("/p/{message}/vote", "vote", {"[value=agree]": True, "#reason": "Hace falta."}),
    ("/p/{message}/vote", "mine", {"[value=block]": True, "#reason": ""}),
    ("/p/{message}/comment", "talk", {"#words": "¿Quién trae la **escalera**?"}),
    ("/p/{message}/comment", "talk", {"#words": ""}),
    ("/p/{message}/amend", "talk", {"#text-es": "Otra bomba, *más pequeña*."}),
    ("/p/{message}/open", "charter", {"label:nth-child(2) [name=closes]": True}),
    ("/propose", "", {"#title-es": "¿Pintamos la escuela?", "#text-es": "De azul."}),
    ("/propose", "", {"#title-es": ""}),
    ("/federations/new", "", {"#title-es": "Red", "#text-es": "Agua.", "[name=community]": True}),
    ("/federations/new", "", {"#title-es": ""}),
    ("/federated/new", "", {"#title-es": "¿Tractor?", "#text-es": "Entre todas."}),
    ("/bundles/pictures", "", {"#start": "140"}),
    ("/charter/change", "", {"#sponsors": "3"}),
    ("/charter/change", "", {"#sponsors": ""}),
    ("/assemblies/new", "", {"#starts-at": "", "#title-es": "Domingo", "#text-es": "Venid."}),
    (
        "/assemblies/new",
        "",
        {"#starts-at": "2099-12-01T18:00", "#title-es": "Domingo", "#text-es": "Traed agua."},
    ),
    (
        "/assemblies/{message}/record",
        "met",
        {"#what-0 [value=voices]": True, "#who-0-0": "Nadie", "#title-es": ""},
    ),
    ("/minutes/{message}/contest", "minutes", {"#reason": "No fue **así**."}),
)
"""A route, what it is about, and what is typed; an empty text is a mistake."""


_WIDE_OPEN: Final = """() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('form')) one.noValidate = true;
}"""


def routes() -> Iterator[str]:
    """Every page that can be looked at; what only programs fetch is no page."""
    for router in entrance.ROUTES:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            if "GET" in (route.methods or ()):
                yield route.path


def addresses(prepared: Prepared) -> list[Address]:
    """Every page with every filling that is to be looked at."""
    found: list[Address] = []
    for route in routes():
        if route in _BY_ROUTE:
            paths = _BY_ROUTE[route](prepared)
        else:
            paths = [route]
            for name in _PARAMETER.findall(route):
                assert name in _BY_NAME, f"say here what {name} may be in {route}"
                values = _BY_NAME[name](prepared)
                paths = [_PARAMETER.sub(value, path, count=1) for path in paths for value in values]
        found += [Address(route, path) for path in paths]
    return found


def steps(prepared: Prepared) -> list[Step]:
    """Every form that a member fills in to see, before she signs, what she would sign."""
    there = set(routes())
    return [
        Step(
            Address(route, route.replace("{message}", prepared.ids.get(about, ""))),
            fields,
            wrong="" in fields.values(),
        )
        for route, about, fields in _STEPS
        if route in there
    ]


async def visit(person: Person, address: Address) -> Page | None:
    """The page, if it is one: not a file to be saved, nor a text for scripts."""
    gone = person.forgive(f"status 410: {address.path}")  # and says so in a page
    try:
        page = await person.go(address.path)
    except Error as problem:
        if "Download is starting" not in problem.message:
            raise
        return None
    finally:
        person.forgiven.remove(gone)
    is_page = await page.evaluate("document.contentType") == "text/html"
    return page if is_page else None


async def look_at_all(person: Person, prepared: Prepared) -> AsyncIterator[tuple[Address, Page]]:
    """Every page once, as this person is shown it; where she is sent on counts once.

    A member comes by the pages behind a form, too.
    """
    seen: set[str] = set()
    for address in addresses(prepared):
        if address.path == "/enter" and person.has_key:
            continue  # it sends her on by itself; strangers are shown it
        page = await visit(person, address)
        where = urlsplit(person.page.url).path
        if page is not None and where not in seen:
            seen.add(where)
            yield address, page
    for step in steps(prepared) if person.has_key else ():
        yield step.address, await take(person, step)


async def take(person: Person, step: Step) -> Page:
    """Fill in a form and send it, as it is, whatever the browser itself would say to that."""
    page = await person.go(step.address.path)
    await page.evaluate(_WIDE_OPEN)
    for selector, value in step.fields.items():
        field = page.locator(f"main {selector}").first
        await (field.check() if value is True else field.fill(str(value)))
    forgiven = person.forgive("status 4[02]") if step.wrong else None
    async with page.expect_navigation(wait_until="load"):
        await page.locator("main form:not(.act) button.main").first.click()
    if forgiven is not None:
        assert await page.locator("main [aria-invalid=true], main [role=alert]").count(), step
        person.forgiven.remove(forgiven)
    return page
