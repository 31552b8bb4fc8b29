"""The map: which communities there are, how each of them is heard, and one of them close up."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from node.api.bodies import CommunityPath
from node.api.communities import known_communities
from node.api.community import sees_structure
from node.api.problems import NotHere
from node.api.views import JsonObject, proposal_summary
from node.api.words import words_of
from node.pages.deciding.common import page
from node.pages.network.drawing import MOST_DRAWN, Dot, draw_map
from node.pages.site import show
from node.pages.visit import Visit, VisitDep
from protocol.book import Book

routes: Final = APIRouter(include_in_schema=False)
PageNumber = Annotated[int, Query(alias="page")]
ON_A_PAGE: Final = 30
MOST_PROPOSALS: Final = 20


@routes.get("/map")
async def network(visit: VisitDep, asked_for: PageNumber = 1) -> Response:
    """Every community that we have to do with, drawn and listed."""
    rows = await known_communities(visit.node, visit.asker)
    start = (max(1, min(asked_for, 1_000)) - 1) * ON_A_PAGE
    values = {
        "rows": rows[start : start + ON_A_PAGE],
        "names": names_of(visit, rows),
        "picture": picture_of(visit, rows) if start == 0 and len(rows) > 1 else None,
        "page": start // ON_A_PAGE + 1,
        "more": start + ON_A_PAGE < len(rows),
    }
    return show(visit, "network/map.html", values)


def names_of(visit: Visit, rows: Sequence[JsonObject]) -> Mapping[str, str]:
    """What to call each community; who has no name goes by the beginning of the id."""
    unnamed = str(visit.words("network.unnamed").unescape())
    return {str(row["id"]): str(row["name"] or f"{unnamed} {str(row['id'])[:8]}") for row in rows}


def picture_of(visit: Visit, rows: Sequence[JsonObject]) -> Markup:
    """The first of the list, drawn."""
    drawn = rows[:MOST_DRAWN]
    names = names_of(visit, drawn)
    place = {str(row["id"]): number for number, row in enumerate(drawn)}
    witnesses = [
        (place[str(row["id"])], place[str(row["home_witness"])])
        for row in drawn
        if str(row["home_witness"]) in place
    ]
    talks = [(0, place[str(row["id"])]) for row in drawn if row["last_heard_ms"] is not None]
    groups: dict[str, list[int]] = {}
    for row in drawn:
        named = row["federations"]
        for federation in named if isinstance(named, list) else ():
            groups.setdefault(str(federation), []).append(place[str(row["id"])])
    dots = [Dot(name=names[str(row["id"])], state=str(row["state"])) for row in drawn]
    return draw_map(dots, talks, witnesses, list(groups.values()))


@routes.get("/communities/{community}")
async def one_community(visit: VisitDep, community: CommunityPath) -> Response:
    """One community: how it is heard, its keys, what it lets others read of its decisions."""
    rows = await known_communities(visit.node, visit.asker)
    row = next((one for one in rows if one["id"] == community), None)
    if row is None:
        raise NotHere("community-unknown", "nobody here has to do with this community")
    book = visit.node.books.book(community)
    values = {
        "row": row,
        "names": names_of(visit, rows),
        "keys": [] if book is None or book.chain is None else book.chain.keysets,
        "proposals": await _proposals(visit, book),
        "witnessed": [one for one in rows if one["home_witness"] == community],
    }
    return page(visit, "network/community.html", values)


async def _proposals(visit: Visit, book: Book | None) -> list[JsonObject] | None:
    """Its newest proposals, where its charter lets the visitor read them; None where not."""
    if book is None or not sees_structure(visit.asker, book):
        return None
    newest = list(book.decisions.proposals.values())[: -MOST_PROPOSALS - 1 : -1]
    ids = [one.text for one in newest]
    words = await words_of(visit.node, visit.asker.reader, ids)
    return [proposal_summary(one, words) for one in newest]
