"""The database: opens transactions, and knows the difference between SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as Busy
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    async_sessionmaker,
    create_async_engine,
)

from relay.store import sqlite
from relay.store.memory import Memory
from relay.store.queries import Store
from relay.tables import Delivery, Event, Line

BUSY = 5_000  #: milliseconds that SQLite waits for somebody else's lock
LOOKERS = 4  #: who may look at once beside those who write; more wait for one of them
PATIENCE = 120  #: seconds that they wait at most: reports take some
CACHE = 65_536  #: KiB of an SQLite file that each of them remembers at most

#: What ``ANALYZE`` leaves in an SQLite file. How rows are found follows from the indexes alone:
#: what was true of a small file would let whole tables be read when it has grown.
MEASURED = ("sqlite_stat1", "sqlite_stat4")

#: What a database raises when it is busy, gone, or has let somebody else go first.
Trouble = (DBAPIError, OSError, Busy)

#: What it raises when we ask for what cannot be: that is no trouble of its own.
Clash = IntegrityError


class NotMigrated(Exception):
    """The database's tables are not those of this version."""


class Rehearsed(Exception):
    """It has been seen what would happen."""


class Database:
    """Where everything is kept: an SQLite file, or PostgreSQL."""

    def __init__(self, url: str, *, clock: Callable[[], datetime]) -> None:
        self.url = make_url(url)
        self.clock = clock
        on_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_pre_ping": True}
        #: All that somebody sees is of one moment; SQLite need not be told.
        looking = options | {
            "isolation_level": "REPEATABLE READ",
            "execution_options": {"postgresql_readonly": True},
        }
        if on_sqlite:
            near, aside = ({"async_creator_fn": each} for each in (sqlite.connect, sqlite.aside))
            looking = {"connect_args": aside}
            options = {"pool_size": 1, "max_overflow": 0, "connect_args": near}
        # What people say is no part of an error, which may be logged.
        self._engine = create_async_engine(self.url, hide_parameters=True, **options)
        #: For those who only look, so that nobody who writes waits for one of their connections.
        self._lookers = create_async_engine(
            self.url,
            hide_parameters=True,
            pool_size=LOOKERS,
            max_overflow=0,
            pool_timeout=PATIENCE,
            **looking,
        )
        if on_sqlite:
            event.listen(self._engine.sync_engine, "connect", prepare)
            event.listen(self._engine.sync_engine, "begin", begin_immediately)
            event.listen(self._lookers.sync_engine, "connect", prepare_to_look)
            event.listen(self._lookers.sync_engine, "begin", begin)
        self._looks = async_sessionmaker(self._lookers, expire_on_commit=False, autoflush=False)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        #: SQLite has one writer: we wait for each other here rather than in the file.
        self._turn = asyncio.Lock() if on_sqlite else None

    def memory(self) -> Memory:
        """Return a memory for whoever owns a bot; nothing is known yet."""
        return Memory(self._sessions())

    @asynccontextmanager
    async def transaction(self, bot: int, memory: Memory | None = None) -> AsyncIterator[Store]:
        """All of it happens, at one moment, or none of it.

        What the bot's owner knows is kept in its *memory*; others know nothing to begin with.
        """
        async with AsyncExitStack() as stack:
            if self._turn:
                await stack.enter_async_context(self._turn)
            if memory is None:
                memory = self.memory()
                stack.push_async_callback(memory.session.close)
            memory.tidy()
            try:
                async with memory.session.begin():
                    store = Store(memory, bot, now=self.clock())
                    yield store
                    await store.settle()
            except BaseException:
                memory.forget()  # it may know what was not written down after all
                raise

    @asynccontextmanager
    async def look(self, bot: int) -> AsyncIterator[Store]:
        """See how things stand at one moment, beside those who write: nothing can be written.

        Whatever takes long and changes nothing belongs here.
        """
        async with self._looks() as session, session.begin():
            yield Store(Memory(session), bot, now=self.clock(), only_looks=True)

    @asynccontextmanager
    async def rehearsal(self, bot: int) -> AsyncIterator[Store]:
        """All of it happens, and then nothing has: to see what would."""
        try:
            async with self.transaction(bot) as store:
                yield store
                raise Rehearsed
        except Rehearsed:
            return

    async def last_moment(self) -> datetime | None:
        """Return when something was last written down."""
        async with self._reading() as connection:
            found = [
                await connection.scalar(select(at).order_by(id_.desc()).limit(1))
                for id_, at in (
                    (Line.id, Line.arrived_at),
                    (Delivery.id, Delivery.queued_at),
                    (Event.id, Event.at),
                )
            ]
        return max((at for at in found if at), default=None)

    async def ping(self) -> None:
        """Ask for nothing; it fails if the database does not answer."""
        async with self._reading() as connection:
            await connection.scalar(text("SELECT 1"))

    async def revision(self) -> str | None:
        """Return the migration that the tables stand at; None: there are no tables."""
        async with self._reading() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            if "alembic_version" not in tables:
                return None
            found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return str(found) if found else None

    def _reading(self) -> AsyncConnection:
        return self._engine.execution_options(reads=True).connect()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._lookers.dispose()
        await self._engine.dispose()


def prepare(connection: Any, _: Any) -> None:
    """Make a fresh SQLite connection durable, and leave transactions to us."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={BUSY}")
    for table in MEASURED:
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def prepare_to_look(connection: Any, _: Any) -> None:
    """Make a fresh SQLite connection one that cannot write."""
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY}")
    connection.execute(f"PRAGMA cache_size=-{CACHE}")


def begin(connection: Any) -> None:
    """Begin to look: all that follows is of one moment."""
    connection.exec_driver_sql("BEGIN")


def begin_immediately(connection: Any) -> None:
    """Take the write lock at once: a lock that is asked for later can only be refused."""
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
