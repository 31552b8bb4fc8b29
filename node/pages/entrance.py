"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import devices, home, inviting, joining, me, members, more, signing_in

ROUTES: Final[tuple[APIRouter, ...]] = (
    home.routes,
    signing_in.routes,
    more.routes,
    joining.routes,
    inviting.routes,
    members.routes,
    me.routes,
    devices.routes,
)
