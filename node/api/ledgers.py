"""Routes: ledgers as others follow them: heads, ranges, and C2SP tiles."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

routes: Final = APIRouter(tags=["ledgers"])
Decimal = Annotated[str, Query(pattern="^[0-9]{1,16}$")]
