"""A small bundle as numbered QR codes, drawn here: there is no secret in them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import segno
from markupsafe import Markup

from protocol.replication.parts import Part

_MOST_SETS: Final = 16
_QUIET_ZONE: Final = 4


def draw(text: str) -> Markup:
    """A QR code, with the white margin that cameras need."""
    code = segno.make(text, error="l", boost_error=False, micro=False)
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        border=_QUIET_ZONE,
        omitsize=True,
        xmldecl=False,
        svgns=False,
        nl=False,
        svgclass="qr",
        lineclass=None,
    )
    return Markup(out.getvalue().decode("ascii"))  # noqa: S704 - drawn right here


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSet:
    """The parts of one file, for whom they are, and the node whose page shall read them."""

    parts: Sequence[Part]
    audience: str
    reader_url: str

    def text(self, number: int) -> str:
        """What one code holds: the part, or a link to a page that takes it."""
        part = self.parts[number - 1].text
        return f"{self.reader_url}/bundles/part#{part}" if self.reader_url else part

    def drawn(self, number: int) -> Markup:
        """One code."""
        return draw(self.text(number))


class Pictures:
    """The sets that somebody looks at; a crowd forgets the oldest, which can be made again."""

    def __init__(self) -> None:
        self._sets: dict[str, PictureSet] = {}

    def put(self, made: PictureSet) -> str:
        """Keep a set for the next pages; what it is found by."""
        digest = made.parts[0].digest
        self._sets.pop(digest, None)
        if len(self._sets) >= _MOST_SETS:
            del self._sets[next(iter(self._sets))]
        self._sets[digest] = made
        return digest

    def get(self, digest: str) -> PictureSet | None:
        """A set, if it is still there."""
        return self._sets.get(digest)
