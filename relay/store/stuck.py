"""What needs a person, as it is kept: what did not arrive, waits too long, or was set aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from relay.moves import OPEN
from relay.store.arrivals import is_new
from relay.store.deliveries import unfinished
from relay.store.memory import UNFINISHED
from relay.store.session import Transaction
from relay.tables import (
    Attempt,
    Case,
    Client,
    Decision,
    Delivery,
    Handling,
    Lane,
    Line,
    Progress,
    Ticket,
)

MOST = 200  #: of one sort that a list is made of; the rest comes when these are settled
NUMBERS = 6  #: tickets that are named with a chat
ENDED = ("anew", "skip")  #: decisions after which nobody has to look at a failed delivery
STUCK = (Progress.UNCLEAR, Progress.FAILED)


@dataclass(frozen=True)
class Waiting:
    """What waits for one chat, or from it."""

    chat: str
    count: int
    since: datetime


class Stuck(Transaction):
    """What does not go on by itself, or not as fast as it should."""

    async def undelivered(self) -> Sequence[Delivery]:
        """Return what may not have arrived, then what did not: undecided, the newest first."""
        found = await self._session.scalars(
            select(Delivery)
            .where(Delivery.bot == self.bot, is_stuck(Delivery), undecided())
            .order_by(Delivery.state == Progress.FAILED, Delivery.id.desc())
            .limit(MOST)
        )
        return found.all()

    async def set_aside(self) -> Sequence[Line]:
        """Return the updates that were set aside, the newest first."""
        found = await self._session.scalars(
            select(Line)
            .where(Line.bot == self.bot, is_aside(Line))
            .order_by(Line.id.desc())
            .limit(MOST)
        )
        return found.all()

    async def held_lanes(self) -> Sequence[Lane]:
        """Return the chats that cannot be reached."""
        found = await self._session.scalars(
            select(Lane)
            .where(Lane.bot == self.bot, Lane.held.is_not(None))
            .order_by(Lane.held_since, Lane.chat)
            .limit(MOST)
        )
        return found.all()

    async def late_out(self, before: datetime) -> Sequence[Waiting]:
        """Return the chats, those that can be reached, for which something was due *before*."""
        await self.settle()
        since = func.min(Delivery.due_at)
        found = await self._session.execute(
            select(Delivery.lane, func.count(), since)
            .outerjoin(Lane, and_(Lane.bot == self.bot, Lane.chat == Delivery.lane))
            .where(
                Delivery.bot == self.bot,
                unfinished(Delivery),
                Delivery.state != Progress.HELD,
                Delivery.due_at <= before,
                Lane.held.is_(None),
            )
            .group_by(Delivery.lane)
            .order_by(since)
            .limit(MOST)
        )
        return [Waiting(*row) for row in found]

    async def late_in(self, before: datetime) -> Sequence[Waiting]:
        """Return the chats from which something came *before* that is not handled yet."""
        since = func.min(Line.arrived_at)
        found = await self._session.execute(
            select(Line.lane, func.count(), since)
            .where(Line.bot == self.bot, is_new(Line), Line.arrived_at <= before)
            .group_by(Line.lane)
            .order_by(since)
            .limit(MOST)
        )
        return [Waiting(*row) for row in found]

    async def unhandled(self) -> dict[str, int]:
        """Return how many updates are not handled, by state; what is handled is not counted."""
        found = {}
        for state, fits in ((Handling.NEW, is_new(Line)), (Handling.ASIDE, is_aside(Line))):
            asked = select(func.count()).where(Line.bot == self.bot, fits)
            found[str(state)] = await self._session.scalar(asked) or 0
        return found

    async def unarrived(self) -> dict[str, int]:
        """Return how many deliveries have not arrived, by state; what has is not counted."""
        await self.settle()
        found = dict.fromkeys(map(str, (*UNFINISHED, *STUCK)), 0)
        for fits in (unfinished(Delivery), is_stuck(Delivery)):
            counted = await self._session.execute(
                select(Delivery.state, func.count())
                .where(Delivery.bot == self.bot, fits)
                .group_by(Delivery.state)
            )
            found |= {str(state): count for state, count in counted}
        return found

    async def waiting_for(self, chat: str) -> Waiting | None:
        """Return what waits for a chat."""
        count, since = (
            await self._session.execute(
                select(func.count(), func.min(Delivery.queued_at)).where(
                    Delivery.bot == self.bot, Delivery.lane == chat, unfinished(Delivery)
                )
            )
        ).one()
        return Waiting(chat, count, since) if count else None

    async def numbers_waiting(self, chat: str) -> Sequence[str]:
        """Return the numbers of the tickets that wait for a chat, or that a client there has."""
        waiting = exists().where(
            Delivery.ticket_id == Ticket.id,
            Delivery.bot == self.bot,
            Delivery.lane == chat,
            unfinished(Delivery),
        )
        found = await self._session.scalars(
            select(Ticket.number).where(waiting).order_by(Ticket.id).limit(NUMBERS)
        )
        if numbers := found.all():
            return numbers
        found = await self._session.scalars(
            select(Ticket.number)
            .join(Case, Case.id == Ticket.case_id)
            .join(Client, Client.id == Case.client_id)
            .where(
                Client.bot == self.bot,
                Client.place == chat,
                Ticket.upper_id.is_(None),
                Ticket.state.in_(OPEN),
            )
            .order_by(Ticket.id)
            .limit(NUMBERS)
        )
        return found.all()

    async def numbers(self, tickets: Iterable[int]) -> dict[int, str]:
        """Return the numbers of tickets, by their ids; nothing is locked for it."""
        found = await self._session.execute(
            select(Ticket.id, Ticket.number).where(
                Ticket.id.in_(set(tickets)), Ticket.bot == self.bot
            )
        )
        return dict(found.all())

    async def last_answer(self, delivery: Delivery) -> str | None:
        """Return what the messenger last answered to a delivery, if it was no success."""
        found: str | None = await self._session.scalar(
            select(Attempt.said)
            .where(Attempt.delivery_id == delivery.id, Attempt.bot == self.bot)
            .order_by(Attempt.id.desc())
            .limit(1)
        )
        return found

    # Decisions

    async def stuck_delivery(self, delivery_id: int) -> Delivery | None:
        """Return a delivery that waits for a decision, locked: nobody else decides meanwhile."""
        found: Delivery | None = await self._session.scalar(
            select(Delivery)
            .where(Delivery.id == delivery_id, Delivery.bot == self.bot, Delivery.state.in_(STUCK))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if found is None or found.state is Progress.UNCLEAR:
            return found
        ended = select(Decision.id).where(
            Decision.delivery_id == delivery_id, Decision.what.in_(ENDED)
        )
        return None if await self._session.scalar(ended.limit(1)) else found

    async def line_aside(self, line_id: int) -> Line | None:
        """Return an update that is set aside, locked."""
        found: Line | None = await self._session.scalar(
            select(Line)
            .where(Line.id == line_id, Line.bot == self.bot, Line.state == Handling.ASIDE)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found

    # Alarms

    async def untold_deliveries(self, place: str) -> Sequence[tuple[Delivery, str]]:
        """Return what is unclear, or failed by our fault, and *place* has not been told of.

        Each comes with the cause of an alarm about it; alarms themselves raise none.
        """
        await self.settle()
        which = cast(Delivery.id, String) + "-" + cast(Delivery.tries, String)
        cause = literal("alarm:delivery:") + which + ":" + place
        found = await self._session.execute(
            select(Delivery, cause)
            .where(
                Delivery.bot == self.bot,
                is_stuck(Delivery),
                or_(Delivery.state == Progress.UNCLEAR, Delivery.reason == "our_fault"),
                undecided(),
                Delivery.cause.not_like("alarm:%"),
                ~self._is_told(cause),
            )
            .order_by(Delivery.id)
            .limit(MOST)
        )
        return [(delivery, why) for delivery, why in found]

    async def untold_lines(self, place: str) -> Sequence[tuple[Line, str]]:
        """Return the updates that were set aside, and *place* has not been told of."""
        await self.settle()
        which = cast(Line.id, String) + "-" + cast(Line.due_at, String)
        cause = literal("alarm:update:") + which + ":" + place
        found = await self._session.execute(
            select(Line, cause)
            .where(Line.bot == self.bot, is_aside(Line), ~self._is_told(cause))
            .order_by(Line.id)
            .limit(MOST)
        )
        return [(line, why) for line, why in found]

    async def untold(self, causes: Iterable[str]) -> list[str]:
        """Return those of *causes* of which no delivery is there yet."""
        await self.settle()
        wanted = list(causes)
        found = await self._session.scalars(
            select(Delivery.cause).where(Delivery.bot == self.bot, Delivery.cause.in_(wanted))
        )
        known = set(found.all())
        return [each for each in wanted if each not in known]

    def _is_told(self, cause: Any) -> Any:
        told = aliased(Delivery)
        return exists().where(told.bot == self.bot, told.cause == cause)

    async def waiting_like(self, line: Delivery, beginning: str) -> Sequence[Delivery]:
        """Return what else waits for the place of a delivery, with causes of one *beginning*."""
        found = await self._session.scalars(
            select(Delivery)
            .where(
                Delivery.bot == self.bot,
                Delivery.lane == line.lane,
                Delivery.place == line.place,
                unfinished(Delivery),
                Delivery.state.in_((Progress.QUEUED, Progress.HELD)),
                Delivery.cause.startswith(beginning, autoescape=True),
                Delivery.id != line.id,
            )
            .order_by(Delivery.id)
        )
        return found.all()

    async def balance(self, since: datetime) -> tuple[dict[str, int], dict[str, int]]:
        """Return what became of the updates, and of the deliveries, since a moment: by state."""
        lines = await self._session.execute(
            select(Line.state, func.count())
            .where(Line.bot == self.bot, Line.arrived_at >= since)
            .group_by(Line.state)
        )
        deliveries = await self._session.execute(
            select(Delivery.state, func.count())
            .where(Delivery.bot == self.bot, Delivery.queued_at >= since)
            .group_by(Delivery.state)
        )
        return dict(lines.all()), dict(deliveries.all())


def is_stuck(delivery: Any) -> Any:
    """Return what every delivery fulfils that a person may decide about, as its index says it.

    SQLite takes an index of some rows only if its condition stands in the query, as literals.
    """
    return delivery.state.in_(bindparam("stuck", STUCK, expanding=True, literal_execute=True))


def is_aside(line: Any) -> Any:
    """Return what every line fulfils that was set aside, as its index says it."""
    return line.state == bindparam("aside", Handling.ASIDE, literal_execute=True)


def undecided() -> Any:
    """Return what every delivery fulfils that somebody has yet to look at."""
    ended = exists().where(Decision.delivery_id == Delivery.id, Decision.what.in_(ENDED))
    return or_(Delivery.state == Progress.UNCLEAR, ~ended)
