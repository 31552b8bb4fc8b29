"""The application that answers while no community lives here yet: it leads its founders.

    /found/<token>/...              for whoever has the one-time link that `acuerdo serve` printed
    /found/<link>/join/<number>     for one founder more, on a device of her own

Everything else says that a community is being founded here: to people in a page, to programs as
the problem `not-founded`. Once it is founded the node itself answers, on the same socket.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from node.api.answers import TEXT
from node.api.edge import Edge
from node.api.problems import EXPECTED, answer, told
from node.api.quotas import Quotas
from node.first_run import FirstRun
from node.pages.forms import read_form
from node.pages.founding import finish as first_run_finish
from node.pages.founding import founders as first_run_people
from node.pages.founding import rules as first_run_rules
from node.pages.founding import steps as first_run_steps
from node.pages.mishaps import wants_page
from node.pages.more import advice_of
from node.pages.signing_in import language_chosen
from node.pages.site import render
from node.pages.static import PREFIX as STATIC
from node.pages.static import read_shelf
from node.pages.visit import is_unprotected, language_of, require_own_page
from node.pages.wording import page_words
from node.ports import Ports
from node.settings import Settings
from protocol.errors import Refused

_ROUTES: Final = (
    first_run_steps.routes,
    first_run_rules.routes,
    first_run_people.routes,
    first_run_finish.routes,
)
_PREFIX_BYTES: Final = 4


def create_first_run(
    settings: Settings, ports: Ports, run: FirstRun, found: Callable[[], Awaitable[None]]
) -> FastAPI:
    """The application for one founding.

    Args:
        settings: the operator's.
        ports: time and chance.
        run: the link and the draft.
        found: founds what the draft says, and has answered by the node from then on.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    quotas = Quotas(ports.clock, settings.requests_per_minute)
    app.state.first_run = run
    app.state.found = found
    app.state.quotas = quotas
    app.state.shelf = shelf = read_shelf()
    add = app.router.routes.append
    add(Route(STATIC + "{name}", shelf.serve, methods=["GET"], name="static"))
    add(Route("/livez", _live, methods=["GET"]))
    add(Route("/language", _choose_language, methods=["POST"]))
    add(Route("/advice/{code}", _advice, methods=["GET"]))
    add(Route("/founded", _not_yet, methods=["GET"]))
    for routes in _ROUTES:
        app.router.routes.extend(routes.routes)
    for kind in EXPECTED:
        app.add_exception_handler(kind, _on_problem)
    prefix = ports.entropy.bytes(_PREFIX_BYTES).hex()
    app.add_middleware(Edge, submissions=_closed, quotas=quotas, answered={}, prefix=prefix)
    return app


def _not_founded() -> Refused:
    return Refused("not-founded", "a community is being founded here")


async def _closed(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(_not_founded())(scope, receive, send)


async def _live(_request: Request) -> Response:
    return Response("ok\n", media_type=TEXT)


async def _choose_language(request: Request) -> Response:
    require_own_page(request)
    return language_chosen(await read_form(request))


async def _advice(request: Request) -> Response:
    return advice_of(page_words(language_of(request)), request.path_params["code"])


async def _not_yet(request: Request) -> Response:
    """For founders whose keys are here: whoever has the link has not founded yet."""
    return _page(request, "found-not-yet.html", 200)


async def _on_problem(request: Request, problem: Exception) -> Response:
    """What is not here is not here yet; all else is told as it is."""
    if isinstance(problem, HTTPException):
        problem = _not_founded()
    found = told(problem)
    if not wants_page(request):
        return answer(problem)
    if found.code == "not-founded":
        return _page(request, "found-elsewhere.html", found.status)
    values = {"problem": found, "unprotected": is_unprotected(request)}
    words = page_words(language_of(request))
    return render(request, words, "found-mishap.html", values, found.status, found.headers)


def _page(request: Request, template: str, status: int) -> Response:
    values = {"unprotected": is_unprotected(request)}
    return render(request, page_words(language_of(request)), template, values, status)
