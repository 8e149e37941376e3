"""One bot at work: everything that runs as long as its lease lasts."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from aiogram import Dispatcher

import handlers
from bot import commands
from bot.dashboard.doors import Doors
from bot.disk import Disk
from bot.errors import stops
from bot.metrics import Metrics
from bot.polling import ALLOWED, poll
from bot.registers import Registers
from bot.rights import Rights
from bot.session import Failed
from bot.settings import Settings
from bot.telegram import Telegram, connect
from bot.updates import Updates
from bot.webhook import Webhooks
from relay import chain, health, setup
from relay.bookkeeper import Bookkeeper
from relay.courier import Courier
from relay.flood import Flood
from relay.inbox import Inbox
from relay.lease import Lease, Stopped
from relay.reporter import Reporter
from relay.store import Trouble
from relay.timekeeper import Timekeeper
from relay.watch import Watch

log = logging.getLogger(__name__)

GRACE: Final = 20  #: seconds in which what is being sent may be answered before the end
COUNTS: Final = 300  #: seconds between looks at how much waits at the messenger
PARTS: Final = ("taking_in", "handling", "sending")  #: what always runs, as monitoring names it


@cache
def dispatcher() -> Dispatcher:
    """Return aiogram's routing over our handlers, for all bots: it keeps no state, rows do."""
    routing = Dispatcher(disable_fsm=True)
    routing.include_router(handlers.router())
    return routing


