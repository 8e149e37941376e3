"""The way out, as it is kept: what is to be told, what is being tried, and how trying went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

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

CARD_WAITS = timedelta(seconds=60)  #: after that a card is as urgent as a message
NOTICE_WAITS = timedelta(minutes=5)  #: after that a notice is
LONG = timedelta(seconds=5)  #: after that two messages are a backlog
MANY = 3  #: messages are one at once

WAITING = (Progress.QUEUED, Progress.HELD)
UNFINISHED = (Progress.QUEUED, Progress.SENDING, Progress.HELD)


def unfinished(delivery: Any) -> Any:
    """Return what every delivery fulfils that is not finished, in the very words of its index.

    SQLite takes an index of some rows only if its condition stands in the query, as literals.
    """
    return delivery.state.in_(
        bindparam("unfinished", UNFINISHED, expanding=True, literal_execute=True)
    )


def urgency(delivery: Any) -> Any:
    """Return the place of a delivery's kind in its lane; who waits long moves up."""
    waited = delivery.queued_at
    return case(
        (delivery.kind == Kind.MESSAGE, 0),
        (and_(delivery.kind == Kind.CARD, waited <= bindparam("cards_since")), 0),
        (and_(delivery.kind == Kind.NOTICE, waited <= bindparam("notices_since")), 0),
        (delivery.kind == Kind.CARD, 1),
        else_=2,
    )


def moments(now: datetime) -> dict[str, datetime]:
    """Return what ``urgency`` and who asks by it are to be told of the time."""
    return {"now": now, "cards_since": now - CARD_WAITS, "notices_since": now - NOTICE_WAITS}


def heads() -> Any:
    """Return the question for the first delivery of every lane that is free and due."""
    other: Any = aliased(Delivery)
    now: Any = bindparam("now")
    rank, others = urgency(Delivery), urgency(other)
    earlier = or_(others < rank, and_(others == rank, other.id < Delivery.id))
    # A message that was put off keeps its place: what was said later must not overtake it.
    counts = or_(other.due_at <= now, other.kind == Kind.MESSAGE)
    ahead = and_(other.state == Progress.QUEUED, counts, earlier)
    busy = other.state == Progress.SENDING
    return (
        select(Delivery, rank)
        .outerjoin(Lane, and_(Lane.bot == Delivery.bot, Lane.chat == Delivery.lane))
        .where(
            Delivery.bot == bindparam("bot"),
            Delivery.state == Progress.QUEUED,
            Delivery.due_at <= now,
            unfinished(Delivery),
            or_(Lane.paused_until.is_(None), Lane.paused_until <= now),
            Lane.held.is_(None),
            ~exists().where(
                unfinished(other),
                other.bot == Delivery.bot,
                other.lane == Delivery.lane,
                or_(ahead, busy),
            ),
        )
        .order_by(rank, Delivery.due_at, Delivery.id)
        .execution_options(populate_existing=True)
    )


def next_due() -> Any:
    """Return the question for when the next delivery is due that is not due yet."""
    opens = func.coalesce(Lane.paused_until, Delivery.due_at)
    at = case((opens > Delivery.due_at, opens), else_=Delivery.due_at)
    return (
        select(func.min(at))
        .outerjoin(Lane, and_(Lane.bot == Delivery.bot, Lane.chat == Delivery.lane))
        .where(
            Delivery.bot == bindparam("bot"),
            Delivery.state == Progress.QUEUED,
            unfinished(Delivery),
            Lane.held.is_(None),
            at > bindparam("now"),
        )
    )


#: Made once, as all of this is asked and told whenever anything happens.
HEADS, NEXT_DUE = heads(), next_due()
TRIED = insert(Attempt.__table__)  # type: ignore[arg-type]
ANSWERED = (
    update(Attempt.__table__)  # type: ignore[arg-type]
    .where(Attempt.delivery_id == bindparam("delivery"), Attempt.begun_at == bindparam("begun"))
    .values(outcome=bindparam("outcome"), said=bindparam("said"), answered_at=bindparam("at"))
)


