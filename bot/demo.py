"""The demo: the real bot on a messenger of its own, on this machine, with nothing to set up."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from bot import app, logs, schema, settings
from relay import chain, equipment, registers, setup
from relay.store import Database
from sandbox.cast import read
from sandbox.server import application
from sandbox.world import World

CHAIN = Path(__file__).with_name("demo.toml")
REGISTER = Path(__file__).with_name("demo_equipment.csv")
CAST = Path(__file__).parent.parent / "sandbox" / "cafe.toml"
TOKEN = "42:SANDBOX"  # noqa: S105 - of the sandbox's own bot, which exists nowhere else

WELCOME = """
Baton's demo is running: http://127.0.0.1:{port}

Write as Anna, the café owner; then take her request as Vera, and pass it on.
As Vera, /equipment lists what Iceberg looks after, and /qr prints stickers for it.
In Iceberg's chat, /dashboard leads Vera to pages about it: http://127.0.0.1:{dashboard}/dashboard
Everything is forgotten when you stop it with Ctrl+C.
"""


def main(port: int) -> None:
    """Run the sandbox and the bot until stopped.

    Raises:
        CannotStart: the port is taken.
    """
    logs.start("console", "WARNING")
    with tempfile.TemporaryDirectory(prefix="baton-demo-") as folder:
        asyncio.run(run(port, Path(folder)))


async def run(port: int, folder: Path) -> None:
    """Serve the messenger, and run the bot against it over HTTP."""
    async with AsyncExitStack() as stack:
        world = World(read(CAST), clock=lambda: app.now().timestamp(), limited=True)
        runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError:
            raise settings.CannotStart(
                f"port {port} is taken. Choose another one: make demo PORT=8099"
            ) from None

        bound, dashboard = runner.addresses[0][1], free_port()
        chosen = settings.read(
            {
                "BOT_TOKEN": TOKEN,
                "DATABASE_URL": f"sqlite:///{folder}/demo.db",
                "CHAIN_FILE": str(CHAIN),
                "TELEGRAM_API_URL": f"http://127.0.0.1:{bound}",
                "HTTP_PORT": str(dashboard),
                "DASHBOARD_URL": f"http://127.0.0.1:{dashboard}",
            },
            env_file=folder / "none",
        )
        await asyncio.to_thread(schema.migrate, chosen.database_url)
        await furnish(chosen)
        sys.stdout.write(WELCOME.format(port=bound, dashboard=dashboard))
        sys.stdout.flush()
        await app.run(chosen)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


async def furnish(chosen: settings.Settings) -> None:
    """Set the companies up, and give the first one a register."""
    wanted = chain.read(CHAIN)
    database = Database(chosen.database_url, clock=app.now)
    async with database.transaction(next(iter(chosen.tokens))) as store:
        await setup.apply(store, wanted)
        first = await store.party_called(next(iter(wanted.parties)))
        if first:
            rows = registers.read(REGISTER.read_bytes(), REGISTER.name)
            await equipment.bring_in(store, first, rows)
    await database.close()
