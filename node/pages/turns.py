"""What needs somebody: one line each, with where to do it and until when.

A provider looks at the book for one member and says what waits for her. `home.PROVIDERS` lists
them all; whoever builds another thing that needs members writes a provider and adds it there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from markupsafe import Markup

from node.pages.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing that waits for the visitor.

    Attributes:
        kind: What sort of thing: `home.kind-<kind>` says it in a word.
        line: What it is, as the words of a link.
        link: Where it is done.
        due: Unix seconds until which it can be done, if there is an end.
    """

    kind: str
    line: Markup
    link: str
    due: int | None = None


Provider = Callable[[Visit], Awaitable[list[Turn]]]


def in_turn(turns: list[Turn]) -> list[Turn]:
    """What ends first comes first; what has no end comes last, in the order in which it came."""
    return sorted(turns, key=lambda one: (one.due is None, one.due or 0))
