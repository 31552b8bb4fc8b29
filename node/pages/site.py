"""How a page is made: its template, the sentences, the headers that let a browser do no more.

Pages say themselves which version they are (`ETag`), so that a visit again costs a few bytes. They
are compressed although one cookie comes along: no page holds a secret that a stranger's text in
it could help to guess.
"""

import gzip
import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from node.pages.markup import bdi, rich
from node.pages.static import PREFIX, Shelf, takes_gzip
from node.pages.visit import Visit
from node.pages.wording import LANGUAGES, PageWords

_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ENOUGH_TO_COMPRESS: Final = 600
_SHORT: Final = 8


def _short(identifier: str) -> str:
    """An id as people read it."""
    return identifier[:_SHORT]


def _grouped(text: str) -> Markup:
    """A digest in groups, so that it breaks on a narrow screen and is compared by eye."""
    groups = [text[at : at + _SHORT] for at in range(0, len(text), _SHORT)]
    return Markup("<code>{}</code>").format(Markup("<wbr>").join(groups))


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("node.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # What is signed is shown as it is written: letters, not their numbers.
    made.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    made.filters.update(rich=rich, bdi=bdi, short=_short, digest=_grouped)
    return made


_PAGES: Final = _environment()


def show(
    visit: Visit,
    template: str,
    values: Mapping[str, Any] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page of the node's.

    Templates know `w` (sentences), `moments`, `visit`, `book`, `script(name)`, `style(name)`,
    `languages`, and the filters `rich`, `bdi`, `short` and `digest`.
    """
    own = {"moments": visit.moments, "visit": visit, "book": visit.book, **(values or {})}
    return render(visit.request, visit.words, template, own, status, headers)


def render(
    request: Request,
    words: PageWords,
    template: str,
    values: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page in one language, before there is a node too."""
    shown = piece(request, words, template, values)
    return _answer(request, words, shown.encode("utf-8"), status, headers or {})


def piece(request: Request, words: PageWords, template: str, values: Mapping[str, Any]) -> str:
    """A page, or a part of one, as text."""
    shelf: Shelf = request.app.state.shelf
    return _PAGES.get_template(template).render(
        w=words,
        path=request.url.path,
        languages=LANGUAGES,
        script=partial(_script, shelf),
        style=partial(_style, shelf),
        **values,
    )


def send_on(path: str) -> Response:
    """The browser goes to another page of ours, and asks for it with GET."""
    return RedirectResponse(path, status_code=303)


def _answer(
    request: Request, words: PageWords, raw: bytes, status: int, more: Mapping[str, str]
) -> Response:
    tag = f'W/"{hashlib.sha256(raw).hexdigest()[:20]}"'
    headers = {
        **more,
        "content-security-policy": _CSP,
        # Not `no-referrer`: with it browsers hide, in a form's `Origin`, who sends it.
        "referrer-policy": "same-origin",
        "content-language": words.language,
        "cache-control": "private, no-cache",
        "vary": "accept-encoding, accept-language, cookie",
        "etag": tag,
    }
    if status == 200 and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if len(raw) > _ENOUGH_TO_COMPRESS and takes_gzip(request):
        headers["content-encoding"] = "gzip"
        raw = gzip.compress(raw, 6, mtime=0)
    return Response(raw, status, headers=headers, media_type="text/html")


def _script(shelf: Shelf, name: str) -> Markup:
    built = shelf.built[f"{name}.js"]
    ahead = Markup('<link rel="modulepreload" href="{}">')
    loaded = [ahead.format(PREFIX + one) for one in built.imports]
    tag = Markup('<script type="module" src="{}"></script>').format(PREFIX + built.file)
    return Markup("\n").join([*loaded, tag])


def _style(shelf: Shelf, name: str) -> Markup:
    file = shelf.built[f"{name}.css"].file
    return Markup('<link rel="stylesheet" href="{}">').format(PREFIX + file)
