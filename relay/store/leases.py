"""Who runs a bot: decided by the database, on the database's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import DateTime, Update, bindparam, func, literal, or_, select, update

from relay.store.session import Transaction
from relay.tables import Lease

NOBODY: Final = ""  #: owns a bot that was given back
AS_IT_IS: Final = {"synchronize_session": False}

#: Made once, as both are asked so often.
HELD = (
    select(Lease.epoch, Lease.changed_at)
    .where(Lease.bot == bindparam("bot"))
    .with_for_update(read=True)
)

RENEWED = (
    update(Lease)
    .where(Lease.bot == bindparam("of"), Lease.epoch == bindparam("held"))
    .values(until=bindparam("lasts"))
    .returning(Lease.epoch)
)


class Leases(Transaction):
    """Leases of this transaction's bot."""

    async def take_lease(self, owner: str, lasts: timedelta, *, alone: bool) -> int | None:
        """Return the new epoch in which *owner* runs the bot; None: somebody else does.

        Who is *alone* on the database knows that no other owner is alive.
        """
        now = await self.moment()
        first = {"bot": self.bot, "owner": NOBODY, "epoch": 0, "until": now}
        await self.insert_new(Lease, [first | {"stopped": None, "paused_until": None}], ("bot",))
        free = or_(Lease.until <= now, Lease.owner == owner, literal(alone))
        return await self._epoch_of(
            update(Lease)
            .where(Lease.bot == self.bot, free)
            .values(owner=owner, epoch=Lease.epoch + 1, until=now + lasts, stopped=None)
        )

    async def renew_lease(self, epoch: int, lasts: timedelta) -> bool:
        """Let a lease last; say whether it is still that of *epoch*."""
        until = await self.moment() + lasts
        given = {"of": self.bot, "held": epoch, "lasts": until}
        return await self._session.scalar(RENEWED, given, execution_options=AS_IT_IS) == epoch

    async def give_back(self, epoch: int) -> None:
        """Let others take the bot at once: it is nobody's."""
        await self._change(epoch, until=await self.moment(), owner=NOBODY)

    async def last_run(self, lasts: timedelta) -> datetime | None:
        """Return when the bot was last known to run, under a lease that *lasts* so long.

        What the database's clock says of it is told by ours.
        """
        lease = await self.lease()
        if lease is None or not lease.epoch:
            return None
        ran = lease.until if lease.owner == NOBODY else lease.until - lasts
        return self.now - (await self.moment() - ran)

    async def stop_bot(self, epoch: int, why: str | None) -> None:
        """Note why the messenger does not let the bot speak; None: it does."""
        await self._change(epoch, stopped=why)

    async def pause_bot(self, until: datetime) -> None:
        """Let the whole bot be silent for a while: the messenger asked for it in several chats."""
        await self._session.execute(
            update(Lease).where(Lease.bot == self.bot).values(paused_until=until)
        )

    async def lease(self) -> Lease | None:
        """Return who runs the bot."""
        return await self._session.get(Lease, self.bot, populate_existing=True)

    async def holds(self, epoch: int) -> bool:
        """Say whether the bot is still that of *epoch*, and will be until this transaction ends.

        What was known is forgotten if others have changed the chain since.
        """
        found = (await self._session.execute(HELD, {"bot": self.bot})).one_or_none()
        held, changed_at = found or (None, None)
        if changed_at != self._memory.changed_at:
            self._memory.forget()
            self._memory.changed_at = changed_at
        return held == epoch

    async def intervene(self) -> None:
        """Change the chain though somebody else may run the bot: wait for each other, and tell."""
        await self._session.execute(
            update(Lease).where(Lease.bot == self.bot).values(changed_at=self.now)
        )

    async def chain_read(self) -> str | None:
        """Return which chain file was applied last by whoever runs the bot."""
        found: str | None = await self._session.scalar(
            select(Lease.chain_read).where(Lease.bot == self.bot)
        )
        return found

    async def has_read(self, digest: str) -> None:
        """Note which chain file is applied now."""
        await self._session.execute(
            update(Lease).where(Lease.bot == self.bot).values(chain_read=digest)
        )

    async def moment(self) -> datetime:
        """Return the time by the database's clock; SQLite has that of its only process."""
        if self._session.get_bind().dialect.name != "postgresql":
            return self.now
        clock = func.clock_timestamp(type_=DateTime(timezone=True))
        return (await self._session.execute(select(clock))).scalar_one()

    async def _change(self, epoch: int, **values: object) -> bool:
        changed = update(Lease).where(Lease.bot == self.bot, Lease.epoch == epoch).values(**values)
        return await self._epoch_of(changed) is not None

    async def _epoch_of(self, change: Update) -> int | None:
        """Make a change; return the epoch of the lease that it changed."""
        found = await self._session.execute(
            change.returning(Lease.epoch), execution_options=AS_IT_IS
        )
        epoch: int | None = found.scalar_one_or_none()
        return epoch
