"""One row of the table of cases: a story, then one thing said in it."""

from collections.abc import Callable
from typing import NamedTuple

from tests.protocol.ledgers import Body, Ledger, key

OK = "ok"
COMMUNITY, PUBLIC = "community", "public"
Story = Callable[[], Ledger]
Said = Callable[[Ledger], Body]


class Case(NamedTuple):
    """`fold` is the code under which every reader counts it for nothing.

    `door` is the code at the door of the community's own ledger, which may ask more.
    """

    name: str
    kind: str
    story: Story
    said: Said
    by: str
    to: str
    fold: str
    door: str


class about:  # noqa: N801 - reads as a word in the tables
    """Rows about one kind; each states only in what it differs."""

    def __init__(
        self, kind: str, story: Story, said: Said, by: str, *, to: str = COMMUNITY
    ) -> None:
        self.kind, self.story, self.said, self.by, self.to = kind, story, said, by, to

    def __call__(
        self,
        name: str,
        fold: str = OK,
        *,
        door: str = "",
        story: Story | None = None,
        said: Said | None = None,
        by: str = "",
        to: str = "",
    ) -> Case:
        return Case(
            name=name,
            kind=self.kind,
            story=story or self.story,
            said=said or self.said,
            by=by or self.by,
            to=to or self.to,
            fold=fold,
            door=door or fold,
        )


def just(value: Body) -> Said:
    """A body that does not depend on the story."""
    return lambda _ledger: value


def pubkey(name: str) -> str:
    """The public key of a name, as text."""
    return key(name).public.text
