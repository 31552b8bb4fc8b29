"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import administration, home, more, signing_in
from node.pages.assembly import convening, listing, live, minutes, recording
from node.pages.charter import page as charter
from node.pages.deciding import amending, discussing, drafting, proposals, receipts, voting
from node.pages.founding import founded
from node.pages.ledger import page as ledger
from node.pages.ledger import verifying
from node.pages.network import bundles, connections, federated, federations
from node.pages.network import map as network
from node.pages.people import devices, inviting, joining, me, members

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
    convening.routes,
    recording.routes,
    listing.routes,
    live.routes,
    minutes.routes,
    ledger.routes,
    verifying.routes,
    charter.routes,
    founded.routes,
)
