"""Structured logs without people in them.

An event is a constant in snake_case with key=value facts, never a sentence. Before anything is
written, facts that name a person or a machine are blanked by their key, network addresses by their
look, and characters that could forge a line or turn its direction are escaped. The libraries' own
loggers go the same way.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_PERSONAL = frozenset({"address", "client", "email", "host", "ip", "name", "token", "url", "user"})
_BLANK = "[withheld]"
_AUTHORITY = re.compile(r"(?<=://)[^\s/?#\"']+")
_MAYBE_ADDRESS = re.compile(r"(?<![\w.:])[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*[.:][0-9A-Fa-f]*(?!\w)")
# C0, DEL, C1, line and paragraph separators, marks and overrides of direction, zero width, BOM.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_QUIET = ("httpx", "httpcore", "uvicorn.access", "alembic", "asyncio")


def set_up_logs(
    level: str, style: Literal["json", "console"], stream: TextIO | None = None
) -> None:
    """Routes everything that this process logs to one stream, in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
        blank_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _as_json if style == "json" else _as_line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_number(level))
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def get_log(area: str) -> structlog.typing.FilteringBoundLogger:
    """The log of one part of the node; `area` goes with every event."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger(area=area)
    return log


def blank_personal(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Takes out of an event what must not stand in a log."""
    return {key: _BLANK if key in _PERSONAL else _clean(value) for key, value in event.items()}


def _clean(value: object) -> object:
    match value:
        case str():
            without_hosts = _AUTHORITY.sub(_BLANK, value)
            return _UNSEEN.sub(_escape, _MAYBE_ADDRESS.sub(_blank_address, without_hosts))
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {
                str(key): _BLANK if key in _PERSONAL else _clean(it) for key, it in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_clean(item) for item in value]
        case _:
            return value if _is_records_own(value) else _clean(str(value))


def _is_records_own(value: object) -> bool:
    """The formatter's own baggage, which it takes off again before writing."""
    return isinstance(value, logging.LogRecord)


def _blank_address(found: re.Match[str]) -> str:
    """Blanks what reads as an IP address, with or without a port; times and versions stay."""
    text = found[0].rstrip(".:")
    for candidate in (text, text.rpartition(":")[0]):
        try:
            ip_address(candidate)
        except ValueError:
            continue
        return _BLANK
    return found[0]


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _trace(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception as where it happened; its text may quote what somebody sent, and is cleaned."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__name__}: {error}"
        event["trace"] = list(_frames(error))
    return event


def _frames(error: BaseException) -> list[str]:
    frames: list[str] = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return frames


def _as_json(_log: WrappedLogger, _method: str, event: EventDict) -> str:
    return json.dumps(event, default=str)


def _as_line(_log: WrappedLogger, _method: str, event: EventDict) -> str:
    stamp = str(event.pop("timestamp", ""))
    level = str(event.pop("level", ""))
    name = str(event.pop("event", ""))
    facts = " ".join(f"{key}={value}" for key, value in event.items())
    return f"{stamp} {level:<7} {name} {facts}".rstrip()


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
