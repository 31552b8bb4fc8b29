"""What browsers load beside a page: scripts and styles that `make web` built, under hashed names.

All of it is read once and compressed once; a name never comes to mean something else, so a
browser asks for each file one time in its life.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from node.api.answers import FOR_EVER
from node.api.problems import NotHere
from protocol.wire.encoding import JsonValue, read_json

PREFIX: Final = "/static/"
_MANIFEST: Final = "manifest.json"
_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


class NotBuilt(Exception):  # noqa: N818 - what is the case, not whose mistake it is
    """The scripts and styles are not there: `make web` makes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What became of a script or style: its own file, and what it is sure to load beside it."""

    file: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    media_type: str
    raw: bytes = field(repr=False)
    compressed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every file by name, and what became of each script and style."""

    files: Mapping[str, _File]
    built: Mapping[str, Built]

    def digests(self) -> Mapping[str, str]:
        """The SHA-256 of every file, for whoever compares what a node serves."""
        return {name: hashlib.sha256(one.raw).hexdigest() for name, one in self.files.items()}

    async def serve(self, request: Request) -> Response:
        """One file, for ever."""
        name = request.path_params["name"]
        found = self.files.get(name)
        if found is None:
            raise NotHere("file-unknown", "no such file is served here")
        headers = {**FOR_EVER, "vary": "accept-encoding"}
        if takes_gzip(request):
            headers["content-encoding"] = "gzip"
            return Response(found.compressed, headers=headers, media_type=found.media_type)
        return Response(found.raw, headers=headers, media_type=found.media_type)


def takes_gzip(request: Request) -> bool:
    """Whether a browser takes answers compressed."""
    accepted = request.headers.get("accept-encoding", "").lower()
    return "gzip" in {part.partition(";")[0].strip() for part in accepted.split(",")}


def read_shelf() -> Shelf:
    """What was built.

    Raises:
        NotBuilt: Nothing was.
    """
    folder = files("node.pages").joinpath("static")
    manifest = folder.joinpath(_MANIFEST)
    if not manifest.is_file():
        raise NotBuilt("the pages' scripts are missing: run `make web`")
    held = {one.name: _file(one) for one in folder.iterdir() if one.name != _MANIFEST}
    listed = read_json(manifest.read_bytes().strip())
    if not isinstance(listed, dict):
        raise NotBuilt("the list of the pages' scripts cannot be read: run `make web`")
    return Shelf(files=held, built={name: _built(value) for name, value in listed.items()})


def _built(value: JsonValue) -> Built:
    match value:
        case {"file": str(file), "imports": list(imports)}:
            return Built(file=file, imports=tuple(map(str, imports)))
        case _:
            raise NotBuilt("the list of the pages' scripts cannot be read: run `make web`")


def _file(found: Traversable) -> _File:
    raw = found.read_bytes()
    ending = found.name.rpartition(".")[2]
    return _File(_TYPES.get(ending, "application/octet-stream"), raw, gzip.compress(raw, 9))
