"""Logs: events with fixed names on standard error; JSON in production, readable in the exercise environment.

Levels: info for what was done, warning for what a person should look at one day, error for what a person must look at
now. Never a name, a national number or raw XML.
"""

import sys

import structlog


def configure(*, as_json: bool) -> None:
    """Send all events to standard error, so that standard output stays what a command promises."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
