"""How answers are written."""

import json
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from protocol.wire.encoding import JsonValue

TEXT: Final = "text/plain; charset=utf-8"
BUNDLE: Final = "application/vnd.acuerdo.bundle"
OCTETS: Final = "application/octet-stream"
FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable"}
FOR_SECONDS: Final = {"cache-control": "public, max-age=2"}

# Not the protocol's own writer: an answer is signed by nobody, and may be larger than a message.
_write = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def json_answer(
    value: dict[str, JsonValue], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """One JSON object."""
    raw = _write(value).encode("utf-8")
    return Response(raw, status, headers=headers, media_type="application/json")
