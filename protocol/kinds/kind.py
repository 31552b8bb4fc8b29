"""One row of the table of kinds, and what its rows share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from protocol.book import Book
from protocol.decisions.proposal import State, Subject
from protocol.errors import Refused
from protocol.ledger.act import Act
from protocol.wire.digests import MessageId

Author = Literal["root", "voice", "member", "speaker", "newcomer", "vouched"]
"""Who may say it.

`speaker` is a member or the community's own voice. `vouched` is the same at the door of the
community's own ledger; other readers, who may not know the members, take the community's
word, for it took the entry into its ledger.
"""

Audience = Literal["public", "home", "structure", "charter", "words", "federation", "office"]
"""To whom it is said: `structure` as the charter says, `words` as the author likes.

`office` is whom the charter lets know who holds an office, outside of the community.
"""

Step = Callable[[Book, Act[Any]], None]
SubjectT = TypeVar("SubjectT", bound=Subject)


def nothing(_book: Book, _act: Act[Any]) -> None:
    """No more is asked, or no more is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message.

    Attributes:
        check: Rests on structural entries alone, so that every reader agrees.
        admit: Asked at the door of the community's own ledger only, beside `check`.
        erasable: Holds free text; nothing but other text may rest on it.
        founding: Makes the community up before its first act; may stand before the charter.
    """

    body: type
    author: Author
    audience: Audience
    check: Step = nothing
    apply: Step = nothing
    admit: Step = nothing
    erasable: bool = False
    founding: bool = False


def structure(body: type, check: Step, apply: Step, author: Author = "member") -> Kind:
    """A kind addressed to whom the charter lets read the community's structure."""
    return Kind(body=body, author=author, audience="structure", check=check, apply=apply)


def mandate(book: Book, decision: str, subject: type[SubjectT]) -> SubjectT:
    """The subject of an adopted decision that waits to be carried out.

    Raises:
        Refused: There is no such decision, or it was carried out already.
    """
    decided = book.decisions.proposal(decision)
    if decided.state is not State.ADOPTED or decided.id in book.decisions.carried_out:
        raise Refused("decision-missing", "no adopted decision, not yet carried out, allows this")
    if not isinstance(decided.subject, subject):
        raise Refused("decision-other", "that decision was about something else")
    return decided.subject


def carried_out(book: Book, decision: str | None, subject: type[Subject]) -> None:
    """What a decision allows was done.

    Only an act of its own sort uses a decision up: other acts may have other readers.
    """
    decided = None if decision is None else book.decisions.proposals.get(MessageId(decision))
    if decided is not None and isinstance(decided.subject, subject):
        book.decisions.carried_out.add(decided.id)
