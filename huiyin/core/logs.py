"""Logs by allow-list: a key that is not listed here is not written, so no personal data gets in by accident.

`HUIYIN_LOG=json` writes one JSON object a line; `pretty` is for a person at a terminal.
"""

import itertools
import logging
import sys
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]
ALLOWED = frozenset(
    {
        *("event", "level", "logger", "timestamp", "request_id", "method", "route", "status", "ms", "bytes"),
        *("task", "job", "queue", "attempt", "error", "where", "role", "worker", "pid", "port", "name"),
        *("count", "total", "seconds", "state", "version", "seq", "lag", "reason", "command", "dropped"),
    }
)
LONGEST = 1000
WORDED = frozenset({"event", "error", "reason", "command", "state"})
_redactors: list[Callable[[str], str]] = []
OWN = ("huiyin", "uvicorn", "granian", "_granian")  # their messages are written in full; others as templates


def configure(style: str) -> None:
    """Send structlog and the standard library through one pipeline to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        error_by_place,
        only_allowed,
        redacted,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(style, shared))
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.INFO
    for name in ("django", "django.server", "django_tasks", "uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], name != "uvicorn.access"
    logging.getLogger("django.request").setLevel(
        logging.ERROR
    )  # refusals are no faults; the request line tells
    logging.getLogger("django_tasks").setLevel(logging.WARNING)


def only_allowed(logger: Any, method: str, event: Event) -> Event:
    """Keep the listed keys, as short scalars; name what was left out."""
    kept = {key: _scalar(value) for key, value in event.items() if key in ALLOWED or key.startswith("_")}
    left_out = sorted(set(event) - set(kept))
    return {**kept, "dropped": " ".join(left_out)} if left_out else kept


def redact_by(redact: Callable[[str], str]) -> None:
    """`redact(text)` hides what names a person. The app that understands text registers it."""
    _redactors[:] = [redact]


def redacted(logger: Any, method: str, event: Event) -> Event:
    """What an allowed key says in words is looked through all the same: a mistake there must not name anybody."""
    for key, redact in itertools.product(WORDED.intersection(event), _redactors):
        if isinstance(event[key], str):
            event[key] = redact(event[key])
    return event


def error_by_place(logger: Any, method: str, event: Event) -> Event:
    """An exception becomes its class and the places it passed, never its text, which may quote a person."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    error = (
        info
        if isinstance(info, BaseException)
        else (info[1] if isinstance(info, tuple) else sys.exc_info()[1])
    )
    if error is not None:
        event["error"] = type(error).__qualname__
        event["where"] = places(error)
    return event


def places(error: BaseException) -> str:
    """Where an exception passed, innermost last: `file:line in function`, joined."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{'/'.join(f.filename.split('/')[-2:])}:{f.lineno} {f.name}" for f in frames[-8:])


def _formatter(style: str, shared: list[Any]) -> logging.Formatter:
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=28)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_template_only, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def _template_only(logger: Any, method: str, event: Event) -> Event:
    """Of foreign log calls only the template is written: what they fill in may be an address or a path.

    Some have no template but hand on what an exception says, which quotes the request: then its class alone.
    """
    record: logging.LogRecord | None = event.get("_record")
    if record is not None and not record.name.startswith(OWN):
        said, error = str(record.msg), record.exc_info[1] if record.exc_info else None
        quotes = error is not None and str(error) and str(error) in said
        event["event"] = type(error).__qualname__ if quotes else said
    return event


def _scalar(value: Any) -> Any:
    return value[:LONGEST] + "…" if isinstance(value, str) and len(value) > LONGEST else value
