"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import (
    administration,
    amending,
    bundles,
    connections,
    discussing,
    drafting,
    federated,
    federations,
    home,
    more,
    network,
    proposals,
    receipts,
    signing_in,
    voting,
)

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    network.routes,
    connections.routes,
    administration.routes,
    bundles.routes,
    federations.routes,
    federated.routes,
    proposals.routes,
    drafting.routes,
    discussing.routes,
    amending.routes,
    voting.routes,
    receipts.routes,
)
