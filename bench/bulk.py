"""Writing millions of rows: past the records, straight into the tables of either database."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from operator import itemgetter
from typing import Any, Protocol

import asyncpg  # type: ignore[import-untyped] # it has no stubs
from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL

from relay.tables import Base, Findable

Row = dict[str, Any]


class Bulk(Protocol):
    """An open database into which rows go by the thousand."""

    async def write(self, table: type[Base], rows: Sequence[Row]) -> None:
        """Write rows that all have the same columns; what they lack has its default."""

    async def finish(self, serials: dict[int, int]) -> None:
        """Let parties count on from the last of their tickets."""


def encoded(table: Table, rows: Sequence[Row], dialect: Dialect) -> tuple[list[str], list[Any]]:
    """Return the columns of rows, and the rows as a database's driver takes them."""
    names = [*rows[0]]
    turns = [
        (place, turn)
        for place, name in enumerate(names)
        if (turn := processor(table, name, dialect)) is not None
    ]
    found, pick = [], itemgetter(*names)
    for row in rows:
        values = [*pick(row)]
        for place, turn in turns:
            if (value := values[place]) is not None:
                values[place] = turn(value)
        found.append(values)
    return names, found


def processor(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what makes a value of a column one of the driver's."""
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)


class InSqlite:
    """An SQLite file that nobody else uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._dialect = sqlite.dialect()

    async def write(self, table: type[Base], rows: Sequence[Row]) -> None:
        """Write rows."""
        if rows:
            into: Any = table.__table__
            names, values = encoded(into, rows, self._dialect)
            places = ", ".join("?" * len(names))
            columns = ", ".join(f'"{each}"' for each in names)
            self._connection.executemany(
                f"INSERT INTO {into.name} ({columns}) VALUES ({places})", values
            )

    async def finish(self, serials: dict[int, int]) -> None:
        """Let parties count on."""
        for party, last in serials.items():
            self._connection.execute(
                "UPDATE parties SET last_serial = ? WHERE id = ?", (last, party)
            )


def inserted(into: Table, names: Sequence[str]) -> str:
    """Return what inserts rows with a column that cannot be copied: stems, which come as text."""
    places = (
        f"CAST(CAST(${place} AS text) AS tsvector)" if name == "words" else f"${place}"
        for place, name in enumerate(names, 1)
    )
    return f"INSERT INTO {into.name} ({', '.join(names)}) VALUES ({', '.join(places)})"


class InPostgres:
    """A database in PostgreSQL."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._dialect = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call]

    async def write(self, table: type[Base], rows: Sequence[Row]) -> None:
        """Write rows."""
        if rows:
            into: Any = table.__table__
            names, values = encoded(into, rows, self._dialect)
            if table is Findable:
                await self._connection.executemany(inserted(into, names), values)
                return
            await self._connection.copy_records_to_table(into.name, records=values, columns=names)

    async def finish(self, serials: dict[int, int]) -> None:
        """Let parties count on."""
        await self._connection.executemany(
            "UPDATE parties SET last_serial = $2 WHERE id = $1", [*serials.items()]
        )


@asynccontextmanager
async def opened(url: URL) -> AsyncIterator[Bulk]:
    """Open a database of which nobody minds if it is lost half way; its indexes come at the end."""
    if url.get_backend_name() == "sqlite":
        with_file = in_file(url.database or "")
    else:
        with_file = in_server(url)
    async with with_file as bulk:
        yield bulk


@asynccontextmanager
async def in_file(path: str) -> AsyncIterator[Bulk]:
    """Open an SQLite file."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield InSqlite(connection)
    for _, sql in (*indexes, *triggers):
        connection.execute(sql)
    connection.execute("INSERT INTO findables_index (findables_index) VALUES ('rebuild')")
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


@asynccontextmanager
async def in_server(url: URL) -> AsyncIterator[Bulk]:
    """Open a database in PostgreSQL."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    if await connection.fetchval("SHOW is_superuser") == "on":
        # Every row hangs on one that was written before: nobody has to look each of them up.
        await connection.execute("SET session_replication_role = replica")
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND "
        "indexname NOT IN (SELECT conname FROM pg_constraint) AND indexname NOT LIKE 'alembic%'"
    )
    for name, _ in indexes:
        await connection.execute(f"DROP INDEX {name}")
    yield InPostgres(connection)
    for _, sql in indexes:
        await connection.execute(sql)
    for table in Base.metadata.sorted_tables:
        column = "id" if "id" in table.c else None
        if column and await connection.fetchval(
            "SELECT pg_get_serial_sequence($1, 'id')", table.name
        ):
            await connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) "
                f"FROM {table.name} HAVING max(id) IS NOT NULL"
            )
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
