"""Times as people type them."""

import pytest

from node.cli.spans import read_moment, read_span, span_text
from node.cli.trouble import USAGE, Trouble


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("2h", 7_200), ("3d", 259_200), ("366d", 31_622_400)],
)
def test_a_length_of_time_is_read(text: str, seconds: int) -> None:
    assert read_span(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "2", "h", "0s", "02h", "+2h", "-2h", "2 h", "2H", "1.5h", "1h30m", "367d", "٣h", "2h\n"],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_span(text)
    assert (caught.value.code, caught.value.exit_code) == ("span-invalid", USAGE)


def test_a_moment_says_its_distance_from_utc() -> None:
    assert read_moment("2026-12-01T18:00:00-06:00") == read_moment("2026-12-02T00:00:00Z")


@pytest.mark.parametrize(
    "text", ["2026-12-01T18:00:00", "2026-12-01", "tomorrow", "2026-12-01T18:00:00.5Z"]
)
def test_a_vague_moment_is_refused(text: str) -> None:
    with pytest.raises(Trouble) as caught:
        read_moment(text)
    assert caught.value.code == "moment-invalid"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (90, "90s"), (7_200, "2h"), (86_400, "1d")]
)
def test_a_length_of_time_is_written_in_its_largest_unit(seconds: int, text: str) -> None:
    assert span_text(seconds) == text
