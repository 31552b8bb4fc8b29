"""What a form of ours sends: fields as text, and perhaps a file; read under a limit."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from node.api.bodies import body_once
from node.api.problems import Problem
from protocol.wire.limits import MAX_BUNDLE_BYTES

FORM_BYTES: Final = 262_144
_MOST_FIELDS: Final = 3_000
_PLAIN: Final = "application/x-www-form-urlencoded"
_PARTS: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields in the order in which they were sent, and files by the name of their field."""

    fields: Sequence[tuple[str, str]]
    files: dict[str, bytes]

    def text(self, name: str) -> str:
        """The first value of a field, without white space around it; empty if it is not there."""
        return next((value.strip() for field, value in self.fields if field == name), "")

    def words(self, name: str) -> str:
        """A text of several lines, its line ends as in a file."""
        return self.text(name).replace("\r\n", "\n")

    def many(self, name: str) -> list[str]:
        """Every value of a field that is not empty."""
        return [value.strip() for field, value in self.fields if field == name and value.strip()]

    def one_of(self, name: str, choices: Sequence[str]) -> str:
        """The value of a field that offers a choice.

        Raises:
            Problem: It is none of them.
        """
        value = self.text(name)
        if value not in choices:
            raise Problem(400, "form-choice", f"{name}: choose one of {', '.join(choices)}")
        return value

    def number(self, name: str, *, least: int = 0, most: int) -> int:
        """The value of a field that holds a whole number.

        Raises:
            Problem: It is not one, or out of bounds.
        """
        value = self.text(name)
        if value.isascii() and value.isdigit() and len(value) < 16 and least <= int(value) <= most:
            return int(value)
        raise Problem(400, "form-number", f"{name}: a number from {least} to {most}")


NOTHING: Final = Form(fields=(), files={})
"""A form that nobody has filled in yet."""


async def read_form(request: Request) -> Form:
    """A dependency: the form as it was sent.

    Raises:
        Problem: It is no form, or too large.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _PLAIN:
        raw = await body_once(request, FORM_BYTES)
        return Form(fields=_pairs(raw), files={})
    if kind == _PARTS:
        return await _parts(request, await body_once(request, MAX_BUNDLE_BYTES))
    raise Problem(415, "content-type", "expected a form")


FormDep = Annotated[Form, Depends(read_form)]


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise Problem(400, "form-unreadable", "the form cannot be read") from None


async def _parts(request: Request, raw: bytes) -> Form:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(
        request.headers, whole(), max_files=4, max_fields=_MOST_FIELDS, max_part_size=FORM_BYTES
    )
    try:
        held = await parser.parse()
    except (MultiPartException, ValueError, KeyError):
        raise Problem(400, "form-unreadable", "the form cannot be read") from None
    fields, files = [], {}
    for name, value in held.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
        else:
            fields.append((name, value))
    await held.close()
    return Form(fields=fields, files=files)
