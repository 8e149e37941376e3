"""Logs: one line an event, for people on a terminal, as JSON elsewhere; never a text or a token."""

from __future__ import annotations

import logging
import sys

from aiohttp.http_exceptions import HttpProcessingError
from pythonjsonlogger.json import JsonFormatter

CONSOLE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"

#: These would write whole updates, or addresses that hold the token.
QUIET = ("aiogram", "aiosqlite", "sqlalchemy", "aiohttp", "alembic")


def readable(record: logging.LogRecord) -> bool:
    """Say whether it is about something that was asked in HTTP: what is none is quoted in full."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def start(form: str | None, level: str) -> None:
    """Write logs to the standard error; without a *form* the terminal decides."""
    form = form or ("console" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(CONSOLE) if form == "console" else JsonFormatter(FIELDS))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(readable)
