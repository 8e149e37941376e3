"""A house with a dashboard, and windows in which people look at it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from bot.dashboard import site
from bot.dashboard.doors import Doors
from bot.web import application
from tests.actors import BOT, Person, World
from tests.dashboard.windows import Window
from tests.scenarios.conftest import Cast, chained

OPERATOR = 900


class Bots:
    """Bots that work."""

    def health(self) -> dict[str, Any]:
        return {"bots": {"running": 1}}

    async def measure(self) -> bytes:
        return b""


class House:
    """A chain of companies, whose leads have a dashboard."""

    def __init__(self, world: World, doors: Doors) -> None:
        self.world, self.doors = world, doors
        self.here = doors.url  #: where it is really served
        self.windows: list[Window] = []

    def private(self, person: Person) -> Person:
        """Return somebody in their private chat with the bot."""
        return replace(person, chat=person.id, title=None, said={})

    def window(self) -> Window:
        """Open a browser in which nobody is known yet."""
        self.windows.append(Window(self.here))
        return self.windows[-1]

    async def link(self, person: Person) -> str:
        """Let somebody ask the bot for a link, and return what follows the host in it."""
        await person.writes("Hello")  # in their company's chat they were heard before
        alone = self.private(person)
        await alone.writes("/dashboard")
        found = next(each for each in alone.inbox[::-1] if "/enter/" in each)
        return "/dashboard" + found.split("/dashboard", 1)[1].split()[0]

    async def enters(self, person: Person) -> Window:
        """Let somebody ask for a link, open it, and press the button."""
        window = self.window()
        answer = await window.posts(await self.link(person))
        assert answer.status == 303, await answer.text()
        return window


@pytest.fixture
def url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> str:
    """Return the address of a fresh database with all tables: SQLite, if it does not matter."""
    if getattr(request, "param", "sqlite") == "postgresql":
        return str(request.getfixturevalue("migrated_postgres"))
    path = tmp_path / "house.db"
    shutil.copy(migrated, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    world = World(url)
    world.operators = {str(OPERATOR)}
    world.doors = Doors(world.database, {BOT: world.bot}, world.operators, "")
    await world.start()
    pages = site.application(world.doors, world.database)
    server = TestServer(application(Bots(), world.database, None, pages))
    await server.start_server()
    world.doors.url = str(server.make_url("")).rstrip("/")
    house = House(world, world.doors)
    yield house
    for window in house.windows:
        await window.close()
    await server.close()
    await world.database.close()


@pytest.fixture
async def chain(house: House) -> Cast:
    """Four companies with links that leave every step to people."""
    return await chained(house.world)
