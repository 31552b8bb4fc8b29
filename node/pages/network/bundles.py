"""Ledgers in a file, or in pictures: taken away and brought in without a network.

What anybody takes away is what she could read here anyway. What only the operator may take is all
of our own, and what our home witness has not cosigned yet: she answers for there being one node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from node.addresses import read_peer_url
from node.api.answers import BUNDLE
from node.api.auth import Role
from node.api.bundles import STRANGERS_COST
from node.api.communities import known_communities
from node.api.operations import Record, export_bundle, import_bundle, reader_of_audience
from node.api.problems import NotHere, Problem
from node.api.quotas import Quotas, address_of
from node.api.views import text_view
from node.api.words import words_of
from node.compression import compress
from node.mirror import Taken
from node.pages.forms import Form, FormDep
from node.pages.network.map import names_of
from node.pages.network.pictures import Pictures, PictureSet
from node.pages.site import send_on, show
from node.pages.visit import MemberVisit, Visit, VisitDep
from node.readers import Reader, may_read
from protocol.community.charter import COMMUNITY, PUBLIC
from protocol.errors import Malformed, ProtocolError
from protocol.federation.acts import find_compact
from protocol.replication.parts import join_parts, read_part, split_parts
from protocol.wire.digests import CommunityId, MessageId
from protocol.wire.limits import MAX_INTEGER, MAX_PARTS

routes: Final = APIRouter(include_in_schema=False)
_MOST_FEDERATIONS: Final = 20
_FILE: Final = "acuerdo.bundle"
Digest = Annotated[str, Path(pattern=r"^[A-Z2-7]{16}\z")]
Number = Annotated[int, Path(ge=1, le=MAX_PARTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What became of one ledger in a bundle."""

    ledger: CommunityId
    size: int
    new: int
    code: str | None
    void: int


@routes.get("/bundles")
async def bundles(visit: VisitDep) -> Response:
    """What can be taken away, and how something is brought in."""
    return await _page(visit, {})


async def _page(visit: Visit, more: Mapping[str, Any], status: int = 200) -> Response:
    values = {
        "audiences": await _audiences(visit),
        "wrong": None,
        "typed": "",
        "came": None,
        "record": None,
        "names": {},
        **more,
    }
    return show(visit, "network/bundles.html", values, status)


async def _audiences(visit: Visit) -> list[tuple[str, str | None]]:
    """To whom a file may be addressed that this visitor takes, with a federation's title."""
    facts = visit.node.books.facts()
    readable = sorted(visit.asker.reader.federations)
    compacts = [find_compact(facts, MessageId(one)) for one in readable]
    known = [one for one in compacts if one is not None][:_MOST_FEDERATIONS]
    ids = [MessageId(one.body.text) for one in known]
    words = await words_of(visit.node, visit.asker.reader, ids)
    found: list[tuple[str, str | None]] = [(PUBLIC, None)]
    for one in known:
        titles = text_view(MessageId(one.body.text), words).get("title")
        title = None
        if isinstance(titles, dict) and titles:
            title = str(titles.get(visit.language) or next(iter(titles.values())))
        found.append((f"federation:{one.id}", title or one.id[:8]))
    return [*found, *([(COMMUNITY, None)] if visit.is_operator else [])]


def _may_take(visit: Visit, audience: str) -> bool:
    if audience == COMMUNITY:
        return visit.is_operator
    return may_read(visit.asker.reader, visit.node.books.own_id, audience)


def _require_may_take(visit: Visit, audience: str) -> None:
    if not _may_take(visit, audience):
        raise Problem(403, "not-for-you", "this is addressed to others")


async def _charge(request: Request, visit: VisitDep) -> None:
    """To put a file together takes more work than a page."""
    quotas: Quotas = request.app.state.quotas
    sender = address_of(request.scope.get("client"))
    if visit.asker.role is Role.STRANGER and not quotas.take(sender, cost=STRANGERS_COST):
        raise quotas.refusal()


@routes.post("/bundles/file", dependencies=[Depends(_charge)])
async def take_away(visit: VisitDep, form: FormDep) -> Response:
    """Every ledger held here, as the audience that was chosen may read it."""
    audience = form.text("audience")
    _require_may_take(visit, audience)
    raw, record = await _export(visit, audience, (), 0)
    headers = {"content-disposition": f'attachment; filename="{_FILE}"', **record.headers}
    return Response(raw, headers=headers, media_type=BUNDLE)


async def _export(
    visit: Visit, audience: str, ledgers: Sequence[CommunityId], start: int
) -> tuple[bytes, Record]:
    node = visit.node
    if visit.is_operator:
        raw, record = await export_bundle(node, audience, ledgers, start=start)
    else:
        reader = reader_of_audience(node, audience)
        starts = dict.fromkeys(ledgers or node.books.known(), start)
        raw = await node.executor.run(_gated, visit, reader, starts)
        record = Record()
    return await node.executor.run(compress, raw), record


def _gated(visit: Visit, reader: Reader, starts: Mapping[CommunityId, int]) -> bytes:
    return visit.node.delivery.file_for(reader, starts, carried=False)


