"""The composition root: the one place that knows everybody, and the one clock."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError, TelegramUnauthorizedError
from filelock import FileLock, Timeout

import handlers
from bot import commands, schema, web
from bot.polling import Stopped, poll
from bot.rights import Rights
from bot.settings import CannotStart, Settings
from bot.telegram import Telegram, connect
from bot.updates import Updates
from relay import chain, setup
from relay.courier import Courier
from relay.inbox import Inbox
from relay.store import Database

log = logging.getLogger(__name__)

GRACE = 25  #: seconds in which what is being sent may be answered before the end


def now() -> datetime:
    """Return the time: the only place that asks the system for it."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one clock


def dispatcher() -> Dispatcher:
    """Return aiogram's routing over our handlers; open questions are rows, so it keeps no state."""
    routing = Dispatcher(disable_fsm=True)
    routing.include_router(handlers.router())
    return routing


def bot_id(token: str) -> int:
    """Return the bot's id: a token begins with it."""
    return int(token.split(":")[0])


def lock(database_url: str) -> FileLock | None:
    """Return the lock of an SQLite file: one process at a time may write to it."""
    kind, _, path = database_url.partition(":///")
    return FileLock(f"{path}.lock") if kind.startswith("sqlite") and path else None


def own(stack: AsyncExitStack, database_url: str) -> None:
    """Take the SQLite file for ourselves until the *stack* ends.

    Raises:
        CannotStart: another process has it.
    """
    file = lock(database_url)
    if file is None:
        return
    Path(file.lock_file).parent.mkdir(parents=True, exist_ok=True)
    try:
        file.acquire(blocking=False)
    except Timeout:
        raise CannotStart(
            f"{database_url.partition(':///')[2]} is in use by another Baton. Stop that one first; "
            "to apply a changed chain file, send the running one SIGHUP instead."
        ) from None
    stack.callback(file.release)


async def run(settings: Settings) -> None:
    """Run the bot until it is told to stop.

    Raises:
        CannotStart, schema.NotMigrated, chain.BadChain: with a sentence for whoever started it.
    """
    async with AsyncExitStack() as stack:
        own(stack, settings.database_url)
        database = Database(settings.database_url, clock=now)
        stack.push_async_callback(database.close)
        await schema.check(database)

        bot = connect(settings.token, settings.telegram_api_url)
        stack.push_async_callback(bot.session.close)
        await apply_chain(database, bot.id, settings.chain_file)
        await hello(bot)

        rights = Rights(bot, now)
        courier = Courier(database, bot.id, Telegram(bot, settings.send_limits))
        updates = Updates(bot, dispatcher(), rights, courier)
        inbox = Inbox(database, bot.id, updates, done=courier.nudge)
        url = f"{settings.telegram_api_url}/bot{settings.token}"

        loop = asyncio.get_running_loop()
        loop.add_signal_handler(
            signal.SIGHUP, reread, database, bot.id, settings.chain_file, courier
        )
        health = web.Health(database, bot.id)
        stopping = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stopping.set)
        async with asyncio.TaskGroup() as group:
            engine = [
                group.create_task(fetch(url, inbox), name="polling"),
                group.create_task(inbox.run(), name="inbox"),
                group.create_task(courier.run(), name="courier"),
            ]
            health.tasks = engine
            others = [
                group.create_task(web.serve(health, settings.http_host, settings.http_port)),
                group.create_task(commands.publish(bot, database)),
            ]
            log.info("bot %d is running", bot.id)
            await stopping.wait()
            await stop(engine, courier)
            for task in others:
                task.cancel()


async def stop(engine: list[asyncio.Task[None]], courier: Courier) -> None:
    """Take in nothing more, and let what is being sent be answered: the rest keeps till later."""
    polling, inbox, sending = engine
    polling.cancel()
    inbox.cancel()
    courier.finish()
    await asyncio.wait({sending}, timeout=GRACE)
    sending.cancel()


async def fetch(url: str, inbox: Inbox) -> None:
    """Poll for updates; a token that is no longer accepted is a sentence, not a traceback."""
    try:
        await poll(url, inbox)
    except Stopped:
        raise CannotStart(NOT_ACCEPTED) from None


NOT_ACCEPTED = "BOT_TOKEN is not accepted by the Bot API server. BotFather shows the valid one."


async def hello(bot: Bot) -> None:
    """Ask who we are, and make polling possible; no update is dropped for it."""
    try:
        await bot.me()
        await bot.delete_webhook(drop_pending_updates=None)
    except TelegramUnauthorizedError:
        raise CannotStart(NOT_ACCEPTED) from None
    except AiogramError as error:
        raise CannotStart(
            f"TELEGRAM_API_URL cannot be reached ({type(error).__name__}). Is the network there?"
        ) from None


async def apply_chain(database: Database, bot: int, file: Path | None) -> None:
    """Make the database say what the chain file says."""
    if file is None:
        return
    wanted = chain.read(file)
    async with database.transaction(bot) as store:
        changes = await setup.apply(store, wanted)
    for line in changes:
        log.info("chain: %s", line)


def reread(database: Database, bot: int, file: Path | None, courier: Courier) -> None:
    """Apply the chain file again, at SIGHUP; one that cannot be applied changes nothing."""

    async def again() -> None:
        try:
            await apply_chain(database, bot, file)
        except chain.BadChain as error:
            log.error("%s Nothing was changed.", error)
        courier.nudge()

    tasks.add(task := asyncio.ensure_future(again()))
    task.add_done_callback(tasks.discard)


tasks: set[asyncio.Future[None]] = set()  #: kept from being collected while they run
