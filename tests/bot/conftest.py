"""What the tests of the process stand on."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.bot_api import Line, connected, serving


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """Connect the real channel to a server that can be told what to answer."""
    async with serving() as (api, url), connected(url, lambda: found.trusted) as (bot, channel):
        found = Line(api, bot, channel)
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> str:
    """Return the address of a fresh database with all tables, on each kind."""
    if request.param == "postgresql":
        address: str = request.getfixturevalue("migrated_postgres")
        return address
    path = tmp_path / "house.db"
    shutil.copy(migrated, path)
    return f"sqlite+aiosqlite:///{path}"
