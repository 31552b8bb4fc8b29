"""Minutes on paper: what the browser prints, and what is set as a PDF."""

import pytest

from node.pages.assembly.plain import lines_of
from node.pages.assembly.typeset import set_type
from node.ports import InlineExecutor, Ports, SystemEntropy
from protocol.wire.encoding import JsonValue
from tests.node.api.house import House
from tests.pages.browse import Browser
from tests.pages.hostile import HOSTILE
from tests.pages.room import LateClock, Room, open_room, recorded


@pytest.fixture
def ports() -> Ports:
    return Ports(clock=LateClock(), executor=InlineExecutor(), entropy=SystemEntropy())


@pytest.fixture
async def room(house: House) -> Room:
    return await open_room(house)


async def test_minutes_are_printed_and_made_a_pdf(room: Room, ana: Browser) -> None:
    named = room.named(0, 0, 2, "disagree", why="*Too* dear", help_by=1)
    minutes = await recorded(ana, room.form([*room.item(0, "voices", agree="1"), *named]))
    printed = await ana.get(f"/minutes/{minutes}/print")
    assert printed.has("Signatures", "Print this page with your browser", minutes)
    pdf = await ana.get(f"/minutes/{minutes}/pdf")
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.raw.startswith(b"%PDF-")
    assert b"pdfuaid:part" in pdf.raw


async def test_without_the_typesetter_the_browser_prints(
    room: Room, ana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = await recorded(ana, room.form(room.item(0, "talked")))
    monkeypatch.setattr("node.pages.assembly.minutes.find_spec", lambda _: None)
    assert f"/minutes/{minutes}/pdf" not in (await ana.get(f"/minutes/{minutes}")).text
    answer = await ana.get(f"/minutes/{minutes}/pdf")
    assert (answer.status, answer.location) == (303, f"/minutes/{minutes}/print")
    assert (await ana.get(answer.location)).has("does not make PDF files itself")


@pytest.mark.parametrize("words", HOSTILE)
def test_on_paper_too_everything_is_only_text(words: str) -> None:
    held: dict[str, JsonValue] = {
        "id": "0" * 64,
        "language": "es",
        "community": words,
        "title": words,
        "reference": words,
        "facts": [[words, words]],
        "sections": [
            {
                "title": words,
                "parts": [
                    {"kind": "heading", "text": words},
                    {"kind": "words", "language": "en", "text": "\n".join(lines_of(words))},
                    {"kind": "names", "lines": [words, "#panic()"]},
                    {"kind": "list", "lines": [words, '#read("/etc/passwd")']},
                    {"kind": "line", "text": "#sys.inputs $ 1 $ *b* <label> @ref"},
                ],
            }
        ],
        "sign": words,
        "signatures": [words],
    }
    assert set_type(held).startswith(b"%PDF-")


def test_plain_lines_of_what_people_wrote() -> None:
    text = "# Agua\n\nEl **lunes**\nhay `agua`.\n\n2. uno\n   - dos\n\n|a|b|\n|-|-|\n|1|*2*|\n\n-\n"
    lines = ["Agua", "El lunes hay agua.", "2. uno", "• dos", "a | b", "1 | 2"]
    assert lines_of(text) == lines
