"""What people wrote, as it may stand in a page: Markdown without HTML, bidi kept to itself.

Texts come from members and from other communities, and both are hostile until this has passed
over them. Markup is rendered with HTML switched off and then cleaned once more against a short
list; a link shows the host that it leads to, and no picture is ever loaded.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

_BLOCKS: Final = ("p", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "table", "pre")
_PARTS: Final = ("a", "em", "strong", "code", "s", "hr", "br", "bdi")
_CELLS: Final = ("thead", "tbody", "tr", "th", "td")
_TAGS: Final = {*_BLOCKS, *_PARTS, *_CELLS}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": set(),
    "a": {"href"},
    **{tag: {"dir"} for tag in _BLOCKS},
}
_LINKS: Final = ("http://", "https://", "mailto:")
_SCHEMES: Final = {"http", "https", "mailto"}
_HEADING: Final = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}


class _Renderer(RendererHTML):
    """As usual, but blocks find their own direction and links say where they lead."""

    def renderToken(  # noqa: N802 - the library's name
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        token.tag = _HEADING.get(token.tag, token.tag)
        if token.nesting == 1 and token.tag in _BLOCKS:
            token.attrSet("dir", "auto")
        return super().renderToken(tokens, idx, options, env)

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        shown = str(super().renderToken(tokens, idx, options, env))
        start = _opening(tokens, idx)
        host = _host(str(start.attrGet("href") or ""))
        return f"{shown} <bdi>({escape(host)})</bdi>" if host else shown

    def image(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """A picture is named, never loaded: it would tell its server who reads."""
        return str(escape(tokens[idx].content))


def _opening(tokens: Sequence[Token], idx: int) -> Token:
    depth = tokens[idx].level
    for token in reversed(tokens[:idx]):
        if token.type == "link_open" and token.level == depth:
            return token
    raise AssertionError("a link that ends has begun")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""


class _Reader(MarkdownIt):
    """Links that name their scheme, and no others: nobody passes for a page of this node."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return url.lower().startswith(_LINKS) and super().validateLink(url)


def _reader() -> MarkdownIt:
    reader = _Reader("commonmark", {"html": False}, renderer_cls=_Renderer)
    return reader.enable(["table", "strikethrough"])


_MARKDOWN: Final = _reader()
_CLEAN: Final[dict[str, Any]] = {
    "tags": _TAGS,
    "attributes": _ATTRIBUTES,
    "url_schemes": _SCHEMES,
    "link_rel": "nofollow noopener noreferrer",
    "strip_comments": True,
}


def rich(text: str) -> Markup:
    """A text of several paragraphs."""
    return Markup(nh3.clean(_MARKDOWN.render(text), **_CLEAN))  # noqa: S704 - cleaned right here


def bdi(text: str) -> Markup:
    """A name or title inside a sentence of ours: whatever is in it stays in it."""
    return Markup("<bdi>{}</bdi>").format(text)
