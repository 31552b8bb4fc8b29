"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import home, ledger, more, signing_in, verifying

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    ledger.routes,
    verifying.routes,
)
