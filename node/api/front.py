"""The plain page at `/`: for people who open the node's address in a browser."""

from collections.abc import Mapping
from typing import Final, Literal

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from node.api.auth import NodeDep
from node.api.community import status_of
from node.api.permissions import AnyReader

routes: Final = APIRouter(include_in_schema=False)
Language = Literal["es", "en"]

_PAGES: Final = Environment(
    loader=PackageLoader("node.api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "title": "A node of Acuerdo",
        "unnamed": "A community without a name",
        "entries": "Entries in the ledger",
        "witnessed": "of them witnessed by others",
        "head": "Head",
        "home": "Home witness",
        "none": "none",
        "working": "The node takes messages in.",
        "read_only": "The node does not take messages in now:",
        "open": "Proposals open for positions",
        "members": "Members",
        "inside": "for members only",
        "neighbours": "Neighbour communities",
        "alone": "This community works alone so far.",
        "nameless": "no name known",
    },
    "es": {
        "title": "Un nodo de Acuerdo",
        "unnamed": "Una comunidad sin nombre",
        "entries": "Entradas en el libro",
        "witnessed": "de ellas atestiguadas por otras comunidades",
        "head": "Cabeza",
        "home": "Testigo de cabecera",
        "none": "ninguno",
        "working": "El nodo recibe mensajes.",
        "read_only": "El nodo no recibe mensajes ahora:",
        "open": "Propuestas abiertas a tomar posición",
        "members": "Miembros",
        "inside": "solo para miembros",
        "neighbours": "Comunidades vecinas",
        "alone": "Por ahora esta comunidad trabaja sola.",
        "nameless": "sin nombre conocido",
    },
}


@routes.get("/")
async def front(request: Request, found: AnyReader, node: NodeDep) -> Response:
    """Who answers here and how it is doing."""
    language = preferred(request.headers.get("accept-language", ""))
    page = _PAGES.get_template("front.html")
    shown = page.render(
        language=language, words=WORDS[language], status=await status_of(node, found)
    )
    return HTMLResponse(
        shown, headers={"content-language": language, "vary": "accept-language, authorization"}
    )


def preferred(accepted: str) -> Language:
    """The first of our languages that a browser names with the highest weight; or English."""
    ranked: list[tuple[int, int, Language]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        tag, _, weight = part.strip().lower().partition(";q=")
        ranked += [
            (-_thousandths(weight), place, language)
            for language in WORDS
            if tag == language or tag.startswith(f"{language}-")
        ]
    return min(ranked)[2] if ranked else "en"


def _thousandths(weight: str) -> int:
    """A weight of a preference; "1", "0.8" and "0.85" come up, all else is not preferred."""
    if not weight:
        return 1_000
    whole, _, part = weight.partition(".")
    digits = whole + part[:3].ljust(3, "0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0
