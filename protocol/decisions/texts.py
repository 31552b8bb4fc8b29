"""Texts and comments: what people write. Spec: docs/spec/discussion.md.

A text is known by the id of the message that published it, which commits to its content.
Texts are erasable: nothing is ever decided by what they say, only by their ids, and a
reader who holds the hash alone reaches the same outcomes.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from protocol.wire.bodies import Hex32, Language, body
from protocol.wire.limits import MAX_TEXT_CHARS

Title = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+\z")
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_CHARS)]


@body
class Text:
    """One text in one or more languages, side by side."""

    title: Annotated[dict[Language, Title], Field(min_length=1, max_length=8)]
    texts: Annotated[dict[Language, Words], Field(min_length=1, max_length=8)]


@body
class Comment:
    """A question, an answer, or the reason for a position."""

    proposal: Hex32
    replies_to: Hex32 | None
    text: Annotated[dict[Language, Words], Field(min_length=1, max_length=8)]
