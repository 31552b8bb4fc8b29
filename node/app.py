"""The web application of one node: layers, routes, and what they share.

It takes a node that is ready and starts nothing, so tests and simulations serve it in process.
"""

from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.routing import Route

from node.api import (
    assemblies,
    bundles,
    communities,
    community,
    decisions,
    federations,
    health,
    ledgers,
    offices,
    operator,
    upkeep,
    witnessing,
)
from node.api.edge import Edge
from node.api.health import Meters, registry_of
from node.api.problems import EXPECTED
from node.api.quotas import Quotas
from node.api.submissions import PATH, Submissions
from node.keys import operator_token
from node.pages import entrance
from node.pages.assembly.streams import Streams
from node.pages.mishaps import on_page_problem
from node.pages.network.pictures import Pictures
from node.pages.signing_in import Challenges
from node.pages.static import PREFIX as STATIC
from node.pages.static import read_shelf
from node.pages.visit import MustSignIn
from node.runtime import Node
from node.signatures import Nonces

_ROUTES: Final[tuple[APIRouter, ...]] = (
    health.routes,
    community.routes,
    communities.routes,
    decisions.routes,
    assemblies.routes,
    offices.routes,
    federations.routes,
    ledgers.routes,
    bundles.routes,
    witnessing.routes,
    operator.routes,
    upkeep.routes,
    *entrance.ROUTES,
)
_PREFIX_BYTES: Final = 4


def create_app(node: Node) -> FastAPI:
    """The application that answers for a node."""
    app = FastAPI(
        title="Acuerdo",
        version=community.VERSION,
        description="What a community's node answers; see docs/spec/http-api.md.",
        # Their pages would load scripts from other people's machines.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    quotas = Quotas(node.clock, node.settings.requests_per_minute)
    meters = Meters(node)
    submissions = Submissions(node.journal, quotas)
    app.state.node = node
    app.state.quotas = quotas
    app.state.nonces = Nonces()
    app.state.registry = registry_of(meters)
    app.state.shelf = shelf = read_shelf()
    app.state.challenges = Challenges()
    app.state.pictures = Pictures()
    app.state.streams = Streams()
    app.state.operator_token = operator_token(node.settings.data_dir, node.entropy)
    app.router.routes.append(Route(PATH, submissions, methods=["POST"], name="submit"))
    app.router.routes.append(Route(STATIC + "{name}", shelf.serve, methods=["GET"], name="static"))
    for routes in _ROUTES:
        # One flat table, not a tree of routers: a test walks it, so that no route is forgotten.
        app.router.routes.extend(routes.routes)
    for kind in (*EXPECTED, MustSignIn):
        app.add_exception_handler(kind, on_page_problem)
    app.add_middleware(
        Edge,
        submissions=submissions,
        quotas=quotas,
        answered=meters.answers,
        prefix=node.entropy.bytes(_PREFIX_BYTES).hex(),
    )
    return app
