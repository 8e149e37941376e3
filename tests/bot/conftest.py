"""What the tests of the process stand on."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> str:
    """Return the address of a fresh database with all tables, on each kind."""
    if request.param == "postgresql":
        address: str = request.getfixturevalue("migrated_postgres")
        return address
    path = tmp_path / "house.db"
    shutil.copy(migrated, path)
    return f"sqlite+aiosqlite:///{path}"
