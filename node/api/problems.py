"""Everything that can go wrong, as HTTP says it (RFC 9457). Spec: docs/spec/http-api.md.

The only place where a status is decided. A family of errors has one status; a few codes have
their own, because clients do something else about them. What we did wrong ourselves is
answered without detail and logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from node.journal import Unavailable
from protocol.errors import Behind, Inconsistent, Malformed, ProtocolError, Refused, Unauthentic
from protocol.wire.encoding import JsonValue, write_json

MEDIA_TYPE: Final = "application/problem+json"
ERRORS_PAGE: Final = "/docs/errors#"
_RETRY_S: Final = "5"

log = structlog.get_logger()


class Problem(Exception):  # noqa: N818 - named as the RFC names it
    """What is wrong with a request before the protocol is asked, or with who asks."""

    def __init__(
        self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers or {}


class NotHere(Problem):
    """Nothing of that name is here, or not for whoever asks: both are answered alike."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(404, code, detail)


_FAMILIES: Final[Mapping[type[ProtocolError], tuple[int, str]]] = {
    Malformed: (400, "It cannot be read"),
    Unauthentic: (403, "A key or signature does not stand for what it claims"),
    Inconsistent: (409, "It contradicts what is known here"),
    Behind: (409, "History is missing here"),
    Refused: (422, "The rules do not allow it"),
}
_TITLES: Final[Mapping[int, str]] = {
    400: "It cannot be read",
    401: "Say who you are",
    403: "Not for you",
    404: "Not here",
    405: "Not done this way",
    408: "It took too long",
    409: "It does not go with what stands here",
    413: "Too large",
    415: "Not in this form",
    422: "The rules do not allow it",
    429: "Too often",
    500: "Our own mistake",
    503: "Not now",
}
_CODES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("message-too-long", "entry-too-long", "json-too-long", "zstd-too-long"), 413),
    **dict.fromkeys(("ledger-unknown", "witness-origin"), 404),
    # The ground has changed: read again, and perhaps sign again.
    **dict.fromkeys(
        (
            "amendment-stale",
            "amendment-state",
            "assembly-state",
            "correction-waits",
            "counted-in-room",
            "founded-already",
            "invitation-known",
            "joined-already",
            "key-known",
            "message-repeated",
            "mandate-over",
            "mandate-suspended",
            "minutes-open",
            "minutes-state",
            "offer-answered",
            "offer-lapsed",
            "office-full",
            "office-not-held",
            "opening-charter",
            "opening-electorate",
            "opening-version",
            "outcome-differs",
            "outcome-known",
            "position-final",
            "proposal-state",
            "recall-state",
            "report-already",
            "report-state",
            "text-frozen",
            "voting-closed",
            "voting-not-open",
        ),
        409,
    ),
    "not-founded": 503,
}
_HTTP_CODES: Final[Mapping[int, str]] = {404: "route-unknown", 405: "method-not-allowed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a problem: to programs as an object, to people in a page."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None


def told(problem: Exception) -> Told:
    """What is said of whatever was raised."""
    match problem:
        case Problem():
            return Told(
                status=problem.status,
                code=problem.code,
                detail=problem.detail,
                headers=problem.headers,
            )
        case ProtocolError():
            return Told(
                status=_CODES.get(problem.code, _FAMILIES[_family(problem)][0]),
                code=problem.code,
                detail=problem.detail,
                size=problem.size if isinstance(problem, Behind) else None,
            )
        case Unavailable():
            headers = {"retry-after": _RETRY_S}
            return Told(status=503, code=problem.code, detail=problem.reason, headers=headers)
        case RequestValidationError():
            return Told(status=400, code="parameter-invalid", detail=_first(problem))
        case HTTPException():
            code = _HTTP_CODES.get(problem.status_code, "request-invalid")
            return Told(
                status=problem.status_code,
                code=code,
                detail=problem.detail,
                headers=problem.headers or {},
            )
        case _:
            log.error("request_broke", exc_info=problem)
            detail = "This is a mistake of the node; it was logged."
            return Told(status=500, code="internal-error", detail=detail)


def answer(problem: Exception) -> Response:
    """The answer to whatever was raised."""
    found = told(problem)
    value = _object(found, _title(problem, found.status))
    return Response(write_json(value), found.status, headers=found.headers, media_type=MEDIA_TYPE)


async def on_problem(_request: Request, problem: Exception) -> Response:
    """`answer` in the form in which the framework asks."""
    return answer(problem)


EXPECTED: Final[tuple[type[Exception], ...]] = (
    Problem,
    ProtocolError,
    Unavailable,
    RequestValidationError,
    HTTPException,
)
"""What routes may raise; anything else is our own mistake."""


def as_object(problem: ProtocolError) -> dict[str, JsonValue]:
    """A problem of the protocol as an object, for answers that hold several."""
    found = told(problem)
    return _object(found, _title(problem, found.status))


def _object(found: Told, title: str) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = {
        "type": ERRORS_PAGE + found.code,
        "title": title,
        "status": found.status,
        "detail": _speakable(found.detail),
        "code": found.code,
    }
    if found.size is not None:
        value["size"] = found.size
    return value


def _title(problem: Exception, status: int) -> str:
    if isinstance(problem, ProtocolError):
        return _FAMILIES[_family(problem)][1]
    return _TITLES.get(status, "Not possible")


def _family(problem: ProtocolError) -> type[ProtocolError]:
    return next(family for family in _FAMILIES if isinstance(problem, family))


def _speakable(detail: str) -> str:
    # A detail may quote what somebody sent; half a character would break the answer.
    return detail.encode("utf-8", "replace").decode("utf-8")


def _first(problem: RequestValidationError) -> str:
    first = problem.errors()[0]
    place = ".".join(str(part)[:32] for part in first["loc"][:4])
    return f"{place}: {str(first['msg'])[:120]}"
