"""Logs: one line an event, for people on a terminal, as JSON elsewhere; never a text or a token."""

from __future__ import annotations

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

CONSOLE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"

#: These would write whole updates, or addresses that hold the token.
QUIET = ("aiogram", "aiosqlite", "sqlalchemy", "aiohttp", "alembic")


def start(form: str | None, level: str) -> None:
    """Write logs to the standard error; without a *form* the terminal decides."""
    form = form or ("console" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(CONSOLE) if form == "console" else JsonFormatter(FIELDS))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
