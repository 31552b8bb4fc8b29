"""What peers answer, read strictly. Nothing of it is believed for its own sake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.errors import Malformed
from protocol.wire.digests import CommunityId
from protocol.wire.encoding import JsonValue, read_json
from protocol.wire.limits import MAX_INTEGER

JSON_BYTES = 4 * 1024 * 1024
_CODE_CHARS = 64


class PeerTrouble(Exception):  # noqa: N818 - named for what is the case
    """A peer could not be called, or did not answer as it should; `code` is stable.

    `status` is that of an HTTP answer, `size` what a peer says that it holds instead.
    """

    def __init__(self, code: str, detail: str, *, status: int = 0, size: int | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.status = status
        self.size = size


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a peer says about one section that we pushed; it proves nothing but its line."""

    ledger: CommunityId
    size: int
    cosignature: bytes | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteHead:
    """A head that a peer says it holds."""

    ledger: CommunityId
    size: int
    note: bytes


def read_verdict(row: Mapping[str, JsonValue]) -> Verdict:
    line, error = row.get("cosignature"), row.get("error")
    told = error.get("code") if isinstance(error, dict) else error
    return Verdict(
        ledger=CommunityId(text_of(row.get("ledger"))),
        size=size_of(row.get("size")),
        cosignature=None if line is None else text_of(line).encode("utf-8"),
        error=None if error is None else code_of(told, "unexplained"),
    )


def code_of(value: JsonValue, otherwise: str) -> str:
    """A stranger's word for what is wrong, fit for a log."""
    fits = isinstance(value, str) and len(value) <= _CODE_CHARS and value.isascii()
    return str(value) if fits and str(value).replace("-", "").isalnum() else otherwise


def read_head(row: Mapping[str, JsonValue]) -> RemoteHead:
    """A row of a list of heads.

    Raises:
        PeerTrouble: it is none.
    """
    return RemoteHead(
        ledger=CommunityId(text_of(row.get("ledger"))),
        size=size_of(row.get("size")),
        note=text_of(row.get("note")).encode("utf-8"),
    )


def rows_of(raw: bytes, name: str) -> Sequence[Mapping[str, JsonValue]]:
    rows = object_of(raw).get(name)
    if not isinstance(rows, list):
        raise _unreadable()
    found = [row for row in rows if isinstance(row, dict)]
    if len(found) != len(rows):
        raise _unreadable()
    return found


def object_of(raw: bytes) -> Mapping[str, JsonValue]:
    try:
        value = read_json(raw, max_bytes=JSON_BYTES)
    except Malformed:
        raise _unreadable() from None
    if not isinstance(value, dict):
        raise _unreadable()
    return value


def text_of(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _unreadable()
    return value


def size_of(value: JsonValue) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INTEGER:
        raise _unreadable()
    return value


def _unreadable() -> PeerTrouble:
    return PeerTrouble("peer-answer", "the answer is not what was asked for")
