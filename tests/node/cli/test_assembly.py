"""An assembly under the tree, from its call to the contest, as a secretary types it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.cli.minutes_file import find_member, read_names, read_sheet
from node.cli.spans import moment_text
from node.cli.trouble import Trouble
from protocol.wire.encoding import JsonValue

from .conftest import Acuerdo
from .served import Place, free_port, quick_charter, until


def _place(folder: Path, acuerdo: Acuerdo, contest_s: int) -> Iterator[Place]:
    place = Place(folder / "village", free_port(), acuerdo)
    rule: dict[str, JsonValue] = {"witnesses": 1, "contest_s": contest_s, "contests": 2}
    place.found("La Ceiba", "Ana", "Bento", "Rosa", "Luz", charter=quick_charter(assembly=rule))
    with place.served():
        yield place


@pytest.fixture
def village(tmp_path: Path, acuerdo: Acuerdo) -> Iterator[Place]:
    yield from _place(tmp_path, acuerdo, 3_600)


def _opened(village: Place) -> str:
    file = village.text("bomba.md", "# Bomba nueva\n\nComprar una bomba para el pozo.\n")
    draft: str = village.member("ana", "proposal", "draft", "--text-es", file)["id"]
    village.member("ana", "proposal", "open", draft, "--closes-in", "1h")
    return draft


def _now(village: Place) -> str:
    """The node's time, as a file states it."""
    seconds = village.member("ana", "status")["time"]
    date, time, zone = moment_text(seconds).split(" ")
    return f"{date}T{time}{zone[:3]}:{zone[3:]}"


def _sheet(village: Place, *lines: str) -> Path:
    now = _now(village)
    return village.text("acta.toml", "\n".join([f"held = {now}", f"ended = {now}", *lines]))


def _recorded(village: Place, *lines: str) -> dict[str, Any]:
    words = village.text("acta.md", "# Acta\n\nNos reunimos bajo el árbol.\n")
    found: dict[str, Any] = village.member(
        "ana", "assembly", "record", _sheet(village, *lines), "--text-es", words
    )
    return found


def test_an_assembly_from_its_call_to_the_contest(village: Place, acuerdo: Acuerdo) -> None:
    proposal = _opened(village)
    invitation = village.text("invitacion.md", "Nos vemos el domingo.")
    call = village.member(
        *("ana", "assembly", "convene", "--starts-at", "2099-12-01T18:00:00-06:00"),
        *("--agenda", proposal[:8], "--text-es", invitation),
    )["id"]
    minutes = _recorded(
        village,
        f'assembly = "{call[:8]}"',
        "guests = 2",
        'present = ["Ana", "bento", "Rosa", "Luz"]',
        "[[items]]",
        f'proposal = "{proposal[:8]}"',
        "agree = 2",
        "[[items.positions]]",
        'member = "Rosa"',
        'choice = "block"',
        'helper = "Bento"',
        'reason = "Se seca el manantial"',
    )["id"]
    own = village.tries("ana", "assembly", "countersign", minutes[:8])
    assert (own.code, own.error["code"]) == (1, "countersigns-herself")
    village.member("bento", "assembly", "countersign", minutes[:8])

    listed = village.member("bento", "assembly", "list")
    assert [row["state"] for row in listed["assemblies"]] == ["held"]
    assert [row["present"]["people"] for row in listed["minutes"]] == [4]
    shown = village.member("luz", "assembly", "show", minutes[:8])
    (item,) = shown["items"]
    assert item["voices"] == 3
    assert item["positions"][0]["reason"]["text"] == {"en": "Se seca el manantial"}
    counted = village.tries("luz", "position", "take", proposal[:8], "abstain")
    assert (counted.code, counted.error["code"]) == (1, "counted-in-room")
    stands = village.member("luz", "position", "show", proposal[:8])
    assert (stands["positions"], len(stands["recorded"])) == ([], 1)

    village.member("rosa", "position", "take", proposal[:8], "agree")
    assert village.member("rosa", "position", "receipt", proposal[:8])["stands"]
    village.member("luz", "assembly", "contest", minutes[:8], "--reason", "Yo me abstuve")
    for language, words in (("es", "con ayuda de Bento"), ("en", "helped by Bento")):
        ran = acuerdo(
            *("assembly", "show", minutes[:8], "--as", "luz", "--keys", village.keys),
            *("--language", language),
        )
        assert ran.code == 0, ran.err
        assert words in ran.out
        assert "own-position" in ran.out
        assert "Yo me abstuve" in ran.out
        ran = acuerdo(
            *("assembly", "show", call[:8], "--as", "luz", "--keys", village.keys),
            *("--language", language),
        )
        assert "Nos vemos el domingo." in ran.out


def test_a_call_is_moved_and_called_off(village: Place) -> None:
    text = village.text("invitacion.md", "Nos vemos el domingo.")
    starts = ("--starts-at", "2099-12-01T18:00:00-06:00", "--text-es", text)
    first = village.member("ana", "assembly", "convene", *starts)["id"]
    second = village.member("ana", "assembly", "convene", *starts, "--replaces", first[:8])["id"]
    village.member("ana", "assembly", "cancel", second[:8])
    states = {
        row["id"]: row["state"] for row in village.member("ana", "assembly", "list")["assemblies"]
    }
    assert states == {first: "replaced", second: "cancelled"}


