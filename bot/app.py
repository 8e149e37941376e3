"""The composition root: the one place that knows everybody."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from pathlib import Path

from filelock import FileLock, Timeout
from prometheus_client import CollectorRegistry

from bot import schema, web
from bot.clock import Clock
from bot.dashboard import site
from bot.dashboard.doors import Doors
from bot.disk import Disk
from bot.engine import chain_file
from bot.errors import stops
from bot.fleet import Fleet
from bot.metrics import Metrics
from bot.session import Failed
from bot.settings import CannotStart, Settings
from bot.telegram import connect
from bot.webhook import Webhooks
from relay import backup, chain
from relay.store import Database

log = logging.getLogger(__name__)

now = Clock()  #: the time, for everybody


def sqlite_file(database_url: str) -> Path | None:
    """Return the SQLite file that an address names, if it names one."""
    kind, _, path = database_url.partition(":///")
    return Path(path) if kind.startswith("sqlite") and path else None


def lock(database_url: str) -> FileLock | None:
    """Return the lock of an SQLite file: one process at a time may write to it."""
    file = sqlite_file(database_url)
    return FileLock(f"{file}.lock") if file else None


def own(stack: AsyncExitStack, database_url: str) -> bool:
    """Take the SQLite file for ourselves until the *stack* ends; say whether it is one.

    Raises:
        CannotStart: another process has it.
    """
    file = lock(database_url)
    if file is None:
        return False
    Path(file.lock_file).parent.mkdir(parents=True, exist_ok=True)
    try:
        file.acquire(blocking=False)
    except Timeout:
        raise CannotStart(
            f"{database_url.partition(':///')[2]} is in use by another Baton. Stop that one first; "
            "to apply a changed chain file, send the running one SIGHUP instead."
        ) from None
    stack.callback(file.release)
    return True


async def run(settings: Settings, *, restored: bool = False) -> None:
    """Run the bots until told to stop; silent ones, if the database was *restored*.

    Raises:
        CannotStart, schema.NotMigrated, chain.BadChain: with a sentence for whoever started it.
    """
    async with AsyncExitStack() as stack:
        alone = own(stack, settings.database_url)
        database = Database(settings.database_url, clock=now)
        stack.push_async_callback(database.close)
        await schema.check(database)
        if restored:
            now.go_on_from(await database.last_moment())
            await fall_silent(database, settings)
        for bot in settings.tokens:
            if file := chain_file(settings, bot):
                chain.read(file)
        await hello(settings)

        disk = Disk(sqlite_file(settings.database_url))
        webhooks = None
        if settings.webhook_url and settings.webhook_secret:
            key = settings.webhook_secret.get_secret_value()
            webhooks = Webhooks(database, settings.tokens, settings.webhook_url, key, disk.room)
        metrics = Metrics(CollectorRegistry())
        doors = dashboard_doors(stack, database, settings)
        pages = site.application(doors, database) if doors else None
        fleet = Fleet(database, settings, webhooks, metrics, disk, now, alone=alone, doors=doors)
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stopping.set)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(
                web.serve(
                    web.application(fleet, database, webhooks, pages),
                    settings.http_host,
                    settings.http_port,
                )
            )
            running = group.create_task(fleet.run())
            loop.add_signal_handler(
                signal.SIGHUP, lambda: group.create_task(fleet.reread(), name="SIGHUP")
            )
            await stopping.wait()
            await fleet.finish()
            await running
            serving.cancel()


def dashboard_doors(stack: AsyncExitStack, database: Database, settings: Settings) -> Doors | None:
    """Return the ways into the dashboard, if it has an address."""
    if settings.dashboard is None:
        return None
    bots = {
        id_: connect(token, settings.telegram_api_url) for id_, token in settings.tokens.items()
    }
    for bot in bots.values():
        stack.push_async_callback(bot.session.close)
    return Doors(database, bots, frozenset(map(str, settings.operators)), settings.dashboard)


async def fall_silent(database: Database, settings: Settings) -> None:
    """Let no bot say anything until an operator agrees: it was started from a backup.

    Raises:
        CannotStart: there is nobody who could.
    """
    if not settings.operators:
        raise CannotStart(
            "OPERATORS is not set: after a start with --restored nothing is sent until one of "
            "them agrees. README.md says how to name them."
        )
    for bot in settings.tokens:
        async with database.transaction(bot) as store:
            await backup.restored(store)


async def hello(settings: Settings) -> None:
    """Make sure that the messenger accepts the tokens, or at least one of several.

    Raises:
        CannotStart: it accepts none, or cannot be reached.
    """
    refused = []
    for id_, token in settings.tokens.items():
        bot = connect(token, settings.telegram_api_url)
        try:
            await bot.me()
        except Failed as failed:
            if not stops(failed.answer):
                raise CannotStart(
                    f"TELEGRAM_API_URL cannot be reached ({failed.answer.text}). "
                    "Is the network there?"
                ) from None
            refused.append(id_)
        finally:
            await bot.session.close()
    if len(refused) == len(settings.tokens):
        raise CannotStart(NOT_ACCEPTED)
    for id_ in refused:
        log.error("The token of bot %d is not accepted; the other bots run.", id_)


NOT_ACCEPTED = "BOT_TOKEN is not accepted by the Bot API server. BotFather shows the valid one."
