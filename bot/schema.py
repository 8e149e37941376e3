"""The database's tables and this version's: brought together by migrations."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from relay.store import Database, NotMigrated
from relay.tables import Base

SCRIPTS = Path(__file__).parent.parent / "alembic"


def config(url: str) -> Config:
    """Return alembic's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def migrate(url: str) -> None:
    """Bring a database's tables to this version."""
    command.upgrade(config(url), "head")


def draft(sentence: str) -> None:
    """Write a migration from what is there to what the tables say, to be read and corrected."""
    with tempfile.TemporaryDirectory() as folder:
        made = config(f"sqlite+aiosqlite:///{folder}/draft.db")
        made.attributes["metadata"] = Base.metadata
        made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
        made.set_main_option("truncate_slug_length", "60")
        command.upgrade(made, "head")
        command.revision(made, sentence, autogenerate=True)


async def check(database: Database) -> None:
    """Refuse to start on tables of another version.

    Raises:
        NotMigrated: with what to do about it.
    """
    scripts = ScriptDirectory(str(SCRIPTS))
    head, stands = scripts.get_current_head(), await database.revision()
    if stands == head:
        return
    if stands is not None and stands not in {each.revision for each in scripts.walk_revisions()}:
        raise NotMigrated("The database belongs to a newer Baton. Please start that version.")
    raise NotMigrated("The database is not ready for this version. Run: python -m bot migrate")


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]))
