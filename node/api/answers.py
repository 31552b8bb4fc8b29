"""How answers are written."""

import json
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


def json_answer(value: dict[str, JsonValue], status: int = 200) -> Response:
    """One JSON object."""
    return Response(_write(value).encode("utf-8"), status, media_type="application/json")