@routes.post("/bundles/import")
async def bring_in(visit: MemberVisit, form: FormDep) -> Response:
    """A file, or the parts of one; what was new in it, ledger by ledger."""
    try:
        raw = _brought(form)
        before = await visit.node.executor.run(_sizes, visit)
        if visit.is_operator:
            taken, record = await import_bundle(visit.node, raw)
        else:
            taken, record = await visit.node.mirror.take(raw), Record()
    except ProtocolError as problem:
        return await _page(visit, {"wrong": problem.code, "typed": form.words("parts")}, 422)
    rows = await known_communities(visit.node, visit.asker)
    values = {"came": _came(before, taken), "record": record, "names": names_of(visit, rows)}
    return await _page(visit, values)


def _brought(form: Form) -> bytes:
    """The file that was uploaded, or the one that the parts make up."""
    if form.files.get("file"):
        return form.files["file"]
    found = form.text("parts").split()
    if not found:
        raise Malformed("bundle-missing", "neither a file nor parts of one")
    return join_parts(read_part(one.rpartition("#")[2]) for one in found[: 2 * MAX_PARTS])


def _sizes(visit: Visit) -> dict[CommunityId, int]:
    delivery, books = visit.node.delivery, visit.node.books
    return {one: delivery.state(one)[0] for one in books.known()}


def _came(before: Mapping[CommunityId, int], taken: Sequence[Taken]) -> list[Came]:
    """One line a ledger, though a file may bring it in several sections."""
    found: dict[CommunityId, Came] = {}
    for one in taken:
        earlier = found.get(one.ledger)
        code = None if one.error is None else one.error.code
        found[one.ledger] = Came(
            ledger=one.ledger,
            size=one.size,
            new=max(0, one.size - before.get(one.ledger, 0)),
            code=code or (None if earlier is None else earlier.code),
            void=len(one.voids) + (0 if earlier is None else earlier.void),
        )
    return list(found.values())


@routes.get("/bundles/pictures")
async def choose_pictures(visit: MemberVisit) -> Response:
    """What shall be shown as pictures."""
    return await _choose(visit, {})


async def _choose(visit: Visit, more: Mapping[str, Any], status: int = 200) -> Response:
    rows = await known_communities(visit.node, visit.asker)
    values = {
        "audiences": await _audiences(visit),
        "rows": [one for one in rows if one["size"]],
        "names": names_of(visit, rows),
        "typed": {},
        "wrong": None,
        **more,
    }
    return show(visit, "network/pictures.html", values, status)


@routes.post("/bundles/pictures")
async def make_pictures(visit: MemberVisit, form: FormDep) -> Response:
    """A small bundle, cut into parts; too large a one is refused with what to do."""
    audience = form.text("audience")
    _require_may_take(visit, audience)
    ledger = form.one_of("ledger", list(visit.node.books.known()))
    start = form.number("start", most=MAX_INTEGER)
    typed = {"audience": audience, "ledger": ledger, "start": start, "url": form.text("url")}
    try:
        url = _reader_url(form.text("url"))
        raw, _ = await _export(visit, audience, [CommunityId(ledger)], start)
        parts = split_parts(raw)
    except Malformed as problem:
        return await _choose(visit, {"typed": typed, "wrong": problem.code}, 422)
    pictures: Pictures = visit.request.app.state.pictures
    digest = pictures.put(PictureSet(parts=parts, audience=audience, reader_url=url))
    return send_on(f"/bundles/pictures/{digest}/1")


def _reader_url(text: str) -> str:
    return read_peer_url(text).text if text else ""


@routes.get("/bundles/pictures/{digest}")
async def all_pictures(visit: MemberVisit, digest: Digest) -> Response:
    """All codes on one page, to be printed."""
    found = _found(visit, digest)
    return show(visit, "network/picture.html", _shown(found, digest, None))


@routes.get("/bundles/pictures/{digest}/{number}")
async def one_picture(visit: MemberVisit, digest: Digest, number: Number) -> Response:
    """One code, large, with the way to the next."""
    found = _found(visit, digest)
    if number > len(found.parts):
        raise NotHere("picture-unknown", "there are fewer pictures than that")
    return show(visit, "network/picture.html", _shown(found, digest, number))


def _shown(found: PictureSet, digest: str, number: int | None) -> dict[str, Any]:
    total = len(found.parts)
    numbers = range(1, total + 1) if number is None else (number,)
    codes = [(one, found.drawn(one), found.text(one)) for one in numbers]
    return {"digest": digest, "number": number, "total": total, "codes": codes}


def _found(visit: Visit, digest: str) -> PictureSet:
    pictures: Pictures = visit.request.app.state.pictures
    found = pictures.get(digest)
    if found is None or not _may_take(visit, found.audience):
        raise NotHere("picture-unknown", "these pictures are not kept any more: make them again")
    return found


@routes.get("/bundles/part")
async def collect(visit: VisitDep) -> Response:
    """Where parts are gathered, from a camera or from what is pasted, until all are there."""
    return show(visit, "network/part.html", {"most": MAX_PARTS})
