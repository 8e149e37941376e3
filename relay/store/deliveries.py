"""The way out, as it is kept: what is to be told, what is being tried, and how trying went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update

from relay.store.memory import UNFINISHED, Unfinished
from relay.store.session import Transaction
from relay.tables import (
    Attempt,
    Delivery,
    Doing,
    Kind,
    Lane,
    Progress,
    Ticket,
)

LONG = timedelta(seconds=5)  #: after that two messages are a backlog
MANY = 3  #: messages are one at once

WAITING = (Progress.QUEUED, Progress.HELD)


def unfinished(delivery: Any) -> Any:
    """Return what every delivery fulfils that is not finished, in the very words of its index.

    SQLite takes an index of some rows only if its condition stands in the query, as literals.
    """
    return delivery.state.in_(
        bindparam("unfinished", UNFINISHED, expanding=True, literal_execute=True)
    )


#: Made once, as all of this is asked and told whenever anything happens.
OWED = (
    select(Delivery)
    .where(Delivery.bot == bindparam("bot"), unfinished(Delivery))
    .order_by(Delivery.id)
)
LANES = select(Lane).where(Lane.bot == bindparam("bot"))
TRIED = insert(Attempt.__table__)  # type: ignore[arg-type]
ANSWERED = (
    update(Attempt.__table__)  # type: ignore[arg-type]
    .where(Attempt.delivery_id == bindparam("delivery"), Attempt.begun_at == bindparam("begun"))
    .values(outcome=bindparam("outcome"), said=bindparam("said"), answered_at=bindparam("at"))
)


class Deliveries(Transaction):
    """Lines of the outbox."""

    async def unfinished(self) -> Unfinished:
        """Return all that is owed, what was promised a moment ago among it."""
        await self.settle()
        return await self.owed()

    async def owed(self) -> Unfinished:
        """Return how chats stand, and what was owed to them when promises were last settled."""
        known = self._memory.unfinished
        if known is None:
            owed = await self._session.scalars(OWED, {"bot": self.bot})
            lanes = await self._session.scalars(LANES, {"bot": self.bot})
            known = self._memory.unfinished = Unfinished(owed, lanes)
        return known

    async def heads(self) -> list[tuple[Delivery, int]]:
        """Return the first delivery of every lane that is free and due, with its urgency.

        All of them may be made at once, and still every chat hears things in order. A lane
        that is paused, held or under way keeps no other lane waiting.
        """
        owed = await self.unfinished()
        await self.flush()  # it sees what became of deliveries when that is written down
        return owed.heads(self.now)

    async def behind(self, lanes: Iterable[str], most: int) -> dict[str, list[Delivery]]:
        """Return the messages that wait in lanes which are behind, in order.

        Behind is a lane with three of them, or with two of which one has waited for long.
        """
        owed = await self.unfinished()
        found: dict[str, list[Delivery]] = {}
        for lane in lanes:
            messages = owed.messages(lane)
            waits = list(islice((each for each in messages if each.state is Progress.QUEUED), most))
            long = any(each.queued_at <= self.now - LONG for each in waits)
            if len(waits) >= MANY or (len(waits) > 1 and long):
                found[lane] = waits
        return found

    async def next_due(self) -> datetime | None:
        """Return when the next delivery is due that is not due yet."""
        return (await self.unfinished()).next_due(self.now)

    async def deliveries(self, ids: Iterable[int]) -> dict[int, Delivery]:
        """Return lines of the outbox, by their ids."""
        found = {}
        for each in ids:
            line = await self._session.get(Delivery, each)
            if line and line.bot == self.bot:
                found[each] = line
        return found

    async def receipts_due(self, messages: Iterable[int]) -> dict[int, Delivery]:
        """Return the receipts that are still owed for messages, by the messages' ids."""
        owed = await self.unfinished()
        found = {each: owed.receipt(each) for each in messages}
        return {
            each: line for each, line in found.items() if line and line.state is Progress.QUEUED
        }

    async def underway(self) -> Sequence[Delivery]:
        """Return what was being sent when the last process ended."""
        return [line for line in await self.unfinished() if line.state is Progress.SENDING]

    async def unclear_in(self, lane: str) -> Sequence[Delivery]:
        """Return the messages and opening cards that may have arrived in a chat."""
        found = await self._session.scalars(
            select(Delivery)
            .where(
                Delivery.bot == self.bot,
                Delivery.lane == lane,
                Delivery.state == Progress.UNCLEAR,
                Delivery.doing.in_((Doing.COPY, Doing.CARD)),
            )
            .order_by((Delivery.doing == Doing.CARD), Delivery.id.desc())
        )
        return found.all()

    async def sending_to(self, lane: str) -> bool:
        """Say whether something is on its way to a chat, and not known yet to have arrived."""
        return (await self.unfinished()).sending_to(lane)

    async def recent_attempts(
        self, within: timedelta
    ) -> Sequence[tuple[str, str, datetime, datetime | None]]:
        """Return lane, doing, start and answer of the last tries; an unclear one has no answer.

        The last ones are those *within* so long before the very last one.
        """
        newest = await self._session.scalar(
            select(Attempt.begun_at)
            .where(Attempt.bot == self.bot)
            .order_by(Attempt.begun_at.desc())
            .limit(1)
        )
        since = newest - within if newest else self.now
        found = await self._session.execute(
            select(
                Attempt.lane,
                Delivery.doing,
                Attempt.begun_at,
                case((Attempt.outcome == "unclear", None), else_=Attempt.answered_at),
            )
            .join(Delivery, Delivery.id == Attempt.delivery_id)
            .where(Attempt.bot == self.bot, Attempt.begun_at >= since)
        )
        return [(lane, doing, begun, answered) for lane, doing, begun, answered in found]

    async def attempt(self, deliveries: Sequence[Delivery], epoch: int) -> None:
        """Note that deliveries are being tried, under the lease of *epoch*."""
        if deliveries:
            rows = [
                {
                    "bot": self.bot,
                    "delivery_id": each.id,
                    "lane": each.lane,
                    "epoch": epoch,
                    "begun_at": self.now,
                }
                for each in deliveries
            ]
            await self._connection_execute(TRIED, rows)

    async def answered(self, tries: Iterable[dict[str, Any]]) -> None:
        """Note what came of tries: ``delivery``, ``begun``, ``outcome``, ``said``, ``at``."""
        rows = list(tries)
        if rows:
            await self._connection_execute(ANSWERED, rows)

    async def _connection_execute(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        connection = await self._session.connection()
        await connection.execute(statement, rows)

    async def opened_perhaps(self, ticket: Ticket, place: str) -> bool:
        """Say whether nobody knows if the first card of a ticket is in a chat."""
        found = await self._session.scalar(
            select(Delivery.id)
            .where(
                Delivery.ticket_id == ticket.id,
                Delivery.place == place,
                Delivery.doing == Doing.CARD,
                Delivery.state == Progress.UNCLEAR,
                self.ours(Delivery),
            )
            .limit(1)
        )
        return found is not None

    async def supersede(self, ticket_id: int, place: str, cause: str) -> None:
        """Let a newer refresh of a card, that of *cause*, take the place of those that wait."""
        for line in (await self.unfinished()).of_ticket(ticket_id):
            waits = line.kind is Kind.CARD and line.place == place and line.state in WAITING
            if waits and line.cause != cause:
                line.state, line.reason = Progress.SUPERSEDED, "newer"

    async def cancel(self, ticket_id: int, place: str) -> Sequence[Delivery]:
        """Return the messages to a chat about a ticket that have not left, now cancelled."""
        cancelled = [
            line
            for line in (await self.unfinished()).of_ticket(ticket_id)
            if line.place == place and line.doing is Doing.COPY and line.state in WAITING
        ]
        for line in cancelled:
            line.state, line.reason = Progress.CANCELLED, "ended"
        return cancelled
