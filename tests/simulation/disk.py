"""SQLite without threads: every statement is made in the loop, where faults can find it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final, Protocol
from unittest.mock import patch

import aiosqlite
from sqlalchemy.orm import unitofwork

from relay.store import sqlite
from tests.simulation.clockwork import OWNER

#: What a dead process may still do, because it does nothing: its connections are closed.
HARMLESS = frozenset({"rollback", "close"})
ASKED = frozenset({"execute", "executemany", "commit"})

BUSY: Final = 5.0  #: seconds that somebody waits for somebody else's lock
TRIES: Final = 20

#: Processes die here, machines do not; and nobody waits in earnest for a lock.
INSTEAD = {
    "PRAGMA synchronous=FULL": "PRAGMA synchronous=OFF",
    "PRAGMA busy_timeout=5000": "PRAGMA busy_timeout=0",
}


class Writer(Protocol):
    """A process, as far as its disk is concerned."""

    dead: bool
    connections: list[sqlite3.Connection]

    async def before(self, statement: str) -> None:
        """Let faults find a statement before it is made."""

    def after(self, statement: str) -> None:
        """Let faults find a statement that has just been made."""


class AtOnce:
    """What was the queue of a thread: whatever is put into it is done by then."""

    def put_nowait(self, asked: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = asked
        result = function()
        if future is not None:
            future.set_result(result)


async def waiting(begin: Callable[[], Any]) -> Any:
    """Do something, and wait as long as SQLite does for another process that writes."""
    for _ in range(TRIES):
        try:
            return begin()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            await asyncio.sleep(BUSY / TRIES)
    return begin()


class Connection(aiosqlite.Connection):
    """A connection that belongs to the process that opened it."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], iter_chunk_size: int) -> None:
        self._running = True
        self._connection: sqlite3.Connection | None = None
        self._connector = connector
        self._iter_chunk_size = iter_chunk_size
        self._tx: Any = AtOnce()
        self._thread: Any = SimpleNamespace(daemon=True)
        self._writer: Any = OWNER.get()

    def __del__(self) -> None:
        pass

    def __await__(self) -> Any:
        return self._connect().__await__()

    async def _connect(self) -> Connection:
        if self._writer is not None and self._writer.dead:
            raise asyncio.CancelledError
        self._connection = self._connector()
        self._connection.create_function("moment", 0, asyncio.get_running_loop().time)
        if self._writer is not None:
            self._writer.connections.append(self._connection)
        return self

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        writer: Writer | None = self._writer
        name = fn.__name__
        if writer is None:
            return await waiting(lambda: fn(*args, **kwargs))
        if writer.dead:
            if name in HARMLESS:
                return None
            raise asyncio.CancelledError
        if name not in ASKED:
            return fn(*args, **kwargs)
        statement = args[0] if args else "COMMIT"
        if statement in INSTEAD:
            args = (INSTEAD[statement], *args[1:])
        await writer.before(statement)
        if statement == "BEGIN IMMEDIATE":
            result = await waiting(lambda: fn(*args, **kwargs))
        else:
            result = fn(*args, **kwargs)
        writer.after(statement)
        return result

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def without_threads() -> Iterator[None]:
    """Let every connection to SQLite be made at once, and in the loop."""

    def connect(database: str, **options: Any) -> Connection:
        return Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)

    with patch.object(sqlite, "connect", connect), patch.object(sqlite, "aside", connect):
        yield


class InTurn(set[Any]):
    """Steps of SQLAlchemy that may be taken in any order: the one by name, not by address."""

    def pop(self) -> Any:
        first = min(self, key=lambda step: step.sort_key)
        self.remove(first)
        return first


@contextmanager
def in_one_order() -> Iterator[None]:
    """Let records be written in an order that does not depend on where they lie in memory."""
    with patch.object(unitofwork, "set", InTurn, create=True):
        yield


#: What the judge wants to know of every change, in the transaction that makes it.
WATCH = """
CREATE TABLE turns (
    id INTEGER PRIMARY KEY, at REAL, what TEXT, row INTEGER, before TEXT, after TEXT
);
CREATE TRIGGER delivery_turns AFTER UPDATE OF state ON deliveries WHEN OLD.state != NEW.state
BEGIN
    INSERT INTO turns (at, what, row, before, after)
    VALUES (moment(), 'delivery', NEW.id, OLD.state, NEW.state);
END;
CREATE TRIGGER ticket_turns AFTER UPDATE OF state ON tickets WHEN OLD.state != NEW.state
BEGIN
    INSERT INTO turns (at, what, row, before, after)
    VALUES (moment(), 'ticket', NEW.id, OLD.state, NEW.state);
END;
CREATE TRIGGER lease_turns AFTER UPDATE ON leases
    WHEN OLD.epoch != NEW.epoch OR OLD.until < NEW.until
BEGIN
    INSERT INTO turns (at, what, row, before, after)
    VALUES (moment(), 'lease', NEW.epoch, OLD.owner, NEW.owner);
END;
CREATE TRIGGER line_turns AFTER UPDATE OF state ON inbox WHEN OLD.state != NEW.state
BEGIN
    INSERT INTO turns (at, what, row, before, after)
    VALUES (moment(), 'line', NEW.id, OLD.state, NEW.state);
END;
"""


def watched(path: str) -> None:
    """Let a database write down how its rows change their states.

    It has a journal that readers do not wait for, as after the first start: a process that dies
    here has read what nobody takes from it any more, and only a real death would let go of that.
    """
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(WATCH)
    connection.close()
