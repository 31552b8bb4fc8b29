"""How two texts differ, so that people can read it: lines first, then words within a line.

Whoever writes the texts may mean harm, and the comparison takes time that grows with the square
of what is compared. So there is an end to it: beyond `_MOST_PAIRS` pairs of lines and words in one
text, the old is shown as gone and the new as come.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Mark = Literal["same", "gone", "new"]
_MOST_PAIRS: Final = 800_000
_AROUND: Final = 2
_PART: Final = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, went, or came."""

    mark: Mark
    text: str


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One language's title and words, old and new; None stands for lines that were left out."""

    language: str
    title: Line
    lines: tuple[Line | None, ...]

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        whole = [self.title, *(line for line in self.lines if line is not None)]
        return any(piece.mark != "same" for line in whole for piece in line)


class _Patience:
    """How many pairs may still be compared in one text."""

    def __init__(self) -> None:
        self._left = _MOST_PAIRS

    def takes(self, pairs: int) -> bool:
        """Whether so many more are not too many."""
        if pairs > self._left:
            return False
        self._left -= pairs
        return True


def compare(
    old: tuple[Mapping[str, str], Mapping[str, str]],
    new: tuple[Mapping[str, str], Mapping[str, str]],
    languages: Sequence[str],
) -> list[Compared]:
    """Titles and words by language, old and new, in the order of `languages`."""
    named = [*languages, *sorted({*old[1], *new[1], *old[0], *new[0]} - {*languages})]
    return [
        Compared(
            language=one,
            title=_words(old[0].get(one, ""), new[0].get(one, ""), _Patience()),
            lines=lines_between(old[1].get(one, ""), new[1].get(one, "")),
        )
        for one in named
        if one in {*old[1], *new[1], *old[0], *new[0]}
    ]


def lines_between(old: str, new: str) -> tuple[Line | None, ...]:
    """The new text with what went and what came marked, and long unchanged parts left out."""
    before, after = old.splitlines() if old else [], new.splitlines() if new else []
    lines, patience = list[Line](), _Patience()
    for mark, gone, come in _steps(before, after, patience):
        if mark == "same":
            lines += [(Piece("same", line),) for line in come]
        else:
            lines += _replaced(gone, come, patience)
    return tuple(_without_long_sameness(lines))


def _replaced(gone: Sequence[str], come: Sequence[str], patience: _Patience) -> Iterator[Line]:
    """Line by line where a line became another one; the rest went or came whole."""
    both = min(len(gone), len(come))
    for one, other in zip(gone[:both], come[:both], strict=True):
        yield _words(one, other, patience)
    for line in gone[both:]:
        yield (Piece("gone", line),)
    for line in come[both:]:
        yield (Piece("new", line),)


def _words(old: str, new: str, patience: _Patience) -> Line:
    pieces: list[Piece] = []
    for mark, gone, come in _steps(_PART.findall(old), _PART.findall(new), patience):
        if mark == "same":
            pieces.append(Piece("same", "".join(come)))
            continue
        pieces += [Piece("gone", "".join(gone))] if gone else []
        pieces += [Piece("new", "".join(come))] if come else []
    return tuple(pieces)


def _steps(
    old: Sequence[str], new: Sequence[str], patience: _Patience
) -> Iterator[tuple[Literal["same", "changed"], Sequence[str], Sequence[str]]]:
    """What both begin and end with, and between them what the comparison finds."""
    head = _shared(old, new)
    old_rest, new_rest = old[head:], new[head:]
    tail = _shared(old_rest[::-1], new_rest[::-1])
    old_rest, new_rest = old_rest[: len(old_rest) - tail], new_rest[: len(new_rest) - tail]
    if head:
        yield "same", old[:head], new[:head]
    if not patience.takes(len(old_rest) * len(new_rest)):
        yield "changed", old_rest, new_rest
    elif old_rest or new_rest:
        for step, i1, i2, j1, j2 in SequenceMatcher(None, old_rest, new_rest).get_opcodes():
            kind: Literal["same", "changed"] = "same" if step == "equal" else "changed"
            yield kind, old_rest[i1:i2], new_rest[j1:j2]
    if tail:
        yield "same", old[len(old) - tail :], new[len(new) - tail :]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many they have in common from the beginning."""
    number = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        number += 1
    return number


def _without_long_sameness(lines: Sequence[Line]) -> Iterator[Line | None]:
    changed = [at for at, line in enumerate(lines) if any(piece.mark != "same" for piece in line)]
    near = {at + step for at in changed for step in range(-_AROUND, _AROUND + 1)}
    left_out = False
    for at, line in enumerate(lines):
        if at in near:
            yield line
        elif not left_out:
            yield None
        left_out = at not in near
