"""How chats stand: paused, held, or living at another address now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from relay.store.deliveries import Deliveries
from relay.store.memory import UNFINISHED
from relay.tables import (
    Block,
    Case,
    Client,
    Copy,
    Delivery,
    Handling,
    Intake,
    Invitation,
    Lane,
    Line,
    Message,
    Party,
    Progress,
    Question,
    Ticket,
)

USUAL = dict.fromkeys(
    ("paused_until", "tightened_until", "moved_to", "held", "held_since", "retry_at", "pause")
)


class Lanes(Deliveries):
    """Lanes, each the deliveries of one chat."""

    async def pause(self, chat: str, until: datetime) -> None:
        """Let nothing go to a chat before *until*: the messenger asked for it."""
        await self._lane(chat, paused_until=until)

    async def tighten(self, chat: str, pause: datetime, till: datetime) -> None:
        """Let nothing go to a chat before *pause*, and be slower there *till* some time later."""
        await self._lane(chat, paused_until=pause, tightened_until=till)

    async def paused(self) -> dict[str, datetime]:
        """Return the chats to which nothing goes for a while, till when."""
        lanes = (await self.owed()).lanes.values()
        return {
            each.chat: each.paused_until
            for each in lanes
            if each.paused_until and each.paused_until > self.now
        }

    async def tightened(self) -> dict[str, datetime]:
        """Return the chats where we are slower than allowed, till when."""
        lanes = (await self.owed()).lanes.values()
        return {
            each.chat: each.tightened_until
            for each in lanes
            if each.tightened_until and each.tightened_until > self.now
        }

    async def hold(self, chat: str, reason: str, retry_at: datetime, pause: timedelta) -> Lane:
        """Note that a chat cannot be reached, since now or for longer."""
        known = await self.lane(chat)
        since = (known.held_since if known else None) or self.now
        return await self._lane(chat, held=reason, held_since=since, retry_at=retry_at, pause=pause)

    async def lane(self, chat: str) -> Lane | None:
        """Return what is known of a chat."""
        return (await self.owed()).lanes.get(chat)

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
        owed = await self.unfinished()
        return any(line.state in UNFINISHED for line in owed.to(chat))

    async def held_till(self) -> Sequence[tuple[str, datetime]]:
        """Return the held lanes, and when each is to be tried again by itself."""
        lanes = (await self.owed()).lanes.values()
        return [(each.chat, each.retry_at) for each in lanes if each.held and each.retry_at]

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
            await self._are_one(client, stranger)
        await session.flush()
        for copy in [each for each in session if isinstance(each, Copy)]:
            session.expunge(copy)  # it is known by its place, and that may change
        for table in (Party, Client, Message, Copy, Question):
            await session.execute(
                update(table).where(table.bot == bot, table.place == old).values(place=new)
            )
        for chat in (Invitation.place, Invitation.issued_from):
            await session.execute(
                update(Invitation).where(Invitation.bot == bot, chat == old).values({chat: new})
            )
        party = await session.scalar(select(Party.id).where(Party.bot == bot, Party.place == new))
        if party:  # topics are of the chat that it was
            gone = {"topic": None, "topic_at": None, "topic_look": None}
            await session.execute(update(Ticket).where(Ticket.party_id == party).values(**gone))
        await session.execute(
            update(Line)
            .where(Line.bot == bot, Line.lane == old, Line.state == Handling.NEW)
            .values(lane=new)
        )
        self.forget_at(old, new)
        owed = await self.unfinished()
        await self.release(old)
        for line in owed.to(old):
            owed.moves(line, new)
        await session.execute(
            update(Delivery)
            .where(Delivery.bot == bot, Delivery.lane == old, Delivery.state == Progress.UNCLEAR)
            .values(lane=new, place=new)
        )
        was = await self._lane(old, moved_to=new)
        if was.held_since:  # those beside it are told when something arrives there
            await self._lane(new, held_since=was.held_since)
            was.held_since = was.pause = None
        await self._queue_held(new)

    async def _are_one(self, client: Client, stranger: Client) -> None:
        """Let all that hangs on a client whom we took for another one be the one client's."""
        for case in await self._session.scalars(select(Case).where(Case.client_id == stranger.id)):
            case.client = client
            self.touch(case.id)
        for intake in await self._session.scalars(
            select(Intake).where(Intake.client_id == stranger.id)
        ):
            intake.client = client
        now = select(Block).where(Block.client_id == client.id, Block.ended_at.is_(None))
        blocked = {each.party_id for each in await self._session.scalars(now)}
        for block in await self._session.scalars(
            select(Block).where(Block.client_id == stranger.id)
        ):
            if block.party_id in blocked and block.ended_at is None:
                block.ended_at = self.now  # it is one block
            block.client_id = client.id
        await self._session.flush()
        await self._session.delete(stranger)

    async def _queue_held(self, chat: str) -> None:
        owed = await self.unfinished()
        for line in owed.to(chat):
            if line.state is Progress.HELD:
                line.state, line.due_at, line.reason = Progress.QUEUED, self.now, None

    async def _lane(self, chat: str, **values: Any) -> Lane:
        lanes = (await self.owed()).lanes
        if chat not in lanes:
            lanes[chat] = Lane(bot=self.bot, chat=chat, **USUAL)
            self._session.add(lanes[chat])
        for name, value in values.items():
            setattr(lanes[chat], name, value)
        return lanes[chat]
