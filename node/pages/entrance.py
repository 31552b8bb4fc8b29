"""Every page of a node, in one list."""

from typing import Final

from fastapi import APIRouter

from node.pages import (
    amending,
    devices,
    discussing,
    drafting,
    home,
    ledger,
    inviting,
    joining,
    me,
    members,
    more,
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
    proposals.routes,
    drafting.routes,
    discussing.routes,
    amending.routes,
    voting.routes,
    receipts.routes,
    ledger.routes,
    verifying.routes,
)
