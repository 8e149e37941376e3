"""What the tests of real processes stand on."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.end_to_end.live_processes import Stage, migrate


@pytest.fixture(scope="session")
def with_tables(tmp_path_factory: pytest.TempPathFactory, common: Path) -> Path:
    """Make an SQLite file that has all tables, and nothing in them."""
    path = common / "tables.db"
    with FileLock(common / "tables.lock"):
        if not path.exists():
            draft = tmp_path_factory.mktemp("tables") / "baton.db"
            migrate(draft.parent, f"sqlite:///{draft}")
            draft.rename(path)
    return path


@pytest.fixture
def sqlite_file(with_tables: Path, tmp_path: Path) -> str:
    """Return the address of an SQLite file of this test's own."""
    path = shutil.copy(with_tables, tmp_path / "baton.db")
    return f"sqlite:///{path}"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Set a stage on which nobody waits for rate limits."""
    async with Stage(tmp_path) as stage:
        yield stage


@pytest.fixture
async def strict_stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Set a stage whose messenger is as strict as Telegram is."""
    async with Stage(tmp_path, limited=True) as stage:
        yield stage


@pytest.fixture(params=["sqlite_file", "migrated_postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """Return the address of a database of either kind."""
    url: str = request.getfixturevalue(request.param)
    return url
