"""Logs: lines of JSON on standard error, readable ones on a terminal; no personal data."""

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Set up logging for this process."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    readable = sys.stderr.isatty()
    renderer = (
        structlog.dev.ConsoleRenderer(colors=readable)
        if readable
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), stream=sys.stderr)
