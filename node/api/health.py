"""Routes for whoever keeps the machine running: is it alive, is it ready, how is it doing."""

from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from node.api.answers import TEXT
from node.api.auth import NodeDep
from node.api.problems import Problem
from node.runtime import Node
from node.store.duties import count as count_duties
from node.store.entries import newest_cosigned
from node.store.peers import all_peers

routes: Final = APIRouter(tags=["health"])
_EXPOSITION: Final = "text/plain; version=0.0.4; charset=utf-8"


class Meters(Collector):
    """Figures read off the node when somebody asks; nobody's name, address or choice is one."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.answers: dict[int, int] = {}

    def collect(self) -> Iterator[Metric]:
        """Every figure as of now."""
        node = self._node
        with node.store.read() as connection:
            witnessed = newest_cosigned(connection, node.books.number(node.books.own_id))
            owed = count_duties(connection)
            failing = sum(1 for peer in all_peers(connection) if peer.failures)
        yield _gauge("entries", "Entries in our own ledger", node.journal.head.size)
        yield _gauge("entries_witnessed", "Entries under a head that others cosigned", witnessed)
        yield _gauge("ledgers", "Ledgers held, our own included", len(node.books.known()))
        yield _gauge("read_only", "1 while nothing is written", node.journal.read_only is not None)
        yield _gauge("duties_owed", "What is owed to other nodes", owed)
        yield _gauge("peers_failing", "Addresses that did not answer the last time", failing)
        answers = CounterMetricFamily("acuerdo_answers", "Answers given", labels=["status"])
        for status, number in sorted(self.answers.items()):
            answers.add_metric([str(status)], number)
        yield answers


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"acuerdo_{name}", meaning, value=value)


def registry_of(meters: Meters) -> CollectorRegistry:
    """A registry of this node alone."""
    registry = CollectorRegistry()
    registry.register(meters)
    return registry


@routes.get("/livez")
async def live() -> Response:
    """The process answers."""
    return Response("ok\n", media_type=TEXT)


@routes.get("/readyz")
async def ready(node: NodeDep) -> Response:
    """The node takes messages in; 503 with the reason while it does not."""
    unavailable = node.journal.read_only
    if unavailable is not None:
        raise Problem(503, unavailable.code, unavailable.reason)
    return Response("ok\n", media_type=TEXT)


@routes.get("/metrics")
async def metrics(request: Request, node: NodeDep) -> Response:
    """Figures for Prometheus."""
    shown = await node.executor.run(generate_latest, request.app.state.registry)
    return Response(shown, media_type=_EXPOSITION)
