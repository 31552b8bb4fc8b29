"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import (
    amending,
    discussing,
    drafting,
    home,
    more,
    proposals,
    receipts,
    signing_in,
    voting,
)

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    proposals.routes,
    drafting.routes,
    discussing.routes,
    amending.routes,
    voting.routes,
    receipts.routes,
)
