"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import home, more, signing_in
from node.pages.assembly import convening, listing, live, minutes, recording

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    convening.routes,
    recording.routes,
    listing.routes,
    live.routes,
    minutes.routes,
)
