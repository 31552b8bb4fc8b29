"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import administration, bundles, connections, home, more, network, signing_in

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    network.routes,
    connections.routes,
    administration.routes,
    bundles.routes,
)