class Engine:
    """The way in, the handling and the way out of one bot."""

    def __init__(
        self,
        lease: Lease,
        token: str,
        settings: Settings,
        webhooks: Webhooks | None,
        metrics: Metrics,
        disk: Disk,
        doors: Doors | None = None,
    ) -> None:
        self.lease, self._settings, self._webhooks, self._disk = lease, settings, webhooks, disk
        self._url = f"{settings.telegram_api_url}/bot{token}"
        self.bot = connect(token, settings.telegram_api_url, lambda: lease.trusted)
        #: Telegram's private chats are called like the persons, so these are places, too.
        self.operators = frozenset(map(str, settings.operators))
        self._channel = Telegram(self.bot, settings.send_limits)
        self.courier = Courier(lease, self._channel, self.operators, metrics.noted, disk.room)
        rights = Rights(self.bot, lease.clock)
        updates = Updates(
            self.bot,
            dispatcher(),
            rights,
            self.courier,
            Registers(self.bot, lease),
            lease.database,
            self.operators,
            self._channel.forums,
            doors,
        )
        self.inbox = Inbox(
            lease,
            updates,
            done=self._nudge,
            listens=webhooks is not None,
            flood=Flood() if settings.send_limits else None,  # a server without limits has none
        )
        self.watch = Watch(lease, self.operators, self.courier.nudge, disk.room)
        self.timekeeper = Timekeeper(lease, self._nudge)
        self.bookkeeper = Bookkeeper(lease)
        self.reporter = Reporter(lease, self.courier.nudge)
        self.pending = 0  #: updates that waited at the messenger when it was asked last
        self._work: list[asyncio.Task[None]] = []
        self._ending = False

    async def run(self) -> None:
        """Work until told to finish.

        Raises:
            Lost: another process has the bot now.
            Stopped: the messenger does not accept the token.
            Unreachable: it does not answer.
        """
        try:
            await self._apply_at_start()
            if self._webhooks:
                await self._woke(self.lease.last_run)  # from now on our address answers
            await self._hello()
            if self._ending:
                return
            if not self._webhooks:
                await self._woke(await self._last_polled())
            async with asyncio.TaskGroup() as group:
                taking_in = group.create_task(self._take_in(), name="taking in")
                handling = group.create_task(self.inbox.run(), name="inbox")
                sending = group.create_task(self.courier.run(), name="courier")
                helping = [
                    group.create_task(self.lease.keep()),
                    group.create_task(self.watch.run(), name="watch"),
                    group.create_task(self.timekeeper.run(), name="timekeeper"),
                    group.create_task(self.bookkeeper.run(), name="bookkeeper"),
                    group.create_task(self.reporter.run(), name="reporter"),
                    group.create_task(self._count_pending(), name="pending"),
                    group.create_task(commands.publish(self.bot, self.lease, self.operators)),
                ]
                self._work = [taking_in, handling, sending]
                log.info("bot %d is running", self.bot.id)
                await sending
                for task in (*helping, taking_in, handling):
                    task.cancel()
        finally:
            await self.bot.session.close()

    def _nudge(self) -> None:
        """Say that something happened: somebody is to be told, and figures are to follow."""
        self.courier.nudge()
        self.bookkeeper.nudge()

    @property
    def alive(self) -> dict[str, bool]:
        """What should run, and whether it does; the lease runs as long as it can be renewed."""
        runs = [not task.done() for task in self._work] or [False] * len(PARTS)
        return dict(zip(PARTS, runs, strict=True)) | {"lease": self.lease.trusted}

    async def numbers(self) -> health.Numbers:
        """Return how the bot stands, for monitoring."""
        async with self.lease.database.transaction(self.lease.bot) as store:
            return await health.numbers(store)

    async def finish(self) -> None:
        """Take in nothing more, let what is being sent be answered: the rest keeps till later."""
        self._ending = True
        if not self._work:
            return
        taking_in, handling, sending = self._work
        taking_in.cancel()
        handling.cancel()
        self.courier.finish()
        await asyncio.wait({sending}, timeout=GRACE)
        sending.cancel()

    async def apply_chain(self) -> None:
        """Make the database say what the chain file says, if that is not what it said before.

        Raises:
            BadChain: with a sentence; nothing was changed.
        """
        file = chain_file(self._settings, self.lease.bot)
        if file is None:
            return
        wanted = chain.read(file)
        async with self.lease.transaction() as store:
            changes = await setup.follow(store, wanted)
        for line in changes:
            log.info("chain: %s", line)
        self.courier.nudge()

    async def _apply_at_start(self) -> None:
        try:
            await self.apply_chain()
        except chain.BadChain as error:  # it was good when the process started
            log.error("%s Nothing was changed.", error)

    async def _hello(self) -> None:
        """Ask who we are, and choose the way in; no update is dropped for it."""
        try:
            self._channel.name = (await self.bot.me()).username or ""
            if self._webhooks:
                await self.bot.set_webhook(
                    self._webhooks.address(self.lease.bot),
                    secret_token=self._webhooks.secret(self.lease.bot),
                    allowed_updates=ALLOWED,
                )
            else:
                await self.bot.delete_webhook(drop_pending_updates=None)
        except Failed as failed:
            if stops(failed.answer):
                raise Stopped from None
            log.warning("the messenger cannot be asked: %s", failed.answer.text)
            raise Unreachable(failed.answer.text) from None

    async def _woke(self, listened: datetime | None) -> None:
        """Tell operators if we last *listened* so long ago that something may be lost."""
        try:
            await self.watch.woke(listened)
        except Trouble as trouble:
            log.warning("it cannot be told what may be lost: %s", type(trouble).__name__)

    async def _last_polled(self) -> datetime | None:
        try:
            _numbering, _offset, polled = await self.inbox.cursor()
        except Trouble as trouble:
            log.warning("it is not known when updates last came: %s", type(trouble).__name__)
            return None
        return polled

    async def _count_pending(self) -> None:
        """Look now and then how much waits at the messenger."""
        while True:
            try:
                self.pending = (await self.bot.get_webhook_info()).pending_update_count
                await self.watch.pending(self.pending)
            except (Failed, *Trouble) as error:
                log.warning("what waits cannot be counted: %s", type(error).__name__)
            await asyncio.sleep(COUNTS)

    async def _take_in(self) -> None:
        if self._webhooks:
            with self._webhooks.open(self.lease.bot, self.inbox.nudge):
                await asyncio.Event().wait()
        await poll(self._url, self.inbox, self.watch.rival, self._disk.room)


class Unreachable(Exception):
    """The messenger does not answer; perhaps it will later."""


def chain_file(settings: Settings, bot: int) -> Path | None:
    """Return where the chain of a bot is written down."""
    named = settings.chain_file
    return Path(str(named).replace("{bot}", str(bot))) if named else None
