"""Every page of a prepared community, by its address: found in the application, none forgotten."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fastapi.routing import APIRoute
from playwright.async_api import Page

from node.pages import entrance
from node.pages.pictures import Pictures, PictureSet
from protocol.community.charter import PUBLIC
from protocol.replication.parts import split_parts
from tests.browser.person import Person
from tests.browser.prepared import Prepared

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


def _ids(*names: str) -> Filling:
    return lambda prepared: [prepared.ids[name] for name in names]


_PROPOSALS: Final = (
    *("talk", "charter", "vote", "mine", "household", "consent", "answer"),
    *("adopted", "rejected", "blocked", "lapsed", "withdrawn", "join"),
)
_BY_NAME: Final[Mapping[str, Filling]] = {
    "code": lambda _: ["too-often", "nobody-knows-it"],
    "message": _ids(*_PROPOSALS),
}
"""What a parameter may be, wherever it stands."""


def _of(route: str, *names: str) -> Filling:
    """A page of these proposals."""
    return lambda prepared: [route.format(message=prepared.ids[name]) for name in names]


def _amendments(prepared: Prepared) -> list[str]:
    found = [prepared.ids[f"amendment {what}".strip()] for what in ("accept", "decline", "")]
    return [f"/p/{prepared.ids['talk']}/amendments/{one}" for one in found]


def _positions(prepared: Prepared) -> list[str]:
    """Receipts: of what can be changed, what was counted, what had a reason."""
    decisions = prepared.place.node.books.own.decisions
    return [
        f"/p/{prepared.ids[name]}/receipt/{one.message}"
        for name in ("mine", "adopted", "blocked")
        for one in list(decisions.proposal(prepared.ids[name]).positions.values())[:4]
    ]


def _pictures(prepared: Prepared) -> str:
    """A set of pictures that somebody has made."""
    pictures: Pictures = prepared.place.app.state.pictures
    return pictures.put(PictureSet(parts=split_parts(bytes(1_000)), audience=PUBLIC, reader_url=""))


_BY_ROUTE: Final[Mapping[str, Filling]] = {
    "/proposals": lambda _: ["/proposals", "/proposals?state=open", "/proposals?page=2"],
    "/p/{message}/comment": lambda prepared: [
        f"/p/{prepared.ids['talk']}/comment",
        f"/p/{prepared.ids['talk']}/comment?to={prepared.ids['comment']}",
    ],
    "/p/{message}/amend": _of("/p/{message}/amend", "talk"),
    "/p/{message}/amendments/{amendment}": _amendments,
    "/p/{message}/versions/{number}": lambda prepared: [
        f"/p/{prepared.ids['talk']}/versions/{number}" for number in (1, 2)
    ],
    "/p/{message}/open": _of("/p/{message}/open", "talk", "charter"),
    "/p/{message}/withdraw": _of("/p/{message}/withdraw", "talk", "vote"),
    "/p/{message}/receipt/{position}": _positions,
    "/communities/{community}": lambda prepared: [
        f"/communities/{hand.place.node.books.own_id}"
        for hand in (prepared.home, *prepared.neighbours)
    ],
    "/federations/{message}": _of("/federations/{message}", "federation"),
    "/federations/{message}/{step}": _of("/federations/{message}/leave", "federation"),
    "/federated/{message}": _of("/federated/{message}", "joint", "asked"),
    "/bundles/pictures/{digest}": lambda prepared: [f"/bundles/pictures/{_pictures(prepared)}"],
    "/bundles/pictures/{digest}/{number}": lambda prepared: [
        f"/bundles/pictures/{_pictures(prepared)}/2"
    ],
}
"""What a whole route may be, where its parameters depend on each other."""


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
                values = _BY_NAME[name](prepared)
                paths = [_PARAMETER.sub(value, path, count=1) for path in paths for value in values]
        found += [Address(route, path) for path in paths]
    return found


async def look_at_all(person: Person, prepared: Prepared) -> AsyncIterator[tuple[Address, Page]]:
    """Every page once, as this person is shown it; where she is sent on counts once."""
    seen: set[str] = set()
    for address in addresses(prepared):
        if address.path == "/enter" and person.has_key:
            continue  # it sends her on by itself; strangers are shown it
        page = await person.go(address.path)
        is_page = await page.evaluate("document.contentType") == "text/html"
        if is_page and page.url not in seen:
            seen.add(page.url)
            yield address, page
