"""What all tests stand on."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import URL

from bot import schema
from tests import compiled
from tests.postgres import empty, fresh, serve

if TYPE_CHECKING:
    from playwright.async_api import Browser

# How fast the machine is says nothing about the code.
settings.register_profile(
    "baton", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("baton")

compiled.share()

#: Folders of tests that take long: they come first, so that nobody works alone at the end.
LONG = ("simulation", "kill", "end_to_end")

gc.disable()  # nothing that modules make as they are read is garbage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long come first."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


def pytest_collection_finish() -> None:
    """Collect garbage as rarely as the bot does, and look at nothing again that is there by now."""
    from bot.cli import rarely  # who only hands tests out need not wait for it

    gc.enable()
    rarely()


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a folder that all processes of this run have in common."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    schema.migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server(common: Path) -> Iterator[URL]:
    """Start a PostgreSQL, or take the one that ``TEST_DATABASE_URL`` names."""
    with serve(common) as address:
        yield address


@pytest.fixture
def postgres(postgres_server: URL) -> Iterator[str]:
    """Make an empty database in PostgreSQL."""
    with fresh(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_in_postgres(postgres_server: URL) -> Iterator[str]:
    """Make a database in PostgreSQL that has all tables; one test after another has it."""
    with fresh(postgres_server) as url:
        schema.migrate(url)
        yield url


@pytest.fixture
def migrated_postgres(migrated_in_postgres: str) -> str:
    """Return the address of a database in PostgreSQL with all tables and nothing in them."""
    empty(migrated_in_postgres)
    return migrated_in_postgres


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start a browser; its tests are marked ``browser``, and run in the loop of their module."""
    from tests.browser.chromium import launched  # the other tests need not wait for it

    async with launched() as browser:
        yield browser