class Deliveries(Transaction):
    """Lines of the outbox."""

    async def heads(self) -> list[tuple[Delivery, int]]:
        """Return the first delivery of every lane that is free and due, with its urgency.

        All of them may be made at once, and still every chat hears things in order. A lane
        that is paused, held or under way keeps no other lane waiting.
        """
        await self.settle()
        found = await self._session.execute(HEADS, {"bot": self.bot, **moments(self.now)})
        return [(line, urgent) for line, urgent in found]

    async def behind(self, lanes: Iterable[str], most: int) -> dict[str, list[Delivery]]:
        """Return the messages that wait in lanes which are behind, in order.

        Behind is a lane with three of them, or with two of which one has waited for long.
        """
        due = (
            Delivery.bot == self.bot,
            Delivery.lane.in_(lanes),
            Delivery.state == Progress.QUEUED,
            Delivery.kind == Kind.MESSAGE,
            unfinished(Delivery),
        )
        number = func.count(Delivery.id)
        long = func.min(Delivery.queued_at) <= self.now - LONG
        late = await self._session.scalars(
            select(Delivery.lane)
            .where(*due)
            .group_by(Delivery.lane)
            .having(or_(number >= MANY, and_(number > 1, long)))
        )
        found: dict[str, list[Delivery]] = {}
        for lane in late.all():
            lines = await self._session.scalars(
                select(Delivery)
                .where(*due, Delivery.lane == lane)
                .order_by(Delivery.id)
                .limit(most)
                .execution_options(populate_existing=True)
            )
            found[lane] = list(lines)
        return found

    async def next_due(self) -> datetime | None:
        """Return when the next delivery is due that is not due yet."""
        found: int | datetime | None = await self._session.scalar(
            NEXT_DUE, {"bot": self.bot, "now": self.now}
        )
        return found if isinstance(found, datetime) else None

    async def deliveries(self, ids: Iterable[int]) -> dict[int, Delivery]:
        """Return lines of the outbox, by their ids."""
        found = await self._session.scalars(
            select(Delivery).where(Delivery.id.in_(ids), self.ours(Delivery))
        )
        return {line.id: line for line in found}

    async def receipts_due(self, messages: Iterable[int]) -> dict[int, Delivery]:
        """Return the receipts that are still owed for messages, by the messages' ids."""
        await self.settle()
        found = await self._session.scalars(
            select(Delivery).where(
                Delivery.message_id.in_(messages),
                self.ours(Delivery),
                Delivery.doing == Doing.RECEIPT,
                Delivery.state == Progress.QUEUED,
            )
        )
        return {line.message_id or 0: line for line in found}

    async def hasten(self, lines: Sequence[Delivery]) -> None:
        """Let deliveries be due now."""
        if lines:
            await self._session.execute(
                update(Delivery)
                .where(Delivery.id.in_([line.id for line in lines]))
                .values(due_at=self.now)
                .execution_options(synchronize_session=False)
            )

    async def underway(self) -> Sequence[Delivery]:
        """Return what was being sent when the last process ended."""
        found = await self._session.scalars(
            select(Delivery).where(
                Delivery.bot == self.bot, Delivery.state == Progress.SENDING, unfinished(Delivery)
            )
        )
        return found.all()

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
        found = await self._session.scalar(
            select(Delivery.id)
            .where(
                Delivery.bot == self.bot,
                Delivery.lane == lane,
                Delivery.state == Progress.SENDING,
                unfinished(Delivery),
            )
            .limit(1)
        )
        return found is not None

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

    async def supersede(self, ticket_id: int, place: str) -> None:
        """Let a newer refresh of a card take the place of those that wait."""
        await self._session.execute(
            update(Delivery)
            .where(
                Delivery.ticket_id == ticket_id,
                Delivery.place == place,
                Delivery.kind == Kind.CARD,
                Delivery.state.in_(WAITING),
            )
            .values(state=Progress.SUPERSEDED, reason="newer")
            .execution_options(synchronize_session=False)
        )

    async def cancel(self, ticket_id: int, place: str) -> Sequence[Delivery]:
        """Return the messages to a chat about a ticket that have not left, now cancelled."""
        await self.settle()
        found = await self._session.scalars(
            select(Delivery).where(
                Delivery.ticket_id == ticket_id,
                Delivery.place == place,
                Delivery.doing.in_((Doing.COPY, Doing.EDIT)),
                Delivery.state.in_(WAITING),
            )
        )
        cancelled = found.all()
        for each in cancelled:
            each.state, each.reason = Progress.CANCELLED, "ended"
        return cancelled
