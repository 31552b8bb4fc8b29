"""Routes: who this community is and who belongs to it."""

from importlib.metadata import version
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from node.api.answers import json_answer
from node.api.auth import Asker, NodeDep
from node.api.bodies import CommunityPath
from node.api.permissions import ANYBODY, AnyReader, require_audience
from node.api.problems import NotHere
from node.api.views import (
    JsonObject,
    charter_audience,
    charter_view,
    household_count,
    is_open,
    members_view,
)
from node.readers import may_read
from node.runtime import Node
from node.store.entries import newest_cosigned, read_chain
from protocol.book import Book
from protocol.community.charter import COMMUNITY
from protocol.wire.encoding import JsonValue

routes: Final = APIRouter(tags=["community"])
VERSION: Final = version("acuerdo")
VersionPath = Annotated[int, Path(ge=0, le=100_000)]


def sees_structure(found: Asker, book: Book) -> bool:
    """Whether somebody may read members, proposals and positions.

    They must be within the audience of every charter so far: what was said while the
    community kept it to itself stays there when a later charter opens the books.
    """
    versions = book.charters.versions
    return bool(versions) and all(
        may_read(found.reader, book.ledger, charter.audience) for charter in versions
    )


def require_structure(found: Asker, book: Book) -> None:
    """The structure of the community is for this asker.

    Raises:
        Problem: It is not.
        Refused: There is none yet.
    """
    if not sees_structure(found, book):
        _ = book.charters.current
        require_audience(found, book.ledger, COMMUNITY)


@routes.get("/v1/status")
async def read_status(found: AnyReader, node: NodeDep) -> Response:
    """Who answers here, how far its ledger goes, and whether it takes anything in."""
    return json_answer(await status_of(node, found))


async def status_of(node: Node, found: Asker) -> JsonObject:
    """What the node says of itself; counts of people only to whom they are addressed."""
    book, head, unavailable = node.books.own, node.journal.head, node.journal.read_only
    inside = sees_structure(found, book)
    witnessed = await node.executor.run(_witnessed, node)
    return {
        "community": book.ledger,
        "name": book.presence.name,
        "languages": list(book.presence.languages),
        "urls": list(book.presence.urls),
        "size": head.size,
        "root": head.root.hex(),
        "witnessed_size": witnessed,
        "home_witness": book.presence.home,
        "read_only": None if unavailable is None else unavailable.reason,
        "read_only_code": None if unavailable is None else unavailable.code,
        "time": node.clock.now(),
        "version": VERSION,
        "founding": book.founding,
        "members": len(book.membership.active()) if inside else None,
        "households": household_count(book) if inside else None,
        "open_proposals": sum(map(is_open, book.decisions.proposals.values())) if inside else None,
        "you": found.role.value,
        "member": found.member,
        "peers": neighbours(node),
        "federations": [
            one for one in sorted(book.federation.standing) if one in found.reader.federations
        ],
    }


def neighbours(node: Node) -> list[JsonValue]:
    """The other communities whose ledgers are held here, with what they publish of themselves."""
    found: list[JsonValue] = []
    for community in node.books.known():
        book = node.books.book(community)
        if book is not None and community != node.books.own_id:
            found.append(
                {
                    "id": community,
                    "name": book.presence.name,
                    "size": book.size,
                    "urls": list(book.presence.urls),
                }
            )
    return found


def _witnessed(node: Node) -> int:
    with node.store.read() as connection:
        return newest_cosigned(connection, node.books.number(node.books.own_id))


@routes.get("/v1/communities/{community}/chain", dependencies=[ANYBODY])
async def chain(node: NodeDep, community: CommunityPath) -> Response:
    """The key chain of a community whose ledger is held here."""
    if node.books.book(community) is None:
        raise NotHere("ledger-unknown", "this community's ledger is not held here")
    raws = await node.executor.run(_chain, node, node.books.number(community))
    return json_answer({"messages": [raw.decode("utf-8") for raw in raws]})


def _chain(node: Node, number: int) -> tuple[bytes, ...]:
    with node.store.read() as connection:
        return read_chain(connection, number)


@routes.get("/v1/charter")
async def charter(found: AnyReader, node: NodeDep) -> Response:
    """The charter in force."""
    book = node.books.own
    require_audience(found, book.ledger, book.charters.current.audience)
    return json_answer(charter_view(book.charters, book.charters.version))


@routes.get("/v1/charter/{number}")
async def charter_version(found: AnyReader, node: NodeDep, number: VersionPath) -> Response:
    """A charter that is or was in force."""
    book = node.books.own
    require_audience(found, book.ledger, version_audience(book, number))
    return json_answer(charter_view(book.charters, number))


def version_audience(book: Book, number: int) -> str:
    """To whom a version of the charter is addressed.

    Raises:
        NotHere: There is none of that number.
    """
    if not 1 <= number <= book.charters.version:
        raise NotHere("charter-unknown", "there is no charter of that number")
    return charter_audience(book.charters, number)


@routes.get("/v1/members")
async def members(found: AnyReader, node: NodeDep) -> Response:
    """Members and households; names for members alone."""
    book = node.books.own
    require_structure(found, book)
    names = may_read(found.reader, book.ledger, COMMUNITY)
    return json_answer(members_view(book, names=names))
