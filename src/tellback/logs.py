"""Logs: lines of JSON on standard error, readable ones on a terminal; no personal data.

Each line of a request carries its id. Other people's code logs through here as well: of what it
says only the words that it would say of anything are kept.
"""

import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from tellback.telemetry.faults import describe_fault
from tellback.telemetry.requests import REQUEST_ID

log = structlog.get_logger()
#: Behind one of these, a message that somebody has put together speaks of a particular thing.
_PARTICULAR = re.compile(r"""[\n<({\[:'"]""")
Fields = MutableMapping[str, Any]


def configure_logs(level: str, form: str = "auto") -> None:
    """Set up logging for this process; ``form`` is auto, json or console."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _name_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _describe_fault,
            _renderer(form),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), handlers=[_Foreign()], force=True)
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed


def _renderer(form: str) -> Any:
    readable = sys.stderr.isatty()
    if form == "console" or (form == "auto" and readable):
        return structlog.dev.ConsoleRenderer(colors=readable)
    return structlog.processors.JSONRenderer()


def _name_request(_logger: Any, _method: str, fields: Fields) -> Fields:
    if request_id := REQUEST_ID.get():
        fields.setdefault("request_id", request_id)
    return fields


def _describe_fault(_logger: Any, _method: str, fields: Fields) -> Fields:
    error = fields.pop("exc_info", None)
    if error and not isinstance(error, BaseException):
        error = error[1] if isinstance(error, tuple) else sys.exc_info()[1]
    if error:
        fields["exception"] = describe_fault(error)
    return fields


class _Foreign(logging.Handler):
    """Takes in what libraries log, without the values that they put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the beginning of the form of the message, and the error that came with it."""
        form = record.msg if isinstance(record.msg, str) else ""
        said = _PARTICULAR.split(form, maxsplit=1)[0].strip()
        error = record.exc_info[1] if record.exc_info else None
        log.log(record.levelno, said, logger=record.name, exc_info=error)


def _crashed(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    log.critical("crashed", exc_info=error)


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    log.critical("thread crashed", exc_info=crash.exc_value)
