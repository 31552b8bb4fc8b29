"""Logs hold facts about the node's work and nothing about people or places."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from node.logs import get_log, set_up_logs


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def _only_line(stream: io.StringIO) -> dict[str, object]:
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1, lines
    line: dict[str, object] = json.loads(lines[0])
    return line


def test_an_event_is_one_json_object() -> None:
    stream = io.StringIO()
    set_up_logs("info", "json", stream)
    log = get_log("journal")
    log.debug("not_wanted")
    log.info("entry_appended", index=41, kind="position/take")
    line = _only_line(stream)
    assert line.pop("timestamp")
    assert line == {
        "event": "entry_appended",
        "level": "info",
        "area": "journal",
        "index": 41,
        "kind": "position/take",
    }


@pytest.mark.parametrize(
    "secret",
    [
        {"url": "https://village.example/x"},
        {"detail": "no route to 192.168.7.15"},
        {"detail": "refused by 2001:db8::17 port 80"},
        {"detail": "GET https://village.example:8420/v1/status"},
        {"nested": {"name": "Alicia", "list": ["from 10.0.0.7"]}},
        {"detail": ValueError("seen at 10.0.0.7")},
    ],
)
@pytest.mark.parametrize("style", ["json", "console"])
def test_nobody_can_be_found_through_a_log(secret: dict[str, object], style: str) -> None:
    stream = io.StringIO()
    set_up_logs("info", "json" if style == "json" else "console", stream)
    get_log("peers").info("call_failed", **secret)
    text = stream.getvalue()
    for telling in ("village", "192.168", "2001:db8", "Alicia", "10.0.0.7"):
        assert telling not in text
    assert "[withheld]" in text


@pytest.mark.parametrize(
    "forged", ["a\nevent=fake", "a\x1b[2Jb", "abc\u202edcba", "a\x85b", "\u2028"]
)
@pytest.mark.parametrize("style", ["json", "console"])
def test_no_text_forges_a_line_or_turns_it_round(forged: str, style: str) -> None:
    stream = io.StringIO()
    set_up_logs("info", "json" if style == "json" else "console", stream)
    get_log("api").info("refused", detail=forged)
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert text.isprintable() or text.rstrip("\n").isprintable()


def test_the_libraries_log_the_same_way() -> None:
    stream = io.StringIO()
    set_up_logs("info", "json", stream)
    logging.getLogger("uvicorn.error").info("connection from %s closed", "10.1.2.3")
    line = _only_line(stream)
    assert line["event"] == "connection from [withheld] closed"
    logging.getLogger("httpx").info("HTTP Request: GET x")
    assert stream.getvalue().count("\n") == 1


def test_an_exception_tells_where_it_happened() -> None:
    stream = io.StringIO()
    set_up_logs("info", "json", stream)
    try:
        int("from 10.0.0.7\n")
    except ValueError:
        get_log("duties").exception("duty_failed")
    line = _only_line(stream)
    assert str(line["error"]).startswith("ValueError: ")
    assert "10.0.0.7" not in str(line["error"])
    assert "test_logs.py" in str(line["trace"])


def test_times_and_counts_are_not_taken_for_addresses() -> None:
    stream = io.StringIO()
    set_up_logs("info", "json", stream)
    get_log("mirror").info("extended", took="0.5 s", at="2026-11-23T20:15:00Z", version="0.1.0")
    line = _only_line(stream)
    assert (line["at"], line["version"]) == ("2026-11-23T20:15:00Z", "0.1.0")
