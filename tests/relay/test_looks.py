"""Who only looks sees one moment, and takes nothing from those who write."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relay import chain, setup
from relay.store import Database, Store, Trouble

BOT = 42
CHAIN = """
[parties.vendor]
name = "Iceberg"
code = "VND"
chat = -1001
"""
MANY = 20  #: more than anybody's connections


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("migrated_postgres"))
    shutil.copy(migrated, tmp_path / "looks.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'looks.db'}"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url, clock=lambda: datetime(2026, 11, 26, tzinfo=UTC))
    async with database.transaction(BOT) as store:
        await setup.apply(store, chain.parse(CHAIN))
    yield database
    await database.close()


async def comes(database: Database, name: str) -> None:
    """Let somebody join the company."""
    async with database.transaction(BOT) as store:
        await store.joins((await store.parties())[0], await store.person(name, name, None))


async def known(store: Store) -> int:
    """Return how many people of the company are written down."""
    return len(await store.members((await store.parties())[0], ["Ann", "Paul"]))


async def test_a_look_is_of_one_moment_whatever_is_written_meanwhile(database: Database) -> None:
    await comes(database, "Ann")
    async with database.look(BOT) as store:
        before = await known(store)
        await comes(database, "Paul")
        meanwhile = await known(store)

    async with database.look(BOT) as store:
        assert (before, meanwhile, await known(store)) == (1, 1, 2)


async def test_who_only_looks_can_write_nothing(database: Database) -> None:
    with pytest.raises(Trouble):
        async with database.look(BOT) as store:
            await store.all_stale()


async def test_whoever_writes_has_a_connection_however_many_look(database: Database) -> None:
    enough = asyncio.Event()

    async def looks() -> None:
        async with database.look(BOT) as store:
            await known(store)
            await enough.wait()

    async with asyncio.TaskGroup() as group:
        for _ in range(MANY):
            group.create_task(looks())
        writing = group.create_task(comes(database, "Ann"))
        async with asyncio.timeout(10):
            await writing
        enough.set()
