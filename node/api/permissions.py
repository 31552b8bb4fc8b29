"""The permissions, one dependency each: a route says in its signature who may use it.

Every dependency is `async`, though none waits: the framework sends others through a thread, and
a hop to a thread and back takes longer than most answers.
"""

from typing import Annotated, Final

from fastapi import Depends

from node.api.auth import Asker, Role, asker
from node.api.problems import Problem
from node.readers import may_read
from protocol.wire.digests import CommunityId

ANYBODY: Final = Depends(asker)
"""For routes that answer everybody alike: whoever asks is counted, and a bad signature told."""

AnyReader = Annotated[Asker, Depends(asker)]
"""Anybody; what she sees is a matter of each entry's audience."""


async def _member(found: AnyReader) -> Asker:
    return _one_of(found, Role.MEMBER, Role.OPERATOR)


async def _operator(found: AnyReader) -> Asker:
    return _one_of(found, Role.OPERATOR)


MemberReader = Annotated[Asker, Depends(_member)]
"""A member of this community, or its operator."""

Operator = Annotated[Asker, Depends(_operator)]
"""Whoever holds the operator's token."""


def _one_of(found: Asker, *roles: Role) -> Asker:
    if found.role in roles:
        return found
    raise _refusal(found)


def require_audience(found: Asker, ledger: CommunityId, audience: str) -> None:
    """An answer that is for `audience` alone is for this asker too.

    Raises:
        Problem: It is not.
    """
    if not may_read(found.reader, ledger, audience):
        raise _refusal(found)


def _refusal(found: Asker) -> Problem:
    if found.role is Role.STRANGER:
        return Problem(401, "who-are-you", "sign the request with a key that is known here")
    return Problem(403, "not-for-you", "this is addressed to others")
