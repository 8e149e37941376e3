"""How chats stand: paused, held, or living at another address now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from relay.store.deliveries import unfinished
from relay.store.session import Transaction
from relay.tables import (
    Case,
    Client,
    Copy,
    Delivery,
    Handling,
    Lane,
    Line,
    Message,
    Party,
    Progress,
    Question,
)

OPEN_ENDED = (Progress.QUEUED, Progress.SENDING, Progress.HELD, Progress.UNCLEAR)


HELD = select(Lane.chat, Lane.retry_at).where(Lane.bot == bindparam("bot"), Lane.held.is_not(None))


class Lanes(Transaction):
    """Lanes, each the deliveries of one chat."""

    async def pause(self, chat: str, until: datetime) -> None:
        """Let nothing go to a chat before *until*: the messenger asked for it."""
        await self._lane(chat, paused_until=until)

    async def tighten(self, chat: str, pause: datetime, till: datetime) -> None:
        """Let nothing go to a chat before *pause*, and be slower there *till* some time later."""
        await self._lane(chat, paused_until=pause, tightened_until=till)

    async def paused(self) -> dict[str, datetime]:
        """Return the chats to which nothing goes for a while, till when."""
        found = await self._session.execute(
            select(Lane.chat, Lane.paused_until).where(
                Lane.bot == self.bot, Lane.paused_until > self.now
            )
        )
        return {chat: till for chat, till in found if till}

    async def tightened(self) -> dict[str, datetime]:
        """Return the chats where we are slower than allowed, till when."""
        found = await self._session.execute(
            select(Lane.chat, Lane.tightened_until).where(
                Lane.bot == self.bot, Lane.tightened_until > self.now
            )
        )
        return {chat: till for chat, till in found if till}

    async def hold(self, chat: str, reason: str, retry_at: datetime, pause: timedelta) -> Lane:
        """Note that a chat cannot be reached, since now or for longer."""
        known = await self.lane(chat)
        since = (known.held_since if known else None) or self.now
        await self._lane(chat, held=reason, held_since=since, retry_at=retry_at, pause=pause)
        lane = await self.lane(chat)
        assert lane is not None  # noqa: S101 - it was written a moment ago
        return lane

    async def lane(self, chat: str) -> Lane | None:
        """Return what is known of a chat."""
        if (Lane, chat) in self._known:
            known: Lane | None = self._known[Lane, chat]
            return known
        return await self._session.get(Lane, (self.bot, chat), populate_existing=True)

    async def release(self, chat: str) -> bool:
        """Open a held chat again, till the next delivery shows; say whether it was held."""
        lane = await self.lane(chat)
        if lane is None or lane.held is None:
            return False
        lane.held = lane.retry_at = None
        await self._queue_held(chat)
        return True

    async def waits(self, chat: str) -> bool:
        """Say whether anything is to be told to a chat."""
        await self.settle()
        found = await self._session.scalar(
            select(Delivery.id)
            .where(Delivery.bot == self.bot, Delivery.lane == chat, unfinished(Delivery))
            .limit(1)
        )
        return found is not None

    async def held_till(self) -> Sequence[tuple[str, datetime]]:
        """Return the held lanes, and when each is to be tried again by itself."""
        found = await self._session.execute(HELD, {"bot": self.bot})
        return [(chat, at) for chat, at in found if at]

    async def home(self, chat: str) -> str:
        """Return the address at which a chat lives now."""
        lane = await self.lane(chat)
        return lane.moved_to if lane and lane.moved_to else chat

    async def moves(self, old: str, new: str) -> None:
        """Let everything that is still alive of the chat *old* be at *new*.

        Where messages landed stays as it was: the new chat does not know them.
        """
        await self.settle()
        session, bot = self._session, self.bot
        stranger = await session.scalar(
            select(Client).where(Client.bot == bot, Client.place == new)
        )
        client = await session.scalar(select(Client).where(Client.bot == bot, Client.place == old))
        if stranger and client:  # the new chat was heard before the news of its move
            await session.execute(
                update(Case).where(Case.client_id == stranger.id).values(client_id=client.id)
            )
            await session.delete(stranger)
            await session.flush()
        for table in (Party, Client, Message, Copy, Question):
            await session.execute(
                update(table).where(table.bot == bot, table.place == old).values(place=new)
            )
        await session.execute(
            update(Delivery)
            .where(Delivery.bot == bot, Delivery.lane == old, Delivery.state.in_(OPEN_ENDED))
            .values(lane=new, place=new)
        )
        await session.execute(
            update(Line)
            .where(Line.bot == bot, Line.lane == old, Line.state == Handling.NEW)
            .values(lane=new)
        )
        await self.release(old)
        await self._lane(old, moved_to=new)
        await self._queue_held(new)
        self._known = {key: known for key, known in self._known.items() if not {old, new} & {*key}}

    async def _queue_held(self, chat: str) -> None:
        await self._session.execute(
            update(Delivery)
            .where(
                Delivery.bot == self.bot,
                Delivery.lane == chat,
                Delivery.state == Progress.HELD,
                unfinished(Delivery),
            )
            .values(state=Progress.QUEUED, due_at=self.now, reason=None)
        )

    async def _lane(self, chat: str, **values: Any) -> None:
        self._known.pop((Lane, chat), None)
        insert = (
            postgresql.insert
            if self._session.get_bind().dialect.name == "postgresql"
            else sqlite.insert
        )
        await self._session.execute(
            insert(Lane)
            .values(bot=self.bot, chat=chat, **values)
            .on_conflict_do_update(index_elements=["bot", "chat"], set_=values)
        )
