"""Pages for whoever looks after the node. What is done here is written down for the members.

Each form calls the function that the operator's routes call (node/api/operations.py), and the page
that follows says at which entry it was recorded, or why it was not.
"""

import platform
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import FileResponse, Response

from node.addresses import read_peer_url
from node.api.backups import drill_restore, fetch_backup, list_backups, make_backup
from node.api.community import VERSION, status_of
from node.api.doctor import examine
from node.api.operations import Record, add_peer, remove_peer, renew_token
from node.api.tables import FORMS, TABLES, export_table
from node.api.upkeep import every_peer, owed_duties
from node.pages.forms import FormDep
from node.pages.site import send_on, show
from node.pages.visit import OperatorVisit, Visit
from protocol.community.charter import PUBLIC
from protocol.community.operation import OperatorAct
from protocol.errors import Malformed

routes: Final = APIRouter(include_in_schema=False)
_SHOWN: Final = 30
_MOST_DUTIES: Final = 50

Done = Annotated[str, Query(max_length=40, pattern=r"^[a-z-]*\z")]
Entry = Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*\z")]


def done_at(path: str, act: OperatorAct, record: Record) -> Response:
    """On to a page that says what was done, and where that stands."""
    told = record.problem if record.index is None else str(record.index)
    return send_on(f"{path}?done={act}&entry={told or ''}")


def told(act: str, entry: str) -> Mapping[str, str]:
    """The same, read back from the address; a template says it."""
    return {"done": act, "entry": entry}


@routes.get("/admin")
async def admin(visit: OperatorVisit, done: Done = "", entry: Entry = "") -> Response:
    """How the node is, what is wrong and what to do, and where everything is."""
    node = visit.node
    checks = await node.executor.run(examine, node)
    backups = await node.executor.run(list_backups, node)
    values: dict[str, Any] = {
        **told(done, entry),
        "checks": checks,
        "status": await status_of(node, visit.asker),
        "newest": backups[0] if backups else None,
        "records": sorted(visit.book.operations.values(), key=lambda one: -one.index)[:_SHOWN],
        "version": VERSION,
        "python": platform.python_version(),
        "database": node.store.reader.dialect.name,
    }
    return show(visit, "admin/home.html", values)


@routes.get("/admin/peers")
async def peers(visit: OperatorVisit, done: Done = "", entry: Entry = "") -> Response:
    """The addresses that are called."""
    return await _peers(visit, told(done, entry))


async def _peers(visit: Visit, more: Mapping[str, Any], status: int = 200) -> Response:
    held = await visit.node.executor.run(every_peer, visit.node)
    books = visit.node.books
    found = {one: books.book(one) for one in books.known()}
    names = {one: book.presence.name for one, book in found.items() if book is not None}
    values = {
        "peers": held,
        "names": names,
        "typed": "",
        "private": False,
        "wrong": None,
        "done": "",
        "entry": "",
        "others": [one for one in names if one != books.own_id],
        **more,
    }
    return show(visit, "admin/peers.html", values, status)


@routes.post("/admin/peers")
async def change_peers(visit: OperatorVisit, form: FormDep) -> Response:
    """One address more, or one less."""
    if form.one_of("do", ("add", "remove")) == "remove":
        return done_at(
            "/admin/peers", "peer-removed", await remove_peer(visit.node, form.text("url"))
        )
    typed, private = form.text("url"), form.text("private") == "yes"
    try:
        read_peer_url(typed)
    except Malformed:
        wrong = {"typed": typed, "private": private, "wrong": True}
        return await _peers(visit, wrong, 422)
    _, record = await add_peer(visit.node, typed, allow_private=private)
    return done_at("/admin/peers", "peer-added", record)


@routes.post("/admin/witness")
async def choose_witness(visit: OperatorVisit, form: FormDep) -> Response:
    """The community that cosigns before a head is published; an entry by itself."""
    known = [one for one in visit.node.books.known() if one != visit.node.books.own_id]
    chosen = form.one_of("home", ("", *known))
    await visit.node.journal.speak("identity/witness", PUBLIC, {"home": chosen or None})
    return send_on("/admin/peers")


@routes.get("/admin/duties")
async def duties(visit: OperatorVisit) -> Response:
    """What waits to be brought to others."""
    owed, total = await visit.node.executor.run(owed_duties, visit.node)
    return show(visit, "admin/duties.html", {"duties": owed[:_MOST_DUTIES], "total": total})


@routes.get("/admin/backups")
async def backups(visit: OperatorVisit, done: Done = "", entry: Entry = "") -> Response:
    """The copies of the database in the node's own folder."""
    found = await visit.node.executor.run(list_backups, visit.node)
    values = {**told(done, entry), "backups": found, "drill": None}
    return show(visit, "admin/backups.html", values)


@routes.post("/admin/backups")
async def back_up(visit: OperatorVisit) -> Response:
    """One copy more."""
    _, _, record = await make_backup(visit.node)
    return done_at("/admin/backups", "backup-made", record)


@routes.post("/admin/backups/drill")
async def drill(visit: OperatorVisit, form: FormDep) -> Response:
    """Try a copy out: open it elsewhere, replay it, compare it."""
    name, found, record = await drill_restore(visit.node, form.text("name") or None)
    entry = record.problem if record.index is None else str(record.index)
    values = {
        **told("restore-drilled", entry or ""),
        "backups": await visit.node.executor.run(list_backups, visit.node),
        "drill": found,
        "name": name,
    }
    return show(visit, "admin/backups.html", values)


@routes.post("/admin/backups/fetch")
async def fetch(visit: OperatorVisit, form: FormDep) -> Response:
    """A copy to take away: all that the community wrote, but none of its keys."""
    path, _ = await fetch_backup(visit.node, form.text("name"))
    return FileResponse(path, filename=path.name, media_type="application/vnd.sqlite3")


@routes.get("/admin/exports")
async def exports(visit: OperatorVisit) -> Response:
    """What can be taken away as a table."""
    return show(visit, "admin/exports.html", {"tables": TABLES, "forms": FORMS})


@routes.post("/admin/exports")
async def export(visit: OperatorVisit, form: FormDep) -> Response:
    """A table as a file."""
    table, kind = form.one_of("table", TABLES), form.one_of("form", FORMS)
    found = await export_table(visit.node, table, kind, visit.language)  # type: ignore[arg-type]
    headers = {
        "content-disposition": f'attachment; filename="{found.name}"',
        **found.record.headers,
    }
    return Response(found.raw, headers=headers, media_type=found.media_type)


@routes.post("/admin/token")
async def token(visit: OperatorVisit) -> Response:
    """Another token; this browser and all others of the operator's are signed out."""
    await renew_token(visit.node, visit.request.app.state)
    return send_on("/enter/operator")