def test_the_room_decides(tmp_path: Path, acuerdo: Acuerdo) -> None:
    for village in _place(tmp_path, acuerdo, 1):
        proposal = _opened(village)
        names = village.text("asistencia.csv", "member,note\nBento,\nRosa,a pie\n,\nLuz,\n")
        lines = ['present = ["Ana"]', "[[items]]", f'proposal = "{proposal}"', "agree = 4"]
        words = village.text("acta.md", "Nos reunimos bajo el árbol.")
        minutes = village.member(
            *("ana", "assembly", "record", _sheet(village, *lines), "--attendance", names),
            *("--text-es", words),
        )["id"]
        village.member("luz", "assembly", "countersign", minutes)

        def state(village: Place = village, proposal: str = proposal) -> bool:
            return bool(village.member("ana", "proposal", "show", proposal)["state"] == "adopted")

        until(state)
        shown = village.member("rosa", "proposal", "show", proposal)
        assert (shown["voices_recorded"], shown["outcome"]["tally"]["agree"]) == (4, 4)
        assert "4 de 4 personas" in shown["explain"]["es"]


# --- the file ---------------------------------------------------------------------------------

TIMES = "held = 2026-12-01T18:00:00-06:00\nended = 2026-12-01T20:00:00-06:00\n"


def test_times_may_be_written_in_quotes_or_without(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(TIMES, "utf-8")
    plain = read_sheet(str(file))
    file.write_text(TIMES.replace("= 2026", '= "2026').replace("-06:00", '-06:00"'), "utf-8")
    assert read_sheet(str(file)) == plain
    assert plain.ended_at - plain.held_at == 7_200


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("held = 1\nended = 2", "minutes-file"),
        ("held = 2026-12-01T18:00:00\nended = 2026-12-01T18:00:00", "moment-invalid"),
        ("=", "minutes-file"),
        (TIMES + "asistentes = []", "minutes-file"),
        (TIMES + 'present = "Ana"', "minutes-file"),
        (TIMES + "present = [1]", "minutes-file"),
        (TIMES + "guests = -1", "minutes-file"),
        (TIMES + "guests = true", "minutes-file"),
        (TIMES + "items = 1", "minutes-file"),
        (TIMES + "[[items]]\nagree = 1", "minutes-file"),
        (TIMES + '[[items]]\nproposal = "ab"\nveto = 1', "minutes-file"),
        (TIMES + '[[items]]\nproposal = "ab"\n[[items.positions]]\nmember = "Ana"', "minutes-file"),
        (
            TIMES + '[[items]]\nproposal = "ab"\n[[items.positions]]\nmember = "Ana"\nchoice = "x"',
            "choice-unknown",
        ),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, wrong: str, code: str) -> None:
    file = tmp_path / "a.toml"
    file.write_text(wrong, "utf-8")
    with pytest.raises(Trouble) as caught:
        read_sheet(str(file))
    assert caught.value.code == code


def test_names_of_a_spreadsheet(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('\ufeffNombre;nota\n"Ana; la mayor";x\n\n Bento ;\n', "utf-8")
    assert read_names(str(file)) == ["Ana; la mayor", "Bento"]
    file.write_text('"Ana, la mayor",x\nBento\n', "utf-8")
    assert read_names(str(file)) == ["Ana, la mayor", "Bento"]


def test_who_is_meant() -> None:
    def row(number: int, name: str, standing: str = "active") -> dict[str, JsonValue]:
        return {"id": f"{number:08x}" * 8, "name": name, "standing": standing}

    known = [row(1, "Ana"), row(2, "Luz"), row(3, "Luz"), row(4, "Zoe", "left")]
    assert find_member(known, "ana") == known[0]["id"]
    assert find_member(known, "00000003") == known[2]["id"]
    for typed, code in (
        ("Luz", "name-ambiguous"),
        ("Zoe", "name-unknown"),
        ("0000", "name-unknown"),
    ):
        with pytest.raises(Trouble) as caught:
            find_member(known, typed)
        assert caught.value.code == code


def test_the_guides_example_can_be_read(tmp_path: Path) -> None:
    guide = Path(__file__).parents[3] / "docs" / "guide" / "assembly.md"
    text = guide.read_text("utf-8")
    start, end = text.index("    held = "), text.index("Names are those of")
    file = tmp_path / "acta.toml"
    file.write_text("\n".join(line[4:] for line in text[start:end].splitlines()), "utf-8")
    sheet = read_sheet(str(file))
    (point,) = sheet.items
    assert (sheet.guests, len(sheet.present), dict(point.counts)) == (
        3,
        4,
        {"agree": 2, "abstain": 1},
    )
    assert [one.helper for one in point.positions] == ["Bento"]
