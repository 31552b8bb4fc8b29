"""Members, proposals and positions as tables, for spreadsheets and other programs.

The rows are those of the API's own views, read as the community may read them. A cell that a
spreadsheet would take for a formula is not one: what people wrote must never run in the machine
of whoever opens the file.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from node.api.operations import Record, record
from node.api.views import JsonObject, members_view, proposal_summary, proposal_view
from node.api.words import words_of
from node.readers import reader_of
from node.runtime import Node
from protocol.decisions.proposal import Proposal
from protocol.wire.digests import MessageId
from protocol.wire.encoding import JsonValue

TableName = Literal["members", "proposals", "positions"]
Form = Literal["csv", "json"]
TABLES: Final[tuple[TableName, ...]] = get_args(TableName)
FORMS: Final[tuple[Form, ...]] = get_args(Form)

_COLUMNS: Final[Mapping[TableName, Sequence[str]]] = {
    "members": ("id", "name", "standing", "since", "household", "key"),
    "proposals": (
        "id",
        "title",
        "state",
        "type",
        "author",
        "version",
        "drafted_at",
        "opened_at",
        "closes_at",
        "voices",
        "spoken",
        "verdict",
        "closed_index",
    ),
    "positions": ("proposal", "title", "voice", "member", "name", "choice", "reason", "index"),
}
_TIMES: Final = frozenset({"since", "drafted_at", "opened_at", "closes_at"})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM: Final = "\ufeff"
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A table as a file."""

    name: str
    media_type: str
    raw: bytes
    record: Record


async def export_table(node: Node, table: TableName, form: Form, language: str) -> Exported:
    """A table, in the form that was asked for; that it left the machine is written down."""
    rows = await _ROWS[table](node, language)
    columns = _COLUMNS[table]
    write = _csv if form == "csv" else _json
    raw = await node.executor.run(write, columns, rows)
    name = f"{table}.{form}"
    return Exported(
        name=name,
        media_type="text/csv; charset=utf-8" if form == "csv" else "application/json",
        raw=raw,
        record=await record(node, "export-made", name),
    )


async def _members(node: Node, _language: str) -> list[JsonObject]:
    rows = members_view(node.books.own, names=True)["members"]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


async def _proposals(node: Node, language: str) -> list[JsonObject]:
    found: list[JsonObject] = []
    for some in _by_some(list(node.books.own.decisions.proposals.values())):
        words = await _words(node, some)
        for one in some:
            row = proposal_summary(one, words)
            found.append({**row, "title": _title(words[one.text], language)})
    return found


async def _positions(node: Node, language: str) -> list[JsonObject]:
    book, found = node.books.own, list[JsonObject]()
    names = {str(one.id): one.name for one in book.membership.members.values()}
    now = node.clock.now()
    for some in _by_some(list(book.decisions.proposals.values())):
        words = await _words(node, some)
        for one in some:
            taken = proposal_view(book, one, words, comments=0, now=now)["positions"]
            title = _title(words[one.text], language)
            for row in taken if isinstance(taken, list) else ():
                if isinstance(row, dict):
                    name = names.get(str(row["member"]))
                    found.append({**row, "proposal": one.id, "title": title, "name": name or None})
    return found


_ROWS: Final = {"members": _members, "proposals": _proposals, "positions": _positions}


def _by_some(proposals: Sequence[Proposal]) -> Iterator[Sequence[Proposal]]:
    for start in range(0, len(proposals), _AT_ONCE):
        yield proposals[start : start + _AT_ONCE]


async def _words(node: Node, some: Sequence[Proposal]) -> dict[MessageId, JsonObject]:
    reader = reader_of(node.books.own_id, node.books.facts())
    return await words_of(node, reader, [one.text for one in some])


def _title(text: JsonObject, language: str) -> JsonValue:
    titles = text.get("title")
    if not isinstance(titles, dict) or not titles:
        return None
    return titles.get(language) or next(iter(titles.values()))


def _csv(columns: Sequence[str], rows: Sequence[JsonObject]) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it, lines as RFC 4180 ends them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(name, row.get(name)) for name in columns])
    return (_BOM + out.getvalue()).encode("utf-8", "replace")


def _cell(name: str, value: JsonValue) -> str:
    if value is None:
        return ""
    if name in _TIMES and isinstance(value, int):
        return datetime.fromtimestamp(min(value, 253_402_300_799), UTC).isoformat(" ")
    text = str(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _json(columns: Sequence[str], rows: Sequence[JsonObject]) -> bytes:
    table = [{name: row.get(name) for name in columns} for row in rows]
    return json.dumps(table, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
