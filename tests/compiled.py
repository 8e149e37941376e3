"""Tests open many databases that are all alike: what one has compiled, the others use."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import LRUCache

from relay.store import database

COMPILED: Final[LRUCache[Any, Any]] = LRUCache(2_000)


def share() -> None:
    """Let all databases of this process share the statements that they compile.

    A statement is kept with its dialect, and each engine makes one of its own: those of a kind
    have to be equal.
    """
    for dialect in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        dialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment]
    shared = {"compiled_cache": COMPILED}
    made = partial(create_async_engine, execution_options=shared)
    database.create_async_engine = made  # type: ignore[attr-defined]
