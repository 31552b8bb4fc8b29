"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import (
    administration,
    amending,
    bundles,
    charter,
    connections,
    devices,
    discussing,
    drafting,
    federated,
    federations,
    founded,
    home,
    inviting,
    joining,
    ledger,
    me,
    members,
    more,
    network,
    proposals,
    receipts,
    signing_in,
    verifying,
    voting,
)

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    joining.routes,
    inviting.routes,
    members.routes,
    me.routes,
    devices.routes,
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
    ledger.routes,
    verifying.routes,
    charter.routes,
    founded.routes,
)
