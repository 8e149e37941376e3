"""What all tests stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import URL

from bot import schema
from tests.postgres import fresh, serve

# How fast the machine is says nothing about the code.
settings.register_profile(
    "baton", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("baton")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    schema.migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """Start a PostgreSQL, or take the one that ``TEST_DATABASE_URL`` names."""
    with serve() as address:
        yield address


@pytest.fixture
def postgres(postgres_server: URL) -> Iterator[str]:
    """Make an empty database in PostgreSQL."""
    with fresh(postgres_server) as url:
        yield url
