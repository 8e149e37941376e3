"""Requests whose clients are asked something before they become cases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from relay.store.session import Transaction
from relay.tables import Client, Delivery, Intake, Message, Progress

WHOLE = (
    joinedload(Intake.client),
    joinedload(Intake.party),
    joinedload(Intake.message).joinedload(Message.person),
    joinedload(Intake.equipment),
)


class Intakes(Transaction):
    """What clients have yet to answer."""

    async def intake_of(self, client: Client) -> Intake | None:
        """Return the request about which a client is being asked something."""
        key = (Intake, client.id)
        if key not in self._known:
            self._known[key] = await self._session.scalar(
                select(Intake)
                .where(Intake.client_id == client.id, Intake.due_at.is_not(None))
                .order_by(Intake.id.desc())
                .limit(1)
                .options(*WHOLE)
            )
        found: Intake | None = self._known[key]
        return found if found and found.due_at else None

    async def last_intake(self, client: Client) -> Intake | None:
        """Return the last request about which a client was asked something."""
        found: Intake | None = await self._session.scalar(
            select(Intake)
            .where(Intake.client_id == client.id)
            .order_by(Intake.id.desc())
            .limit(1)
            .options(*WHOLE)
        )
        return found

    async def intake(self, intake_id: int) -> Intake | None:
        """Return one of them."""
        found: Intake | None = await self._session.scalar(
            select(Intake).where(Intake.id == intake_id, Intake.bot == self.bot).options(*WHOLE)
        )
        return found

    async def intakes_due(self) -> Sequence[int]:
        """Return those whose clients have not gone on in time."""
        found = await self._session.scalars(
            select(Intake.id)
            .where(Intake.bot == self.bot, Intake.due_at <= self.now)
            .order_by(Intake.due_at, Intake.id)
        )
        return found.all()

    async def begins_intake(self, intake: Intake) -> None:
        """Write a new one down."""
        await self.add(intake)
        self._known[Intake, intake.client_id] = intake

    async def arrived(self, cause: str) -> bool:
        """Say whether somebody may have read what was promised for a *cause*."""
        state = await self._session.scalar(
            select(Delivery.state).where(Delivery.bot == self.bot, Delivery.cause == cause)
        )
        return state in {Progress.SENT, Progress.UNCLEAR}
