from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import Pool, event

from tests.actors import Person, World

CHAIN = """
[parties.vendor]
name = "Iceberg"
code = "VND"
chat = -1001
clients = true

[parties.service]
name = "Cold Repair"
code = "SRV"
chat = -1002

[parties.local]
name = "Main Street"
code = "LOC"
chat = -1003

[parties.engineer]
name = "Crew"
code = "ENG"
chat = -1004

[[links]]
upper = "vendor"
lower = "service"
{vendor}

[[links]]
upper = "service"
lower = "local"
{service}

[[links]]
upper = "local"
lower = "engineer"
{local}
"""


#: About what two databases might do differently: these run on both, always.
DATABASES_MATTER = (
    *("test_at_once", "test_backups", "test_causes", "test_deadlines", "test_faults"),
    *("test_main_job", "test_memory", "test_reports", "test_surprises"),
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run on PostgreSQL every eighth of the other stories, or all: see ``make test-postgres``.

    Which ones that are is the same in every run. What is left out is counted as deselected.
    """
    if os.environ.get("EVERY_STORY"):
        return
    left_out = {
        item
        for item in items
        if "postgresql" in item.name
        and item.path.parent == Path(__file__).parent
        and item.path.stem not in DATABASES_MATTER
        and "fifty" not in item.name
        and crc32(item.name.encode()) % 8
    }
    config.hook.pytest_deselected(items=[*left_out])
    items[:] = [each for each in items if each not in left_out]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[str]:
    """Return the address of a fresh database with all tables, of either kind."""
    if request.param == "postgresql":
        yield request.getfixturevalue("migrated_postgres")
        return
    path = tmp_path / "world.db"
    shutil.copy(migrated, path)
    event.listen(Pool, "checkout", hasten)
    yield f"sqlite+aiosqlite:///{path}"
    event.remove(Pool, "checkout", hasten)


def hasten(connection: Any, record: Any, _: Any) -> None:
    """Let SQLite wait for no disk: here nobody pulls the plug."""
    if not record.info.get("hasty"):
        record.info["hasty"] = True
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
async def world(url: str) -> AsyncIterator[World]:
    """Return a bot without a chain."""
    world = World(url)
    await world.start()
    yield world
    await world.database.close()


@dataclass
class Cast:
    """Everybody of a chain of four companies: a lead and a member in each group."""

    world: World
    ann: Person  #: the client
    vera: Person  #: lead of VND
    victor: Person  #: member of VND
    paul: Person  #: lead of SRV
    sara: Person
    lucy: Person  #: lead of LOC
    leo: Person
    eve: Person  #: lead of ENG
    egor: Person

    async def asks(self, text: str = "The machine leaks") -> None:
        await self.ann.writes(text)

    async def down(self, depth: int) -> None:
        """Pass the case on until *depth* companies have a ticket."""
        for lead in (self.vera, self.paul, self.lucy)[: depth - 1]:
            await lead.presses("Pass on")

    async def taken(self, depth: int) -> None:
        """Pass the case on, and let the last company take it."""
        await self.down(depth)
        await (self.victor, self.sara, self.leo, self.egor)[depth - 1].presses("Take")


def everybody(world: World) -> Cast:
    """Return the people of the chain, with their roles in their chats."""
    chats = {-1001: "VND", -1002: "SRV", -1003: "LOC", -1004: "ENG"}
    names = ("Vera", "Victor", "Paul", "Sara", "Lucy", "Leo", "Eve", "Egor")
    people = [
        Person(world, 201 + number, name, chat, title=chats[chat])
        for number, (name, chat) in enumerate(
            zip(names, sorted([*chats, *chats])[::-1], strict=True)
        )
    ]
    for person in people[::2]:
        world.leads[person.chat] = [person.id]
    return Cast(world, Person(world, 101, "Ann Client", 101, username="ann_c"), *people)


async def chained(
    world: World,
    vendor: str = "",
    service: str = "",
    local: str = "",
    *,
    first: str = "",
    second: str = "",
) -> Cast:
    """Return the people of a chain whose links have these terms, and its first two parties."""
    text = CHAIN.format(vendor=vendor, service=service, local=local)
    text = text.replace("chat = -1001", f"chat = -1001\n{first}")
    text = text.replace("chat = -1002", f"chat = -1002\n{second}")
    await world.chain(text)
    return everybody(world)


@pytest.fixture
async def chain(world: World) -> Cast:
    """Four companies with links that leave every step to people."""
    return await chained(world)
