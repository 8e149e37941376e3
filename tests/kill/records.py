"""What the database says: who had to be told what, what was tried, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from relay.tables import (
    Attempt,
    Copy,
    Delivery,
    Doing,
    Handling,
    Lease,
    Line,
    Message,
    Part,
    Progress,
)
from tests.kill.talk import MARK

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

OPEN = (Progress.QUEUED, Progress.SENDING, Progress.HELD)


@dataclass
class Records:
    """All that one bot has written down."""

    messages: Counter[str] = field(default_factory=Counter)  #: how often each mark was written down
    copies: dict[tuple[str, int], Progress] = field(default_factory=dict)  #: by mark and chat
    repeats: Counter[tuple[str, int]] = field(default_factory=Counter)  #: unclear, so said again
    shown: dict[tuple[str, int], set[int]] = field(default_factory=dict)  #: messages, by our parts
    attempts: Counter[int] = field(default_factory=Counter)  #: to say something in a chat
    states: Counter[Progress] = field(default_factory=Counter)
    handled: Counter[Handling] = field(default_factory=Counter)
    unclear: int = 0  #: times that nobody heard what came of a delivery


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[AsyncConnection]:
    """Look into a database that others may be using."""
    engine = create_async_engine(url.replace("sqlite://", "sqlite+aiosqlite://"))
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def unfinished(url: str) -> int:
    """Return how much is still to be handled or delivered."""
    async with opened(url) as connection:
        owed = select(func.count()).select_from(Delivery).where(Delivery.state.in_(OPEN))
        new = select(func.count()).select_from(Line).where(Line.state == Handling.NEW)
        return int(await connection.scalar(owed) or 0) + int(await connection.scalar(new) or 0)


async def bury(url: str) -> None:
    """Let the leases of the dead end at once, so that whoever comes back need not wait a minute.

    That leases end by themselves is what ``relief`` is about.
    """
    engine = create_async_engine(url.replace("sqlite://", "sqlite+aiosqlite://"))
    async with engine.begin() as connection:
        await connection.execute(update(Lease).values(until=LONG_AGO))
    await engine.dispose()


async def handed_over(url: str) -> int:
    """Return how often a bot came to another process, or to the same one again."""
    async with opened(url) as connection:
        return int(await connection.scalar(select(func.sum(Lease.epoch - 1))) or 0)


async def read(url: str, bot: int) -> Records:
    """Read all that one bot has written down."""
    records = Records()
    async with opened(url) as connection:
        marks = await _marks(connection, bot)
        records.messages.update(marks.values())

        rows = await connection.execute(
            select(
                Delivery.message_id, Delivery.lane, Delivery.doing, Delivery.state, Delivery.tries
            ).where(Delivery.bot == bot)
        )
        for message, lane, doing, state, tries in rows:
            records.states[state] += 1
            records.unclear += tries
            if doing is Doing.COPY and message in marks:
                records.copies[marks[message], int(lane)] = state
                records.repeats[marks[message], int(lane)] = tries

        attempts = (
            select(Attempt.lane, func.count())
            .join(Delivery, Delivery.id == Attempt.delivery_id)
            .where(Attempt.bot == bot, Delivery.doing != Doing.RECEIPT)
            .group_by(Attempt.lane)
        )
        for lane, count in await connection.execute(attempts):
            records.attempts[int(lane)] = count

        spoken = func.coalesce(Copy.merged_with_id, Copy.message_id)
        parts = (
            select(Copy.message_id, Part.lane, Part.ref)
            .join(Part, and_(Part.message_id == spoken, Part.place == Copy.place))
            .where(Part.bot == bot, Copy.bot == bot)
        )
        for message, lane, ref in await connection.execute(parts):
            if message in marks:
                records.shown.setdefault((marks[message], int(lane)), set()).add(int(ref))

        lines = select(Line.state, func.count()).where(Line.bot == bot).group_by(Line.state)
        for handling, count in await connection.execute(lines):
            records.handled[handling] = count
    return records


async def _marks(connection: AsyncConnection, bot: int) -> dict[int, str]:
    rows = await connection.execute(select(Message.id, Message.content).where(Message.bot == bot))
    found = {id_: MARK.search(content["text"]) for id_, content in rows}
    return {id_: match.group() for id_, match in found.items() if match}
