import shutil
from pathlib import Path

import pytest


@pytest.fixture
def path(migrated: Path, tmp_path: Path) -> Path:
    """Return a fresh database with all tables."""
    path = tmp_path / "town.db"
    shutil.copy(migrated, path)
    return path
