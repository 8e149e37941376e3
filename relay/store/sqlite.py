"""SQLite at hand: what may wait is done in a thread, and what lies between is done at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite


class Connection(aiosqlite.Connection):
    """A connection that goes to its thread where a transaction begins and where it ends.

    It begins when nobody else writes, and it ends when the disk has it: either may take long.
    Between the two a statement takes less time than the way to a thread and back, and SQLAlchemy
    would go that way four times for each.
    """

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None or self._far(fn):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)

    def _far(self, fn: Any) -> bool:
        if self._conn.in_transaction:
            return fn in (self._conn.commit, self._conn.rollback, self._conn.close)
        return bool(fn == self._conn.close or fn.__name__.startswith("execute"))


def connect(database: str, **options: Any) -> Connection:
    """Return a connection that is open once it is awaited, as ``aiosqlite.connect`` does."""
    options |= {"check_same_thread": False}  # one thread after the other
    made = Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    made._thread.daemon = True  # so does SQLAlchemy with those that it makes
    return made


def aside(database: str, **options: Any) -> aiosqlite.Connection:
    """Return a connection that goes to its thread for all it does: what takes long may."""
    options |= {"check_same_thread": False}
    made = aiosqlite.Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    made._thread.daemon = True
    return made
