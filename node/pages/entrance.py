"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import charter, founded, home, more, signing_in

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    charter.routes,
    founded.routes,
)
