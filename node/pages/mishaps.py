"""What goes wrong while somebody looks at a page, told in a page."""

from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.responses import Response

from node.api.problems import on_problem, told
from node.pages.site import send_on, show
from node.pages.visit import MustOperate, MustSignIn, bystander

_MACHINES: Final = ("/v1/", "/static/", "/openapi.json", "/livez", "/readyz", "/metrics")


async def on_page_problem(request: Request, problem: Exception) -> Response:
    """A page for people, a problem object for programs."""
    if isinstance(problem, MustOperate):
        return send_on("/enter/operator")
    if isinstance(problem, MustSignIn):
        return send_on(f"/enter?to={quote(_page_of(request, str(problem)), safe='/')}")
    if not wants_page(request):
        return await on_problem(request, problem)
    found = told(problem)
    seen = await bystander(request, request.app.state.node)
    return show(seen, "mishap.html", {"problem": found}, found.status, found.headers)


def _page_of(request: Request, wanted: str) -> str:
    """Where to come back to: what a form is sent to cannot be looked at, but its page can."""
    if request.method == "GET":
        return wanted
    return urlsplit(request.headers.get("referer", "")).path or "/"


def wants_page(request: Request) -> bool:
    """Whether a person asks, and not a program."""
    if request.url.path.startswith(_MACHINES):
        return False
    return "text/html" in request.headers.get("accept", "")
