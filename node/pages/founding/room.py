"""Who asks while a community is being founded, and what every page of the founding has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.responses import Response

from node.api.edge import OVER_QUOTA
from node.api.problems import NotHere
from node.api.quotas import Quotas
from node.first_run import FirstRun, Person
from node.pages.site import render
from node.pages.visit import SAFE_METHODS, is_unprotected, language_of, require_own_page
from node.pages.wording import PageWords, page_words
from protocol.wire.digests import sha256

NOT_YET: Final = 422
"""A form comes back with its mistakes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One request by somebody who has a link; `person` is whose page it opens."""

    request: Request
    run: FirstRun
    words: PageWords
    base: str
    person: Person

    @property
    def founding(self) -> str:
        """What a browser calls this founding, to find its key again; it opens nothing."""
        return sha256(self.run.token.encode()).hex()[:16]

    def at(self, step: str) -> str:
        """The address of a step."""
        return f"{self.base}/{step}" if step else self.base

    def show(
        self, template: str, values: Mapping[str, Any] | None = None, status: int = 200
    ) -> Response:
        """A page of the founding; templates know `room` and `run` besides their own values."""
        shared = {"room": self, "run": self.run, "unprotected": is_unprotected(self.request)}
        return render(self.request, self.words, template, {**shared, **(values or {})}, status)


async def _founder(request: Request, token: str) -> Room:
    run = _enter(request)
    if not run.opens(token):
        raise NotHere("link-unknown", "this link opens nothing here")
    return _room(request, run, f"/found/{token}", run.first)


async def _joiner(request: Request, token: str, number: int) -> Room:
    run = _enter(request)
    person = run.person(number, token)
    if person is None:
        raise NotHere("link-unknown", "this link opens nothing here")
    return _room(request, run, f"/found/{token}/join/{number}", person)


FounderRoom = Annotated[Room, Depends(_founder)]
"""Whoever has the founding's own link."""

JoinerRoom = Annotated[Room, Depends(_joiner)]
"""Whoever has the link of one founder more."""


def _enter(request: Request) -> FirstRun:
    """The door: from a page of ours where something is sent, and not too often."""
    if request.method not in SAFE_METHODS:
        require_own_page(request)
    quotas: Quotas = request.app.state.quotas
    if getattr(request.state, OVER_QUOTA, False):
        raise quotas.refusal()
    run: FirstRun = request.app.state.first_run
    return run


def _room(request: Request, run: FirstRun, base: str, person: Person) -> Room:
    words = page_words(language_of(request))
    return Room(request=request, run=run, words=words, base=base, person=person)
