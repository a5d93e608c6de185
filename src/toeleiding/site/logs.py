"""Logs: events with fixed names on standard error; JSON in production, readable in the exercise environment.

Levels: info for what was done, warning for what a person should look at one day, error for what a person must look at
now. Never a name, a national number or raw XML.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_PRIVATE = re.compile(r"(/(?:m|stop)/)[^/\s?'\"<>]+")

_FEED = re.compile(r"(/afspraken/)[\w-]{43}(?=\.ics)")


class HidePrivateLinks(logging.Filter):
    """No log holds a secret address, of a newcomer's page or an agenda, not even when a page is not found or fails."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            said = record.getMessage()
        except (TypeError, ValueError):  # logged wrongly: what could not be put in may be a secret
            said = str(record.msg)
        record.msg, record.args = hidden(said), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = hidden(logging.Formatter().formatException(record.exc_info))
        return True


def hidden(text: str) -> str:
    """The text with `/m/...`, `/stop/...` or `/afspraken/...` in place of each private link."""
    return _FEED.sub(r"\1...", _PRIVATE.sub(r"\1...", text))


def _hide(logger: Any, name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: hidden(value) if isinstance(value, str) else value for key, value in event.items()}


def configure(*, as_json: bool) -> None:
    """Send all events to standard error, so that standard output stays what a command promises."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _hide,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
